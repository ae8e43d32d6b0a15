// `insight recall`: where all pieces of lots are, and how many units can hold one.
import { RecallAnswer } from "../../../api/insight.ts";
import { pieces } from "../../output/terminal.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { type AnswerOptions, partyNames, right, showAnswer } from "./answer.ts";

export const addRecall: AddCommand = (group, act) =>
  group
    .command("recall")
    .description(
      "drill a recall, without a notice: where all pieces are, and how many units can hold one",
    )
    .argument("<lots...>", "lots, by id, lot number or label")
    .option("--csv", "print the holders as CSV")
    .action(act(showRecall));

async function showRecall(command: Command, lots: string[], { csv }: AnswerOptions) {
  const answer = await command.caller.api.post("/v1/insight/recall", RecallAnswer, { lots });
  const nameOf = partyNames(answer);
  const text = csv ? String : pieces;
  const holders = {
    columns: [
      "holder",
      right("lots"),
      right("pieces"),
      right("handed on to it"),
      right("product units"),
    ],
    rows: answer.holders.map((one) => [
      nameOf(one.party),
      text(one.lots),
      text(one.pieces),
      text(one.handedOn),
      text(one.units),
    ]),
  };
  const balance = {
    columns: [
      "lot",
      ...[
        "issued",
        "in lots",
        "on the way",
        "handed on",
        "used",
        "scrapped",
        "short",
        "not seen",
        "difference",
      ].map(right),
    ],
    rows: answer.lots.map((lot) => [
      lot.lotNumber ?? lot.lot.slice(0, 14),
      ...[
        lot.issued,
        lot.free,
        lot.transit,
        lot.handedOn,
        lot.consumed,
        lot.scrapped,
        lot.short,
        lot.unseen,
        lot.difference,
      ].map(text),
    ]),
  };
  const products = {
    columns: ["product lot", "mpn", right("units"), "affected", "held by"],
    rows: answer.products.map(({ lot, lotNumber, mpn, units, affected: [least, most], holder }) => [
      lotNumber ?? lot.slice(0, 14),
      mpn ?? "",
      text(units),
      least === most ? text(least) : `${text(least)} to ${text(most)}`,
      holder === null ? "" : nameOf(holder),
    ]),
  };
  showAnswer(command, answer, csv ? [holders] : [balance, products, holders], csv);
  return answer;
}
