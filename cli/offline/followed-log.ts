// What states of `log audit` say of a bundle's trail: the logs that whoever verifies has followed.
import type { RecoverPublicKey } from "../../protocol/base/crypto.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import type { Domain } from "../../protocol/event/event.ts";
import type { FollowedLog } from "../../protocol/verdict/facts.ts";
import { followedLog } from "../../protocol/audit/followed.ts";
import { parseOrigin } from "../../protocol/log/signed-note.ts";
import { Trail } from "../../protocol/trail/trail.ts";
import { replay } from "../../protocol/verify/replay.ts";
import { readAuditState } from "./audit-state.ts";
import { EXIT, Problem } from "../output/outcome.ts";

/** What is verified, and what is trusted: a state must be of a log of this ledger, anchored on this contract. */
export interface FollowedOptions {
  trail: unknown;
  trust: Domain & { checkpoints?: string };
  recover: RecoverPublicKey;
  /** Told of a state of which nothing is anchored yet. */
  note: (text: string) => void;
}

/**
 * The logs of some states, each up to the newest anchored checkpoint that its audit followed. Audits may run on meanwhile.
 * @param files each a state of `log audit`
 * @returns none for a trail that is none, which its verdict says
 * @throws Problem STATE_UNUSABLE, ANOTHER_LOG, TOO_LARGE
 */
export function followedLogs(
  files: readonly string[],
  { trail: input, trust, recover, note }: FollowedOptions,
) {
  const { data } = Trail.safeParse(input);
  if (!data) return [];
  const trail = replay(data, { chainId: trust.chainId, ledger: trust.ledger }, recover);
  return files.flatMap((file): FollowedLog[] => {
    const found = inState(file, trust, trail);
    if (!found) note(`${file}: nothing of what it followed is anchored yet`);
    return found ? [found] : [];
  });
}

function inState(file: string, trust: FollowedOptions["trust"], trail: ReturnType<typeof replay>) {
  const state = readAuditState(file, "--followed");
  try {
    const log = state.log();
    const named = log && parseOrigin(log.origin);
    if (!named) throw problem("STATE_UNUSABLE", `${file} has followed no log yet`);
    const { domain, operator } = named;
    if (domain.chainId !== trust.chainId || domain.ledger !== trust.ledger)
      throw problem("ANOTHER_LOG", `${file} is of a log of another ledger, ${log.origin}`);
    if (trust.checkpoints !== undefined && log.contract !== trust.checkpoints)
      throw problem(
        "ANOTHER_LOG",
        `${file} is of a log that is anchored on another contract, ${log.contract}`,
      );
    return followedLog(state.memory, { operator, logs: state.anchored().logs, trail });
  } catch (error) {
    if (error instanceof ProtocolError) throw problem(error.code, `${file}: ${error.message}`);
    throw error;
  } finally {
    state.close();
  }
}

const problem = (code: string, why: string) =>
  new Problem(code, why, { field: "--followed", exit: EXIT.usage });
