// The card of rule V21, origin consistency.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V21",
  name: "origin consistency",
  version: 1,
  checks:
    "The countries of origin, wafer and package agree along the lot's history, and with your catalogue.",
  findings: {
    COUNTRY_CHANGED: kind(
      "FAIL",
      "actor",
      "A later event states another country than an earlier one. Hold the parts until the party that signed it explains where they were made.",
    ),
    COUNTRY_MIX_NARROWED: kind(
      "WARN",
      "actor",
      "The lot came from several countries, and a later event states only one. Ask the party that signed it what happened to the other pieces.",
    ),
    COUNTRY_NOT_OF_SITES: kind(
      "WARN",
      "issuer",
      "The declared country of origin is neither the country of the wafer nor that of the package. Ask the manufacturer by which rule it declares.",
    ),
    COUNTRY_NOT_OF_MAKER: kind(
      "WARN",
      "issuer",
      "By your catalogue, the manufacturer does not make this part in the declared country. Ask the manufacturer, and inspect the parts until it answers.",
    ),
  },
  unknowns: {
    COUNTRY_NOT_SAID:
      "No event states the parts' country of origin. Ask the lot's issuer for it, or scan the manufacturer's label.",
    COUNTRY_WITHHELD:
      "An event withholds a country of the parts, or comes without its details. Ask the party that signed it to disclose them.",
    SITES_NOT_SAID:
      "The record does not state both the wafer's and the package's country, so the declared country was not compared. Ask the manufacturer for them.",
    COUNTRY_IS_MIXED:
      "The pieces are declared to come from several countries, so no single one can be compared. Ask the lot's issuer which lots were mixed.",
    MAKERS_COUNTRIES_NOT_KNOWN:
      "Your catalogue does not say in which countries the manufacturer makes this part. Add them to compare the origin.",
  },
} satisfies Card;
