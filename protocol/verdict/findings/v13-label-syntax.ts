// The card of rule V13, label syntax.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V13",
  name: "label syntax",
  version: 3,
  checks:
    "Every scanned code, and every field in it, has the form that the label standards require.",
  findings: {
    LABEL_MENDED: kind(
      "INFO",
      "reader",
      "The scanner or the printer damaged the frame of the code, but it could still be read. Set the scanner to send control characters.",
    ),
    LABEL_KEYBOARD_LAYOUT: kind(
      "INCOMPLETE",
      "reader",
      "Every hyphen of this code arrived as another sign, as a keyboard layout makes it, so the label could not be compared. Set the scanner to the computer's keyboard layout, and scan again.",
    ),
    LABEL_CODE_UNREADABLE: kind(
      "INFO",
      "reader",
      "One of the scanned codes cannot be read with certainty. Rely on the other codes of the label.",
    ),
    LABEL_FIELD_MALFORMED: kind(
      "INFO",
      "issuer",
      "A field of the label is not in the form that EIGP 114 requires. Treat its value with care, and ask the label's printer to correct it.",
    ),
    LABEL_FIELD_MISSING: kind(
      "INFO",
      "issuer",
      "The label lacks a field that EIGP 114 requires on every product label. Look for it on the packing list.",
    ),
  },
  unknowns: {
    LABEL_NOT_SCANNED:
      "No label was scanned, so there was no code to check. Scan the codes on the package.",
    LABEL_NOT_READ:
      "The scanned label could not be read, so it was not checked. Scan it again as the reading advises.",
  },
} satisfies Card;
