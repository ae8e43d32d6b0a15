// `insight arrivals`: what is on the way to the caller, and when it arrives.
import { ArrivalsAnswer } from "../../../api/insight.ts";
import { readDay } from "../../input/days.ts";
import { moment, pieces, short } from "../../output/terminal.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { type AnswerOptions, partyNames, percent, right, showAnswer } from "./answer.ts";

export const addArrivals: AddCommand = (group, act) =>
  group
    .command("arrivals")
    .description("what is on the way to you, and by when it arrives nine times in ten")
    .option("--as-of <day>", "only what was known at the end of this day")
    .option("--csv", "print the shipments as CSV")
    .action(act(showArrivals));

const timeText = (time: number | null | undefined) =>
  time === null || time === undefined ? "" : moment(time);

async function showArrivals(command: Command, { asOf, csv }: AnswerOptions) {
  const answer = await command.caller.api.get("/v1/insight/arrivals", ArrivalsAnswer, {
    ...(asOf !== undefined && { asOf: String(readDay(asOf, "--as-of", "end")) }),
  });
  const nameOf = partyNames(answer);
  const rows = answer.shipments.map((one) => [
    csv ? one.event : short(one.event),
    nameOf(one.from),
    one.parts.map(({ mpn, pieces: count }) => `${pieces(count)} ${mpn ?? "not shown"}`).join(", "),
    moment(one.left),
    timeText(one.promised),
    timeText(one.arrival?.[1]),
    timeText(one.arrival?.[2]),
    one.late === null ? "" : percent(one.late),
    one.n === 0 ? "" : `${one.n} (${one.kept[0]} of ${one.kept[1]} bounds held)`,
  ]);
  const columns = [
    "shipment",
    "from",
    "parts",
    "left",
    "promised",
    "likely",
    "nine in ten by",
    right("late"),
    "from past shipments",
  ];
  showAnswer(command, answer, [{ columns, rows }], csv);
  return answer;
}
