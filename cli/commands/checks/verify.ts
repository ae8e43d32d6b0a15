// `verify`: gives the verdict on a lot through the service, or on a bundle without it; or on several lots, with a tally. The exit
// code is the verdict, and of several the worst.
import { stat } from "node:fs/promises";
import { MAX_BULK, type VerdictResult, Verdicts } from "../../../api/bulk.ts";
import { headOf } from "../../../protocol/verdict/head.ts";
import { Verdict } from "../../../protocol/verdict/verdict.ts";
import { WHAT_IT_PROVES } from "../../../protocol/verdict/words.ts";
import { EXIT_CODES_HELP } from "../../output/help.ts";
import { Problem, usageProblem, VERDICT_EXIT } from "../../output/outcome.ts";
import { outcomeText, showTally, worstExit } from "../../output/tally.ts";
import { showTable } from "../../output/terminal.ts";
import { showVerdict } from "../../output/verdict.ts";
import { LONG_TIMEOUT_MS } from "../../service/api.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { lotPath } from "../../service/lots.ts";
import { addBundleOptions, type BundleOptions, verifyBundleFile } from "./verify-bundle.ts";

export const verify: AddCommand = (program, act) =>
  addBundleOptions(
    program
      .command("verify")
      .description("verify lots through the service, or a bundle without it, against the chain")
      .argument("<lot...>", "numbers, ids or labels; or a bundle's file, or - for one on stdin"),
  )
    .addHelpText("after", EXIT_CODES_HELP)
    .action(act(verifyAll, exitOf));

/** The verdicts on several lots. */
interface Several {
  results: VerdictResult[];
}

const exitOf = (result: Verdict | Several) =>
  "results" in result ? worstExit(result.results.map(outcomeOf)) : VERDICT_EXIT[result.verdict];

const outcomeOf = (result: VerdictResult) => ("verdict" in result ? result.verdict.verdict : null);

function verifyAll(
  command: Command,
  names: string[],
  options: BundleOptions,
): Promise<Verdict | Several> {
  const [first, second] = names;
  if (second === undefined) return verifyLotOrBundle(command, first!, options);
  if (Object.keys(options).length > 0) {
    const why = "Options of bundles hold for one bundle. Verify one file at a time.";
    throw usageProblem("BAD_ARGUMENT", why, "LOT");
  }
  return verifyLots(command, names);
}

/** A line for each lot, and how many have which verdict. `verify` of one lot says more. */
async function verifyLots({ caller: { api }, terminal }: Command, names: string[]) {
  const results: VerdictResult[] = [];
  for (let start = 0; start < names.length; start += MAX_BULK) {
    const lots = names.slice(start, start + MAX_BULK);
    const part = await api.post("/v1/verdicts", Verdicts, { lots }, LONG_TIMEOUT_MS);
    results.push(...part.results);
    terminal.progress("verify", results.length, names.length);
  }
  const rows = results.map((result) =>
    "verdict" in result
      ? [
          result.verdict.identity.lotNumber ?? result.name,
          outcomeText(terminal, result.verdict.verdict),
          headOf(result.verdict).because ?? "",
        ]
      : [result.name, "", `${result.error.code}: ${result.error.detail}`],
  );
  showTable(terminal, ["lot", "verdict", "why"], rows);
  terminal.line();
  showTally(terminal, "lot", results.map(outcomeOf));
  terminal.line(terminal.style("dim", WHAT_IT_PROVES));
  return { results };
}

/**
 * Verifies a bundle where the name is a file's or "-", else a lot. A lot number may look like a path, so without such a file the
 * service is asked.
 */
async function verifyLotOrBundle(command: Command, name: string, options: BundleOptions) {
  if (name === "-" || (await isFile(name))) return verifyBundleFile(command, name, options);
  if (Object.keys(options).length > 0)
    throw usageProblem("BAD_FILE", `There is no file ${name}.`, "LOT");
  if (!LOOKS_LIKE_PATH.test(name)) return verifyLot(command, name);
  return verifyLot(command, name).catch((error: unknown) => {
    if (!(error instanceof Problem)) throw error;
    throw new Problem(error.code, `There is no file ${name}. ${error.message}`, error);
  });
}

const LOOKS_LIKE_PATH = /[\\/]|\.json$/i;

const isFile = (path: string) =>
  stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );

async function verifyLot({ caller: { api }, terminal }: Command, name: string) {
  const verdict = await api.get(lotPath(name, "/verdict"), Verdict);
  showVerdict(verdict, name, terminal);
  return verdict;
}
