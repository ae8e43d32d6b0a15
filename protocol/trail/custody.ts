// Finds the line of custody of a lot: the parties that held it. Lists what each event of its trail withholds.
import { type DetailPath, detailName } from "../event/details.ts";
import { type ActionName, type PartialEvent, actionName } from "../event/event.ts";
import { passagesOf } from "./lineage.ts";
import { type TrailEvent, ancestryOf, sourceOf } from "./trail.ts";
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
export type CustodyMove = Pick<PartialEvent, "action" | "time" | "holder" | "entries">;

/** Events that make lots, other than splits. */
const MAKING: readonly ActionName[] = ["commission", "introduce", "assemble"];

/**
 * The parties that held a lot, back through splits to its origin. The inputs of an assembly have their own lines, which end
 * where the product begins. The events are not checked here.
 * @param events the events of the lot's trail with their digests, each after its predecessors
 */
export function lineOfCustody(
  lot: string,
  events: readonly { event: CustodyMove; digest: string }[],
): CustodyStep[] {
  const { creations } = ancestryOf(lot, events);
  return passagesOf(lot, creations, events).flatMap((passage) => {
    const { event, digest } = passage.step;
    const { previous, quantity } = event.entries[passage.index]!;
    const action = actionName(event.action);
    if (action === undefined || !beginsCustody(event, action, previous === ZERO_HASH)) return [];
    const { time, holder: party } = event;
    return [{ time, action, party, quantity, lot: passage.lot, event: digest }];
  });
}

/** Whether a party's custody begins with an event: it receives the lot, or the event makes the lot (`isNew`). */
function beginsCustody(event: CustodyMove, action: ActionName, isNew: boolean): boolean {
  if (action === "receive") return true;
  return isNew && (action === "split" ? sourceOf(event) !== undefined : MAKING.includes(action));
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
