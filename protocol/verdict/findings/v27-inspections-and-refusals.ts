// The card of rule V27, inspections and refusals.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V27",
  name: "inspections and refusals",
  version: 1,
  checks:
    "No inspection, laboratory test or consignee objected to the lot or to anything it was made from, unless the objection was answered.",
  findings: {
    REJECTED_AT_INSPECTION: kind(
      "HOLD",
      "holder",
      "An inspection rejected these parts, and no later inspection accepted them. Quarantine the parts, and read the inspector's reason.",
    ),
    TEST_FAILED: kind(
      "HOLD",
      "holder",
      "These parts failed a laboratory test, and no later test passed them. Quarantine the parts, and read the test report.",
    ),
    REFUSED_BY_CONSIGNEE: kind(
      "WARN",
      "holder",
      "A consignee refused these parts, and no inspection has accepted them since. Read the reason, and inspect the parts before you use them.",
    ),
    INSPECTION_FOUND_FAULT: kind(
      "WARN",
      "holder",
      "An inspection found a fault in the label, the marking, the package or a sample, and no later inspection accepted the parts. Read what the inspector wrote, and check it on the parts.",
    ),
    ACCEPTED_CONDITIONALLY: kind(
      "WARN",
      "holder",
      "An inspection accepted these parts only under a condition, and none has accepted them without one since. Ask the inspecting party for the condition.",
    ),
    OBJECTION_ANSWERED: kind(
      "INFO",
      "holder",
      "An objection to these parts was answered by a later inspection or test of the party that had objected, or of the holder that a consignee had refused. Read both reasons.",
    ),
    OBJECTION_ANSWERED_BY_OTHER: kind(
      "WARN",
      "holder",
      "An inspection or test had rejected these parts, and another party accepted them later. Read both reasons, and decide whose word you rely on.",
    ),
    OBJECTIONS_LEFT_OUT: kind(
      "INCOMPLETE",
      "reader",
      "There are more objections to these parts than are followed, and only the worst were. Inspect the parts before you use them.",
    ),
    HOLD_RELEASED: kind(
      "INFO",
      "holder",
      "These parts were on hold and were released. Read why they were held, and why they were released.",
    ),
    RELEASED_WITHOUT_REASON: kind(
      "WARN",
      "actor",
      "These parts were on hold and were released without a reason, an inspection or a test. Ask the party that released them why.",
    ),
  },
  unknowns: {
    INSPECTIONS_NOT_FOLLOWED:
      "The trail has a gap, so an inspection or a refusal may be missing. Ask the sender for the newest trail.",
    INSPECTION_RESULT_WITHHELD:
      "The result of an inspection or test is withheld, so it may have rejected the parts. Ask the inspecting party to disclose it.",
    INSPECTION_DETAILS_MISSING:
      "An inspection, test or refusal comes without its details. Ask the party that signed it for them.",
  },
} satisfies Card;
