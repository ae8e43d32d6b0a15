// Draws courses of the coming weeks' use from the past ones (after Willemain, Smart and Schwarz 2004): whether a week has use
// by a two-state Markov chain, and how much by redrawing past sizes, of which newer ones weigh more.
import type { Generator } from "./generator.ts";

export interface BootstrapOptions {
  weeks: number;
  paths: number;
  /** Weeks after which a past week weighs half. */
  halfLife: number;
}

/** Chances that a week has use after one with use, and after one without, by weighted counts with one imagined case of each. */
function chances(series: readonly number[], weightAt: (index: number) => number) {
  const overall =
    series.reduce((sum, value, i) => sum + (value > 0 ? weightAt(i) : 0), 0) /
    series.reduce((sum, _, i) => sum + weightAt(i), 0);
  const after = (hadUse: boolean) => {
    let [used, all] = [overall, 1];
    for (let i = 1; i < series.length; i++) {
      if (series[i - 1]! > 0 !== hadUse) continue;
      all += weightAt(i);
      if (series[i]! > 0) used += weightAt(i);
    }
    return used / all;
  };
  return { afterUse: after(true), afterNone: after(false) };
}

/**
 * Draws courses of use.
 * @param series past weeks, oldest first, with at least one use
 * @returns one array of weekly pieces for each path; the same seed draws the same
 */
export function bootstrapPaths(
  series: readonly number[],
  { weeks, paths, halfLife }: BootstrapOptions,
  next: Generator,
): number[][] {
  const weightAt = (index: number) => 2 ** ((index + 1 - series.length) / halfLife);
  const sizes = series.flatMap((value, i) => (value > 0 ? [{ value, weight: weightAt(i) }] : []));
  if (sizes.length === 0)
    return Array.from({ length: paths }, () => new Array<number>(weeks).fill(0));
  const sums: number[] = [];
  for (const { weight } of sizes) sums.push((sums.at(-1) ?? 0) + weight);
  const draw = () => {
    const target = next() * sums.at(-1)!;
    const found = sums.findIndex((sum) => sum > target);
    return sizes[found < 0 ? sizes.length - 1 : found]!.value;
  };
  const { afterUse, afterNone } = chances(series, weightAt);
  return Array.from({ length: paths }, () => {
    let hadUse = (series.at(-1) ?? 0) > 0;
    return Array.from({ length: weeks }, () => {
      hadUse = next() < (hadUse ? afterUse : afterNone);
      return hadUse ? draw() : 0;
    });
  });
}
