// `bundle`: fetches a lot's bundle into a file, which anyone can verify without the service.
import { z } from "zod";
import { claimOf } from "../../../protocol/trail/bundle-claim.ts";
import { writeNewFile } from "../../output/files.ts";
import { EXIT, Problem } from "../../output/outcome.ts";
import type { AddCommand, Command } from "../../service/command.ts";
import { findLot } from "../../service/lots.ts";

export const bundle: AddCommand = (program, act) =>
  program
    .command("bundle")
    .description("fetch a lot's bundle, to be verified elsewhere")
    .argument("<lot>", "its id or lot number")
    .requiredOption("--out <file>", "the file to write; it must not exist yet")
    .action(act(fetchBundle));

/** Fetches the bundle with what the caller may see of it. */
async function fetchBundle({ caller, terminal }: Command, name: string, { out }: { out: string }) {
  const { lot, lotNumber } = await findLot(caller.api, name);
  const content = await caller.api.get(`/v1/lots/${lot}/bundle`, z.unknown(), { format: "json" });
  const claim = claimOf(content);
  if (!claim.isBundle || claim.lot !== lot)
    throw new Problem("NOT_A_SERVICE", "The service's answer is not a bundle of this lot.", {
      exit: EXIT.unreachable,
    });
  await writeNewFile(out, `${JSON.stringify(content, undefined, 1)}\n`);
  terminal.line(`${out}: the bundle of lot ${lotNumber ?? lot}, with ${claim.events ?? 0} events`);
  terminal.line(`To verify it: reelproof verify ${out} --rpc URL --ledger ADDRESS`);
  return { file: out, ...claim };
}
