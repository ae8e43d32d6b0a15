// Judges rule V22, time and route. Events happen in order, and shipments leave from where the lot
// was, avoid certain countries, and take the usual time.
import { ACTIONS } from "../../event/event.ts";
import type { Case } from "../case.ts";
import { type Passage } from "../record.ts";
import { card } from "../../verdict/findings/v22-time-and-route.ts";
import { rule, type RulingOf } from "./rule.ts";

type Ruling = RulingOf<typeof card>;

/** The number of shipments from which on a lane has a usual time. */
export const MIN_LANE_COUNT = 8;

export const timeAndRoute = rule(card, function* (subject) {
  if (!subject.replay.unbroken) yield { unknown: "WAY_NOT_FOLLOWED" };
  const way = subject.replay.way;
  yield* route(subject, way);
  yield* detours(subject, way);
  yield* transits(subject, way);
});

const COUNTRIES = ["shipFromCountry", "shipToCountry"] as const;

/** The country that an event states. Undefined if it is withheld or missing. */
function countryOf(
  { identities }: Case,
  { step, index }: Passage,
  name: (typeof COUNTRIES)[number],
) {
  const detail = identities.stated(step, index, name);
  return detail && "value" in detail ? detail : undefined;
}

/** Checks that each shipment leaves from the country where the lot arrived. */
function* route(subject: Case, way: readonly Passage[]): Generator<Ruling> {
  /** The country in which the lot is, by its shipments, and the one to which it is going. */
  let here: string | undefined;
  let bound: string | undefined;
  for (const passage of way) {
    const { action } = passage.step.event;
    if (action === ACTIONS.ship) {
      const [from, to] = COUNTRIES.map((name) => countryOf(subject, passage, name));
      if (!from || !to) yield { unknown: "ROUTE_NOT_SAID" };
      if (from && here !== undefined && from.value !== here)
        yield {
          code: "ROUTE_BROKEN",
          event: passage.step.digest,
          lot: passage.lot,
          field: from.field,
          expected: here,
          found: from.value,
        };
      here = from?.value;
      bound = to?.value;
    } else if (action === ACTIONS.receive)
      here = countryOf(subject, passage, "shipToCountry")?.value ?? bound;
  }
}

/** Reports shipments from or to countries that the reader's policy avoids. */
function* detours(subject: Case, way: readonly Passage[]): Generator<Ruling> {
  const avoided = new Set(subject.policy.detourCountries);
  for (const passage of way)
    for (const name of COUNTRIES) {
      const detail = countryOf(subject, passage, name);
      if (detail && avoided.has(detail.value))
        yield {
          code: "DETOUR_COUNTRY",
          event: passage.step.digest,
          lot: passage.lot,
          field: detail.field,
          found: detail.value,
        };
    }
}

/** Compares each shipment's time with the usual time between its two parties. */
function* transits({ input: { facts } }: Case, way: readonly Passage[]): Generator<Ruling> {
  const lanes = new Map(facts?.lanes?.map((lane) => [lane.from + lane.to, lane]));
  let sent: Passage | undefined;
  for (const passage of way) {
    const { action, time } = passage.step.event;
    if (action === ACTIONS.receive && sent) {
      const { actor: from, consignee: to, time: left } = sent.step.event;
      const lane = lanes.get(from + to);
      if (!lane) yield { unknown: "LANE_NOT_KNOWN" };
      else if (lane.count < MIN_LANE_COUNT || lane.p90Seconds === null)
        yield { unknown: "LANE_TOO_SHORT" };
      else if (time - left > lane.p90Seconds)
        yield {
          code: "TRANSIT_SLOW",
          event: passage.step.digest,
          lot: passage.lot,
          field: "time",
          expected: lane.p90Seconds,
          found: time - left,
        };
    }
    if (action === ACTIONS.ship) sent = passage;
    else if (action === ACTIONS.receive || action === ACTIONS.refuse || action === ACTIONS.cancel)
      sent = undefined;
  }
}
