// The card of rule V26, alerts.
import { type Card, kind, stepKind } from "../card.ts";

export const card = {
  id: "V26",
  name: "alerts",
  version: 4,
  checks: "No recall, hold or alert applies to the lot or to anything it was made from.",
  findings: {
    RECALLED: stepKind(
      { steps: [7], when: "a recall counts and stands" },
      "HOLD",
      "issuer",
      "The issuer has recalled this lot. Do not use the parts, and follow the recall.",
      "notices",
    ),
    SUSPECTED: stepKind(
      { steps: [7], when: "a suspicion counts and stands" },
      "WARN",
      "issuer",
      "A party has reported a suspicion about this lot. Read the notice, and inspect the parts.",
      "notices",
    ),
    LOT_IS_HELD: stepKind(
      { steps: [7], when: "the lot is on hold" },
      "HOLD",
      "holder",
      "The holder has put this lot on hold and has not released it, or the release is not final yet. Do not use the parts until it is.",
      "lot",
    ),
    ALERT_COUNTERFEIT: kind(
      "HOLD",
      "holder",
      "An alert reports counterfeits of these parts. Quarantine the parts, have them tested, and report them as your procedure requires.",
    ),
    ALERT_SUSPECT: kind(
      "HOLD",
      "holder",
      "An alert reports parts like these as suspect. Quarantine the parts until an inspection or a laboratory clears them.",
    ),
    ALERT_RECALL: kind(
      "HOLD",
      "holder",
      "An imported alert reports that these parts are recalled. Quarantine the parts, and follow the recall that it names.",
    ),
    ALERT_STOLEN: kind(
      "HOLD",
      "holder",
      "An alert reports parts like these as stolen. Quarantine the parts, and ask the sender for proof of purchase.",
    ),
    ALERT_MAY_APPLY: kind(
      "WARN",
      "holder",
      "An alert exists for this part number, but it is not certain that it concerns this lot. Read the alert, and compare it with the label.",
    ),
    CHANGE_NOTICE: kind(
      "INFO",
      "reader",
      "A change notice applies to this part. Check whether the change matters for your use.",
    ),
    END_OF_LIFE: kind(
      "INFO",
      "reader",
      "This part is at the end of its life, or soon will be. Plan where to buy it then, and beware of unknown sources.",
    ),
    ALERT_WITHOUT_STANDING: kind(
      "INFO",
      "reader",
      "An alert about these parts comes from an issuer, or is signed with a key, that no longer counts on the ledger. Ask the issuer whether the alert still holds.",
    ),
    ALERT_UNSOUND: kind(
      "WARN",
      "service",
      "An alert or its withdrawal was altered, or its issuer did not sign it, so it does not count. Ask its issuer for it again.",
    ),
  },
  unknowns: {
    ALERTS_NOT_KNOWN:
      "Alerts on these parts were not looked up. Verify through a service that imports the alert lists you rely on.",
    ALERTS_LEFT_OUT:
      "There are more alerts on these parts than could be checked; only the newest were. Ask their issuers to withdraw those that no longer apply.",
    ALERT_ISSUERS_NOT_KNOWN:
      "The ledger was not asked whether the issuers of the alerts still count. Verify again with a node.",
    PARTS_NOT_IDENTIFIED:
      "The part number of the lot, or of something it was made from, is not shown, so its alerts cannot be found. Ask the lot's issuer to disclose it.",
  },
} satisfies Card;
