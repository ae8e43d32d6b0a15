// `correct`: corrects facts that a party stated wrongly of its own lot.
import { CorrectionResult } from "../../api/corrections.ts";
import { CORRECTABLE, DETAIL_FIELDS, type DetailName } from "../../protocol/event/detail-fields.ts";
import { wordsOf } from "../../protocol/verdict/words.ts";
import { usageProblem } from "../output/outcome.ts";
import { table } from "../output/terminal.ts";
import type { AddCommand, Command } from "../service/command.ts";
import { resolveLot } from "../service/lots.ts";

export const correct: AddCommand = (program, act) =>
  program
    .command("correct")
    .description(
      "correct facts that you stated wrongly of a lot; verdicts show the old and the new value, and your reason",
    )
    .argument("<lot>", "its id or lot number")
    .argument(
      "<facts...>",
      "FIELD=VALUE for each fact, such as dateCode=2613 or countryOfOrigin=PH",
    )
    .requiredOption("--reason <text>", "why the fact was wrong, for everybody who sees the lot")
    .option("--dry-run", "only say what would change")
    .action(act(correctFacts));

async function correctFacts(
  { caller: { api }, terminal }: Command,
  name: string,
  texts: string[],
  { reason, dryRun = false }: { reason: string; dryRun?: boolean },
) {
  const facts = Object.fromEntries(texts.map(readFact));
  const lot = await resolveLot(api, name);
  const result = await api.post(`/v1/lots/${lot}/correction`, CorrectionResult, {
    details: { ...facts, reason },
    dryRun,
  });
  terminal.line(dryRun ? "dry run     nothing was signed" : `corrected   ${name}`);
  const rows = result.changes.map(({ name: field, before, after }) => [
    wordsOf(field),
    before === null ? "not stated" : String(before),
    String(after),
  ]);
  for (const line of table([{ title: "fact" }, { title: "before" }, { title: "after" }], rows))
    terminal.line(`  ${line}`);
  if (result.hash !== null) {
    terminal.line(`notice      ${result.hash}`);
    terminal.line(`settlement  ${String(result.settlement)}`);
  }
  return { lot, ...result };
}

/** Reads `FIELD=VALUE` as the field's type. @throws Problem BAD_ARGUMENT */
function readFact(text: string): [DetailName, string | number | boolean] {
  const [, field = "", value = ""] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const name = CORRECTABLE.find((each) => each.toLowerCase() === field.trim().toLowerCase());
  if (!name || value.trim() === "") {
    const why = `${text} is not a fact that can be corrected. Write FIELD=VALUE, with one of these fields: ${CORRECTABLE.join(", ")}.`;
    throw usageProblem("BAD_ARGUMENT", why, "FACTS");
  }
  const wanted = value.trim();
  const { type } = DETAIL_FIELDS[name];
  const asNumber = /^\d{1,15}$/.test(wanted) ? Number(wanted) : undefined;
  const isNumber = !type.safeParse(wanted).success && asNumber !== undefined;
  return [name, isNumber ? asNumber : wanted];
}
