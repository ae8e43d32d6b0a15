// The card of rule V12, scan pattern.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V12",
  name: "scan pattern",
  version: 2,
  checks: "The lot's label was not scanned at more places than one package can be in.",
  findings: {
    SCANNED_IN_MANY_PLACES: kind(
      "WARN",
      "issuer",
      "You or the holder scanned this lot at more places than your policy allows for one package, so its label may have been copied. Compare the package itself, and ask the lot's issuer.",
    ),
    SCANNED_BY_OTHERS: kind(
      "INFO",
      "reader",
      "With the scans of other parties, this lot was scanned at more places than your policy allows for one package. Only those parties say so. Compare the package itself.",
    ),
  },
  unknowns: {
    SIGHTINGS_NOT_KNOWN:
      "It is not known here how often the label was scanned elsewhere. Verify through a service where labels are scanned.",
  },
} satisfies Card;
