// V16: the part number is the one that was ordered and that the reader knows, to its last character.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V16",
  name: "exact part number",
  version: 1,
  looksAt: "the recorded and the scanned part number beside the order's and the reader's catalogue",
  findings: {
    MPN_LOOKALIKE: kind(
      "FAIL",
      "holder",
      "The part number only looks like the one that you ordered or know: compare it character by character, and refuse the parts.",
    ),
    MPN_SUFFIX_DIFFERS: kind(
      "FAIL",
      "holder",
      "The part number is of the ordered part with another suffix: check whether its package, grade and packing may be used.",
    ),
    MPN_NOT_AS_ORDERED: kind(
      "FAIL",
      "holder",
      "The part number is not the one that was ordered: this is another part, so send it back or correct the order.",
    ),
    MPN_NOT_IN_CATALOGUE: kind(
      "WARN",
      "reader",
      "The part number is not in your catalogue: check with its maker that there is such a part, and add it.",
    ),
  },
  unknowns: {
    MPN_NOT_KNOWN:
      "Neither the record nor a scanned label shows the part number: ask the lot's issuer for it, or scan the maker's label.",
    MPN_NOT_EXPECTED:
      "There is neither an order nor a catalogue to hold the part number against: give the order line's part number, or set a catalogue.",
  },
} satisfies Card;
