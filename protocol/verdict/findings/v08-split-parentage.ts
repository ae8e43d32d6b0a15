// The card of rule V08, split and assembly.
import { type Card, stepKind } from "../card.ts";

export const card = {
  id: "V08",
  name: "split and assembly",
  version: 2,
  checks:
    "The parts of a split add up to the lot that was split, and no product of an assembly is one of its own inputs.",
  findings: {
    EntryKindsNotAllowed: stepKind(
      { steps: [3], when: "an event breaks rule 26" },
      "FAIL",
      "actor",
      "A split takes one existing lot, an assembly at least one, and both make new lots; this event does not. Ask the party that signed it to record it again.",
      "events",
    ),
    QuantityNotConserved: stepKind(
      { steps: [3], when: "an event breaks rule 27" },
      "FAIL",
      "actor",
      "The parts of the split do not add up to the lot that was split. Count the pieces, and ask the party that signed it.",
      "events",
    ),
    PRODUCT_IS_INPUT: stepKind(
      {
        steps: [6],
        when: "an assembly gives a new lot the `mpn` of the origin of one of its inputs, without regard to case",
      },
      "FAIL",
      "actor",
      "The assembly gives its product the part number of one of its inputs. Refuse the product until the party that signed it explains this.",
      "identity",
    ),
    ENTRY_WITHHELD: stepKind(
      {
        steps: [4],
        when: "a record names a lot of the trail, or what a lot of the trail was made of, at the place of a withheld entry; or a split or an assembly with a withheld entry is neither recorded nor logged",
      },
      "INCOMPLETE",
      "service",
      "A withheld entry may show what the lot was made from, or whether the pieces add up. Ask the sender for the complete event.",
      "rule",
    ),
    ENTRY_WITHHELD_IN_LOG: stepKind(
      { steps: [4], when: "a split or an assembly with a withheld entry counts as logged" },
      "INCOMPLETE",
      "service",
      "An entry of this split or assembly is withheld, and a log does not check that pieces add up. Ask the sender for the complete event, or settle it on the ledger.",
      "rule",
    ),
  },
  unknowns: {
    PARENTS_NOT_KNOWN:
      "The trail does not show everything that the lot was split from or assembled from. Ask the sender for the missing events.",
  },
} satisfies Card;
