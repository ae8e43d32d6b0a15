// V03: the lot went from hand to hand without a gap, each time signed by who gave and who took.
import { isVouched } from "../places.ts";
import { card } from "../../verdict/findings/v03-custody-continuity.ts";
import { rule } from "./rule.ts";

/** The lot went from hand to hand without a gap, each time signed by who gave and who took. */
export const custodyContinuity = rule(card, function* ({ chain, replay }) {
  if (!chain || !replay.steps.every((step) => isVouched(chain, step)))
    yield { unknown: "CUSTODY_NOT_COMPARED" };
});
