// Counts what a party uses, ships and builds in each week. Weeks are ISO weeks in UTC, from Monday to Sunday.
import { type Facts, type Part, partKey, partOf } from "./facts.ts";
import { DAY, WEEK } from "./options.ts";

/** Why pieces leave a party's stock, or units enter it. */
export const FLOWS = ["used", "shipped", "built"] as const;
export type Flow = (typeof FLOWS)[number];

/** Pieces of one part that went one way at one moment. */
export interface Flowed {
  happened: number;
  known: number;
  pieces: number;
  event: string;
}

/** All that went one way of one part. */
export interface PartFlow {
  part: Part;
  flow: Flow;
  flowed: readonly Flowed[];
}

/** The first Monday of Unix time. */
const FIRST_MONDAY = 4 * DAY;
/** The number of the week that a moment lies in. @param time Unix seconds */
export const weekOf = (time: number): number => Math.floor((time - FIRST_MONDAY) / WEEK);
/** When a week begins, in Unix seconds. */
export const startOfWeek = (week: number): number => FIRST_MONDAY + week * WEEK;

/**
 * What a party used in assemblies, handed to its next holders, and built, part by part. What was sent back to where it came
 * from is no need of anybody, and does not count.
 */
export function flowsOf({ movements, origins, passages }: Facts, party: string): PartFlow[] {
  const made = new Map(origins.map((origin) => [origin.lot, origin]));
  const returned = new Set(
    passages.flatMap(({ isReturn, endEvent, lot }) =>
      isReturn && endEvent !== null ? [`${endEvent} ${lot}`] : [],
    ),
  );
  const flows = new Map<string, PartFlow & { flowed: Flowed[] }>();
  for (const { party: owner, kind, lot, pieces, event, happened, known } of movements) {
    const flow = FLOW_OF[kind];
    if (flow === undefined || owner !== party || returned.has(`${event} ${lot}`)) continue;
    const origin = made.get(lot);
    const part = origin && partOf(origin);
    if (!part) continue;
    const key = `${flow} ${partKey(part)}`;
    let found = flows.get(key);
    if (found === undefined) flows.set(key, (found = { part, flow, flowed: [] }));
    found.flowed.push({ happened, known, pieces: Math.abs(pieces), event });
  }
  return [...flows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, flow]) => flow);
}

const FLOW_OF: Readonly<Record<string, Flow | undefined>> = {
  consumed: "used",
  handedOver: "shipped",
  short: "shipped",
  produced: "built",
};

/** Pieces of whole weeks, one after the other. */
export interface Weeks {
  /** The first week. */
  first: number;
  pieces: number[];
}

/**
 * Counts what was known at a cut week by week, from the first week with any to the last whole one before the cut. The newest
 * weeks may still miss what is registered late.
 * @returns null where nothing was known, or only of the week of the cut
 */
export function weeksOf(flowed: readonly Flowed[], cut: number): Weeks | null {
  const end = weekOf(cut);
  const known = flowed.filter((one) => one.known <= cut && weekOf(one.happened) < end);
  if (known.length === 0) return null;
  const first = known.reduce((least, { happened }) => Math.min(least, weekOf(happened)), end);
  const pieces = new Array<number>(end - first).fill(0);
  for (const one of known) pieces[weekOf(one.happened) - first]! += one.pieces;
  return { first, pieces };
}
