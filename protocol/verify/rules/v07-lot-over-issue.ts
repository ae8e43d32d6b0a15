// Judges rule V07, lot over-issue. No more pieces of a maker's lot are in circulation than its
// maker commissioned.
import { ACTIONS } from "../../event/event.ts";
import { recorded } from "../record.ts";
import { card } from "../../verdict/findings/v07-lot-over-issue.ts";
import { rule } from "./rule.ts";

export const lotOverIssue = rule(card, function* (subject) {
  const { trail, identities, input } = subject;
  const origin = identities.origins.get(trail.lot);
  // An assembler counts its products itself; they belong to no maker's lot.
  if (origin?.by.event.action === ACTIONS.assemble) return;
  if (!recorded(subject, "mpn") || !recorded(subject, "makerLot"))
    return yield { unknown: "MAKER_LOT_NOT_RECORDED" };
  const circulation = input.facts?.circulation;
  if (!circulation) return yield { unknown: "CIRCULATION_NOT_KNOWN" };
  const { commissioned, open } = circulation;
  if (commissioned === 0) return yield { unknown: "NONE_COMMISSIONED" };
  if (open > commissioned)
    yield { code: "MORE_THAN_COMMISSIONED", lot: trail.lot, expected: commissioned, found: open };
});
