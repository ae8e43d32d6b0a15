// Answers how many units of a product can be started with what a party has, and which part runs out first. Pieces that are on
// hold, recalled or refused by the reader's policy do not count, and are named with the reason.
import { type BomEntry, bomOf, ownBom, substitutesOf } from "./bom.ts";
import type { Facts, Origin, Use } from "./facts.ts";
import { stockStatement, type StockLot } from "./stock.ts";

/** What is to be built, and with what. */
export interface BuildAsk {
  party: string;
  /** The product's part number. */
  product: string;
  /** Unix seconds. */
  at: number;
  /** Only pieces at this site; pieces whose site is not said count for every site. */
  site?: string;
  /** Why lots do not count beside holds: codes of notices, alerts or findings. */
  refused: ReadonlyMap<string, readonly string[]>;
  /** The reader's own bill of materials: pieces of each part number in a unit. Missing: that of past assemblies. */
  bom?: Readonly<Record<string, number>>;
  /** The reader's own approved alternates of a part number. Missing: those that assemblies have used instead. */
  alternates?: Readonly<Record<string, readonly string[]>>;
}

/** A line of the bill of materials. */
export interface BomLine {
  mpn: string;
  /** Pieces in a unit. From assemblies: pieces used, less those said to be lost, by units; from the fewest to the most. */
  perUnit: readonly [fewest: number, most: number];
  from: BomEntry["from"];
  /** Assemblies that it was read from. */
  builds: number;
  /** Part numbers that may stand in for it. */
  alternates: string[];
  /** Usable pieces, alternates included. */
  usable: number;
  /** Units that these suffice for, by the most pieces in a unit. */
  units: number;
  /** The lots to pick: what expires first, then what came first. */
  lots: {
    lot: string;
    lotNumber: string | null;
    mpn: string;
    pieces: number;
    site: string | null;
  }[];
  /** Lots that do not count, and why. */
  left: { lot: string; lotNumber: string | null; pieces: number; why: string[] }[];
}

/** Where a product was built. */
export interface BuiltAt {
  party: string;
  site: string | null;
  line: string | null;
  units: number;
  /** Unix seconds of the last assembly. */
  last: number;
}

/** The answer. Units are 0 and `lines` empty where no bill of materials is known. */
export interface Build {
  product: string;
  units: number;
  /** The part number that runs out first; null: no bill of materials. */
  by: string | null;
  lines: BomLine[];
  builtAt: BuiltAt[];
  because: string[];
}

/** Works out what can be built. A piece counts for one line only: a product that uses a part twice has one line for it. */
export function clearToBuild(facts: Facts, ask: BuildAsk): Build {
  const origins = new Map(facts.origins.map((origin) => [origin.lot, origin]));
  const uses = facts.uses.filter(({ product }) => origins.get(product)?.fields.mpn === ask.product);
  const bom = ask.bom ? ownBom(ask.bom) : bomOf(uses, origins);
  const stock = lotsByPart(facts, ask, origins);
  const lines = [...bom]
    .map(([mpn, line]) => lineOf(mpn, line, { ask, uses, origins, stock }))
    .sort((a, b) => a.units - b.units || (a.mpn < b.mpn ? -1 : 1));
  return {
    product: ask.product,
    units: lines[0]?.units ?? 0,
    by: lines[0]?.mpn ?? null,
    lines,
    builtAt: builtAt(uses),
    because: [...new Set(uses.map(({ event }) => event))],
  };
}

/** A lot of a party's stock, with what decides whether it can be used. */
export type Picked = StockLot & { mpn: string; expires: string | null };

/** A party's lots by part number. Pieces that lie at another site than the one asked for are left out. */
export function lotsByPart(
  facts: Facts,
  { party, at, site, refused }: Pick<BuildAsk, "party" | "at" | "site" | "refused">,
  origins: ReadonlyMap<string, Origin>,
): ReadonlyMap<string, readonly Picked[]> {
  const statement = stockStatement(facts, {
    party,
    from: 0,
    to: at,
    recalled: new Set(refused.keys()),
  });
  const lots = statement.flatMap(({ part, lots: some }) =>
    part === null ? [] : some.map((lot) => ({ ...lot, mpn: part.mpn })),
  );
  const here = lots.filter((lot) => site === undefined || lot.site === null || lot.site === site);
  return Map.groupBy(
    here.map((lot) => ({ ...lot, expires: origins.get(lot.lot)?.fields.expiryDate ?? null })),
    ({ mpn }) => mpn,
  );
}

function lineOf(
  mpn: string,
  line: BomEntry,
  {
    ask,
    uses,
    origins,
    stock,
  }: {
    ask: BuildAsk;
    uses: readonly Use[];
    origins: ReadonlyMap<string, Origin>;
    stock: ReadonlyMap<string, readonly Picked[]>;
  },
): BomLine {
  const alternates = ask.alternates
    ? Object.hasOwn(ask.alternates, mpn) // a part number may be called "constructor"
      ? ask.alternates[mpn]!
      : []
    : substitutesOf(mpn, uses, origins);
  const names = [...new Set([mpn, ...alternates])];
  const lots = names.flatMap((name) => stock.get(name) ?? []);
  const good = lots.filter((lot) => isUsable(lot, ask.at));
  const usable = good.reduce((sum, { pieces }) => sum + pieces, 0);
  return {
    mpn,
    perUnit: [line.fewest, line.most],
    from: line.from,
    builds: line.builds,
    alternates: names.slice(1),
    usable,
    units: line.most > 0 ? Math.floor(usable / line.most + 1e-9) : 0,
    lots: good
      .toSorted(
        (a, b) =>
          compare(a.expires ?? "9999", b.expires ?? "9999") ||
          a.since - b.since ||
          compare(a.lot, b.lot),
      )
      .map(({ lot, lotNumber, mpn: name, pieces, site }) => ({
        lot,
        lotNumber,
        mpn: name,
        pieces,
        site,
      })),
    left: lots
      .filter((lot) => !isUsable(lot, ask.at))
      .map((lot) => ({
        lot: lot.lot,
        lotNumber: lot.lotNumber,
        pieces: lot.pieces,
        why: whyLeft(lot, isPast(lot, ask.at), ask.refused.get(lot.lot) ?? []),
      })),
  };
}

const isPast = ({ expires }: Picked, at: number) =>
  expires !== null && expires < new Date(at * 1000).toISOString().slice(0, 10);

/** Whether a lot's pieces can be used at a moment: free, neither recalled nor refused, and not past their expiry. */
export const isUsable = (lot: Picked, at: number): boolean => lot.not === null && !isPast(lot, at);

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function whyLeft({ not }: Picked, hasExpired: boolean, codes: readonly string[]): string[] {
  return [
    ...(not === "held" ? ["ON_HOLD"] : not === "sent" ? ["SENT"] : []),
    ...(hasExpired ? ["EXPIRED"] : []),
    ...codes,
  ];
}

function builtAt(uses: readonly Use[]): BuiltAt[] {
  const made = new Map(uses.map((use) => [use.event + use.product, use]));
  const groups = Map.groupBy(made.values(), ({ party, site, line }) =>
    JSON.stringify([party, site, line]),
  );
  return [...groups.values()].map((some) => {
    const { party, site, line } = some[0]!;
    return {
      party,
      site,
      line,
      units: some.reduce((sum, { units }) => sum + units, 0),
      last: Math.max(...some.map(({ happened }) => happened)),
    };
  });
}
