// V02: the pieces come from who may bring them into being, back to the event that made them.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V02",
  name: "root of origin",
  version: 1,
  looksAt: "the event that made the lot, and who signed it",
  findings: {
    ORIGIN_MISSING: kind(
      "FAIL",
      "service",
      "No event in the trail makes this lot: ask for the trail with its beginning.",
      "replay",
    ),
    ORIGIN_INTRODUCED: kind(
      "WARN",
      "issuer",
      "A party introduced this lot without its maker: where it comes from is that party's word alone, so inspect it accordingly.",
      "identity",
    ),
    CLAIM_WITHHELD: kind(
      "INCOMPLETE",
      "issuer",
      "Of which maker's lot this introduced lot claims to be is withheld, so recalls of that lot cannot be seen: ask for it.",
      "identity",
    ),
    IDENTITY_WITHHELD: kind(
      "INCOMPLETE",
      "issuer",
      "A field that says what the parts are is withheld: ask the party that signed the event to disclose it.",
      "identity",
    ),
    IDENTITY_MISSING: kind(
      "INCOMPLETE",
      "issuer",
      "The event that made the lot does not say what the parts are: ask its issuer for their maker and part number.",
      "identity",
    ),
    RoleMissing: kind(
      "FAIL",
      "ledger owner",
      "The party that signed the event did not have the role for it: ask the ledger's owner for what it was admitted.",
      "events",
    ),
    NotIssuer: kind(
      "FAIL",
      "issuer",
      "Only the party in the lot's id may do this: whoever signed it has used another's lot number.",
      "events",
      "notices",
    ),
    LotExists: kind(
      "FAIL",
      "actor",
      "The event makes a lot that was made before: one of the two is an impostor.",
      "replay",
      "events",
    ),
    ORIGIN_OF_OTHER_BRAND: kind(
      "WARN",
      "issuer",
      "The party that commissioned this lot goes by another name than the brand: check that it may make parts of that brand.",
    ),
  },
  unknowns: {
    BRAND_NOT_COMPARED:
      "Whether the party at the origin may speak for the brand was not compared with the ledger: verify with a node.",
    ORIGIN_NOT_KNOWN:
      "The trail shows no event that made these pieces: ask for the trail with its beginning.",
  },
} satisfies Card;
