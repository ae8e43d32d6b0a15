// V03: the lot went from hand to hand without a gap, each time signed by who gave and who took.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V03",
  name: "custody continuity",
  version: 2,
  looksAt: "each event: who held the lots before, who was to receive them, and who acted",
  findings: {
    PartyNotAdmitted: kind(
      "FAIL",
      "ledger owner",
      "A party to this was not admitted to the ledger at that moment: ask the ledger's owner who it is.",
      "events",
      "notices",
    ),
    PartyIsSuspended: kind(
      "FAIL",
      "ledger owner",
      "A party to this was suspended at that moment: ask the ledger's owner why before you rely on it.",
      "events",
      "notices",
    ),
    ConsigneeNotAllowed: kind(
      "FAIL",
      "actor",
      "The event names a consignee where none may be, or not the one that must be: have it made again.",
      "events",
    ),
    HolderMismatch: kind(
      "FAIL",
      "actor",
      "The event names another holder than the one who has the lots after it: have it made again.",
      "events",
    ),
    NewLotNotAllowed: kind(
      "FAIL",
      "actor",
      "This action cannot make a lot: find the event that made it.",
      "events",
    ),
    ExistingLotNotAllowed: kind(
      "FAIL",
      "actor",
      "This action is for new lots, and the lot existed: have it made again.",
      "events",
    ),
    LotClosed: kind(
      "FAIL",
      "actor",
      "The lot was closed and can take no more events: its pieces were gone before.",
      "events",
    ),
    LOT_IS_CLOSED: kind(
      "WARN",
      "holder",
      "The lot is closed, its pieces are used up or gone: parts that carry its label now need an explanation.",
      "lot",
    ),
    NotHolder: kind(
      "FAIL",
      "actor",
      "Whoever signed the event did not hold the lot: ask the holder.",
      "events",
    ),
    NotConsignee: kind(
      "FAIL",
      "actor",
      "Whoever signed the event was not to receive the lot: ask the consignee.",
      "events",
    ),
    LotInTransit: kind(
      "FAIL",
      "actor",
      "The lot was in transit, where only its consignee or a cancellation can move it.",
      "events",
    ),
    LotNotInTransit: kind(
      "FAIL",
      "actor",
      "The lot was not in transit, so there was nothing to cancel.",
      "events",
    ),
    LotHeld: kind(
      "FAIL",
      "holder",
      "The lot was on hold and could not be used so: it has to be released first.",
      "events",
    ),
    LotNotHeld: kind(
      "FAIL",
      "holder",
      "The lot was not on hold, so there was nothing to release.",
      "events",
    ),
    WORD_SPENT_TWICE: kind(
      "FAIL",
      "actor",
      "Two signed events go on from one state of this lot, this one and the one named beside it: have who signed both say which is true.",
      "latest",
    ),
    LATEST_UNPROVEN: kind(
      "WARN",
      "reader",
      "The lot lives by logs alone, so nothing shows that this is its latest or its only trail: have it settled on the ledger, or follow the whole logs.",
      "latest",
    ),
    LATEST_BY_LOGS: kind(
      "INFO",
      "reader",
      "The lot lives by logs alone: you have followed them in whole and nothing else goes on from it there, which no ledger enforces.",
      "latest",
    ),
  },
  unknowns: {
    CUSTODY_NOT_COMPARED:
      "Whether the chain knows the same hands as the trail was not asked: verify with a node, or wait until all is settled.",
  },
} satisfies Card;
