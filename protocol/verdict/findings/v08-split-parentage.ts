// V08: reels that were split add up to what they were split from, and products are not their own inputs.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V08",
  name: "split and assembly",
  version: 2,
  looksAt: "the lots that each split or assembly takes and makes",
  findings: {
    EntryKindsNotAllowed: kind(
      "FAIL",
      "actor",
      "A split needs one existing lot, an assembly at least one, and both need new ones: have it made again.",
      "events",
    ),
    QuantityNotConserved: kind(
      "FAIL",
      "actor",
      "The parts of a split do not add up to what was split: count them and ask the signing party.",
      "events",
    ),
    PRODUCT_IS_INPUT: kind(
      "FAIL",
      "actor",
      "An assembly gives its product the part number of one of its inputs, as if parts came out of it anew: refuse the product.",
      "identity",
    ),
    ENTRY_WITHHELD: kind(
      "INCOMPLETE",
      "service",
      "An entry is withheld that may say what the lot was made of, or whether the pieces add up: ask for the event in whole.",
    ),
    ENTRY_WITHHELD_IN_LOG: kind(
      "INCOMPLETE",
      "service",
      "An entry of this split or assembly is withheld, and a log has added up nothing: ask for the event in whole, or have it settled.",
    ),
  },
  unknowns: {
    PARENTS_NOT_KNOWN:
      "What the lot was split from or assembled of is not all in the trail: ask for the events that are missing.",
  },
} satisfies Card;
