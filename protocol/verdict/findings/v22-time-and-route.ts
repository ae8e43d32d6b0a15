// V22: nothing arrives before it leaves, or takes an unusual way.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V22",
  name: "time and route",
  version: 2,
  looksAt:
    "the times of events that follow one another, the countries of shipments, and what is usual between two parties",
  findings: {
    TIME_BEFORE_PREDECESSOR: kind(
      "FAIL",
      "actor",
      "The event says that it happened before the one that it follows: ask the party that signed it which time is true.",
      "events",
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
  },
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
} satisfies Card;
