// Defines how an answer says that it has too little to say more, and the forms that figures take.

/** Why a figure is missing. docs/insight.md says what to do about each. */
export type AbstentionCode = "TOO_FEW" | "NO_PROMISE" | "DRIFTING" | "NO_BETTER_THAN_NAIVE";

/** A figure that is missing: of what, and how many cases there are of how many that it needs. */
export interface Abstention {
  code: AbstentionCode;
  subject: string;
  have: number;
  need: number;
}

/** The quantiles at 10, 50 and 90 %; null: it lies beyond what is known. */
export type Band = readonly [low: number | null, middle: number | null, high: number | null];

/** How many past forecasts held, of how many. */
export type Kept = readonly [inside: number, of: number];

/** A share with its 95 % interval (Wilson); null without cases. */
export interface Rate {
  x: number;
  n: number;
  rate: number | null;
  interval: readonly [least: number, most: number] | null;
}
