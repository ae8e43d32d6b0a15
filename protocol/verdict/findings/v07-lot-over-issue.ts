// V07: no more pieces of a maker's lot are about than its maker commissioned.
import { type Card, kind } from "../card.ts";

export const card = {
  id: "V07",
  name: "lot over-issue",
  version: 1,
  looksAt:
    "the pieces of the same maker, part number and maker's lot in all open lots, beside those commissioned",
  findings: {
    MORE_THAN_COMMISSIONED: kind(
      "FAIL",
      "issuer",
      "More pieces of this maker's lot are held than its maker has commissioned: some are not its own, so have them told apart before use.",
    ),
  },
  unknowns: {
    CIRCULATION_NOT_KNOWN:
      "How many pieces of this maker's lot are about is not known here: verify where its other lots are followed.",
    MAKER_LOT_NOT_RECORDED:
      "The record does not show part number and maker's lot, so its pieces cannot be counted: ask for these fields.",
    NONE_COMMISSIONED:
      "No piece of this maker's lot is known to be commissioned by its maker, so there is no total to compare with.",
  },
} satisfies Card;
