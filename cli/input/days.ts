// Reads days of the command line as moments.
import { usageProblem } from "../output/outcome.ts";

const DAY_SECONDS = 24 * 60 * 60;

/**
 * A day as YYYY-MM-DD, in UTC, as Unix seconds.
 * @param part its first or its last second
 * @throws Problem BAD_OPTION
 */
export function readDay(text: string, field: string, part: "start" | "end"): number {
  const start = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) / 1000 : NaN;
  // Date.parse takes 2026-02-30 for the second of March.
  const isDay = !Number.isNaN(start) && new Date(start * 1000).toISOString().startsWith(text);
  if (!isDay || start < 0)
    throw usageProblem("BAD_OPTION", `${text} is not a day as YYYY-MM-DD.`, field);
  return part === "start" ? start : start + DAY_SECONDS - 1;
}
