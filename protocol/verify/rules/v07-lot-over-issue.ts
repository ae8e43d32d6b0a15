// V07: no more pieces of a maker's lot are about than its maker commissioned.
import { ACTIONS } from "../../event/event.ts";
import { recorded } from "../record.ts";
import { kind, type Kinds, type Rule } from "./rule.ts";

export const findings = {
  MORE_THAN_COMMISSIONED: kind(
    "FAIL",
    "issuer",
    "More pieces of this maker's lot are held than its maker has commissioned: some are not its own, so have them told apart before use.",
  ),
} satisfies Kinds;

/** No more pieces of a maker's lot are about than its maker commissioned. */
export const lotOverIssue: Rule = {
  id: "V07",
  name: "lot over-issue",
  version: 1,
  looksAt:
    "the pieces of the same maker, part number and maker's lot in all open lots, beside those commissioned",
  findings,
  unknowns: {
    CIRCULATION_NOT_KNOWN:
      "How many pieces of this maker's lot are about is not known here: verify where its other lots are followed.",
    MAKER_LOT_NOT_RECORDED:
      "The record does not show part number and maker's lot, so its pieces cannot be counted: ask for these fields.",
    NONE_COMMISSIONED:
      "No piece of this maker's lot is known to be commissioned by its maker, so there is no total to compare with.",
  },
  *judge(subject) {
    const { trail, identities, given } = subject;
    const origin = identities.origins.get(trail.lot);
    // An assembler counts its products itself; no maker's lot stands behind them.
    if (origin?.by.event.action === ACTIONS.assemble) return;
    if (!recorded(subject, "mpn") || !recorded(subject, "makerLot"))
      return yield { unknown: "MAKER_LOT_NOT_RECORDED" };
    const circulation = given.facts?.circulation;
    if (!circulation) return yield { unknown: "CIRCULATION_NOT_KNOWN" };
    const { commissioned, open } = circulation;
    if (commissioned === 0) return yield { unknown: "NONE_COMMISSIONED" };
    if (open > commissioned)
      yield { code: "MORE_THAN_COMMISSIONED", lot: trail.lot, expected: commissioned, found: open };
  },
};
