// The card of rule V29, corrections.
import { type Card, stepKind } from "../card.ts";

export const card = {
  id: "V29",
  name: "corrections",
  version: 1,
  checks:
    "No fact that an issuer stated of the lot, or of anything it was made from, was corrected after a handover, a dispute or a recall.",
  findings: {
    FACT_CORRECTED: stepKind(
      {
        steps: [7],
        when: "a correction that counts changes a fact, and none of the four below comes before it",
      },
      "INFO",
      "reader",
      "The lot's issuer corrected this fact before it handed the lot over. The corrected value counts.",
      "notices",
    ),
    FACT_CORRECTED_AFTER_HANDOVER: stepKind(
      {
        steps: [7],
        when: "a correction that counts changes a fact after the lot, or one made from it, was shipped, and the shipment was not cancelled",
      },
      "WARN",
      "holder",
      "The lot's issuer corrected this fact after the lot had been handed over. Read its reason, compare the corrected value with the label and the parts, and record the inspection.",
      "notices",
    ),
    FACT_CORRECTED_UNDER_SUSPICION: stepKind(
      {
        steps: [7],
        when: "a correction that counts changes a fact after another party than its issuer reported a suspicion about the lot, or one made from it",
      },
      "WARN",
      "holder",
      "The lot's issuer corrected this fact after another party had reported a suspicion. Read both reasons, compare the corrected value with the parts, and record the inspection.",
      "notices",
    ),
    FACT_CORRECTED_AFTER_DISPUTE: stepKind(
      {
        steps: [7],
        when: "a correction that counts changes a fact after another party than its issuer objected to the lot, or one made from it",
      },
      "HOLD",
      "holder",
      "The lot's issuer corrected this fact after a holder or consignee had objected to the parts. Do not use them until you have inspected them against the corrected value, and record the inspection.",
      "notices",
    ),
    FACT_CORRECTED_AFTER_RECALL: stepKind(
      {
        steps: [7],
        when: "a correction that counts changes a fact after the lot, or one made from it, was recalled",
      },
      "HOLD",
      "holder",
      "The issuer corrected this fact after it had recalled these parts. Do not use them until you have inspected them against the corrected value, and record the inspection.",
      "notices",
    ),
    CORRECTION_ACCEPTED: stepKind(
      {
        steps: [7],
        when: "in the place of the four graver findings: after the fact's last correction another party than the issuer inspected or released the lot, or one split from it, and accepted it",
      },
      "INFO",
      "reader",
      "The lot's issuer corrected this fact, and a later inspection by another party accepted the parts. The corrected value counts.",
      "notices",
    ),
    CORRECTION_WITHHELD: stepKind(
      {
        steps: [7],
        when: "a fact's last correction withholds it, or the details of a correction that would count are not shown",
      },
      "INCOMPLETE",
      "issuer",
      "The lot's issuer corrected this fact, and the corrected value is withheld. Ask the issuer to disclose it.",
      "notices",
    ),
    CORRECTION_PENDING: stepKind(
      {
        steps: [7],
        when: "a correction would count if the ledger had taken it, finally",
      },
      "INCOMPLETE",
      "service",
      "The lot's issuer has corrected a fact, but no final record of the correction is known, so the earlier value was used. Verify again when the correction is final.",
      "notices",
    ),
    CORRECTION_OF_OTHERS_FACT: stepKind(
      {
        steps: [7],
        when: "a correction of a lot that was split off states a fact that the split does not state for it",
      },
      "WARN",
      "issuer",
      "The party that split off the lot corrects a fact that it did not state, so the correction does not count. Ask the party that stated the fact to correct it.",
      "notices",
    ),
    CORRECTIONS_LEFT_OUT: stepKind(
      {
        steps: [7],
        when: "a trail has more than 200 corrections that count or would count if they were final",
      },
      "INCOMPLETE",
      "reader",
      "There are more corrections of these lots than are followed, and the later ones were left out. Ask the lots' issuers what holds.",
      "notices",
    ),
  },
  unknowns: {},
} satisfies Card;
