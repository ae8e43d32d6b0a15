// V06: no pieces come from nowhere, and none go without a word.
import { card } from "../../verdict/findings/v06-mass-balance.ts";
import { rule } from "./rule.ts";

/** No pieces come from nowhere, and none go without a word. */
export const massBalance = rule(card, function* ({ replay }) {
  if (!replay.unbroken) yield { unknown: "PIECES_NOT_FOLLOWED" };
});
