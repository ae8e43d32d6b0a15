// The card of rule V18, date lifecycle.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V18",
  name: "date lifecycle",
  version: 2,
  checks:
    "The date code, recorded and scanned, lies between the first and last sale of the part in your catalogue, and within the age your policy allows.",
  findings: {
    DATE_CODE_BEFORE_INTRODUCTION: kind(
      "WARN",
      "holder",
      "The date code is earlier than the first sale of the part in your catalogue. Check the marking on the parts, and the date in your catalogue.",
    ),
    DATE_CODE_AFTER_LAST_SHIP: kind(
      "WARN",
      "holder",
      "The date code is later than the manufacturer's last-time-ship date for the part. Ask the manufacturer whether it made these parts.",
    ),
    DATE_CODE_OLD: kind(
      "WARN",
      "reader",
      "The parts are older than your policy allows, which does not question their origin. Check how they were stored.",
    ),
    DATE_CODE_UNREADABLE: kind(
      "INFO",
      "reader",
      "The date code is in no known form. Look up its meaning in the manufacturer's documentation.",
    ),
    DATE_CODE_NOT_TRACEABLE: kind(
      "INFO",
      "issuer",
      "The date code is N/T: the parts cannot be traced by date. Rely on the manufacturer lot instead.",
    ),
  },
  unknowns: {
    DATE_CODE_NOT_SHOWN:
      "No date code is shown, so the part's lifecycle was not checked. Ask the lot's issuer for it, or scan the manufacturer's label.",
    DATE_CODES_ONLY_MIXED:
      "The record declares mixed dates without naming them. Ask the lot's issuer for the oldest and the newest date code.",
    DATE_CODE_OF_NO_DATE:
      "The date code names a date that does not exist, so the part's lifecycle was not checked. Ask the manufacturer which date is meant.",
    LIFE_OF_PART_NOT_KNOWN:
      "Your catalogue does not say when the part was first sold. Add the dates of its first and last sale.",
  },
} satisfies Card;
