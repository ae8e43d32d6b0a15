// Reads the states of `log audit` for a bundle's trail: the logs that the verifying reader has followed.
import type { RecoverPublicKey } from "../../protocol/base/crypto.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import type { Domain } from "../../protocol/event/event.ts";
import type { FollowedLog } from "../../protocol/verdict/facts.ts";
import { followedLog } from "../../protocol/audit/followed.ts";
import { parseOrigin } from "../../protocol/log/signed-note.ts";
import { Trail } from "../../protocol/trail/trail.ts";
import { replay } from "../../protocol/verify/replay.ts";
import { readAuditState } from "./audit-state.ts";
import { usageProblem } from "../output/outcome.ts";

/** The trail to verify, and what is trusted. A state must belong to a log of this ledger, anchored on this contract. */
export interface FollowedOptions {
  trail: unknown;
  trust: Domain & { checkpoints?: string };
  recover: RecoverPublicKey;
  /** Receives a line for a state of which nothing is anchored yet. */
  note: (text: string) => void;
}

/**
 * The logs of some states, each up to the newest anchored checkpoint that its audit followed. Audits may keep running.
 * @param files each a state of `log audit`
 * @returns none where the trail is invalid, which its verdict reports
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
    const log = logIn(file, trust, trail);
    if (!log) note(`${file}: nothing that this audit followed is anchored yet.`);
    return log ? [log] : [];
  });
}

function logIn(file: string, trust: FollowedOptions["trust"], trail: ReturnType<typeof replay>) {
  const state = readAuditState(file, "--followed");
  try {
    const log = state.log();
    const origin = log && parseOrigin(log.origin);
    if (!origin) throw problem("STATE_UNUSABLE", `${file} has not followed a log yet.`);
    const { domain, operator } = origin;
    if (domain.chainId !== trust.chainId || domain.ledger !== trust.ledger)
      throw problem("ANOTHER_LOG", `${file} belongs to a log of another ledger, ${log.origin}.`);
    if (trust.checkpoints !== undefined && log.contract !== trust.checkpoints)
      throw problem(
        "ANOTHER_LOG",
        `${file} belongs to a log that is anchored on another contract, ${log.contract}.`,
      );
    return followedLog(state.memory, { operator, logs: state.anchored().logs, trail });
  } catch (error) {
    if (error instanceof ProtocolError) throw problem(error.code, `${file}: ${error.message}`);
    throw error;
  } finally {
    state.close();
  }
}

const problem = (code: string, why: string) => usageProblem(code, why, "--followed");
