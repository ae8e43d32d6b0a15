// Ends the demo: alters one database row by hand, shows that the verdict and fsck name it, and restores it.
import { LONG_TIMEOUT_MS } from "../../cli/service/api.ts";
import { FsckReport } from "../../api/fsck.ts";
import { findLot } from "../../cli/service/lots.ts";
import { Problem } from "../../cli/output/outcome.ts";
import { short, type Terminal } from "../../cli/output/terminal.ts";
import { VERDICT_FORMATS } from "../../cli/output/colours.ts";
import { canonicalize } from "../../protocol/base/canonical.ts";
import { Details } from "../../protocol/event/details.ts";
import { CustodyEvent } from "../../protocol/event/event.ts";
import { Verdict } from "../../protocol/verdict/verdict.ts";
import type { PrismaClient } from "../../prisma/generated/client.ts";
import type { Callers } from "./callers.ts";

/** A lot of the sample whose verdict is PASS. */
const LOT_NUMBER = "HS26-431420";

/** Alters the row, prints what the verdict and fsck report, and restores the row. */
export async function alterAndFind(
  { operator }: Callers,
  terminal: Terminal,
  prisma: PrismaClient,
): Promise<void> {
  const lot = (await findLot(operator, LOT_NUMBER)).lot;
  const look = () => operator.get(`/v1/lots/${lot}/verdict`, Verdict);
  const fsck = () => operator.post("/v1/fsck", FsckReport, {}, LONG_TIMEOUT_MS);
  const verdictText = ({ verdict }: Verdict) => terminal.style(VERDICT_FORMATS[verdict], verdict);

  const before = await look();
  const hash = before.origin!.event;
  const row = await prisma.event.findUniqueOrThrow({ where: { hash } });
  const { altered, from } = withOtherOrigin(row, lot);
  terminal.line(
    `${terminal.style("bold", "One row changed by hand")}, as anyone with access to the database could do`,
  );
  terminal.line(
    `  lot       ${LOT_NUMBER}, commissioned by Halden and never moved: ${verdictText(before)}`,
  );
  terminal.line(`  row       event ${hash}`);
  terminal.line(`  changed   details: its country of origin, from ${from} to ${FALSE_ORIGIN}`);
  await prisma.$executeRaw`UPDATE event SET details = ${altered} WHERE hash = ${hash}`;

  const after = await look();
  const [worst] = after.findings;
  if (!worst) throw new Problem("NOT_FOUND", "The verdict does not name the altered row.");
  terminal.line(
    `  verdict   ${verdictText(after)}  ${worst.code} ${worst.field ?? ""}  event ${worst.event ?? ""}`,
  );
  terminal.line(`            ${worst.message}`);
  terminal.progress("fsck", 0, 1);
  for (const { code, table, row: key, column = "", expected, found } of (await fsck()).faults) {
    terminal.line(`  fsck      ${terminal.style("red", code)} ${column}  ${table} ${key}`);
    terminal.line(`            expected ${short(String(expected))}, found ${short(String(found))}`);
  }

  await prisma.$executeRaw`UPDATE event SET details = ${row.details} WHERE hash = ${hash}`;
  const [again, { faults }] = [await look(), await fsck()];
  const clean = faults.length === 0 ? "clean" : `${faults.length} faults`;
  terminal.line(`  restored  verdict ${verdictText(again)}, fsck ${clean}`);
}

const FALSE_ORIGIN = "US";

/** Changes one lot's country of origin in the details of an event. */
function withOtherOrigin(
  { bytes, details }: { bytes: string; details: string | null },
  lot: string,
) {
  const { entries } = CustodyEvent.parse(JSON.parse(bytes));
  const altered = Details.parse(JSON.parse(details!));
  const own = altered.entries![entries.findIndex((entry) => entry.lot === lot)]!;
  const from = own.countryOfOrigin!;
  own.countryOfOrigin = FALSE_ORIGIN;
  return { altered: canonicalize(altered), from };
}
