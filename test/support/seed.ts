// Gives every random test its seed and its length. Both are fixed unless the environment says otherwise.
import { env } from "node:process";

const FIXED_SEED = 20_260_601;

/**
 * The seed of every random test, so that each run tries the same. `SEED=123` sets it, to repeat a failure;
 * `SEED=fresh` draws one, to look for failures that nobody has seen yet. Every failure names it.
 */
export const SEED = seedOf(env["SEED"]);

/** Whether the long runs are made in whole. */
export const IS_LONG = env["LONG"] === "1";

/** How many of `whole` random runs a test makes: all of them with `LONG=1`, a tenth of them otherwise. */
export const runsOf = (whole: number): number => (IS_LONG ? whole : Math.ceil(whole / 10));

function seedOf(text: string | undefined): number {
  if (text === undefined || text === "") return FIXED_SEED;
  if (text === "fresh") return Math.floor(Math.random() * 2 ** 31);
  if (!/^\d{1,10}$/.test(text)) throw new Error(`SEED is a whole number or "fresh", not "${text}"`);
  return Number(text);
}
