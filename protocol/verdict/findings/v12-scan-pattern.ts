// V12: a package is not scanned at more places than one package can be.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V12",
  name: "scan pattern",
  version: 1,
  looksAt: "how many parties and places have scanned the lot's label of late, whoever they are",
  findings: {
    SCANNED_IN_MANY_PLACES: kind(
      "WARN",
      "issuer",
      "This lot was scanned at more places than your policy lets one package be: copies of its label may be about, so compare the package itself.",
    ),
  },
  unknowns: {
    SIGHTINGS_NOT_KNOWN:
      "How often the label was scanned elsewhere is not known here: verify through a service at which labels are scanned.",
  },
} satisfies Card;
