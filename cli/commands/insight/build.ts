// `insight build`: how many units of a product can be started, and which part runs out first.
import { BuildAnswer } from "../../../api/insight.ts";
import { readCount, readWholeNumber } from "../../input/options.ts";
import { moment, pieces } from "../../output/terminal.ts";
import { type AddCommand, collect, type Command } from "../../service/command.ts";
import { type AnswerOptions, partyNames, right, showAnswer } from "./answer.ts";

export const addBuild: AddCommand = (group, act) =>
  group
    .command("build")
    .description("how many units of a product you can start, and which part runs out first")
    .argument("<product>", "the product's part number")
    .option("--units <number>", "how many you want")
    .option("--site <name>", "only pieces at this site")
    .option(
      "--bom <mpn=pieces>",
      "pieces of a part number in a unit, instead of what past assemblies used; repeatable",
      collect,
    )
    .option("--verify", "verify the lots, and leave out those with FAIL or HOLD")
    .option("--csv", "print the parts as CSV")
    .action(act(showBuild));

interface Options extends AnswerOptions {
  units?: string;
  site?: string;
  bom?: string[];
  verify?: boolean;
}

const perUnitText = ([fewest, most]: readonly [number, number]) => {
  const text = (count: number) => String(Math.round(count * 1000) / 1000);
  return fewest === most ? text(most) : `${text(fewest)} to ${text(most)}`;
};

async function showBuild(
  command: Command,
  product: string,
  { units, site, bom, verify, csv }: Options,
) {
  const lines = bom?.map((text) => readCount(text, "--bom"));
  const answer = await command.caller.api.post("/v1/insight/build", BuildAnswer, {
    product,
    ...(units !== undefined && { units: readWholeNumber(units, "--units", { min: 1, max: 1e9 }) }),
    ...(site !== undefined && { site }),
    ...(lines && { bom: Object.fromEntries(lines.map(({ name, quantity }) => [name, quantity])) }),
    ...(verify && { verify }),
  });
  const nameOf = partyNames(answer);
  showAnswer(
    command,
    answer,
    [
      {
        columns: [
          "mpn",
          right("per unit"),
          right("usable"),
          right("units"),
          "lots to pick",
          "left out",
        ],
        rows: answer.lines.map((line) => [
          line.mpn,
          perUnitText(line.perUnit),
          csv ? String(line.usable) : pieces(line.usable),
          csv ? String(line.units) : pieces(line.units),
          line.lots.map(({ lotNumber, lot }) => lotNumber ?? lot.slice(0, 14)).join(", "),
          line.left
            .map(
              ({ lotNumber, lot, why }) => `${lotNumber ?? lot.slice(0, 14)} (${why.join(", ")})`,
            )
            .join("; "),
        ]),
      },
      {
        columns: ["built by", "site", "line", right("units"), "last"],
        rows: answer.builtAt.map((each) => [
          nameOf(each.party),
          each.site ?? "not said",
          each.line ?? "not said",
          pieces(each.units),
          moment(each.last),
        ]),
      },
    ],
    csv,
  );
  return answer;
}
