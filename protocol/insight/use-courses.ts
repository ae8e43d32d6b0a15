// Draws the courses that use may take in the coming year, as wide apart as past ones would have had to be.
import { BAND_LEVELS, USE_COURSES, USE_PATHS, USE_SPREAD } from "./options.ts";
import { drawCourses } from "./stats/courses.ts";
import { generatorOf } from "./stats/generator.ts";
import { upperBound } from "./stats/rank.ts";
import { bandOf } from "./use-methods.ts";

/** Weeks that are looked ahead. */
export const AHEAD_WEEKS = 52;

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Courses of the coming weeks, in pieces of each. @param series past weeks, oldest first */
export function useCourses(series: readonly number[], seed: string): number[][] {
  const options = { weeks: AHEAD_WEEKS, courses: USE_PATHS.now, ...USE_COURSES };
  const drawn = drawCourses(series, options, generatorOf(seed));
  const spread = spreadOf(series, seed);
  const middle = Array.from(
    { length: AHEAD_WEEKS },
    (_, week) => total(drawn.map((course) => course[week]!)) / drawn.length,
  );
  return drawn.map((course) =>
    course.map((count, week) => Math.max(0, middle[week]! + spread * (count - middle[week]!))),
  );
}

/**
 * By how much courses must be drawn apart so that past sums would have been inside their band as often as the band says: the
 * quantile by rank of how far outside they were, in halves of the band's width (normalised conformal scores, Lei et al. 2018). At
 * least 1.
 */
function spreadOf(series: readonly number[], seed: string): number {
  const { weeks, cuts } = USE_SPREAD;
  const scores: number[] = [];
  const last = series.length - weeks;
  for (let cut = Math.max(2 * USE_COURSES.stretch, last - cuts + 1); cut <= last; cut++) {
    const options = { weeks, courses: USE_PATHS.past, ...USE_COURSES };
    const drawn = drawCourses(series.slice(0, cut), options, generatorOf(`${seed} ${cut}`));
    const [low, middle, high] = bandOf(drawn.map(total));
    const half = (high! - low!) / 2;
    if (half > 0) scores.push(Math.abs(total(series.slice(cut, cut + weeks)) - middle!) / half);
  }
  const [low, , high] = BAND_LEVELS;
  return Math.max(1, upperBound(scores, high - low) ?? 1);
}
