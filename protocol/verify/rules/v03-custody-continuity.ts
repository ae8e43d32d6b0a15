// Judges rule V03, custody continuity. Every event is signed by the party that held the lot or was
// to receive it, without a gap.
import { isVouched } from "../places.ts";
import { card } from "../../verdict/findings/v03-custody-continuity.ts";
import { rule } from "./rule.ts";

export const custodyContinuity = rule(card, function* ({ chain, replay }) {
  if (!chain || !replay.steps.every((step) => isVouched(chain, step)))
    yield { unknown: "CUSTODY_NOT_COMPARED" };
});
