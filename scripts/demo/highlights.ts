// Prints the demo's table: the sample's most interesting lots, each verified now, with its most severe finding.
import { readFile } from "node:fs/promises";
import pMap from "p-map";
import { z } from "zod";
import { findLot } from "../../cli/service/lots.ts";
import { Problem } from "../../cli/output/outcome.ts";
import { table, type Terminal } from "../../cli/output/terminal.ts";
import { VERDICT_FORMATS } from "../../cli/output/colours.ts";
import { WHAT_IT_PROVES } from "../../protocol/verdict/words.ts";
import { Verdict } from "../../protocol/verdict/verdict.ts";
import type { Callers } from "./callers.ts";

const FILE = new URL("../../sample/highlights.json", import.meta.url);
const Highlights = z.array(z.object({ name: z.string(), lot: z.string(), says: z.string() }));

const AT_ONCE = 4;

export async function showHighlights(
  { operator }: Callers,
  terminal: Terminal,
  product: string,
): Promise<void> {
  const highlights = Highlights.parse(JSON.parse(await readFile(FILE, "utf8")));
  const wanted = [
    { name: "thisProduct", lot: product, says: "the boards above: their MCUs are recalled" },
    ...highlights,
  ];
  let done = 0;
  const rows = await pMap(
    wanted,
    async ({ name, lot, says }) => {
      const verdict = await verdictOn(lot);
      terminal.progress("verifying", ++done, wanted.length);
      const more = verdict ? verdict.findings.length - 1 : 0;
      const top = verdict?.findings[0]?.code ?? "";
      return [
        verdict ? terminal.style(VERDICT_FORMATS[verdict.verdict], verdict.verdict) : "unknown",
        name,
        more > 0 ? `${top} +${more}` : top,
        says,
      ];
    },
    { concurrency: AT_ONCE },
  );
  const columns = ["verdict", "lot", "top finding", "its story"].map((title) => ({ title }));
  for (const line of table(columns, rows, (text) => terminal.style("dim", text)))
    terminal.line(line);
  terminal.line(terminal.style("dim", WHAT_IT_PROVES));
  terminal.line();

  /** @returns undefined if the service has no such lot: it plays another story */
  async function verdictOn(lot: string): Promise<Verdict | undefined> {
    const number = lot.slice(lot.indexOf("/") + 1);
    try {
      return await operator.get(
        `/v1/lots/${(await findLot(operator, number)).lot}/verdict`,
        Verdict,
      );
    } catch (error) {
      if (error instanceof Problem && error.code === "NOT_FOUND") return undefined;
      throw error;
    }
  }
}
