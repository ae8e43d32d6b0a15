// V05: what happened was registered soon after.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V05",
  name: "late registration",
  version: 2,
  looksAt:
    "each event's time beside the time of the block that recorded it, or the log that has it",
  findings: {
    SETTLED_LATE: kind(
      "WARN",
      "actor",
      "The event was recorded or logged long after it is said to have happened: ask the party that signed it why.",
      "events",
    ),
  },
  unknowns: {
    REGISTRATION_NOT_KNOWN:
      "When some of the events were recorded is not known: verify with a node, or wait until all of them are settled.",
  },
} satisfies Card;
