// The line of custody: the hands that a lot went through, and what of its trail is withheld.
import { type DetailPath, detailName } from "../event/details.ts";
import { type ActionName, type ShownEntry, type ShownEvent, actionName } from "../event/event.ts";
import type { TrailEvent } from "./trail.ts";
import { ZERO_HASH } from "../base/values.ts";

/** One hand that a lot went through. */
export interface CustodyStep {
  /** Unix seconds. */
  time: number;
  action: ActionName;
  party: string;
  quantity: number;
  /** The lot that went through it: the one asked for, or one that it was split from. */
  lot: string;
  /** The event's digest. */
  event: string;
}

/** An event, as far as the line of custody reads it. */
export interface CustodyMove extends Pick<ShownEvent, "action" | "time" | "holder"> {
  entries: readonly Pick<ShownEntry, "lot" | "quantity" | "previous" | "withheld">[];
}

/** Events by which a lot comes to be, or comes to another party. */
const HANDOVERS: readonly (ActionName | undefined)[] = [
  "commission",
  "introduce",
  "assemble",
  "receive",
];

/**
 * The hands that a lot went through, back through splits to its origin. The inputs of an assembly have lines of their own:
 * they end where the product begins. What the events say is taken as they say it.
 * @param events of the lot's trail with their digests, each after its predecessors
 */
export function lineOfCustody(
  lot: string,
  events: readonly { event: CustodyMove; digest: string }[],
): CustodyStep[] {
  const steps: CustodyStep[] = [];
  let current = lot;
  for (const { event, digest } of events.toReversed()) {
    const entry = event.entries.find((one) => one.lot === current && one.withheld === undefined);
    const action = actionName(event.action);
    if (!entry || action === undefined) continue;
    const isNew = entry.previous === ZERO_HASH;
    const step = (by: ActionName): CustodyStep => ({
      time: event.time,
      action: by,
      party: event.holder,
      quantity: entry.quantity,
      lot: current,
      event: digest,
    });
    if (HANDOVERS.includes(action) && (isNew || action === "receive")) steps.push(step(action));
    if (!isNew) continue;
    const parent =
      action === "split"
        ? event.entries.find(
            ({ previous, withheld }) => previous !== ZERO_HASH && withheld === undefined,
          )
        : undefined;
    if (!parent) break;
    steps.push(step("split"));
    current = parent.lot;
  }
  return steps.reverse();
}

/** What of an event is not shown. */
export interface Withheld {
  /** The names of fields whose values are withheld, and how often each is. */
  fields: Map<string, number>;
  /** Entries of other lots that stand there as hashes. */
  entries: number;
  /** It has details, and none of them are shown. */
  details: boolean;
  signature: boolean;
}

/** What an event of a trail withholds; undefined where it shows everything. */
export function withheldIn({ event, details, signature }: TrailEvent): Withheld | undefined {
  const fields = new Map<string, number>();
  for (const { path } of details?.withheld ?? []) {
    const name = detailName(path satisfies DetailPath);
    fields.set(name, (fields.get(name) ?? 0) + 1);
  }
  const entries = event.entries.filter(({ withheld }) => withheld !== undefined).length;
  const missing = {
    details: details === null && event.details !== ZERO_HASH,
    signature: signature === null,
  };
  if (fields.size === 0 && entries === 0 && !missing.details && !missing.signature)
    return undefined;
  return { fields, entries, ...missing };
}
