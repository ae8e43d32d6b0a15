// Back-tests the bound of a delay on real flights: broken promises that cluster on days of bad weather. The file is not ours to
// copy, so it is read from CONFORMANCE_DIR.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AdaptiveLevel } from "../protocol/insight/stats/conformal.ts";
import { pinball } from "../protocol/insight/stats/losses.ts";
import { upperBound } from "../protocol/insight/stats/rank.ts";

/** A flight. Times in minutes since 1970, the delay in minutes. */
export interface Flight {
  scheduled: number;
  /** When its delay was known: after it landed. */
  known: number;
  delay: number;
  origin: string;
}

const WINDOW = 500;
const LEVEL = 0.9;

const WARM_UP = 500;
const MILES_PER_MINUTE = 8;

/** Reads the flights of a folder of conformance data; undefined where there are none. */
export function readFlights(folder: string | undefined): Flight[] | undefined {
  const path = join(folder ?? "", "flights", "flights-10k.json");
  if (folder === undefined || !existsSync(path)) return undefined;
  const rows = JSON.parse(readFileSync(path, "utf8")) as {
    date: string;
    delay: number;
    distance: number;
    origin: string;
  }[];
  return rows
    .map(({ date, delay, distance, origin }) => {
      const scheduled = Date.parse(`${date.replaceAll("/", "-").replace(" ", "T")}:00Z`) / 60_000;
      const known = scheduled + Math.max(0, delay) + 40 + distance / MILES_PER_MINUTE;
      return { scheduled, known, delay, origin };
    })
    .sort((a, b) => a.scheduled - b.scheduled);
}

/** Bounds each flight's delay by those known before it, and compares the bounds with what came. */
export function backtestFlights(flights: readonly Flight[]) {
  const adaptive = new AdaptiveLevel(LEVEL);
  const landing: { known: number; delay: number; bound: number | null }[] = [];
  const known: number[] = [];
  const total = { n: 0, inside: 0, loss: 0, abstained: 0, plain: 0, normal: 0, normalLoss: 0 };
  for (const { scheduled, known: at, delay } of flights) {
    landing.sort((a, b) => a.known - b.known);
    while (landing[0] !== undefined && landing[0].known <= scheduled) {
      const landed = landing.shift()!;
      known.push(landed.delay);
      adaptive.learn(landed.bound !== null && landed.delay > landed.bound);
    }
    const past = known.slice(-WINDOW);
    const { level } = adaptive;
    const bound = level === null ? null : upperBound(past, level);
    landing.push({ known: at, delay, bound });
    if (known.length < WARM_UP) continue;
    if (bound === null) total.abstained++;
    else {
      const mean = past.reduce((sum, one) => sum + one, 0) / past.length;
      const sd = Math.sqrt(past.reduce((sum, one) => sum + (one - mean) ** 2, 0) / past.length);
      const normal = mean + 1.28 * sd;
      total.n++;
      total.inside += delay <= bound ? 1 : 0;
      total.loss += pinball(delay, bound, LEVEL);
      total.plain += delay <= upperBound(past, LEVEL)! ? 1 : 0;
      total.normal += delay <= normal ? 1 : 0;
      total.normalLoss += pinball(delay, normal, LEVEL);
    }
  }
  const { n } = total;
  return {
    n,
    abstained: total.abstained,
    coverage: {
      ours: total.inside / n,
      withoutAdapting: total.plain / n,
      normal: total.normal / n,
    },
    pinball: { ours: total.loss / n, normal: total.normalLoss / n },
  };
}

/** The same for each origin with enough flights, pooled over the origins. */
export function backtestOrigins(flights: readonly Flight[]) {
  const groups = [...Map.groupBy(flights, ({ origin }) => origin).values()];
  const results = groups.filter(({ length }) => length > WARM_UP + 100).map(backtestFlights);
  const n = results.reduce((sum, one) => sum + one.n, 0);
  const inside = results.reduce((sum, one) => sum + one.n * one.coverage.ours, 0);
  return { origins: results.length, n, coverage: n === 0 ? null : inside / n };
}
