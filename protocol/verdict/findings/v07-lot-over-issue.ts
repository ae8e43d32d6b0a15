// The card of rule V07, lot over-issue.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V07",
  name: "lot over-issue",
  version: 2,
  checks:
    "No more pieces of a manufacturer lot are in circulation than its manufacturer commissioned.",
  findings: {
    MORE_THAN_COMMISSIONED: kind(
      "FAIL",
      "issuer",
      "More pieces of this manufacturer lot are in circulation than its manufacturer commissioned, so some are not genuine. Do not use the parts until the manufacturer has told them apart.",
    ),
    MORE_CLAIMED_THAN_COMMISSIONED: kind(
      "INFO",
      "reader",
      "With the pieces that other parties claim, more of this manufacturer lot are in circulation than its manufacturer commissioned. A better word than theirs vouches for this lot. Check that the package is the one of this record.",
    ),
    CIRCULATION_NOT_COUNTED: kind(
      "INCOMPLETE",
      "issuer",
      "The manufacturer keeps its lots on this ledger, but did not commission this one, and its pieces could not all be counted for you. Ask the manufacturer to confirm the lot, or have the parts tested and record the result.",
    ),
  },
  unknowns: {
    CIRCULATION_NOT_KNOWN:
      "It is not known here how many pieces of this manufacturer lot are in circulation. Verify through a service that follows its other lots.",
    MAKER_LOT_NOT_RECORDED:
      "The record does not show the part number and the manufacturer lot, so their pieces cannot be counted. Ask the lot's issuer to disclose both.",
    NONE_COMMISSIONED:
      "No pieces of this manufacturer lot are known to be commissioned by its manufacturer, so there is no total to compare with. Ask the manufacturer how many pieces it made.",
  },
} satisfies Card;
