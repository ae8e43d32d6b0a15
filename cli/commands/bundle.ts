// `bundle`: a lot's bundle from the service, as a file that is verified without it.
import { writeFile } from "node:fs/promises";
import { z } from "zod";
import { claimOf } from "../../protocol/trail/bundle-claim.ts";
import type { Command } from "../service/command.ts";
import { resolveLot } from "../service/lots.ts";
import { EXIT, Problem } from "../output/outcome.ts";

/**
 * Fetches a lot's bundle, with what the caller may see of it, and writes it to a new file.
 * @throws Problem NOT_A_SERVICE where the answer is no bundle; BAD_FILE where the file cannot be made
 */
export async function fetchBundle(
  { caller, terminal }: Command,
  named: string,
  { out }: { out: string },
) {
  const lot = await resolveLot(caller.api, named);
  const bundle = await caller.api.get(`/v1/lots/${lot}/bundle`, z.unknown(), { format: "json" });
  const claim = claimOf(bundle);
  if (!claim.isBundle || claim.lot !== lot)
    throw new Problem("NOT_A_SERVICE", "the service's answer is no bundle of this lot", {
      exit: EXIT.unreachable,
    });
  await writeFile(out, `${JSON.stringify(bundle, undefined, 1)}\n`, { flag: "wx" }).catch(
    (cause: unknown) => {
      throw new Problem("BAD_FILE", `${out}: cannot be made, or is there already`, {
        ...{ field: "--out", exit: EXIT.usage, cause },
      });
    },
  );
  terminal.line(`${out}: the bundle of lot ${lot}, with ${claim.events ?? 0} events`);
  terminal.line(`verify it: reelproof verify ${out} --rpc URL --ledger ADDRESS`);
  return { file: out, ...claim };
}
