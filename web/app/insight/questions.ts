// Lists the questions of insight, in the order in which people ask them. Each has its own address.

/** Each question's name in the address, and its title. */
export const QUESTIONS = {
  stock: "Stock",
  build: "Clear to build",
  arrivals: "Arrivals",
  demand: "Demand",
  origins: "Origins",
  outage: "Outages",
  recall: "Recall drill",
  "track-record": "Track record",
} as const;
export type Question = keyof typeof QUESTIONS;

/** Questions about the caller's own stock: the operator has none. */
export const OF_PARTIES: readonly Question[] = ["stock", "build", "demand", "outage"];
