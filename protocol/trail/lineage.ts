// Walks the lineage of a lot: the lot itself and the lots that it was split from. Says which fields pieces keep when they are
// split off.
import type { DetailName } from "../event/detail-fields.ts";
import { ACTIONS } from "../event/event.ts";
import { type Creation, type LotSource, sourceOf } from "./trail.ts";

/** Fields of a package itself. A lot that is split from it does not inherit them. All other fields are inherited. */
const OF_PACKAGE: ReadonlySet<DetailName> = new Set<DetailName>([
  "lotNumber",
  "packageId",
  "parentPackageId",
  "container",
  "packaging",
  "labelCommitment",
  "serialFirst",
  "serialLast",
  "customerPartNumber",
  "purchaseOrder",
  "purchaseOrderLine",
]);

/** Whether a lot that is split from a package inherits a field, unless the split states another value. */
export const isInherited = (name: DetailName): boolean => !OF_PACKAGE.has(name);

/** A lot of a lineage. */
export interface LineageLot<E> {
  lot: string;
  /** The entry that made it; undefined if it is unknown. */
  creation: Creation<E> | undefined;
  /** The split by which the pieces left it; undefined for the first lot. */
  leftBy: E | undefined;
}

/** Walks from a lot to the lots that it was split from, the nearest first. The inputs of an assembly are not included. */
export function* lineageOf<E extends { event: LotSource }>(
  first: string,
  creations: ReadonlyMap<string, Creation<E>>,
): Generator<LineageLot<E>> {
  const walked = new Set<string>();
  let leftBy: E | undefined;
  for (let lot: string | undefined = first; lot !== undefined && !walked.has(lot);) {
    walked.add(lot);
    const creation = creations.get(lot);
    yield { lot, creation, leftBy };
    leftBy = creation?.by;
    lot = leftBy?.event.action === ACTIONS.split ? sourceOf(leftBy.event) : undefined;
  }
}

/** One of the entries of a lot's lineage. */
export interface Passage<E> {
  step: E;
  index: number;
  lot: string;
}

/**
 * The way of a lot from its origin to now: the entries of the lots that it was split from, each up to the split, then its own.
 * @param steps the steps of the trail, each after its predecessors
 */
export function passagesOf<E extends { event: LotSource }>(
  lot: string,
  creations: ReadonlyMap<string, Creation<E>>,
  steps: readonly E[],
): Passage<E>[] {
  const indexes = new Map(steps.map((step, i) => [step, i]));
  const lineage = [...lineageOf(lot, creations)];
  const ends = new Map(
    lineage.map(({ lot: each, leftBy }) => [each, leftBy ? (indexes.get(leftBy) ?? 0) : Infinity]),
  );
  const passages = new Map(lineage.map((each): [string, Passage<E>[]] => [each.lot, []]));
  for (const [i, step] of steps.entries())
    for (const [index, entry] of step.event.entries.entries()) {
      const own = passages.get(entry.lot);
      if (own && i < ends.get(entry.lot)! && own.at(-1)?.step !== step)
        own.push({ step, index, lot: entry.lot });
    }
  return [...passages.values()].reverse().flat();
}
