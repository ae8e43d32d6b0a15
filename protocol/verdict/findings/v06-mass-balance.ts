// The card of rule V06, mass balance.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V06",
  name: "mass balance",
  version: 1,
  checks: "No event adds pieces to a lot, or removes any without saying so.",
  findings: {
    QuantityNotAllowed: kind(
      "FAIL",
      "actor",
      "The event leaves more or fewer pieces in the lot than its action allows. Count the pieces, and ask the party that signed it.",
      "events",
    ),
    RECEIVED_SHORT: kind(
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
