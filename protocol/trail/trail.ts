// The trail: the events of a lot, back through splits and assembly to its origin, as one checks them elsewhere.
import { z } from "zod";
import { Disclosure } from "../event/disclosure.ts";
import {
  ACTIONS,
  CustodyEvent,
  Entry,
  type ShownEntry,
  type ShownEvent,
  withheldEntry,
} from "../event/event.ts";
import { MAX_ENTRIES } from "../base/limits.ts";
import { Notice } from "../event/notice.ts";
import { Address, Hash, Signature, ZERO_HASH } from "../base/values.ts";

export const TRAIL_VERSION = 1;
/** Events, and notices, in one trail. */
const MAX_TRAIL_ITEMS = 10_000;

/** Where the sender of the trail says that the ledger recorded something: helps to name a fault, proves nothing. */
const SettledHint = z.strictObject({
  transaction: Hash,
  block: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
});

/** Hashes in the longest inclusion proof, of a log of 2^53 - 1 events. */
const MAX_PROOF_HASHES = 53;

/**
 * That the event stands at an index of an operator's log: the inclusion proof (RFC 9162, 2.1.3) in the log of the first
 * anchored checkpoint that has it.
 */
export const Logged = z.strictObject({
  /** The account that anchors the log. */
  operator: Address,
  index: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  /** The checkpoint's. */
  size: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
  proof: z.array(Hash).max(MAX_PROOF_HASHES),
});
export type Logged = z.infer<typeof Logged>;

/** An entry of another lot may be withheld: then its EIP-712 hash stands in its place. */
const EntryShown: z.ZodType<ShownEntry, Entry | string> = z.union([
  Entry,
  Hash.transform(withheldEntry),
]);
const EventShown = CustodyEvent.extend({ entries: z.array(EntryShown).max(MAX_ENTRIES) });

/**
 * An event with what vouches for it. `signature` is null where nobody has kept it, `details` where there are none or
 * none are shown. An entry of another lot can be withheld, never one of the lot or its ancestors.
 */
export const TrailEvent = z.strictObject({
  event: EventShown,
  signature: Signature.nullable(),
  details: Disclosure.nullable(),
  settled: SettledHint.exactOptional(),
  logged: Logged.exactOptional(),
});
export type TrailEvent = z.infer<typeof TrailEvent>;

export const TrailNotice = z.strictObject({
  notice: Notice,
  signature: Signature.nullable(),
  details: Disclosure.nullable(),
  settled: SettledHint.exactOptional(),
});
export type TrailNotice = z.infer<typeof TrailNotice>;

/**
 * Everything about one lot that is not on the chain: each event after its predecessors, and the notices about the lots of
 * `lotsOfTrail` in any order.
 */
export const Trail = z.strictObject({
  version: z.literal(TRAIL_VERSION),
  chainId: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
  ledger: Address,
  /** The contract on which the logs of its events are anchored; missing where no event says where it was logged. */
  checkpoints: Address.exactOptional(),
  lot: Hash,
  events: z.array(TrailEvent).max(MAX_TRAIL_ITEMS),
  notices: z.array(TrailNotice).max(MAX_TRAIL_ITEMS),
});
export type Trail = z.infer<typeof Trail>;
/** A trail as it stands in JSON: withheld entries are their hashes. */
export type TrailJson = z.input<typeof Trail>;

/** Whether an event makes new lots out of the existing ones in it. */
export function makesLotsOfLots({ action }: Pick<CustodyEvent, "action">): boolean {
  return action === ACTIONS.split || action === ACTIONS.assemble;
}

/** Whether an entry is, as far as it is shown, of a lot that was there before. */
const isExisting = ({ previous, withheld }: ShownEntry) =>
  previous !== ZERO_HASH && withheld === undefined;
const existing = ({ entries }: ShownEvent) => entries.filter(isExisting);

/** The lot that a split takes, or the first that an assembly takes; undefined where none is shown. */
export const sourceOf = ({ entries }: ShownEvent): string | undefined =>
  entries.find(isExisting)?.lot;

/** An event's entry that makes a lot. */
export interface Creation<E> {
  by: E;
  index: number;
}

/** Where a lot comes from: itself and its ancestors, and the entry that made each, where it is known. */
export interface Ancestry<E> {
  lots: Set<string>;
  creations: Map<string, Creation<E>>;
}

/** Walks from a lot through splits and assembly to all its ancestors, whatever the order of the events. */
export function ancestryOf<E extends { event: ShownEvent }>(
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

/** The maker's lots that introduced lots among these say they are of. */
export function claimedLots({ creations }: Ancestry<TrailEvent>): string[] {
  return [...creations.values()].flatMap(({ by, index }) => {
    const claim = by.details?.open.find(({ path }) => path[1] === index && path[2] === "claimsLot");
    return by.event.action === ACTIONS.introduce && claim ? [String(claim.value)] : [];
  });
}

/** The lots whose notices belong into a trail: the lot, its ancestors, and the maker's lots that these claim. */
export function lotsOfTrail(lot: string, events: readonly TrailEvent[]): string[] {
  const ancestry = ancestryOf(lot, events);
  return [...new Set([...ancestry.lots, ...claimedLots(ancestry)])];
}
