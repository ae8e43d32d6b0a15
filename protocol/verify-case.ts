// What every rule of findings is given: the trail replayed, what the chain says of it, and what the reader trusts.
import type { Trail } from "./trail.ts";
import type { Found } from "./verdict.ts";
import { type Chain, type Place, AFTER_ALL } from "./verify-chain.ts";
import type { Identities } from "./verify-identity.ts";
import type { Notices } from "./verify-notices.ts";
import type { Replay, Step } from "./verify-replay.ts";

/** How the reader wants some things to be judged. */
export interface Policy {
  /** What a standing suspicion makes of the verdict; WARN unless told otherwise. */
  suspicion?: "WARN" | "HOLD";
  /** From how many seconds on an event counts as settled late; 30 days unless told otherwise. */
  lateAfterSeconds?: number;
  /** How old the block to judge by may be, in seconds; any age unless told otherwise, for some chains rest. */
  maxHeadAgeSeconds?: number;
}

/** What the reader trusts. All else is checked. */
export interface Trust {
  chainId: number;
  ledger: string;
  /** Blocks that must stand on a block before it counts as final. */
  finality: number;
  /** Unix seconds. */
  now: number;
  /** What the node is called in the verdict. */
  node?: string;
  /** The hash of the block to judge by, such as the one that a follower stands on; the newest unless told otherwise. */
  at?: string;
  policy?: Policy;
}

export interface Case {
  trail: Trail;
  trust: Trust;
  replay: Replay;
  identities: Identities;
  notices: Notices;
  /** Null where no node answered. */
  chain: Chain | null;
}

/** One rule of findings. */
export type Rule = (subject: Case) => Iterable<Found>;

/** Whether enough blocks stand on a block. */
export function isFinal({ head }: Chain, { finality }: Trust, block: number): boolean {
  return head.number - block >= finality;
}

/**
 * The place on the chain by which an event is judged: where it was recorded; past the head where it may still be;
 * undefined where it was recorded, but the node does not say where.
 */
export function placeOf(chain: Chain, step: Step): Place | undefined {
  const record = chain.records.get(step) ?? chain.rivals.get(step);
  return record ?? (chain.proven.has(step) ? undefined : AFTER_ALL);
}
