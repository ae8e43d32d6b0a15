// The card of rule V08, split and assembly.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V08",
  name: "split and assembly",
  version: 2,
  checks:
    "The parts of a split add up to the lot that was split, and no product of an assembly is one of its own inputs.",
  findings: {
    EntryKindsNotAllowed: kind(
      "FAIL",
      "actor",
      "A split takes one existing lot, an assembly at least one, and both make new lots; this event does not. Ask the party that signed it to record it again.",
      "events",
    ),
    QuantityNotConserved: kind(
      "FAIL",
      "actor",
      "The parts of the split do not add up to the lot that was split. Count the pieces, and ask the party that signed it.",
      "events",
    ),
    PRODUCT_IS_INPUT: kind(
      "FAIL",
      "actor",
      "The assembly gives its product the part number of one of its inputs. Refuse the product until the party that signed it explains this.",
      "identity",
    ),
    ENTRY_WITHHELD: kind(
      "INCOMPLETE",
      "service",
      "A withheld entry may show what the lot was made from, or whether the pieces add up. Ask the sender for the complete event.",
    ),
    ENTRY_WITHHELD_IN_LOG: kind(
      "INCOMPLETE",
      "service",
      "An entry of this split or assembly is withheld, and a log does not check that pieces add up. Ask the sender for the complete event, or settle it on the ledger.",
    ),
  },
  unknowns: {
    PARENTS_NOT_KNOWN:
      "The trail does not show everything that the lot was split from or assembled from. Ask the sender for the missing events.",
  },
} satisfies Card;
