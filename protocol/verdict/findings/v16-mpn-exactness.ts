// The card of rule V16, exact part number.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V16",
  name: "exact part number",
  version: 2,
  checks:
    "The part number, recorded and scanned, is the one in your order and your catalogue, to the last character.",
  findings: {
    MPN_LOOKALIKE: kind(
      "FAIL",
      "holder",
      "The part number only looks like the one you ordered or know. Compare it character by character, and refuse the parts.",
    ),
    MPN_SUFFIX_DIFFERS: kind(
      "FAIL",
      "holder",
      "The part number has another suffix than the one you ordered. Check whether you can use its package, grade and packing.",
    ),
    MPN_NOT_AS_ORDERED: kind(
      "FAIL",
      "holder",
      "The part number is not the one you ordered. Return the parts, or correct the order.",
    ),
    MPN_NOT_IN_CATALOGUE: kind(
      "WARN",
      "reader",
      "The part number is not in your catalogue. Ask the manufacturer whether the part exists, then add it.",
    ),
  },
  unknowns: {
    MPN_NOT_KNOWN:
      "Neither the record nor a scanned label shows the part number. Ask the lot's issuer for it, or scan the manufacturer's label.",
    MPN_MISTYPED:
      "The scanned part number arrived through another keyboard layout, so it could not be compared. Set the scanner's layout, and scan again.",
    MPN_NOT_EXPECTED:
      "There is no order and no catalogue to compare the part number with. Give the part number from the order, or set a catalogue.",
  },
} satisfies Card;
