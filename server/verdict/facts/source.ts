// Defines a source of facts: which lot it is about, and for which reader.
import type { LabelReading } from "../../../protocol/label/reading.ts";
import { lineageOf } from "../../../protocol/trail/lineage.ts";
import type { Ancestry, Trail, TrailEvent } from "../../../protocol/trail/trail.ts";
import type { Facts } from "../../../protocol/verdict/facts.ts";
import { type Voucher, VOUCHERS } from "../../../protocol/verdict/precedence.ts";
import type { Policy } from "../../../protocol/verdict/policy.ts";
import type { Lot } from "../../../prisma/generated/client.ts";
import type { Reader } from "../../access/visibility.ts";
import type { Context } from "../../context.ts";
import type { Maker } from "../makers.ts";

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
  /** The manufacturer that the lot's record names. */
  maker: Maker;
  /** What the facts may tell of lots that the reader does not see. */
  tells: Telling;
  /** The reader handed the lot on: nothing of its later life may be told. */
  isOver: boolean;
}

/**
 * Whether facts may tell of others' lots that the reader does not see. Anyone can make a lot and name any parts, so a lot of
 * the reader's own, or one that another party made for it, must not make the service tell about the lots of those parts.
 */
export interface Telling {
  /** Of lots with the same manufacturer's lot: only if the manufacturer, or a party that it authorised, made the pieces. */
  pieces: boolean;
  /** Of packages with the same id: only if such a party gave the package its id. */
  packages: boolean;
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

/**
 * Of whose lots a fact leaves out none.
 * @param mayTell whether the fact may tell of lots that the reader does not see. A manufacturer sees all lots that it made.
 * @param isRead whether all lots of the manufacturer and its authorised parties were read, and all lots of others
 */
export function completeFor(
  { maker, reader }: Pick<About, "maker" | "reader">,
  mayTell: boolean,
  isRead: { strong: boolean; others: boolean },
): Voucher[] {
  const isOnlyMaker = !reader.byGrant && maker.parties.join() === reader.party;
  const told: readonly Voucher[] = mayTell ? VOUCHERS : isOnlyMaker ? ["maker"] : [];
  return told.filter((voucher) => (voucher === "other" ? isRead.others : isRead.strong));
}
