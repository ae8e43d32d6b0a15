// The card of rule V03, custody continuity.
import { type Card, stepKind } from "../card.ts";

export const card = {
  id: "V03",
  name: "custody continuity",
  version: 2,
  checks:
    "Every event is signed by the party that held the lot or was to receive it, without a gap.",
  findings: {
    PartyNotAdmitted: stepKind(
      {
        steps: [3, 5],
        when: "an event breaks rule 4, or 8, or the issuer of a notice has not been admitted",
      },
      "FAIL",
      "ledger owner",
      "A party to this was not admitted to the ledger at the time. Ask the ledger's owner who it is.",
      "events",
      "notices",
    ),
    PartyIsSuspended: stepKind(
      {
        steps: [3, 5],
        when: "an event breaks rule 5, or 8, or the issuer of a notice is suspended",
      },
      "FAIL",
      "ledger owner",
      "A party to this was suspended at the time. Ask the ledger's owner for the reason before you rely on it.",
      "events",
      "notices",
    ),
    ConsigneeNotAllowed: stepKind(
      { steps: [3], when: "an event breaks rule 7" },
      "FAIL",
      "actor",
      "The event names a consignee where it must not, or names the wrong one. Ask the party that signed it to record it again.",
      "events",
    ),
    HolderMismatch: stepKind(
      { steps: [3], when: "an event breaks rule 9, or 19" },
      "FAIL",
      "actor",
      "The event names another holder than the party that has the lots after it. Ask the party that signed it to record it again.",
      "events",
    ),
    NewLotNotAllowed: stepKind(
      { steps: [3], when: "an event breaks rule 11" },
      "FAIL",
      "actor",
      "This action cannot make a new lot. Ask the lot's issuer for the event that made it.",
      "events",
    ),
    ExistingLotNotAllowed: stepKind(
      { steps: [3], when: "an event breaks rule 15" },
      "FAIL",
      "actor",
      "This action is for new lots only, and this lot already existed. Ask the party that signed it to record the right action.",
      "events",
    ),
    LotClosed: stepKind(
      { steps: [3], when: "an event breaks rule 17" },
      "FAIL",
      "actor",
      "The lot was closed, so it can have no further events: its pieces were already gone. Ask the party that signed the event where its pieces came from.",
      "events",
    ),
    LOT_IS_CLOSED: stepKind(
      { steps: [7], when: "the lot has no pieces after its last event" },
      "WARN",
      "holder",
      "The lot is closed: its pieces are used up or gone. If parts carry its label now, ask the last holder where they came from.",
      "lot",
    ),
    NotHolder: stepKind(
      { steps: [3], when: "an event breaks rule 20" },
      "FAIL",
      "actor",
      "The party that signed the event did not hold the lot. Ask the lot's holder what happened.",
      "events",
    ),
    NotConsignee: stepKind(
      { steps: [3], when: "an event breaks rule 18" },
      "FAIL",
      "actor",
      "The party that signed the event was not the consignee of the lot. Ask the consignee what happened.",
      "events",
    ),
    LotInTransit: stepKind(
      { steps: [3], when: "an event breaks rule 22" },
      "FAIL",
      "actor",
      "The lot was in transit, where only its consignee or a cancellation can move it. Ask the party that signed the event what it meant to record.",
      "events",
    ),
    LotNotInTransit: stepKind(
      { steps: [3], when: "an event breaks rule 21" },
      "FAIL",
      "actor",
      "The lot was not in transit, so there was nothing to cancel. Ask the party that signed the event what it meant to record.",
      "events",
    ),
    LotHeld: stepKind(
      { steps: [3], when: "an event breaks rule 23" },
      "FAIL",
      "holder",
      "The lot was on hold, so this action was not allowed. Ask the holder to release the lot first.",
      "events",
    ),
    LotNotHeld: stepKind(
      { steps: [3], when: "an event breaks rule 24" },
      "FAIL",
      "holder",
      "The lot was not on hold, so there was nothing to release. Ask the holder what it meant to record.",
      "events",
    ),
    WORD_SPENT_TWICE: stepKind(
      { needs: "logs that the reader has followed" },
      "FAIL",
      "actor",
      "Two signed events continue from the same state of this lot, so one of them is false. Ask the parties that signed them which one is true.",
      "latest",
    ),
    LATEST_UNPROVEN: stepKind(
      { steps: [4], when: "an event counts as logged, and `LATEST_BY_LOGS` does not apply" },
      "WARN",
      "reader",
      "The lot is log-only, so nothing shows that this trail is its latest or its only one. Settle the lot on the ledger, or follow its logs completely.",
      "latest",
    ),
    LATEST_BY_LOGS: stepKind(
      { needs: "logs that the reader has followed" },
      "INFO",
      "reader",
      "The lot is log-only, and the logs that you followed contain no other event that continues it. Settle the lot if a ledger must enforce this.",
      "latest",
    ),
  },
  unknowns: {
    CUSTODY_NOT_COMPARED:
      "Not every event was compared with the chain, so its line of custody is unconfirmed. Verify again with a node, or wait until every event is settled.",
  },
} satisfies Card;
