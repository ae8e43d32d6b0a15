// `insight origins`: how much of each part hangs on one place, with bounds for what is not shown.
import { Option } from "commander";
import { LensName, OriginsAnswer } from "../../../api/insight.ts";
import { readDay } from "../../input/days.ts";
import { pieces } from "../../output/terminal.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { type AnswerOptions, percent, right, showAnswer } from "./answer.ts";

export const addOrigins: AddCommand = (group, act) =>
  group
    .command("origins")
    .description("how much of each part hangs on one country or site")
    .addOption(
      new Option("--lens <lens>", "by what the origin is told")
        .choices(LensName.options)
        .default("declared"),
    )
    .option("--from <day>", "pieces that came in from this day on; default: the last year")
    .option("--place <place>", "a country or site: what each product takes from there")
    .option("--csv", "print the shares as CSV")
    .action(act(showOrigins));

interface Options extends AnswerOptions {
  lens: string;
  from?: string;
  place?: string;
}

const boundsText = ([least, most]: readonly [number, number]) =>
  percent(least) === percent(most) ? percent(least) : `${percent(least)} to ${percent(most)}`;

async function showOrigins(command: Command, { lens, from, place, csv }: Options) {
  const answer = await command.caller.api.get("/v1/insight/origins", OriginsAnswer, {
    lens,
    ...(from !== undefined && { from: String(readDay(from, "--from", "start")) }),
    ...(place !== undefined && { place }),
  });
  const rows = answer.parts.flatMap(({ part, pieces: all, places, unknown, flips }) => {
    const head = [part.manufacturer, part.mpn];
    const shares = places.map((each) => [
      ...head,
      each.place,
      csv ? String(each.pieces) : pieces(each.pieces),
      boundsText(each.share),
      flips.join(", "),
    ]);
    const dark = Math.round(unknown * all);
    return unknown === 0
      ? shares
      : [
          ...shares,
          [...head, "not shown", csv ? String(dark) : pieces(dark), percent(unknown), ""],
        ];
  });
  showAnswer(
    command,
    answer,
    [
      {
        columns: ["manufacturer", "mpn", "place", right("pieces"), "share", "differs by"],
        rows,
      },
      {
        columns: ["product", "takes for certain", "may take"],
        rows: answer.products.map(({ product, certain, possible }) => [
          product,
          certain.join(", "),
          possible.filter((mpn) => !certain.includes(mpn)).join(", "),
        ]),
      },
    ],
    csv,
  );
  return answer;
}
