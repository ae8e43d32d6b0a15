// `inspect`: records the result of an inspection of lots.
import { Option } from "commander";
import {
  DETAIL_FIELDS,
  type DetailField,
  type DetailName,
} from "../../../protocol/event/detail-fields.ts";
import { readDetail } from "../../input/details.ts";
import { countOf } from "../../output/terminal.ts";
import { actOnLots, given, showAct } from "../../service/acts.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { uploadPhoto } from "../../service/documents.ts";
import { findLots } from "../../service/lots.ts";

/** The facts that an inspection can state. */
const FACTS = (Object.keys(DETAIL_FIELDS) as DetailName[]).filter((name) => {
  const { on }: DetailField = DETAIL_FIELDS[name];
  return on.includes("inspect");
});

export const inspect: AddCommand = (program, act) =>
  program
    .command("inspect")
    .description("record the result of an inspection of lots that you hold; verdicts show it")
    .argument("<lots...>", "their numbers, ids or labels; and FIELD=VALUE for further facts")
    .addOption(
      new Option("--result <result>", "the decision")
        .choices(["accepted", "conditional", "rejected"])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option("--test <result>", "the result of a test").choices([
        "pass",
        "fail",
        "inconclusive",
      ]),
    )
    .option("--method <name>", "the test's method, such as AS6171/4")
    .option("--remarks <text>", "what was seen, in words")
    .option("--photo <file>", "a photo, which is uploaded and named by its hash")
    .addHelpText(
      "after",
      `\nFIELD is one of ${FACTS.join(", ")}. docs/detail-fields.md explains them.`,
    )
    .action(act(inspectLots));

interface Options {
  result: string;
  test?: string;
  method?: string;
  remarks?: string;
  photo?: string;
}

async function inspectLots(
  { caller: { api }, terminal }: Command,
  texts: string[],
  { result: inspectionResult, test, method, remarks, photo }: Options,
) {
  const isFact = (text: string) => /^[a-z]+=/i.test(text);
  const facts = texts
    .filter(isFact)
    .map((text) => readDetail(text, FACTS, "a fact that an inspection states"));
  const lots = await findLots(
    api,
    texts.filter((text) => !isFact(text)),
  );
  const photoHash = await uploadPhoto(api, photo);
  const details = given({
    inspectionResult,
    testResult: test,
    testMethod: method,
    remarks,
    photoHash,
    ...Object.fromEntries(facts),
  });
  const ids = lots.map(({ lot }) => ({ lot }));
  const result = await actOnLots(api, "inspection", ids, details);
  const tested = test === undefined ? "" : `, test: ${test}`;
  const text = `${countOf(lots.length, "lot")}: ${inspectionResult}${tested}`;
  return { ...showAct(terminal, { verb: "inspected", text }, lots, result), details };
}
