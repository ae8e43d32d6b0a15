// The card of rule V05, late registration.
import { type Card, stepKind } from "../card.ts";

export const card = {
  id: "V05",
  name: "late registration",
  version: 2,
  checks: "Every event was recorded on the ledger, or in a log, soon after the time it states.",
  findings: {
    SETTLED_LATE: stepKind(
      {
        steps: [7],
        when: "the block of the record, or of the checkpoint, is more than 30 days later than the time of the event, or than the policy of the reader allows",
      },
      "WARN",
      "actor",
      "The event was recorded or logged long after the time it states. Ask the party that signed it for the reason.",
      "events",
    ),
  },
  unknowns: {
    REGISTRATION_NOT_KNOWN:
      "It is not known when some of the events were recorded. Verify again with a node, or wait until every event is settled.",
  },
} satisfies Card;
