// `insight demand`: how many pieces of each part the coming weeks take.
import { DemandAnswer } from "../../../api/demand.ts";
import { readDay } from "../../input/days.ts";
import { pieces } from "../../output/terminal.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { type AnswerOptions, right, showAnswer } from "./answer.ts";

export const addDemand: AddCommand = (group, act) =>
  group
    .command("demand")
    .description("how many pieces of each part the coming weeks take, nine times in ten at most")
    .option("--weeks <number>", "weeks that are added up, 1 to 26", "8")
    .option("--mpn <number>", "only this part number")
    .option("--as-of <day>", "only what was known at the end of this day")
    .option("--csv", "print the parts as CSV")
    .action(act(showDemand));

interface Options extends AnswerOptions {
  weeks: string;
  mpn?: string;
}

async function showDemand(command: Command, { weeks, mpn, asOf, csv }: Options) {
  const answer = await command.caller.api.get("/v1/insight/demand", DemandAnswer, {
    weeks,
    ...(mpn !== undefined && { mpn }),
    ...(asOf !== undefined && { asOf: String(readDay(asOf, "--as-of", "end")) }),
  });
  const count = (some: number | null | undefined) =>
    some === null || some === undefined ? "" : csv ? String(some) : pieces(Math.round(some));
  showAnswer(
    command,
    answer,
    [
      {
        columns: [
          ...["mpn", "way"],
          ...[right("last weeks"), right("likely"), right("nine in ten at most")],
          ...["method", "past bounds held"],
        ],
        rows: answer.parts.map(({ part, flow, past, band, method, kept: [held, of] }) => [
          part.mpn,
          flow,
          count(past.slice(-answer.weeks).reduce((sum, one) => sum + one, 0)),
          count(band?.[1]),
          count(band?.[2]),
          method ?? "",
          of === 0 ? "" : `${held} of ${of}`,
        ]),
      },
    ],
    csv,
  );
  return answer;
}
