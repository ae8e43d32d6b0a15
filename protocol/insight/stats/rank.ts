// Bounds the next value by the rank of past values. The rank is never clipped to the largest value: with too few values there
// is no bound, where most implementations give one that covers less than it says.

/** The smallest number of past values that a bound at a level needs, one-sided: 9 at 0.9, 19 at 0.95. */
export const fewestFor = (level: number): number => {
  for (let n = 1; ; n++) if (rankOf(n, level) !== null) return n;
};

/** The rank ⌈p(n+1)⌉ from 1, or null where it is more than n. The slack undoes rounding: 0.95 × 20 is 19 and not more. */
export function rankOf(n: number, level: number): number | null {
  if (!(level > 0 && level < 1)) throw new RangeError("level: must be between 0 and 1");
  const rank = Math.max(1, Math.ceil(level * (n + 1) - 1e-9));
  return rank > n ? null : rank;
}

/** Numbers in ascending order. */
export const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/**
 * The upper bound of the next value at a level (split conformal, Vovk et al. 2005; Lei et al. 2018): at least `level` of all
 * next values are at most this, where past and future are exchangeable.
 * @returns the value of rank ⌈level·(n+1)⌉; null where that rank does not exist
 */
export function upperBound(values: readonly number[], level: number): number | null {
  const rank = rankOf(values.length, level);
  return rank === null ? null : ascending(values)[rank - 1]!;
}

/**
 * The lower bound of the next value: at most `level` of all next values are under this.
 * @returns the value of rank ⌊level·(n+1)⌋; null where that rank does not exist
 */
export function lowerBound(values: readonly number[], level: number): number | null {
  const rank = rankOf(values.length, 1 - level);
  return rank === null ? null : ascending(values)[values.length - rank]!;
}
