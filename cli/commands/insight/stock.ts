// `insight stock`: what the caller holds, part by part, and whether it adds up.
import { StockAnswer } from "../../../api/insight.ts";
import { readDay } from "../../input/days.ts";
import { moment, pieces } from "../../output/terminal.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { type AnswerOptions, right, showAnswer } from "./answer.ts";

export const addStock: AddCommand = (group, act) =>
  group
    .command("stock")
    .description("what you hold, part by part: opening, what came and went, closing")
    .option("--from <day>", "when the statement opens, as YYYY-MM-DD; default: at the beginning")
    .option("--to <day>", "when it closes, as YYYY-MM-DD; default: now")
    .option("--mpn <number>", "only this part number")
    .option("--site <name>", "only parts with lots at this site")
    .option("--lots", "list the lots, too")
    .option("--as-of <day>", "only what was known at the end of this day")
    .option("--csv", "print the parts as CSV")
    .action(act(showStock));

interface Options extends AnswerOptions {
  from?: string;
  to?: string;
  mpn?: string;
  site?: string;
  lots?: boolean;
}

const sum = (counts: Partial<Record<string, number>>) =>
  Object.values(counts).reduce<number>((all, count) => all + (count ?? 0), 0);

async function showStock(command: Command, { from, to, mpn, site, lots, asOf, csv }: Options) {
  const answer = await command.caller.api.get("/v1/insight/stock", StockAnswer, {
    ...(from !== undefined && { from: String(readDay(from, "--from", "start")) }),
    ...(to !== undefined && { to: String(readDay(to, "--to", "end")) }),
    ...(mpn !== undefined && { mpn }),
    ...(site !== undefined && { site }),
    ...(asOf !== undefined && { asOf: String(readDay(asOf, "--as-of", "end")) }),
  });
  const parts = {
    columns: [
      "manufacturer",
      "mpn",
      ...["opening", "in", "out", "closing", "free", "on hold", "sent", "recalled", "coming"].map(
        right,
      ),
    ],
    rows: answer.parts.map((part) => [
      part.part?.manufacturer ?? "not shown",
      part.part?.mpn ?? "not shown",
      ...[
        part.opening,
        sum(part.in),
        sum(part.out),
        part.closing,
        part.free,
        part.held,
        part.sent,
        part.recalled,
        part.coming,
      ].map(csv ? String : pieces),
    ]),
  };
  const held = {
    columns: ["lot", "mpn", right("pieces"), "state", "site", "date code", "since"],
    rows: answer.parts.flatMap(({ part, lots: some }) =>
      some.map((lot) => [
        lot.lotNumber ?? lot.lot,
        part?.mpn ?? "not shown",
        pieces(lot.pieces),
        lot.not === null ? "free" : lot.not === "held" ? "on hold" : lot.not,
        lot.site ?? "",
        lot.dateCode ?? "",
        moment(lot.since),
      ]),
    ),
  };
  showAnswer(command, answer, lots && !csv ? [parts, held] : [parts], csv);
  return answer;
}
