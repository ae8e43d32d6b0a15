// V22: nothing arrives before it leaves, or takes an unusual way.
import { ACTIONS } from "../../event/event.ts";
import type { Found } from "../../verdict/verdict.ts";
import type { Case } from "../case.ts";
import { type Passage, wayOf } from "../record.ts";
import { kind, type Kinds, type Rule, type Unknown } from "./rule.ts";

export const findings = {
  TIME_BEFORE_PREDECESSOR: kind(
    "FAIL",
    "actor",
    "The event says that it happened before the one that it follows: ask the party that signed it which time is true.",
  ),
  TRANSIT_SLOW: kind(
    "WARN",
    "holder",
    "The shipment took longer than nine in ten between these two parties: ask where it was, and look at its seals.",
  ),
  DETOUR_COUNTRY: kind(
    "WARN",
    "actor",
    "The shipment went from or to a country through which your policy wants none to go: ask why, and look at its seals.",
  ),
  ROUTE_BROKEN: kind(
    "WARN",
    "actor",
    "The lot left from another country than the one to which it had been shipped: ask who moved it between, and where it was.",
  ),
} satisfies Kinds;

/** Shipments of a lane that must be known before it has a usual time. */
export const MIN_LANE_COUNT = 8;

/** Nothing arrives before it leaves, or takes an unusual way. */
export const timeAndRoute: Rule = {
  id: "V22",
  name: "time and route",
  version: 2,
  looksAt:
    "the times of events that follow one another, the countries of shipments, and what is usual between two parties",
  findings,
  unknowns: {
    WAY_NOT_FOLLOWED:
      "The trail breaks off, so the lot's way cannot be followed to its end: ask for the newest trail.",
    ROUTE_NOT_SAID:
      "A shipment does not say from which country to which it went, so the route cannot be followed: ask the sender.",
    LANE_NOT_KNOWN:
      "How long shipments between these two parties usually take is not known here: ask a service that follows them.",
    LANE_TOO_SHORT:
      "Too few shipments between these two parties are known to say what is usual: at least eight are needed.",
  },
  *judge(subject) {
    if (!subject.replay.unbroken) yield { unknown: "WAY_NOT_FOLLOWED" };
    const way = wayOf(subject);
    yield* route(subject, way);
    yield* detours(subject, way);
    yield* transits(subject, way);
  },
};

const COUNTRIES = ["shipFromCountry", "shipToCountry"] as const;

/** What an event says of a country, where it shows it. */
function countryOf(
  { identities }: Case,
  { step, index }: Passage,
  name: (typeof COUNTRIES)[number],
) {
  const says = identities.stated(step, index, name);
  return says && "value" in says ? says : undefined;
}

/** Where a lot leaves is where it had arrived. */
function* route(subject: Case, way: readonly Passage[]): Generator<Found | Unknown> {
  /** The country in which the lot is, as far as shipments tell; and to which it is going. */
  let here: string | undefined;
  let bound: string | undefined;
  for (const passage of way) {
    const { action } = passage.step.event;
    if (action === ACTIONS.ship) {
      const [from, to] = COUNTRIES.map((name) => countryOf(subject, passage, name));
      if (!from || !to) yield { unknown: "ROUTE_NOT_SAID" };
      if (from && here !== undefined && from.value !== here)
        yield {
          ...{
            code: "ROUTE_BROKEN",
            event: passage.step.digest,
            lot: passage.lot,
            field: from.field,
          },
          ...{ expected: here, found: from.value },
        };
      here = from?.value;
      bound = to?.value;
    } else if (action === ACTIONS.receive)
      here = countryOf(subject, passage, "shipToCountry")?.value ?? bound;
  }
}

/** Shipments from or to countries that the reader wants none to pass. */
function* detours(subject: Case, way: readonly Passage[]): Generator<Found> {
  const avoided = new Set(subject.policy.detourCountries);
  for (const passage of way)
    for (const name of COUNTRIES) {
      const says = countryOf(subject, passage, name);
      if (says && avoided.has(says.value))
        yield {
          ...{ code: "DETOUR_COUNTRY", event: passage.step.digest, lot: passage.lot },
          ...{ field: says.field, found: says.value },
        };
    }
}

/** Each shipment that arrived, beside what is usual between its two parties. */
function* transits(
  { given: { facts } }: Case,
  way: readonly Passage[],
): Generator<Found | Unknown> {
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
          ...{ code: "TRANSIT_SLOW", event: passage.step.digest, lot: passage.lot, field: "time" },
          ...{ expected: lane.p90Seconds, found: time - left },
        };
    }
    if (action === ACTIONS.ship) sent = passage;
    else if (action === ACTIONS.receive || action === ACTIONS.refuse || action === ACTIONS.cancel)
      sent = undefined;
  }
}
