// V21: the parts come from one country all along the lot's way, and from one in which its maker says that it makes them.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V21",
  name: "origin consistency",
  version: 1,
  looksAt:
    "the countries of origin, wafer and package: event by event, beside one another, and beside those in your catalogue",
  findings: {
    COUNTRY_CHANGED: kind(
      "FAIL",
      "actor",
      "A later event says another country than the one before it: hold the parts until it is clear where they were made.",
    ),
    COUNTRY_MIX_NARROWED: kind(
      "WARN",
      "actor",
      "The lot was of several countries, and a later event says one alone: ask the party that signed it what became of the others.",
    ),
    COUNTRY_NOT_OF_SITES: kind(
      "WARN",
      "issuer",
      "The declared country of origin is neither that of the wafer nor that of the package: ask the maker by which rule it declares.",
    ),
    COUNTRY_NOT_OF_MAKER: kind(
      "WARN",
      "issuer",
      "By your catalogue the maker does not make this part in that country: ask the maker, and inspect the parts until it answers.",
    ),
  },
  unknowns: {
    COUNTRY_NOT_SAID:
      "No event says from which country the parts come: ask the issuer, or scan the maker's label.",
    COUNTRY_WITHHELD:
      "An event withholds a country of the parts, or comes without its details: ask the party that signed it for them.",
    SITES_NOT_SAID:
      "Where wafer and package were made is not said in full, so the declared country cannot be compared: ask the maker.",
    COUNTRY_IS_MIXED:
      "The pieces are declared to be of several countries, so none can be compared: ask for the lots that were mixed.",
    MAKERS_COUNTRIES_NOT_KNOWN:
      "Your catalogue does not say in which countries the maker makes this part: add them to have the origin compared.",
  },
} satisfies Card;
