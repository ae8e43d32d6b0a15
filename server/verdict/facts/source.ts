// Defines a source of facts: which lot it is about, and for which reader.
import type { LabelReading } from "../../../protocol/label/reading.ts";
import { lineageOf } from "../../../protocol/trail/lineage.ts";
import type { Ancestry, Trail, TrailEvent } from "../../../protocol/trail/trail.ts";
import type { Facts } from "../../../protocol/verdict/facts.ts";
import type { Policy } from "../../../protocol/verdict/policy.ts";
import type { Lot } from "../../../prisma/generated/client.ts";
import type { Reader } from "../../access/visibility.ts";
import type { Context } from "../../context.ts";

/** The lot that the facts are about, and the reader that they are for. */
export interface About {
  lot: Lot;
  reader: Reader;
  /** The label on the package. Null where none was read. */
  label: LabelReading | null;
  /** The trail as the reader sees it. Only its form is checked: it may have altered rows. */
  trail: Trail;
  /** The lot's ancestry in that trail. */
  ancestry: Ancestry<TrailEvent>;
  /** The verdict's policy. It decides whose alerts count. */
  policy: Policy;
}

/** Gathers one kind of facts, with a bounded number of indexed queries: a person waits for the verdict. */
export type FactSource = (ctx: Context, about: About) => Promise<Partial<Facts>>;

/** The events of the lot and of the lots that it was split from. */
export function eventsOnWay({
  lot,
  trail,
  ancestry: { creations },
}: Pick<About, "lot" | "trail" | "ancestry">): TrailEvent[] {
  const lots = new Set([...lineageOf(lot.id, creations)].map((each) => each.lot));
  return trail.events.filter(({ event }) => event.entries.some((entry) => lots.has(entry.lot)));
}
