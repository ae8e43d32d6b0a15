// `insight track-record`: how past forecasts of arrivals did, recomputed from what was known at their time.
import { TrackRecordAnswer } from "../../../api/insight.ts";
import { moment, pieces, short } from "../../output/terminal.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { type AnswerOptions, right, showAnswer } from "./answer.ts";

export const addTrackRecord: AddCommand = (group, act) =>
  group
    .command("track-record")
    .description("how the forecasts of the last half year did, week by week")
    .option("--csv", "print the weeks as CSV")
    .action(act(showTrackRecord));

const days = (some: number | null) => (some === null ? "" : String(Math.round(some * 100) / 100));

async function showTrackRecord(command: Command, { csv }: AnswerOptions) {
  const answer = await command.caller.api.get("/v1/insight/track-record", TrackRecordAnswer);
  showAnswer(
    command,
    answer,
    [
      {
        columns: [
          "week of",
          right("forecasts"),
          right("held"),
          right("loss, days"),
          right("naive loss"),
          right("width, days"),
          right("not said"),
        ],
        rows: answer.cuts
          .filter(({ n, abstained }) => n > 0 || abstained > 0)
          .map(({ at, n, inside, loss, naive, width, abstained }) => [
            moment(at).slice(0, 10),
            pieces(n),
            pieces(inside),
            days(loss),
            days(naive),
            days(width),
            pieces(abstained),
          ]),
      },
      {
        columns: ["worst misses", "forecast of", "said by", "arrived"],
        rows: answer.worst.map(({ subject, at, said, was }) => [
          short(subject),
          moment(at),
          moment(Math.round(said)),
          moment(Math.round(was)),
        ]),
      },
    ],
    csv,
  );
  return answer;
}
