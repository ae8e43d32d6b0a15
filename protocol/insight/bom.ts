// Reads a product's bill of materials from its past assemblies: what each of them took for a unit.
import type { Origin, Use } from "./facts.ts";

/** How many pieces of one part number a unit takes. */
export interface BomEntry {
  /** From assemblies: pieces used, less those said to be lost, by units; from the fewest to the most. */
  fewest: number;
  most: number;
  /** Assemblies that it was read from; 0 for the reader's own. */
  builds: number;
  from: "assemblies" | "yours";
}

/** A reader's own bill of materials. */
export const ownBom = (bom: Readonly<Record<string, number>>): Map<string, BomEntry> =>
  new Map(
    Object.entries(bom).map(([mpn, count]) => [
      mpn,
      { fewest: count, most: count, builds: 0, from: "yours" },
    ]),
  );

/** The bill of materials of a product by part number. @param uses those of its assemblies alone */
export function bomOf(
  uses: readonly Use[],
  origins: ReadonlyMap<string, Origin>,
): Map<string, BomEntry> {
  const bom = new Map<string, BomEntry>();
  for (const [, some] of Map.groupBy(uses, ({ event }) => event)) {
    const units = [...new Map(some.map((use) => [use.product, use.units])).values()].reduce(
      (sum, count) => sum + count,
      0,
    );
    const inputs = [...new Map(some.map((use) => [use.input, use])).values()];
    const named = inputs.flatMap((use) => {
      const mpn = use.substituteFor ?? origins.get(use.input)?.fields.mpn;
      return mpn === undefined ? [] : [{ mpn, used: use.pieces - (use.lost ?? 0) }];
    });
    for (const [mpn, each] of Map.groupBy(named, ({ mpn: name }) => name)) {
      const perUnit = each.reduce((sum, { used }) => sum + used, 0) / units;
      const line = bom.get(mpn);
      bom.set(mpn, {
        fewest: Math.min(line?.fewest ?? perUnit, perUnit),
        most: Math.max(line?.most ?? perUnit, perUnit),
        builds: (line?.builds ?? 0) + 1,
        from: "assemblies",
      });
    }
  }
  return bom;
}

/** The part numbers that assemblies have used instead of one. */
export const substitutesOf = (
  mpn: string,
  uses: readonly Use[],
  origins: ReadonlyMap<string, Origin>,
): string[] =>
  uses.flatMap(({ substituteFor, input }) => {
    const used = origins.get(input)?.fields.mpn;
    return substituteFor === mpn && used !== undefined && used !== mpn ? [used] : [];
  });
