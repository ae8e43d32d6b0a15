// The card of rule V17, date impossible.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V17",
  name: "date impossible",
  version: 4,
  checks:
    "The date code, recorded and scanned, names a date that exists and is not later than the lot's origin, recording, shipment, seal or today.",
  findings: {
    DATE_CODE_NONEXISTENT: kind(
      "FAIL",
      "issuer",
      "The date code names a week or day that does not exist. Compare it with the marking on the parts, and ask the manufacturer.",
    ),
    DATE_CODE_AFTER_ORIGIN: kind(
      "FAIL",
      "issuer",
      "The date code is later than the event that made the lot. Do not use the parts until the lot's issuer explains it.",
    ),
    DATE_CODE_AFTER_RECORDING: kind(
      "FAIL",
      "issuer",
      "The ledger recorded the lot before the date of its date code, so the code is false. Do not use the parts, and ask the lot's issuer.",
    ),
    DATE_CODE_AFTER_SHIPMENT: kind(
      "FAIL",
      "actor",
      "The date code is later than a shipment of these parts. Ask the sender what was in the package.",
    ),
    DATE_CODE_AFTER_SEAL: kind(
      "FAIL",
      "holder",
      "The date code is later than the day on which the dry pack was sealed. Look for signs that the label was replaced, and ask the holder.",
    ),
    DATE_CODE_IN_FUTURE: kind(
      "FAIL",
      "holder",
      "The date code names a week that has not begun. Refuse the parts, and ask the holder who labelled them.",
    ),
    DATE_CODE_WEEK_FIRST: kind(
      "WARN",
      "holder",
      "As year and week, the label's date code has not begun, so it was read as week and year. Compare it with the marking on the parts, and ask the sender which one is meant.",
    ),
  },
  unknowns: {
    DATE_CODE_NOT_GIVEN:
      "Neither the record nor a scanned label has a date code. Read it from the manufacturer's label or the parts.",
    DATE_CODE_WITHHELD:
      "The date code is withheld. Ask the party that signed the event to disclose it.",
    DATE_CODE_NO_DATE:
      "The date code cannot be read as a date, so it is not known when the parts were made. Ask the manufacturer how to read it.",
    ORIGIN_TIME_NOT_KNOWN:
      "The event that made the lot is missing, so the date code cannot be compared with it. Ask the sender for the complete trail.",
    ORIGIN_NOT_ANCHORED:
      "It is not known when the ledger recorded the lot's first event. Verify again with a node, or wait until it is settled.",
  },
} satisfies Card;
