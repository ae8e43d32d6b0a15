// Answers where the pieces of a lot are now, how many units they can be in, and whose these are. The pieces add up to what was
// issued, with those in lots that the reader does not see as a line of their own.
import type { Facts, Movement, Origin, Use } from "./facts.ts";
import type { Bounds } from "./stats/concentration.ts";
import { affectedAmong, affectedUnits } from "./stats/recall.ts";

/** The balance of one lot and of all that was split off from it. Pieces. */
export interface LotBalance {
  lot: string;
  lotNumber: string | null;
  issued: number;
  free: number;
  /** On the way: still the sender's. */
  transit: number;
  /** In lots that the reader handed on, as it last saw them: where they are now, it does not see. */
  handedOn: number;
  consumed: number;
  scrapped: number;
  /** Sent, and never received. */
  short: number;
  /** Split off into lots that the reader does not see. */
  unseen: number;
  /** Issued less all of these: 0, or the rows contradict one another. */
  difference: number;
}

/** A product lot that can hold pieces of the recalled lots. */
export interface AffectedProduct {
  lot: string;
  lotNumber: string | null;
  mpn: string | null;
  /** Units in the lot, when it was made or split off. */
  units: number;
  /** Of these, at least and at most so many hold a piece. Bounds of several lots must not be added. */
  affected: Bounds;
  /** The party that has it now, as the reader last saw. */
  holder: string | null;
}

/** What one party has of it. */
export interface AffectedHolder {
  party: string;
  lots: number;
  /** Pieces of the recalled lots themselves. */
  pieces: number;
  /** Pieces that came to it with lots that the reader handed on: it may have them no more. */
  handedOn: number;
  /** Units of affected product lots. */
  units: number;
}

/** The whole drill. */
export interface RecallDrill {
  lots: LotBalance[];
  products: AffectedProduct[];
  holders: AffectedHolder[];
  /** The events that it rests on. */
  because: string[];
}

/**
 * Follows lots to everything made of them.
 * @param lots asked about; those without an origin here are not known, and left out
 * @param handedOn lots that the reader sees only up to its own handover
 */
export function recallDrill(
  facts: Facts,
  lots: readonly string[],
  handedOn: ReadonlySet<string> = new Set(),
): RecallDrill {
  const index = { ...indexOf(facts), handedOn };
  const asked = lots.filter((lot) => index.origins.has(lot));
  const roots = asked.filter((lot) => !hasAncestorIn(lot, new Set(asked), index.origins));
  const families = roots.map((lot) => familyOf(lot, index.children));
  const own = new Set(families.flat());
  const products = affectedProducts(own, index);
  const holders = new Map<string, AffectedHolder>();
  const add = (lot: string, what: "pieces" | "units") => {
    for (const [party, count] of index.balances.get(lot) ?? []) {
      if (count === 0) continue;
      const holder = holders.get(party) ?? { party, lots: 0, pieces: 0, handedOn: 0, units: 0 };
      holder.lots++;
      holder[what === "pieces" && handedOn.has(lot) ? "handedOn" : what] += count;
      holders.set(party, holder);
    }
  };
  for (const lot of own) add(lot, "pieces");
  for (const { lot } of products) add(lot, "units");
  const touched = new Set([...own, ...products.map(({ lot }) => lot)]);
  return {
    lots: roots.map((lot, i) => balanceOf(lot, families[i]!, index)),
    products,
    holders: [...holders.values()].sort((a, b) => (a.party < b.party ? -1 : 1)),
    because: [
      ...new Set(facts.movements.flatMap(({ event, lot }) => (touched.has(lot) ? [event] : []))),
    ],
  };
}

interface Index {
  origins: ReadonlyMap<string, Origin>;
  /** The lots split off from a lot. */
  children: ReadonlyMap<string, readonly Origin[]>;
  movements: ReadonlyMap<string, readonly Movement[]>;
  /** Pieces of a lot by party. */
  balances: ReadonlyMap<string, ReadonlyMap<string, number>>;
  inTransit: ReadonlySet<string>;
  usesOf: ReadonlyMap<string, readonly Use[]>;
  usesIn: ReadonlyMap<string, readonly Use[]>;
  handedOn: ReadonlySet<string>;
}

function indexOf(facts: Facts): Omit<Index, "handedOn"> {
  const balances = new Map<string, Map<string, number>>();
  for (const { lot, party, pieces } of facts.movements) {
    const of = balances.get(lot) ?? new Map<string, number>();
    of.set(party, (of.get(party) ?? 0) + pieces);
    balances.set(lot, of);
  }
  return {
    origins: new Map(facts.origins.map((origin) => [origin.lot, origin])),
    children: Map.groupBy(
      facts.origins.filter(({ parent }) => parent !== null),
      ({ parent }) => parent!,
    ),
    movements: Map.groupBy(facts.movements, ({ lot }) => lot),
    balances,
    inTransit: new Set(facts.passages.flatMap(({ lot, end }) => (end === null ? [lot] : []))),
    usesOf: Map.groupBy(facts.uses, ({ input }) => input),
    usesIn: Map.groupBy(facts.uses, ({ event }) => event),
  };
}

function hasAncestorIn(
  lot: string,
  lots: ReadonlySet<string>,
  origins: ReadonlyMap<string, Origin>,
): boolean {
  for (let parent = origins.get(lot)?.parent; parent; parent = origins.get(parent)?.parent)
    if (lots.has(parent)) return true;
  return false;
}

/** A lot, and all that was split off from it, each after its parent. */
function familyOf(lot: string, children: Index["children"]): string[] {
  const family = [lot];
  for (const member of family) family.push(...(children.get(member) ?? []).map((each) => each.lot));
  return family;
}

function balanceOf(root: string, family: readonly string[], index: Index): LotBalance {
  const { lotNumber, pieces: issued } = index.origins.get(root)!;
  const balance = {
    free: 0,
    transit: 0,
    handedOn: 0,
    consumed: 0,
    scrapped: 0,
    short: 0,
    unseen: 0,
  };
  for (const lot of family) {
    const left = [...(index.balances.get(lot) ?? new Map<string, number>()).values()].reduce(
      (sum, pieces) => sum + pieces,
      0,
    );
    const where = index.handedOn.has(lot)
      ? "handedOn"
      : index.inTransit.has(lot)
        ? "transit"
        : "free";
    balance[where] += left;
    for (const { kind, pieces } of index.movements.get(lot) ?? []) {
      if (kind === "consumed" || kind === "scrapped" || kind === "short") balance[kind] -= pieces;
      if (kind === "splitOut") balance.unseen -= pieces;
    }
    for (const child of index.children.get(lot) ?? []) balance.unseen -= child.pieces;
  }
  const found = Object.values(balance).reduce((sum, pieces) => sum + pieces, 0);
  return { lot: root, lotNumber, issued, ...balance, difference: issued - found };
}

/** All product lots downstream, each after those that it is made of. */
function affectedProducts(own: ReadonlySet<string>, index: Index): AffectedProduct[] {
  const reached = new Map<string, { units: number; affected: Bounds }>();
  const { usesIn } = index;
  const sequenceOf = (event: string) => usesIn.get(event)![0]!.sequence;
  // What one assembly makes, only a later one can use.
  const inOrder = assembliesOf(own, index).sort((a, b) => sequenceOf(a) - sequenceOf(b));
  for (const event of inOrder) {
    const uses = usesIn.get(event)!;
    const made = new Map(uses.map(({ product, units }) => [product, units]));
    const units = [...made.values()].reduce((sum, count) => sum + count, 0);
    const affected = affectedBy(uses, units, own, reached, index);
    for (const [product, count] of made) {
      const share = affectedAmong(affected, units, count);
      spread(product, count, share, reached, index.children);
    }
  }
  return [...reached].map(([lot, { units, affected }]) => {
    const origin = index.origins.get(lot);
    const holder = [...(index.balances.get(lot) ?? [])].find(([, pieces]) => pieces > 0);
    return {
      lot,
      lotNumber: origin?.lotNumber ?? null,
      mpn: origin?.fields.mpn ?? null,
      units,
      affected,
      holder: holder?.[0] ?? null,
    };
  });
}

/** The assemblies that used some lots, what these made, and so on. */
function assembliesOf(own: ReadonlySet<string>, { usesOf, usesIn, children }: Index): string[] {
  const assemblies = new Set<string>();
  const lots = new Set(own);
  for (const lot of lots)
    for (const { event } of usesOf.get(lot) ?? []) {
      assemblies.add(event);
      for (const { product } of usesIn.get(event)!)
        for (const member of familyOf(product, children)) lots.add(member);
    }
  return [...assemblies];
}

/** Gives a product lot and what is split off from it their bounds. The joint bound stays with the parent. */
function spread(
  lot: string,
  units: number,
  affected: Bounds,
  reached: Map<string, { units: number; affected: Bounds }>,
  children: Index["children"],
): void {
  reached.set(lot, { units, affected });
  for (const child of children.get(lot) ?? [])
    spread(
      child.lot,
      child.pieces,
      affectedAmong(affected, units, child.pieces),
      reached,
      children,
    );
}

/** The affected units of one assembly: as many as the part with the most of them, at most all parts together. */
function affectedBy(
  uses: readonly Use[],
  units: number,
  own: ReadonlySet<string>,
  reached: ReadonlyMap<string, { units: number; affected: Bounds }>,
  { origins }: Index,
): Bounds {
  const inputs = new Map(uses.map((use) => [use.input, use]));
  const partOfInput = (lot: string) => origins.get(lot)?.fields.mpn ?? lot;
  const byPart = Map.groupBy(inputs.values(), ({ input }) => partOfInput(input));
  let [fewest, most] = [0, 0];
  for (const [, some] of byPart) {
    let bounds: Bounds = [0, 0];
    for (const { input, pieces } of some) {
      const before = reached.get(input);
      const [least, largest] = own.has(input)
        ? [pieces, pieces]
        : before
          ? affectedAmong(before.affected, before.units, Math.min(pieces, before.units))
          : [0, 0];
      bounds = [bounds[0] + least, bounds[1] + largest];
    }
    if (bounds[1] === 0) continue;
    const consumed = some.reduce((sum, { pieces }) => sum + pieces, 0);
    const lost = some.some((use) => use.lost === null)
      ? null
      : some.reduce((sum, use) => sum + use.lost!, 0);
    // A unit has as many pieces as were consumed suffice for. Less than one: only some units have the part.
    const perUnit = Math.floor((consumed - (lost ?? 0)) / units) || null;
    const [least, largest] = affectedUnits({ suspect: bounds, consumed, units, perUnit, lost });
    fewest = Math.max(fewest, least);
    most = Math.min(units, most + largest);
  }
  return [fewest, most];
}
