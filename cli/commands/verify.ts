// `verify`: gives the verdict on a lot through the service, or on a bundle without it. The exit code is the verdict.
import { stat } from "node:fs/promises";
import { Verdict } from "../../protocol/verdict/verdict.ts";
import { EXIT_CODES_HELP } from "../output/help.ts";
import { Problem, usageProblem, VERDICT_EXIT } from "../output/outcome.ts";
import { showVerdict } from "../output/verdict.ts";
import type { AddCommand, Command } from "../service/command.ts";
import { lotPath } from "../service/lots.ts";
import { addBundleOptions, type BundleOptions, verifyBundleFile } from "./verify-bundle.ts";

export const verify: AddCommand = (program, act) =>
  addBundleOptions(
    program
      .command("verify")
      .description("verify a lot through the service, or a bundle without it, against the chain")
      .argument("<lot>", "its id or lot number; or a bundle's file, or - for one on stdin"),
  )
    .addHelpText("after", EXIT_CODES_HELP)
    .action(act(verifyLotOrBundle, ({ verdict }) => VERDICT_EXIT[verdict]));

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
