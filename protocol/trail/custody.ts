// Finds the line of custody of a lot: what happened to it, by whom. Lists what each event of its trail withholds.
import { type DetailPath, detailName } from "../event/details.ts";
import { type ActionName, type PartialEvent, actionName } from "../event/event.ts";
import { type Passage, passagesOf } from "./lineage.ts";
import { type TrailEvent, ancestryOf } from "./trail.ts";
import { ZERO_HASH } from "../base/values.ts";

/** What happened to a lot in one event. */
export interface CustodyStep {
  /** Unix seconds. */
  time: number;
  action: ActionName;
  /** The party that acted. */
  actor: string;
  /** The party that a shipment is for; null for other actions. */
  consignee: string | null;
  /** The pieces of the lot after the event. */
  quantity: number;
  /** The lot in question, or one that it was split from. */
  lot: string;
  /** The event's digest. */
  event: string;
}

/** An event, as far as the line of custody reads it. */
export type CustodyMove = Pick<PartialEvent, "action" | "time" | "actor" | "consignee" | "entries">;

/** A step of the line of custody, with the event that it is of and the entry's index. */
export type CustodyPassage<E> = CustodyStep & Pick<Passage<E>, "step" | "index">;

/**
 * What happened to a lot, back through splits to its origin. The inputs of an assembly have their own lines, which end where
 * the product begins. The events are not checked here.
 * @param events the events of the lot's trail with their digests, each after its predecessors
 */
export function lineOfCustody<E extends { event: CustodyMove; digest: string }>(
  lot: string,
  events: readonly E[],
): CustodyPassage<E>[] {
  const { creations } = ancestryOf(lot, events);
  return passagesOf(lot, creations, events).flatMap((passage) => {
    const { event, digest } = passage.step;
    const action = actionName(event.action);
    if (action === undefined) return [];
    const { time, actor, consignee } = event;
    const { quantity } = event.entries[passage.index]!;
    const shippedTo = action === "ship" ? consignee : null;
    return [{ ...passage, time, action, actor, consignee: shippedTo, quantity, event: digest }];
  });
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
