// The card of rule V22, time and route.
import { type Card, kind, stepKind } from "../card.ts";

export const card = {
  id: "V22",
  name: "time and route",
  version: 2,
  checks:
    "Events happen in order, and shipments leave from where the lot was, avoid certain countries, and take the usual time.",
  findings: {
    TIME_BEFORE_PREDECESSOR: stepKind(
      { steps: [3], when: "the time of an event is before that of an event that it follows" },
      "FAIL",
      "actor",
      "The event states an earlier time than the event it follows. Ask the party that signed it which time is right.",
      "events",
    ),
    TRANSIT_SLOW: kind(
      "WARN",
      "holder",
      "The shipment took longer than nine in ten shipments between these two parties. Ask the carrier where it was, and check its seals.",
    ),
    DETOUR_COUNTRY: kind(
      "WARN",
      "actor",
      "The shipment passed through a country that your policy avoids. Ask the party that shipped it for the reason, and check its seals.",
    ),
    ROUTE_BROKEN: kind(
      "WARN",
      "actor",
      "The lot was shipped from another country than the one it had been shipped to. Ask the party that shipped it who moved it in between.",
    ),
  },
  unknowns: {
    WAY_NOT_FOLLOWED:
      "The trail has a gap, so the lot's route cannot be followed to its end. Ask the sender for the newest trail.",
    ROUTE_NOT_SAID:
      "A shipment does not state the countries it went from and to, so the route cannot be followed. Ask the party that shipped it for them.",
    LANE_NOT_KNOWN:
      "It is not known here how long shipments between these two parties usually take. Verify through a service that follows them.",
    LANE_TOO_SHORT:
      "Too few shipments between these two parties are known to say what is usual. Verify again when there are at least eight.",
  },
} satisfies Card;
