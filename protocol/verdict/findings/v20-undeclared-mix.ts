// The card of rule V20, undeclared mix.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V20",
  name: "undeclared mix",
  version: 1,
  checks:
    "A package that contains several manufacturer lots, date codes or countries declares the mix.",
  findings: {
    LOTS_MIXED_UNDECLARED: kind(
      "WARN",
      "issuer",
      "The package contains several manufacturer lots without declaring a mix. Keep the pieces apart, and ask the lot's issuer which are which.",
    ),
    DATES_MIXED_UNDECLARED: kind(
      "WARN",
      "issuer",
      "The package has several date codes without declaring a mix. Compare them with the marking on the parts.",
    ),
    COUNTRIES_MIXED_UNDECLARED: kind(
      "WARN",
      "issuer",
      "The package has several countries of origin without declaring a mix. Ask the manufacturer which pieces come from where.",
    ),
  },
  unknowns: {
    MIX_NOT_KNOWN:
      "Neither the record nor a label shows the manufacturer lot and the date code, so a mix would go unnoticed. Ask the lot's issuer for both.",
  },
} satisfies Card;
