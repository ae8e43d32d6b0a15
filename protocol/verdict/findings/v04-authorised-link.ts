// The card of rule V04, authorised link.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V04",
  name: "authorised link",
  version: 1,
  checks:
    "Every distributor that held the lot was authorised for the brand on the day it received the lot.",
  findings: {
    DISTRIBUTOR_NOT_AUTHORISED: kind(
      "WARN",
      "holder",
      "No manufacturer authorisation is on record for this distributor, and it is not on your approved-supplier list. Ask it for proof, or inspect the parts.",
    ),
    AUTHORISATION_ENDED: kind(
      "WARN",
      "holder",
      "The distributor's authorisation for the brand had ended when it received the lot. Ask the manufacturer whether it was renewed.",
    ),
    AUTHORISATION_NOT_BEGUN: kind(
      "WARN",
      "holder",
      "The distributor received the lot before its authorisation for the brand began. Ask the distributor where it got the parts.",
    ),
    DISTRIBUTOR_APPROVED: kind(
      "INFO",
      "reader",
      "This distributor is approved, but not authorised by the manufacturer. Inspect the parts as you do for approved sources.",
    ),
    AFTERMARKET_SOURCE: kind(
      "INFO",
      "reader",
      "The manufacturer has authorised this party as an aftermarket source, as for parts that it no longer makes. Check that this suits your use.",
    ),
    AUTHORISATION_UNSOUND: kind(
      "WARN",
      "service",
      "An authorisation was altered, or its issuer did not sign it, so it does not count. Ask its issuer for it again.",
    ),
  },
  unknowns: {
    DISTRIBUTORS_NOT_KNOWN:
      "The ledger was not asked which holders are distributors. Verify again with a node.",
    WAY_NOT_KNOWN:
      "The trail does not show where the lot came from, so not all of its holders are known. Ask the sender for the trail from its beginning.",
    AUTHORISATIONS_NOT_KNOWN:
      "The manufacturer's authorisations were not looked up. Verify through a service that has the manufacturer's statements.",
    BRAND_NOT_KNOWN:
      "The record does not show the brand, so no authorisation for it can be found. Ask the lot's issuer to disclose it.",
  },
} satisfies Card;
