// Defines a source of facts: what it is asked about, and for whom.
import type { LabelReading } from "../../../protocol/label/reading.ts";
import { lineageOf } from "../../../protocol/trail/lineage.ts";
import type { Ancestry, Trail, TrailEvent } from "../../../protocol/trail/trail.ts";
import type { Facts } from "../../../protocol/verdict/facts.ts";
import type { Policy } from "../../../protocol/verdict/policy.ts";
import type { Lot } from "../../../prisma/generated/client.ts";
import type { Reader } from "../../access/visibility.ts";
import type { Context } from "../../context.ts";

/** What the facts are about, and for whom. */
export interface About {
  lot: Lot;
  reader: Reader;
  /** As it was read from the package; null where no label was read. */
  label: LabelReading | null;
  /** As the reader sees it, altered rows included: only its form is checked. */
  trail: Trail;
  /** The lot's ancestry in that trail. */
  ancestry: Ancestry<TrailEvent>;
  /** The policy of the verdict: it says whose alerts count. */
  policy: Policy;
}

/** One kind of facts. Each is a bounded number of indexed queries: a person waits for the verdict. */
export type FactSource = (ctx: Context, about: About) => Promise<Partial<Facts>>;

/** The events of the lot itself, and of those that it was split from. */
export function eventsOnWay({
  lot,
  trail,
  ancestry: { creations },
}: Pick<About, "lot" | "trail" | "ancestry">): TrailEvent[] {
  const lots = new Set([...lineageOf(lot.id, creations)].map((each) => each.lot));
  return trail.events.filter(({ event }) => event.entries.some((entry) => lots.has(entry.lot)));
}
