// Judges rule V07, lot over-issue. No more pieces of a manufacturer's lot are in circulation than its
// manufacturer commissioned.
import { ACTIONS } from "../../event/event.ts";
import type { Facts } from "../../verdict/facts.ts";
import { card } from "../../verdict/findings/v07-lot-over-issue.ts";
import { type Voucher, VOUCHERS, weighingOn } from "../../verdict/precedence.ts";
import { recorded } from "../record.ts";
import { isSuspect, leavesOut, voucherOfPieces } from "../vouchers.ts";
import { rule } from "./rule.ts";

export const lotOverIssue = rule(card, function* (subject) {
  const { trail, identities, input } = subject;
  const own = voucherOfPieces(subject);
  const origin = identities.origins.get(trail.lot);
  // An assembler counts its own products; they belong to no manufacturer's lot.
  if (origin?.by.event.action === ACTIONS.assemble && own === "maker") return;
  if (!recorded(subject, "mpn") || !recorded(subject, "makerLot"))
    return yield { unknown: "MAKER_LOT_NOT_RECORDED" };
  const circulation = input.facts?.circulation;
  if (!circulation)
    return yield isSuspect(subject, own)
      ? { code: "CIRCULATION_NOT_COUNTED", lot: trail.lot }
      : { unknown: "CIRCULATION_NOT_KNOWN" };
  const { commissioned, complete } = circulation;
  const open = piecesIn(circulation, weighingOn(own));
  const found = { lot: trail.lot, expected: commissioned ?? undefined };
  // Sums only grow with what was left out, so they prove too many pieces even where they are not complete.
  if (commissioned !== null && commissioned > 0 && open > commissioned)
    return yield { code: "MORE_THAN_COMMISSIONED", ...found, found: open };
  if ((commissioned === null || leavesOut(own, complete)) && isSuspect(subject, own))
    return yield { code: "CIRCULATION_NOT_COUNTED", ...found, found: open };
  if (commissioned === null) return yield { unknown: "CIRCULATION_NOT_KNOWN" };
  if (commissioned === 0) return yield { unknown: "NONE_COMMISSIONED" };
  const claimed = piecesIn(circulation, VOUCHERS);
  if (claimed > commissioned)
    yield { code: "MORE_CLAIMED_THAN_COMMISSIONED", ...found, found: claimed };
});

type Circulation = NonNullable<Facts["circulation"]>;

/** The pieces in open lots that these vouch for, at most the greatest exact integer. */
const piecesIn = ({ open }: Circulation, vouchers: readonly Voucher[]): number =>
  Math.min(
    vouchers.reduce((sum, voucher) => sum + open[voucher], 0),
    Number.MAX_SAFE_INTEGER,
  );
