// Answers how much of each part hangs on one country or site, by declaration, wafer, package or test. What is not shown stays
// unknown: shares come as bounds, and no unknown piece is guessed.
import { type Facts, type Origin, type Part, partKey, partOf } from "./facts.ts";
import { type Bounds, effectiveBounds, hhiBounds, shareBounds } from "./stats/concentration.ts";

/** By what a part's origin is told, and the field that tells it. None of them is the legal origin. */
export const LENSES = {
  declared: "countryOfOrigin",
  wafer: "fabCountry",
  package: "assemblyCountry",
  test: "testCountry",
  waferSite: "fabSite",
  packageSite: "assemblySite",
  testSite: "testSite",
} as const;
export type Lens = keyof typeof LENSES;

/** Lenses that name countries: only these can disagree with one another. */
const COUNTRY_LENSES = ["declared", "wafer", "package", "test"] as const satisfies Lens[];

/** One place of a part. */
export interface PlaceShare {
  place: string;
  pieces: number;
  /** Of all pieces of the part, 0 to 1: at least (those shown), at most (all unknown ones too). */
  share: Bounds;
}

/** Where one part is from. */
export interface PartOrigins {
  part: Part;
  pieces: number;
  places: PlaceShare[];
  /** The share of pieces whose place is not shown, 0 to 1. */
  unknown: number;
  /** Bounds of the sum of squared shares, 0 to 1: 1 is a single place. */
  concentration: Bounds;
  /** As many equal places would be as concentrated; null: without limit. */
  effective: readonly [least: number | null, most: number | null];
  /** Lenses under which another country has the most pieces than under the declared one. */
  flips: Lens[];
  because: string[];
}

/** What a product takes from one place. */
export interface ProductOrigins {
  product: string;
  /** Part numbers of which every known piece used came from there. */
  certain: string[];
  /** Part numbers of which some pieces came from there, or may have. */
  possible: string[];
}

/** Which pieces are counted. */
export interface OriginsAsk {
  lens: Lens;
  /** Pieces that this party received, made or introduced; null: of all that are seen. */
  party: string | null;
  /** Unix seconds: pieces that came in from this moment on. */
  from: number;
}

/** Where the pieces of each part came from that a party took in, by one lens. Splits of its own are not counted again. */
export function partOrigins(facts: Facts, ask: OriginsAsk): PartOrigins[] {
  const origins = new Map(facts.origins.map((origin) => [origin.lot, origin]));
  const groups = new Map<
    string,
    { part: Part; lots: { origin: Origin; pieces: number }[]; because: string[] }
  >();
  for (const { lot, party, kind, pieces, happened, event } of facts.movements) {
    const isIn =
      kind === "received" ||
      kind === "returnedIn" ||
      kind === "introduced" ||
      kind === "commissioned";
    if (!isIn || happened < ask.from || (ask.party !== null && party !== ask.party)) continue;
    const origin = origins.get(lot);
    const part = origin && partOf(origin);
    if (!part) continue;
    const group = groups.get(partKey(part)) ?? { part, lots: [], because: [] };
    group.lots.push({ origin, pieces });
    group.because.push(event, origin.event);
    groups.set(partKey(part), group);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { part, lots, because }]) => ({
      part,
      ...sharesOf(lots, ask.lens),
      flips: flipsOf(lots),
      because: [...new Set(because)],
    }));
}

type Counted = readonly { origin: Origin; pieces: number }[];

function sharesOf(lots: Counted, lens: Lens) {
  const pieces = lots.reduce((sum, each) => sum + each.pieces, 0);
  const counts = countsBy(lots, lens);
  const known = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const unknown = (pieces - known) / pieces;
  const shares = [...counts.values()].map((count) => count / pieces);
  return {
    pieces,
    places: [...counts]
      .map(([place, count]) => ({
        place,
        pieces: count,
        share: shareBounds(count / pieces, unknown),
      }))
      .sort((a, b) => b.pieces - a.pieces || (a.place < b.place ? -1 : 1)),
    unknown,
    concentration: hhiBounds(shares, unknown),
    effective: effectiveBounds(shares, unknown),
  };
}

function countsBy(lots: Counted, lens: Lens): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { origin, pieces } of lots) {
    const place = origin.fields[LENSES[lens]];
    if (place !== undefined) counts.set(place, (counts.get(place) ?? 0) + pieces);
  }
  return counts;
}

/** Lenses whose largest country is another than the declared one, both shown. */
function flipsOf(lots: Counted): Lens[] {
  const largest = (lens: Lens) =>
    [...countsBy(lots, lens)].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]?.[0];
  const declared = largest("declared");
  return COUNTRY_LENSES.filter((lens) => {
    const other = largest(lens);
    return declared !== undefined && other !== undefined && other !== declared;
  });
}

/** What each product takes from one place, by the lots that its assemblies used. */
export function productOrigins(
  facts: Facts,
  { lens, place }: { lens: Lens; place: string },
): ProductOrigins[] {
  const origins = new Map(facts.origins.map((origin) => [origin.lot, origin]));
  const products = new Map<
    string,
    Map<string, { there: boolean; elsewhere: boolean; unknown: boolean }>
  >();
  for (const { input, product } of facts.uses) {
    const name = origins.get(product)?.fields.mpn;
    const origin = origins.get(input);
    const mpn = origin?.fields.mpn;
    if (name === undefined || origin === undefined || mpn === undefined) continue;
    const parts =
      products.get(name) ??
      new Map<string, { there: boolean; elsewhere: boolean; unknown: boolean }>();
    const part = parts.get(mpn) ?? { there: false, elsewhere: false, unknown: false };
    const where = origin.fields[LENSES[lens]];
    if (where === undefined) part.unknown = true;
    else if (where === place) part.there = true;
    else part.elsewhere = true;
    parts.set(mpn, part);
    products.set(name, parts);
  }
  return [...products.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([product, parts]) => {
      const names = [...parts.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
      return {
        product,
        certain: names.flatMap(([mpn, { there, elsewhere, unknown }]) =>
          there && !elsewhere && !unknown ? [mpn] : [],
        ),
        possible: names.flatMap(([mpn, { there, unknown }]) => (there || unknown ? [mpn] : [])),
      };
    });
}
