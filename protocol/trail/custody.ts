// Finds the line of custody of a lot: the parties that held it. Lists what each event of its trail withholds.
import { type DetailPath, detailName } from "../event/details.ts";
import {
  type ActionName,
  type PartialEntry,
  type PartialEvent,
  actionName,
} from "../event/event.ts";
import type { TrailEvent } from "./trail.ts";
import { ZERO_HASH } from "../base/values.ts";

/** One party that held a lot. */
export interface CustodyStep {
  /** Unix seconds. */
  time: number;
  action: ActionName;
  party: string;
  quantity: number;
  /** The lot that the party held: the lot in question, or one that it was split from. */
  lot: string;
  /** The event's digest. */
  event: string;
}

/** An event, as far as the line of custody reads it. */
export interface CustodyMove extends Pick<PartialEvent, "action" | "time" | "holder"> {
  entries: readonly Pick<PartialEntry, "lot" | "quantity" | "previous" | "withheld">[];
}

/** Events that make a lot, or hand it to another party. */
const HANDOVERS: readonly (ActionName | undefined)[] = [
  "commission",
  "introduce",
  "assemble",
  "receive",
];

/**
 * The parties that held a lot, back through splits to its origin. The inputs of an assembly have their own lines, which end
 * where the product begins. The events are not checked here.
 * @param events the events of the lot's trail with their digests, each after its predecessors
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

/** What an event withholds. */
export interface Withholdings {
  /** The names of withheld fields, and how often each is withheld. */
  fields: Map<string, number>;
  /** The number of entries of other lots that are only hashes. */
  entries: number;
  /** The event has details, and all of them are withheld. */
  details: boolean;
  signature: boolean;
}

/** What an event of a trail withholds; undefined if it withholds nothing. */
export function withheldIn({ event, details, signature }: TrailEvent): Withholdings | undefined {
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
