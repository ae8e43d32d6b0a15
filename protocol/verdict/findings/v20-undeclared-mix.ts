// V20: pieces of several lots, dates or countries in one package are declared as such.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V20",
  name: "undeclared mix",
  version: 1,
  looksAt:
    "the maker's lots, date codes and countries that the record, and each code of the label, give one package",
  findings: {
    LOTS_MIXED_UNDECLARED: kind(
      "WARN",
      "issuer",
      "Several maker's lots are in one package, and nothing declares a mix: ask which pieces are of which, and keep them apart.",
    ),
    DATES_MIXED_UNDECLARED: kind(
      "WARN",
      "issuer",
      "Several date codes are given for one package without declaring that they are mixed: compare with the marking on the parts.",
    ),
    COUNTRIES_MIXED_UNDECLARED: kind(
      "WARN",
      "issuer",
      "Several countries of origin are given for one package without declaring a mix: ask the maker which pieces are from where.",
    ),
  },
  unknowns: {
    MIX_NOT_KNOWN:
      "Neither the record nor a label shows the package's maker's lot and date, so a mix cannot be seen: ask its issuer for them.",
  },
} satisfies Card;
