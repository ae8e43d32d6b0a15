// Computes when pieces run out. All products are to be made at their rates, so the first part to run out decides: the optimum
// of the time-to-survive linear programme (Simchi-Levi et al. 2015) without substitution.

/** How long fixed rates last: stock / (use − arrivals), in the unit of the rates; null: they never run out. */
export function survives(stock: number, use: number, arrivals = 0): number | null {
  return use > arrivals ? stock / (use - arrivals) : null;
}

/**
 * The first moment at which what was used is more than stock and arrivals, where arrivals of a period come at its start and
 * use is even over it.
 * @param use pieces per period
 * @param arrivals pieces per period; shorter arrays go on with 0
 * @returns periods from now, with a fraction; null: not within the periods of `use`
 */
export function runsOut(
  stock: number,
  use: readonly number[],
  arrivals: readonly number[] = [],
): number | null {
  let left = stock;
  for (let period = 0; period < use.length; period++) {
    left += arrivals[period] ?? 0;
    const used = use[period]!;
    if (used > left) return period + Math.max(0, left) / used;
    left -= used;
  }
  return null;
}

/** The pieces missing by the end of the periods, if use went on. */
export function missing(
  stock: number,
  use: readonly number[],
  arrivals: readonly number[] = [],
): number {
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  return Math.max(0, total(use) - stock - total(arrivals.slice(0, use.length)));
}

/** A product, and the pieces of each part in a unit. */
export interface Line {
  product: string;
  unitsPerWeek: number;
  parts: Readonly<Record<string, number>>;
}

/** When each part and each product stops at fixed rates, in weeks; null: never. A product stops with its first part. */
export function stops(
  stock: Readonly<Record<string, number>>,
  lines: readonly Line[],
  arrivals: Readonly<Record<string, number>> = {},
): { parts: Record<string, number | null>; products: Record<string, number | null> } {
  const use = new Map<string, number>();
  for (const { unitsPerWeek, parts } of lines)
    for (const [part, count] of Object.entries(parts))
      use.set(part, (use.get(part) ?? 0) + unitsPerWeek * count);
  const parts = Object.fromEntries(
    [...use].map(([part, rate]) => [part, survives(stock[part] ?? 0, rate, arrivals[part])]),
  );
  const products = lines.map(({ product, parts: needed }) => {
    const times = Object.keys(needed).flatMap((part) => parts[part] ?? []);
    return [product, times.length === 0 ? null : Math.min(...times)] as const;
  });
  return { parts, products: Object.fromEntries(products) };
}

/**
 * Days of supply as in CX-0145: how many of the following days' demands are covered by what is left at the end of each day, the
 * last one in part. Deliveries of a day count for its demand. The last day has no following one, so it has no figure.
 * @param stock at the start of the first day
 */
export function daysOfSupply(
  stock: number,
  demand: readonly number[],
  deliveries: readonly number[],
): number[] {
  let held = stock;
  return demand.slice(0, -1).map((today, day) => {
    held += (deliveries[day] ?? 0) - today;
    return runsOut(held, demand.slice(day + 1)) ?? demand.length - 1 - day;
  });
}
