// The card of rule V06, mass balance.
import { type Card, stepKind } from "../card.ts";

export const card = {
  id: "V06",
  name: "mass balance",
  version: 1,
  checks: "No event adds pieces to a lot, or removes any without saying so.",
  findings: {
    QuantityNotAllowed: stepKind(
      { steps: [3], when: "an event breaks rule 14, or 25" },
      "FAIL",
      "actor",
      "The event leaves more or fewer pieces in the lot than its action allows. Count the pieces, and ask the party that signed it.",
      "events",
    ),
    RECEIVED_SHORT: stepKind(
      { steps: [7], when: "fewer pieces of a lot of the trail were received than were shipped" },
      "WARN",
      "holder",
      "Fewer pieces were received than were shipped. Ask the sender and the receiver what happened to the difference.",
      "events",
    ),
  },
  unknowns: {
    PIECES_NOT_FOLLOWED:
      "The trail has a gap, so the pieces cannot be counted through it. Ask the sender for the complete trail.",
  },
} satisfies Card;
