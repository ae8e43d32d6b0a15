// Draws courses of the coming weeks from stretches of past ones, each relative to the level that was known when it began. So a
// course carries on what the past did after such a level: its noise, its gaps, and whether it grew or fell.
import type { Generator } from "./generator.ts";

export interface CourseOptions {
  /** Weeks of a course. */
  weeks: number;
  courses: number;
  /** Weeks of a stretch. */
  stretch: number;
  /** How much weight the newest week has in the level, 0 to 1. */
  alpha: number;
}

/**
 * Draws courses.
 * @param series past weeks, oldest first; at least two stretches long
 * @returns one array of weekly pieces for each course; the same generator draws the same
 * @throws RangeError if the series is shorter than two stretches
 */
export function drawCourses(
  series: readonly number[],
  { weeks, courses, stretch, alpha }: CourseOptions,
  next: Generator,
): number[][] {
  if (series.length < 2 * stretch) throw new RangeError("series: shorter than two stretches");
  const levels = levelsOf(series, stretch, alpha);
  const starts: number[] = [];
  for (let start = stretch; start + stretch <= series.length; start++)
    if (levels[start]! > 0) starts.push(start);
  const now = levels[series.length]!;
  return Array.from({ length: courses }, () => {
    const course: number[] = [];
    let level = now;
    while (course.length < weeks) {
      const start = starts[Math.floor(next() * starts.length)];
      for (let i = 0; i < stretch && course.length < weeks; i++) {
        const count = start === undefined ? 0 : (series[start + i]! * level) / levels[start]!;
        course.push(count);
      }
      level = course
        .slice(-stretch)
        .reduce((before, count) => before + alpha * (count - before), level);
    }
    return course;
  });
}

/** The level before each week, and after the last: exponentially smoothed, from the mean of the first stretch on. */
function levelsOf(series: readonly number[], stretch: number, alpha: number): number[] {
  const first = series.slice(0, stretch).reduce((sum, count) => sum + count, 0) / stretch;
  const levels = new Array<number>(stretch + 1).fill(first);
  for (const count of series.slice(stretch)) {
    const before = levels.at(-1)!;
    levels.push(before + alpha * (count - before));
  }
  return levels;
}
