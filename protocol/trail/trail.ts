// Defines the trail: the events of a lot, back through splits and assembly to its origin, in the form that anyone can verify.
import { z } from "zod";
import { Disclosure } from "../event/disclosure.ts";
import {
  ACTIONS,
  CustodyEvent,
  Entry,
  type PartialEntry,
  type PartialEvent,
  withheldEntry,
} from "../event/event.ts";
import { MAX_ENTRIES, MAX_INTEGER } from "../base/limits.ts";
import { Notice } from "../event/notice.ts";
import { Address, Hash, Signature, ZERO_HASH } from "../base/values.ts";

export const TRAIL_VERSION = 1;
/** Events in one trail. More are more than a verifier reads, which says nothing against the lot. */
export const MAX_TRAIL_EVENTS = 10_000;
/** Notices of a trail that a verifier reads. Others may give any number, so more are not a fault: the verdict says so. */
export const MAX_TRAIL_NOTICES = 10_000;

/** Where the sender says that the ledger recorded an item. It proves nothing. */
const SettledHint = z.strictObject({
  transaction: Hash,
  block: z.int().min(0).max(MAX_INTEGER),
});

/** Hashes in the longest inclusion proof, of a log of 2^53 - 1 events. */
const MAX_PROOF_HASHES = 53;

/**
 * Proves that an event is at an index of an operator's log: an inclusion proof (RFC 9162, 2.1.3) in the first anchored
 * checkpoint that has the event.
 */
export const LogProof = z.strictObject({
  /** The account that anchors the log. */
  operator: Address,
  index: z.int().min(0).max(MAX_INTEGER),
  /** The checkpoint's size. */
  size: z.int().min(1).max(MAX_INTEGER),
  proof: z.array(Hash).max(MAX_PROOF_HASHES),
});
export type LogProof = z.infer<typeof LogProof>;

/** An entry of another lot may be withheld. Then its EIP-712 hash replaces it. */
const TrailEntry: z.ZodType<PartialEntry, Entry | string> = z.union([
  Entry,
  Hash.transform(withheldEntry),
]);
const TrailEventBody = CustodyEvent.extend({ entries: z.array(TrailEntry).max(MAX_ENTRIES) });

/**
 * An event with its proofs. `signature` is null if nobody kept it. `details` is null if there are none or all are withheld. An
 * entry of another lot can be withheld, but never one of the lot or its ancestors.
 */
export const TrailEvent = z.strictObject({
  event: TrailEventBody,
  signature: Signature.nullable(),
  details: Disclosure.nullable(),
  settled: SettledHint.exactOptional(),
  logged: LogProof.exactOptional(),
});
export type TrailEvent = z.infer<typeof TrailEvent>;

/** A notice with its proofs. `signature` and `details` are null as in an event. */
export const TrailNotice = z.strictObject({
  notice: Notice,
  signature: Signature.nullable(),
  details: Disclosure.nullable(),
  settled: SettledHint.exactOptional(),
});
export type TrailNotice = z.infer<typeof TrailNotice>;

/**
 * Everything about one lot that is not on the chain: each event after its predecessors, and the notices about the lots of
 * `lotsOfTrail`, in any order.
 */
export const Trail = z.strictObject({
  version: z.literal(TRAIL_VERSION),
  chainId: z.int().min(1).max(MAX_INTEGER),
  ledger: Address,
  /** The checkpoint contract that anchors the logs of its events; missing if no event has a log proof. */
  checkpoints: Address.exactOptional(),
  lot: Hash,
  events: z.array(TrailEvent).max(MAX_TRAIL_EVENTS),
  notices: z.array(TrailNotice),
});
export type Trail = z.infer<typeof Trail>;
/** A trail in JSON: a withheld entry is its hash. */
export type TrailJson = z.input<typeof Trail>;

/** The part of an event that says which lots it makes, and of which others. */
export type LotSource = Pick<PartialEvent, "action" | "entries">;

/** Whether an event makes new lots out of the existing ones in it. */
export function makesLotsOfLots({ action }: Pick<CustodyEvent, "action">): boolean {
  return action === ACTIONS.split || action === ACTIONS.assemble;
}

/** Whether an entry is visible and of a lot that existed before the event. */
const isExisting = ({ previous, withheld }: PartialEntry) =>
  previous !== ZERO_HASH && withheld === undefined;
const existing = ({ entries }: LotSource) => entries.filter(isExisting);

/** The lot that a split takes, or the first that an assembly takes; undefined if it is withheld. */
export const sourceOf = ({ entries }: LotSource): string | undefined =>
  entries.find(isExisting)?.lot;

/** An event's entry that makes a lot. */
export interface Creation<E> {
  by: E;
  index: number;
}

/** The ancestry of a lot: itself and its ancestors, and the entry that made each, if it is known. */
export interface Ancestry<E> {
  lots: Set<string>;
  creations: Map<string, Creation<E>>;
}

/** Walks from a lot through splits and assembly to all its ancestors, whatever the order of the events. */
export function ancestryOf<E extends { event: LotSource }>(
  lot: string,
  events: readonly E[],
): Ancestry<E> {
  const made = new Map<string, Creation<E>>();
  for (const by of events)
    by.event.entries.forEach((entry, index) => {
      if (entry.previous === ZERO_HASH && !made.has(entry.lot)) made.set(entry.lot, { by, index });
    });
  const lots = new Set([lot]);
  const walked = new Set<E>();
  for (const each of lots) {
    const by = made.get(each)?.by;
    if (by === undefined || walked.has(by) || !makesLotsOfLots(by.event)) continue;
    walked.add(by);
    for (const { lot: source } of existing(by.event)) lots.add(source);
  }
  const creations = new Map(
    [...lots].flatMap((each) => (made.has(each) ? [[each, made.get(each)!] as const] : [])),
  );
  return { lots, creations };
}

/** The manufacturer's lots that the introduced lots of an ancestry claim to come from. */
export function claimedLots({ creations }: Ancestry<TrailEvent>): string[] {
  return [...creations.values()].flatMap(({ by, index }) => {
    const claim = by.details?.open.find(({ path }) => path[1] === index && path[2] === "claimsLot");
    return by.event.action === ACTIONS.introduce && claim ? [String(claim.value)] : [];
  });
}

/** The lots whose notices belong in a trail: the lot, its ancestors, and the manufacturer's lots that these claim. */
export function lotsOfTrail(lot: string, events: readonly TrailEvent[]): string[] {
  const ancestry = ancestryOf(lot, events);
  return [...new Set([...ancestry.lots, ...claimedLots(ancestry)])];
}
