// V18: the date code lies in the time in which the maker sold the part, and can be read.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V18",
  name: "date lifecycle",
  version: 1,
  looksAt:
    "the date code, recorded and scanned, beside the part's first and last days of sale in your catalogue, and its age",
  findings: {
    DATE_CODE_BEFORE_INTRODUCTION: kind(
      "WARN",
      "holder",
      "The date code is from before the part was first sold, by your catalogue: check the marking, and the catalogue's day.",
    ),
    DATE_CODE_AFTER_LAST_SHIP: kind(
      "WARN",
      "holder",
      "The date code is from after the maker's last-time-ship day for the part: ask the maker whether it made these.",
    ),
    DATE_CODE_OLD: kind(
      "WARN",
      "reader",
      "The parts are older than your policy allows: that says nothing against their origin, so check how they were stored.",
    ),
    DATE_CODE_UNREADABLE: kind(
      "INFO",
      "reader",
      "The date code is in no form that can be read as a date: look up in the maker's own key what it means.",
    ),
    DATE_CODE_NOT_TRACEABLE: kind(
      "INFO",
      "issuer",
      "The date code says N/T, that the parts cannot be traced by a date: rely on the maker's lot in its place.",
    ),
  },
  unknowns: {
    DATE_CODE_NOT_SHOWN:
      "No date code of the lot is shown, so it cannot be placed in the part's life: ask the issuer, or scan the maker's label.",
    DATE_CODES_ONLY_MIXED:
      "The record says that dates are mixed, and not which: ask for the oldest and the newest date code in the package.",
    DATE_CODE_OF_NO_DATE:
      "The date code is of a date that does not exist, so it has no place in the part's life: settle first which is meant.",
    LIFE_OF_PART_NOT_KNOWN:
      "Your catalogue does not say since when the part is sold: add the part with the days of its first and last sale.",
  },
} satisfies Card;
