// Judges rule V06, mass balance. No event adds pieces to a lot, or removes any without saying so.
import { card } from "../../verdict/findings/v06-mass-balance.ts";
import { rule } from "./rule.ts";

export const massBalance = rule(card, function* ({ replay }) {
  if (!replay.unbroken) yield { unknown: "PIECES_NOT_FOLLOWED" };
});
