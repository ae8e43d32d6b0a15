// Forecasts how many pieces the next weeks take together, in several ways. Each gives a band, or none where the past is too short
// for it; no rank is ever clipped to the values that there are.
import type { Band } from "./abstention.ts";
import { BAND_LEVELS, USE_COURSES, USE_SMOOTHING } from "./options.ts";
import { drawCourses } from "./stats/courses.ts";
import type { Generator } from "./stats/generator.ts";
import { croston, sba, ses, tsb } from "./stats/intermittent.ts";
import { lowerBound, upperBound } from "./stats/rank.ts";

/** The methods, simplest first: of two that did equally well the simpler one is taken. */
export const USE_METHODS = ["naive", "ses", "croston", "sba", "tsb", "courses"] as const;
export type UseMethod = (typeof USE_METHODS)[number];

export interface UseOptions {
  /** Weeks that are added up. */
  weeks: number;
  /** Courses that are drawn. */
  paths: number;
  next: Generator;
}

type Means = (series: readonly number[]) => number | null;
const MEANS: Readonly<Record<Exclude<UseMethod, "naive" | "courses">, Means>> = {
  ses: (series) => ses(series, USE_SMOOTHING.alpha),
  croston: (series) => croston(series, USE_SMOOTHING),
  sba: (series) => sba(series, USE_SMOOTHING),
  tsb: (series) => tsb(series, USE_SMOOTHING),
};

/** The bands of all methods. @param series pieces of past weeks, oldest first */
export function useBands(
  series: readonly number[],
  { weeks, paths, next }: UseOptions,
): Record<UseMethod, Band> {
  const sums = sumsOf(series, weeks);
  const means = (method: keyof typeof MEANS) => aroundMean(MEANS[method], series, { sums, weeks });
  const drawn = drawCourses(series, { weeks, courses: paths, ...USE_COURSES }, next).map(total);
  return {
    naive: bandOf(sums),
    ses: means("ses"),
    croston: means("croston"),
    sba: means("sba"),
    tsb: means("tsb"),
    courses: bandOf(drawn),
  };
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** The sums of so many weeks in a row, one for each week that such a stretch can begin with. */
const sumsOf = (series: readonly number[], weeks: number): number[] =>
  Array.from({ length: Math.max(0, series.length - weeks + 1) }, (_, start) =>
    total(series.slice(start, start + weeks)),
  );

/** The band by rank. */
export function bandOf(values: readonly number[]): Band {
  const [low, middle, high] = BAND_LEVELS;
  return [lowerBound(values, low), upperBound(values, middle), upperBound(values, high)];
}

/** So many weeks of the mean, and as much more or less as the sums were that followed earlier means. */
function aroundMean(
  mean: Means,
  series: readonly number[],
  { sums, weeks }: { sums: readonly number[]; weeks: number },
): Band {
  const now = mean(series);
  if (now === null) return [null, null, null];
  const errors = sums.flatMap((sum, start) => {
    const then = mean(series.slice(0, start));
    return then === null ? [] : [sum - weeks * then];
  });
  const at = (error: number | null) =>
    error === null ? null : Math.max(0, Math.round(weeks * now + error));
  const [low, middle, high] = bandOf(errors);
  return [at(low), at(middle), at(high)];
}
