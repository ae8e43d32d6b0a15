// V04: each distributor on the way was authorised for the brand on the day on which it received the lot.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V04",
  name: "authorised link",
  version: 1,
  looksAt:
    "each distributor that held the lot, and the maker's authorisations for the brand on the day of its receipt",
  findings: {
    DISTRIBUTOR_NOT_AUTHORISED: kind(
      "WARN",
      "holder",
      "Nobody who may has authorised this distributor for the brand, and you have not approved it: ask it for its authorisation, or inspect the parts.",
    ),
    AUTHORISATION_ENDED: kind(
      "WARN",
      "holder",
      "The distributor's authorisation for the brand had ended when it received the lot: ask its maker whether it was renewed.",
    ),
    AUTHORISATION_NOT_BEGUN: kind(
      "WARN",
      "holder",
      "The distributor received the lot before its authorisation for the brand began: ask where it had the parts from.",
    ),
    DISTRIBUTOR_APPROVED: kind(
      "INFO",
      "reader",
      "This distributor is approved, and not authorised by the maker: inspect the parts as you do for approved sources.",
    ),
    AFTERMARKET_SOURCE: kind(
      "INFO",
      "reader",
      "The maker has authorised this party for its aftermarket, as for parts that it no longer makes itself: check the kind of part.",
    ),
    AUTHORISATION_UNSOUND: kind(
      "WARN",
      "service",
      "An authorisation was altered, or its issuer has not signed it, so it counts for nothing: ask the issuer for it again.",
    ),
  },
  unknowns: {
    DISTRIBUTORS_NOT_KNOWN:
      "Which of the holders are distributors was not asked of the ledger: verify with a node that answers.",
    WAY_NOT_KNOWN:
      "Where the lot's way began is not in the trail, so its holders are not all known: ask for the rest.",
    AUTHORISATIONS_NOT_KNOWN:
      "Which authorisations the maker has given was not looked up: verify where its statements are known.",
    BRAND_NOT_KNOWN:
      "The record does not show the brand, so no authorisation can be found: ask for it to be disclosed.",
  },
} satisfies Card;
