// Names the lots of a trail: their numbers stand in the events that made them.
import type { EventView } from "../../../api/events.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";

/** The lot numbers that a trail and its verdict state, by lot. */
export function lotNames(
  events: readonly EventView[],
  verdict: Verdict | undefined,
): Map<string, string> {
  const names = new Map<string, string>();
  for (const { lot, lotNumber } of verdict?.lots ?? []) if (lotNumber) names.set(lot, lotNumber);
  for (const { entries } of events)
    for (const { lot, isNew, details } of entries)
      if (isNew && typeof details["lotNumber"] === "string") names.set(lot, details["lotNumber"]);
  return names;
}
