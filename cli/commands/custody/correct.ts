// `correct`: corrects facts that a party stated wrongly of its own lot.
import { CorrectionResult } from "../../../api/corrections.ts";
import { codeDamageOf, damageOf, isPlaceholder } from "../../../lists/cells.ts";
import { CORRECTABLE, type DetailName } from "../../../protocol/event/detail-fields.ts";
import { wordsOf } from "../../../protocol/verdict/words.ts";
import { readDetail } from "../../input/details.ts";
import { usageProblem } from "../../output/outcome.ts";
import { table } from "../../output/terminal.ts";
import { CODE_COLUMNS } from "../../../packing/columns.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { findLot, lotPath } from "../../service/lots.ts";

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

/** A quantity is not a detail: the ledger keeps it. @throws Problem BAD_ARGUMENT */
function refuseQuantity(text: string): void {
  if (!/^(quantity|qty|pieces)=/i.test(text)) return;
  const why =
    "The quantity cannot be corrected. If the lot has fewer pieces, use `reelproof scrap` with the reason; if it has more, register the rest as a lot of its own.";
  throw usageProblem("BAD_ARGUMENT", why, "FACTS");
}

async function correctFacts(
  { caller: { api }, terminal }: Command,
  name: string,
  texts: string[],
  { reason, dryRun = false }: { reason: string; dryRun?: boolean },
) {
  const facts = Object.fromEntries(
    texts.map((text) => {
      refuseQuantity(text);
      const fact = readDetail(text, CORRECTABLE, "a fact that can be corrected");
      refuseDamage(...fact);
      return fact;
    }),
  );
  const { lot, lotNumber } = await findLot(api, name);
  const result = await api.act(lotPath(lot, "/correction"), CorrectionResult, {
    details: { ...facts, reason },
    dryRun,
  });
  terminal.line(dryRun ? "dry run     nothing was signed" : `corrected   ${lotNumber ?? name}`);
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

const CODES: ReadonlySet<string> = CODE_COLUMNS;

/** Refuses what a packing list may not state either: a correction stands for ever, like the first value. */
function refuseDamage(name: DetailName, value: string | number | boolean): void {
  const text = String(value);
  const damage = CODES.has(name) ? codeDamageOf(text) : damageOf(text);
  if (damage) throw usageProblem(damage.code, `${name}=${text}: ${damage.message}`, "FACTS");
  if (isPlaceholder(text)) {
    const why = `${name}=${text} stands for no value. Give the value that is right.`;
    throw usageProblem("PLACEHOLDER", why, "FACTS");
  }
}
