// Adds up where the pieces of a lot are: what it was made of against what is on hand, in transit, used, lost and not visible.
import type { PartyName } from "../../../api/parties.ts";
import type { ReachedLot, ReachView } from "../../../api/reach.ts";

export const PARTS = [
  "on hand",
  "in transit",
  "handed on",
  "used",
  "scrapped",
  "tested",
  "short",
  "not visible",
] as const;
export type PartName = (typeof PARTS)[number];

export interface HolderBalance {
  holder: PartyName;
  onHand: number;
  /** Of those on hand. */
  onHold: number;
  /** On the way to somebody: the holder is the one who shipped. */
  inTransit: number;
  lots: number;
  /** Finished products with pieces inside. */
  products: number;
}

export interface Balance {
  issued: number;
  parts: Record<PartName, number>;
  /** The parts together. */
  sum: number;
  /** Pieces that are too many (above zero) or too few. Zero: it adds up. */
  difference: number;
  holders: HolderBalance[];
}

/** @param reach all its lots, not only the first page */
export function balanceOf({ pieces, items }: Pick<ReachView, "pieces" | "items">): Balance {
  const own = items.filter(({ kind, handedOn }) => kind === "pieces" && !handedOn);
  const moving = sumOf(own.filter(({ state }) => state === "in transit"));
  const parts: Record<PartName, number> = {
    "on hand": sumOf(own) - moving,
    "in transit": moving,
    "handed on": pieces.handedOn,
    used: pieces.usedInProducts,
    scrapped: pieces.scrapped,
    tested: pieces.samples,
    short: pieces.short,
    "not visible": pieces.notSeen,
  };
  const sum = Object.values(parts).reduce((all, part) => all + part, 0);
  return {
    issued: pieces.recalled,
    parts,
    sum,
    difference: sum - pieces.recalled,
    holders: holdersOf(items),
  };
}

const sumOf = (items: readonly ReachedLot[]) =>
  items.reduce((all, { quantity }) => all + quantity, 0);

function holdersOf(items: readonly ReachedLot[]): HolderBalance[] {
  const open = items.filter(({ quantity, handedOn }) => quantity > 0 && !handedOn);
  const groups = Map.groupBy(open, ({ holder }) => holder.address);
  return [...groups.values()]
    .map((some) => {
      const own = some.filter(({ kind }) => kind === "pieces");
      const inTransit = sumOf(own.filter(({ state }) => state === "in transit"));
      return {
        holder: some[0]!.holder,
        onHand: sumOf(own) - inTransit,
        onHold: sumOf(own.filter(({ held, state }) => held && state !== "in transit")),
        inTransit,
        lots: some.length,
        products: sumOf(some.filter(({ kind }) => kind === "product")),
      };
    })
    .sort((a, b) => b.onHand + b.inTransit - a.onHand - a.inTransit || b.products - a.products);
}
