// V06: no pieces come from nowhere, and none go without a word.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V06",
  name: "mass balance",
  version: 1,
  looksAt: "the pieces of each lot before and after each event",
  findings: {
    QuantityNotAllowed: kind(
      "FAIL",
      "actor",
      "The event leaves more or fewer pieces in the lot than its action allows: count them and ask the signing party.",
      "events",
    ),
    RECEIVED_SHORT: kind(
      "WARN",
      "holder",
      "Fewer pieces were received than shipped: check that somebody has accounted for the difference.",
      "events",
    ),
  },
  unknowns: {
    PIECES_NOT_FOLLOWED:
      "The trail breaks off, so that the pieces cannot be counted through it: ask for the trail in whole.",
  },
} satisfies Card;
