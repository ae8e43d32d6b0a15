// Reads what operators' logs prove about a trail's events: their anchored checkpoints, and logs that were followed completely.
import { fromHex } from "../base/bytes.ts";
import type { CheckpointAnchored } from "../chain/checkpoint.ts";
import type { Block } from "../chain/node.ts";
import type { LedgerReader, LogSize } from "../chain/reader.ts";
import { ProtocolError } from "../base/errors.ts";
import type { FollowedLog } from "../verdict/facts.ts";
import { leafHash, verifyInclusion } from "../base/merkle.ts";
import type { LogProof } from "../trail/trail.ts";
import type { ObservationIn } from "../verdict/verdict.ts";
import type { Step } from "./replay.ts";

/** Why an event's proof from a log does not count. */
export type LogFault = Pick<ObservationIn<"logs">, "code" | "field" | "expected" | "found">;

/** A log that the reader has followed, compared with the chain. */
export interface KnownLog extends FollowedLog {
  /** Where it was anchored as it was followed. Undefined if it was not. */
  anchored: CheckpointAnchored | undefined;
  /** Whether nothing larger was anchored. */
  isNewest: boolean;
}

export interface Logs {
  /** The first checkpoint that contains each event: it counts as logged from there. */
  logged: Map<Step, CheckpointAnchored>;
  faults: Map<Step, LogFault>;
  followed: KnownLog[];
}

export const NO_LOGS: Logs = { logged: new Map(), faults: new Map(), followed: [] };

type Claim = Step & { logged: LogProof };
const hasClaim = (step: Step): step is Claim => step.logged !== undefined;

/**
 * Reads where events were logged, and how far logs were anchored.
 * @param contract the trusted checkpoint contract; undefined: no proof counts
 * @throws ProtocolError CHAIN_UNREACHABLE, CHAIN_INCONSISTENT
 */
export async function readLogs(
  reader: LedgerReader,
  contract: string | undefined,
  steps: readonly Step[],
  followed: readonly FollowedLog[],
  head: Block,
): Promise<Logs> {
  const claims = steps.filter(hasClaim);
  if (claims.length === 0) return NO_LOGS;
  if (contract === undefined)
    return {
      ...NO_LOGS,
      faults: new Map(
        claims.map((step) => [step, { code: "CHECKPOINTS_NOT_TRUSTED", field: "logged" }]),
      ),
    };

  const wanted = new Map(
    [...claims.map(({ logged }) => logged), ...followed].map((log) => [nameOf(log), log]),
  );
  const operators = [...new Set(followed.map(({ operator }) => operator))];
  const [checkpoints, newest] = await Promise.all([
    reader.checkpoints(contract, [...wanted.values()], head.number),
    reader.newestCheckpoints(contract, operators, head.hash),
  ]);
  const newestSizes = new Map(operators.map((operator, i) => [operator, newest[i]?.size ?? 0]));
  for (const { operator, size } of checkpoints)
    if (size > (newestSizes.get(operator) ?? size))
      throw new ProtocolError(
        "CHAIN_INCONSISTENT",
        "a log is anchored beyond its newest checkpoint",
      );

  const anchored = new Map(checkpoints.map((each) => [nameOf(each), each]));
  const logged = new Map<Step, CheckpointAnchored>();
  const faults = new Map<Step, LogFault>();
  for (const step of claims) {
    const checkpoint = anchored.get(nameOf(step.logged));
    const fault = faultOf(step, checkpoint);
    if (fault) faults.set(step, fault);
    else logged.set(step, checkpoint!);
  }
  return {
    logged,
    faults,
    followed: followed.map((log) => compareLog(log, anchored.get(nameOf(log)), newestSizes)),
  };
}

const nameOf = ({ operator, size }: LogSize) => `${operator} ${size}`;

function compareLog(
  log: FollowedLog,
  anchored: CheckpointAnchored | undefined,
  newestSizes: ReadonlyMap<string, number>,
): KnownLog {
  const isSame = anchored?.root === log.root;
  return {
    ...log,
    anchored: isSame ? anchored : undefined,
    isNewest: isSame && log.size >= newestSizes.get(log.operator)!,
  };
}

/** Checks an event's proof. Only the first checkpoint counts: with a later one, a signer could choose the time of judgement. */
function faultOf(
  { digest, logged }: Claim,
  checkpoint: CheckpointAnchored | undefined,
): LogFault | undefined {
  const { index, size, proof } = logged;
  if (checkpoint === undefined)
    return { code: "CHECKPOINT_NOT_ANCHORED", field: "logged.size", found: size };
  const leaf = leafHash(fromHex(digest));
  if (!verifyInclusion(leaf, index, size, proof.map(fromHex), fromHex(checkpoint.root)))
    return { code: "LOG_PROOF_WRONG", field: "logged.proof", expected: checkpoint.root };
  if (index < checkpoint.previousSize)
    return {
      code: "CHECKPOINT_NOT_FIRST",
      field: "logged.size",
      expected: checkpoint.previousSize,
      found: size,
    };
  return undefined;
}
