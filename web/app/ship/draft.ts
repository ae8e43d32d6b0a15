// Keeps the lots that are picked for a shipment, until it is signed or thrown away.
import type { LotView } from "../../../api/lots.ts";
import { useKept } from "./kept.ts";

/** A picked lot, as the list shows it. */
export type PickedLot = Pick<LotView, "lot" | "lotNumber" | "mpn" | "quantity">;

export interface Draft {
  lots: readonly PickedLot[];
}

const NONE: Draft = { lots: [] };

export const pickedOf = ({ lot, lotNumber, mpn, quantity }: PickedLot): PickedLot => ({
  lot,
  lotNumber,
  mpn,
  quantity,
});

/** Adds lots, each once. */
export function withLots(draft: Draft, lots: readonly PickedLot[]): Draft {
  const known = new Set(draft.lots.map(({ lot }) => lot));
  return { ...draft, lots: [...draft.lots, ...lots.filter(({ lot }) => !known.has(lot))] };
}

export function useDraft(apiKey: string) {
  const [draft, change] = useKept(`ship ${apiKey}`, NONE);
  return {
    draft,
    add: (lots: readonly PickedLot[]) => change((before) => withLots(before, lots.map(pickedOf))),
    remove: (lot: string) =>
      change((before) => ({ ...before, lots: before.lots.filter((each) => each.lot !== lot) })),
    clear: () => change(() => NONE),
  };
}
