// `insight promises`: how each sender's promised times of arrival held.
import { PromisesAnswer } from "../../../api/insight.ts";
import { pieces } from "../../output/terminal.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { type AnswerOptions, partyNames, percent, right, showAnswer } from "./answer.ts";

export const addPromises: AddCommand = (group, act) =>
  group
    .command("promises")
    .description("whose promised times of arrival hold, and what to add to them")
    .option("--csv", "print the senders as CSV")
    .action(act(showPromises));

const DAY_SECONDS = 24 * 60 * 60;

async function showPromises(command: Command, { csv }: AnswerOptions) {
  const answer = await command.caller.api.get("/v1/insight/promises", PromisesAnswer);
  const nameOf = partyNames(answer);
  const rows = answer.of.map(({ party, carrier, service, n, inWindow, add90, measured }) => [
    nameOf(party),
    carrier ?? "",
    service ?? "",
    pieces(n),
    inWindow.rate === null ? "" : percent(inWindow.rate),
    inWindow.interval === null ? "" : inWindow.interval.map(percent).join(" to "),
    add90 === null ? "" : String(Math.round((add90 / DAY_SECONDS) * 10) / 10),
    measured[1] === 0 ? "" : `${measured[0]} of ${measured[1]}`,
  ]);
  const columns = [
    "sender",
    "carrier",
    "service",
    right("promises"),
    right("kept"),
    "interval",
    right("days to add"),
    "held so far",
  ];
  showAnswer(command, answer, [{ columns, rows }], csv);
  return answer;
}
