// The card of rule V12, scan pattern.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V12",
  name: "scan pattern",
  version: 1,
  checks: "The lot's label was not scanned at more places than one package can be in.",
  findings: {
    SCANNED_IN_MANY_PLACES: kind(
      "WARN",
      "issuer",
      "This lot was scanned at more places than your policy allows for one package, so its label may have been copied. Compare the package itself, and ask the lot's issuer.",
    ),
  },
  unknowns: {
    SIGHTINGS_NOT_KNOWN:
      "It is not known here how often the label was scanned elsewhere. Verify through a service where labels are scanned.",
  },
} satisfies Card;
