// The card of rule V12, scan pattern.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V12",
  name: "scan pattern",
  version: 3,
  checks:
    "The label was not scanned twice in one session, nor by more parties outside of the trail than your policy allows.",
  findings: {
    SCANNED_TWICE_IN_SESSION: kind(
      "WARN",
      "reader",
      "This label was scanned before in the same session: two packages carry it, or one was scanned twice. Look for a second package with this label, and put both aside if there is one.",
    ),
    SCANNED_BY_OTHERS: kind(
      "INFO",
      "reader",
      "More parties that the trail does not name scanned this lot than your policy allows for one package. Only those parties say so. Compare the package itself.",
    ),
  },
  unknowns: {
    SESSION_NOT_KEPT:
      "The scan could not be kept, so it is not known whether this label was scanned before in the session. Scan with an API key of your party that may write.",
    PACKAGE_NOT_NAMED:
      "The label names no single package, so others of the session may rightly have the same label. Scan the code with the package's own number.",
    SIGHTINGS_NOT_KNOWN:
      "It is not known here how often the label was scanned elsewhere. Verify through a service where labels are scanned.",
  },
} satisfies Card;
