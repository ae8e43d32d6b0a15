// The card of rule V02, root of origin.
import { type Card, kind, stepKind } from "../card.ts";

export const card = {
  id: "V02",
  name: "root of origin",
  version: 1,
  checks: "The event that made the lot is signed by a party that may make it, and names the parts.",
  findings: {
    ORIGIN_MISSING: stepKind(
      { steps: [3], when: "no event that is shown makes a lot of the trail" },
      "FAIL",
      "service",
      "The trail does not contain the event that made this lot. Ask the sender for the trail from its beginning.",
      "replay",
    ),
    ORIGIN_INTRODUCED: stepKind(
      { steps: [7], when: "a lot of the trail was introduced" },
      "WARN",
      "issuer",
      "A party other than the manufacturer registered this lot, so its origin rests on that party's statement alone. Inspect the parts accordingly.",
      "identity",
    ),
    CLAIM_WITHHELD: stepKind(
      { steps: [6], when: "the `claimsLot` of an introduced lot of the trail is withheld" },
      "INCOMPLETE",
      "issuer",
      "The manufacturer lot that this introduced lot claims to come from is withheld, so its recalls cannot be seen. Ask the lot's issuer to disclose it.",
      "identity",
    ),
    IDENTITY_WITHHELD: stepKind(
      {
        steps: [6],
        when: "an event withholds `manufacturer`, `mpn`, `makerLot` or `dateCode` of a lot of the trail",
      },
      "INCOMPLETE",
      "issuer",
      "A field that identifies the parts is withheld. Ask the party that signed the event to disclose it.",
      "identity",
    ),
    IDENTITY_MISSING: stepKind(
      {
        steps: [6],
        when: "an origin states no `mpn`, or, of an introduced lot, no `manufacturer`",
      },
      "INCOMPLETE",
      "issuer",
      "The event that made the lot does not identify the parts. Ask the lot's issuer for the manufacturer and the part number.",
      "identity",
    ),
    RoleMissing: stepKind(
      { steps: [3], when: "an event breaks rule 6" },
      "FAIL",
      "ledger owner",
      "The party that signed the event did not have the role for it. Ask the ledger's owner which roles the party was admitted for.",
      "events",
    ),
    NotIssuer: stepKind(
      {
        steps: [3, 5],
        when: "an event breaks rule 12, or a recall is not by the issuer of its lot",
      },
      "FAIL",
      "issuer",
      "Only the lot's issuer may do this, and another party signed it. Do not rely on it, and ask the lot's issuer.",
      "events",
      "notices",
    ),
    LotExists: stepKind(
      { steps: [3], when: "an event breaks rule 13" },
      "FAIL",
      "actor",
      "The event makes a lot that exists already, so one of the two is false. Ask the lot's issuer which one it made.",
      "replay",
      "events",
    ),
    ORIGIN_OF_OTHER_BRAND: kind(
      "WARN",
      "issuer",
      "The party that commissioned this lot has another name than the brand. Ask the brand's owner whether that party may make its parts.",
    ),
  },
  unknowns: {
    BRAND_NOT_COMPARED:
      "The ledger was not asked who commissioned the lot, so the brand was not compared. Verify again with a node.",
    ORIGIN_NOT_KNOWN:
      "The trail does not show which event made these pieces. Ask the sender for the trail from its beginning.",
  },
} satisfies Card;
