// Lists the budgets: what a party, or an address without an API key, may use within a time, and what a party may keep.

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 24 * 60 * 60;
const MEBIBYTE = 1024 * 1024;

/** A budget that begins anew with each window of time. */
export interface Timed {
  /** What is counted, in words for people. */
  of: string;
  /** The variable that sets it. */
  variable: string;
  /** The window, which begins at a multiple of this since 1970. */
  seconds: number;
  /** The limit where the variable is not set. A working company does not meet it. */
  limit: number;
  /** What one step of the variable is worth. */
  unit: number;
}

/** Budgets of a party, with all of its API keys. `reads` and `wrongKeys` are of an address that sends no valid key. */
export const TIMED = {
  requests: {
    of: "requests",
    variable: "RATE_LIMIT",
    seconds: MINUTE_SECONDS,
    limit: 1_200,
    unit: 1,
  },
  reads: {
    of: "requests without an API key",
    variable: "RATE_LIMIT",
    seconds: MINUTE_SECONDS,
    limit: 1_200,
    unit: 1,
  },
  wrongKeys: {
    of: "requests with an invalid API key",
    variable: "RATE_LIMIT",
    seconds: MINUTE_SECONDS,
    limit: 1_200,
    unit: 1,
  },
  bytes: {
    of: "bytes to store",
    variable: "DAILY_MEBIBYTES",
    seconds: DAY_SECONDS,
    limit: 4_096 * MEBIBYTE,
    unit: MEBIBYTE,
  },
  rows: {
    of: "rows to store",
    variable: "DAILY_ROWS",
    seconds: DAY_SECONDS,
    limit: 500_000,
    unit: 1,
  },
  submissions: {
    of: "events and notices to the ledger",
    variable: "DAILY_SUBMISSIONS",
    seconds: DAY_SECONDS,
    limit: 10_000,
    unit: 1,
  },
} as const satisfies Record<string, Timed>;
export type TimedName = keyof typeof TIMED;

/** What a party may have at one time. Ending one makes room for another. */
export const STANDING = {
  apiKeys: { of: "API keys", variable: "MAX_API_KEYS", limit: 200 },
  grants: { of: "grants", variable: "MAX_GRANTS", limit: 1_000 },
} as const;
export type StandingName = keyof typeof STANDING;

export type BudgetName = TimedName | StandingName;

/** The limit of each budget. */
export type BudgetLimits = Record<BudgetName, number>;

/** The limits that hold unless the configuration sets others. */
export const DEFAULT_LIMITS = Object.fromEntries(
  Object.entries({ ...TIMED, ...STANDING }).map(([name, { limit }]) => [name, limit]),
) as BudgetLimits;
