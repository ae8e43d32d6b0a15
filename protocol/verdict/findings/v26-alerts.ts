// V26: no recall, hold or alert is out on the parts.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V26",
  name: "alerts",
  version: 3,
  looksAt: "notices and alerts on the lot and on what it was made of, and the holder's hold",
  findings: {
    RECALLED: kind(
      "HOLD",
      "issuer",
      "The issuer has recalled this lot: do not use it, and follow the recall.",
      "notices",
    ),
    SUSPECTED: kind(
      "WARN",
      "issuer",
      "A party has voiced a suspicion about this lot: read the notice and inspect the parts.",
      "notices",
    ),
    LOT_IS_HELD: kind(
      "HOLD",
      "holder",
      "The lot's holder has put it on hold: do not use it until the holder releases it.",
      "lot",
    ),
    ALERT_COUNTERFEIT: kind(
      "HOLD",
      "holder",
      "An alert reports counterfeits of these parts: keep them apart, have them tested, and report them as your procedure says.",
    ),
    ALERT_SUSPECT: kind(
      "HOLD",
      "holder",
      "An alert holds parts like these for suspect: keep them apart until an inspection or a laboratory has cleared them.",
    ),
    ALERT_RECALL: kind(
      "HOLD",
      "holder",
      "An imported alert says that these parts are recalled: keep them apart, and follow the recall that it names.",
    ),
    ALERT_STOLEN: kind(
      "HOLD",
      "holder",
      "An alert reports parts like these stolen: keep them apart, and ask the sender for its proof of purchase.",
    ),
    ALERT_MAY_APPLY: kind(
      "WARN",
      "holder",
      "An alert is out on this part number, and whether it is about this very lot cannot be told: read it and compare the label.",
    ),
    CHANGE_NOTICE: kind(
      "INFO",
      "reader",
      "The part is subject to a change notice: check whether the change matters where you use it.",
    ),
    END_OF_LIFE: kind(
      "INFO",
      "reader",
      "The part is at the end of its life, or will be: look for where you get it from then, and beware of other sources.",
    ),
    ALERT_WITHOUT_STANDING: kind(
      "INFO",
      "reader",
      "An alert is out on the parts whose issuer or key no longer counts on the ledger: ask the issuer whether it stands by it.",
    ),
    ALERT_UNSOUND: kind(
      "WARN",
      "service",
      "An alert or a withdrawal was altered, or its issuer has not signed it, so it counts for nothing: ask the issuer for it again.",
    ),
  },
  unknowns: {
    ALERTS_NOT_KNOWN:
      "Which alerts are out on the parts was not looked up: verify where the alert lists that you go by are imported.",
    ALERTS_LEFT_OUT:
      "More alerts stand on these parts than could be looked at, the newest were: ask their issuers to withdraw what is settled.",
    ALERT_ISSUERS_NOT_KNOWN:
      "Whether the issuers of alerts still count was not asked of the ledger: verify with a node that answers.",
    PARTS_NOT_IDENTIFIED:
      "The part number of the lot, or of something that it was made of, is not shown, so alerts on it cannot be found.",
  },
} satisfies Card;
