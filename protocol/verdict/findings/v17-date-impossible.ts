// V17: the date code is of a week that there is, and of none in which the parts had been made, packed or sent already.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V17",
  name: "date impossible",
  version: 2,
  looksAt:
    "the date code, recorded and scanned, beside the times of origin, recording, shipment, dry pack and now; as readings all have it",
  findings: {
    DATE_CODE_NONEXISTENT: kind(
      "FAIL",
      "issuer",
      "The date code is of a week or day that no calendar has: compare the marking on the parts, and ask the maker about it.",
    ),
    DATE_CODE_AFTER_ORIGIN: kind(
      "FAIL",
      "issuer",
      "The date code is later than the event that says that the parts were there: do not use them until that is explained.",
    ),
    DATE_CODE_AFTER_RECORDING: kind(
      "FAIL",
      "issuer",
      "The ledger knew the lot before the week of its date code, so the code cannot be theirs: do not use the parts.",
    ),
    DATE_CODE_AFTER_SHIPMENT: kind(
      "FAIL",
      "actor",
      "The date code is later than a shipment of these very parts: ask the sender what was in the package.",
    ),
    DATE_CODE_AFTER_SEAL: kind(
      "FAIL",
      "holder",
      "The date code is later than the day on which the dry pack was sealed: look for signs that the label was exchanged.",
    ),
    DATE_CODE_IN_FUTURE: kind(
      "FAIL",
      "holder",
      "The date code is of a week that has not begun yet: refuse the parts, and ask who labelled them.",
    ),
  },
  unknowns: {
    DATE_CODE_NOT_GIVEN:
      "Neither the record nor a scanned label gives a date code to compare: read it off the maker's label or the parts.",
    DATE_CODE_WITHHELD:
      "The date code is withheld: ask the party that signed the event to disclose it.",
    DATE_CODE_NO_DATE:
      "The date code cannot be read as a date, so nothing can be said of when the parts were made: ask the maker how to read it.",
    ORIGIN_TIME_NOT_KNOWN:
      "The event that made the lot is missing, so the date code has nothing to be compared with: ask for the whole trail.",
    ORIGIN_NOT_ANCHORED:
      "When the ledger recorded the lot's first event is not known: verify with a node, or wait until it is settled.",
  },
} satisfies Card;
