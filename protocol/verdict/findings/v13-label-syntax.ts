// V13: the label is written as the standards have it.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V13",
  name: "label syntax",
  version: 1,
  looksAt: "the frame of each code that was scanned, and the form and length of each field in it",
  findings: {
    LABEL_MENDED: kind(
      "INFO",
      "reader",
      "The scanner or the printer spoiled the code's frame, and it was read all the same: set the scanner to send control characters.",
    ),
    LABEL_CODE_UNREADABLE: kind(
      "INFO",
      "reader",
      "One of the codes that were scanned says nothing that can be told for certain: go by the label's other codes.",
    ),
    LABEL_FIELD_MALFORMED: kind(
      "INFO",
      "issuer",
      "A field of the label is not of the form that its identifier has in EIGP 114: take what it says with care.",
    ),
    LABEL_FIELD_MISSING: kind(
      "INFO",
      "issuer",
      "The label lacks a field that EIGP 114 wants on every product label: find the fact on the packing list.",
    ),
  },
  unknowns: {
    LABEL_NOT_SCANNED:
      "No label was scanned, so that there is no code whose form could be checked: scan the package's codes.",
    LABEL_NOT_READ:
      "The label that was scanned could not be read, so nothing of it was checked: scan it again as the reading says.",
  },
} satisfies Card;
