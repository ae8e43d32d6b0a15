// What every rule is given: the trail replayed, what the chain says of it, what the reader trusts and brings along.
import type { RecordedLot } from "../chain/chain.ts";
import type { Expected, Facts } from "../verdict/facts.ts";
import type { LabelReading } from "../label/reading.ts";
import type { Policy, PolicyDocument } from "../verdict/policy.ts";
import type { Trail } from "../trail/trail.ts";
import type { Found } from "../verdict/verdict.ts";
import { type Chain, type Place, AFTER_ALL } from "./chain.ts";
import type { Identities } from "./identity.ts";
import type { Notices } from "./notices.ts";
import type { Replay, Step } from "./replay.ts";
import type { Statements } from "./statements.ts";

/** What the reader trusts. All else is checked. */
export interface Trust {
  chainId: number;
  ledger: string;
  /** The contract that anchors the logs of events, CheckpointLog; without it no event counts as logged. */
  checkpoints?: string;
  /** The ledger is the one that the bundle names, and nobody else has said that it is the right one. */
  ledgerOfBundle?: boolean;
  /** Blocks that must stand on a block before it counts as final. */
  finality: number;
  /** Unix seconds. */
  now: number;
  /** What the node is called in the verdict. */
  node?: string;
  /** The hash of the block to judge by, such as the one that a follower stands on; the newest unless told otherwise. */
  at?: string;
  /** How the reader wants some things to be judged. */
  policy?: PolicyDocument;
}

/** What a reader brings along beside the trail. */
export interface Given {
  /** The label that was scanned from the package. */
  label?: LabelReading | null;
  expected?: Expected | null;
  facts?: Facts | null;
}

export interface Case {
  trail: Trail;
  trust: Trust;
  policy: Policy;
  given: Required<Given>;
  replay: Replay;
  identities: Identities;
  notices: Notices;
  /** Null where the reader's facts have none to tell of. */
  statements: Statements | null;
  /** Null where no node answered. */
  chain: Chain | null;
}

/** One check of the trail against itself or the chain. */
export type Check = (subject: Case) => Iterable<Found>;

/** Whether enough blocks stand on a block. */
export function isFinal({ head }: Chain, { finality }: Trust, block: number): boolean {
  return head.number - block >= finality;
}

/** The entries of an event that are withheld, each with what the ledger's record says of it, where there is one. */
export function withheldOf(
  chain: Chain | null,
  step: Step,
): { index: number; line: RecordedLot | undefined }[] {
  const { entries } = step.event;
  const lines = chain?.records.get(step)?.lots;
  return entries.flatMap(({ withheld }, index) =>
    withheld === undefined ? [] : [{ index, line: lines?.[index] }],
  );
}

/**
 * The place on the chain by which an event is judged: where it was recorded, or logged; past the head where it may still be;
 * undefined where it was recorded, but the node does not say where.
 */
export function placeOf(chain: Chain, step: Step): Place | undefined {
  const record = chain.records.get(step) ?? chain.rivals.get(step) ?? chain.logged.get(step);
  return record ?? (chain.proven.has(step) ? undefined : AFTER_ALL);
}

/** Whether the ledger has recorded an event, or a log vouches for it where nothing is on the ledger. */
export const isVouched = (chain: Chain, step: Step): boolean =>
  chain.records.has(step) || chain.logged.has(step);

/** When an event was recorded or logged, Unix seconds; undefined where it was not, as far as the chain was asked. */
export function registeredAt(chain: Chain | null, step: Step): number | undefined {
  const place = chain?.records.get(step) ?? chain?.logged.get(step);
  return place && chain?.times.get(place.block);
}
