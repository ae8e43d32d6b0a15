// V19: one maker's lot has one part number, one date code and one origin.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V19",
  name: "lot pairing",
  version: 2,
  looksAt: "what later events and other lots say of the same maker's lot",
  findings: {
    IDENTITY_CONTRADICTED: kind(
      "FAIL",
      "actor",
      "A later event says of the parts what their origin denies: do not use them until the party that signed it explains it.",
      "identity",
    ),
    IDENTITY_ADDED: kind(
      "WARN",
      "actor",
      "A later event says of the parts what their origin left open: take it as that party's word, not as the origin's.",
      "identity",
    ),
    LOT_OF_OTHER_MPN: kind(
      "FAIL",
      "issuer",
      "Another lot has this maker's lot under another part number, so one of the two is not what it says: ask the maker which.",
    ),
    LOT_OF_OTHER_DATE: kind(
      "WARN",
      "issuer",
      "Another lot has this maker's lot with another date code, and neither declares a mix: compare the markings with the label.",
    ),
    LOT_OF_OTHER_COUNTRY: kind(
      "WARN",
      "issuer",
      "Another lot has this maker's lot with another country of origin, and neither declares a mix: ask the maker which is true.",
    ),
  },
  unknowns: {
    SIBLINGS_NOT_KNOWN:
      "What other lots say of the same maker's lot is not known here: verify where its other lots are followed.",
    PAIRING_NOT_RECORDED:
      "The record does not show whose lot this is, so no other lot can be held against it: ask for part number and maker's lot.",
  },
} satisfies Card;
