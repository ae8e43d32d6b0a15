// The card of rule V19, lot pairing.
import { type Card, kind, stepKind } from "../card.ts";

export const card = {
  id: "V19",
  name: "lot pairing",
  version: 3,
  checks:
    "Later events, and other lots with the same manufacturer lot, do not contradict the lot's part number, date code and country.",
  findings: {
    IDENTITY_CONTRADICTED: stepKind(
      { steps: [6], when: "a later event states another value than the origin of a lot" },
      "FAIL",
      "actor",
      "A later event contradicts what the lot's first event says of the parts. Do not use them until the party that signed the later event explains it.",
      "identity",
    ),
    IDENTITY_ADDED: stepKind(
      { steps: [6], when: "a later event states what the origin of a lot does not" },
      "WARN",
      "actor",
      "A later event states something about the parts that their first event does not. Only the party that signed the later event vouches for it; ask the lot's issuer to confirm.",
      "identity",
    ),
    LOT_OF_OTHER_MPN: kind(
      "FAIL",
      "issuer",
      "Another lot has the same manufacturer lot with another part number, so one of the two is false. Ask the manufacturer which one.",
    ),
    LOT_OF_OTHER_DATE: kind(
      "WARN",
      "issuer",
      "Another lot has the same manufacturer lot with another date code, and neither declares a mix. Compare the marking on the parts with the label.",
    ),
    LOT_OF_OTHER_COUNTRY: kind(
      "WARN",
      "issuer",
      "Another lot has the same manufacturer lot with another country of origin, and neither declares a mix. Ask the manufacturer which one is true.",
    ),
    LOT_CLAIMED_OTHERWISE: kind(
      "INFO",
      "reader",
      "Another party claims this manufacturer lot with other facts. A better word than its own vouches for this lot. Check that the package is the one of this record.",
    ),
    SIBLINGS_NOT_COMPARED: kind(
      "INCOMPLETE",
      "issuer",
      "The manufacturer keeps its lots on this ledger, but did not commission this one, and its lots could not all be compared for you. Ask the manufacturer to confirm the lot, or have the parts tested and record the result.",
    ),
  },
  unknowns: {
    SIBLINGS_NOT_KNOWN:
      "Other lots with the same manufacturer lot were not looked up. Verify through a service that follows them.",
    PAIRING_NOT_RECORDED:
      "The record does not show the part number and the manufacturer lot, so other lots cannot be compared. Ask the lot's issuer to disclose them.",
  },
} satisfies Card;
