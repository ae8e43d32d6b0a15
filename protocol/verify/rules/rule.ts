// Defines a rule with its judge. Its card has its name, what it checks and its findings.
import type { Card } from "../../verdict/card.ts";
import type { OwnCode } from "../../verdict/findings.ts";
import type { Observation } from "../../verdict/verdict.ts";
import type { Case } from "../case.ts";

/** Why a rule is not evaluable for a case: one of its card's `unknowns`. */
export interface Unknown<C extends string = string> {
  unknown: C;
}

/** The findings that a card's rule can raise itself. */
export type FindingOf<C extends Card> = Observation<OwnCode<C> & Observation["code"]>;

/** The rulings of a card's rule: its own findings, and why it is not evaluable. */
export type RulingOf<C extends Card> = FindingOf<C> | Unknown<keyof C["unknowns"] & string>;

/**
 * A rule with a judge of its own. The judge yields nothing only if all the data that it needs is there and in order: missing
 * data is never a pass. Findings of its card that an earlier step raises (`raisedBy`) count for the rule as well.
 */
export interface Rule {
  card: Card;
  judge(subject: Case): Iterable<Observation | Unknown>;
}

/** Makes a rule. Its type allows only the findings of its card. */
export function rule<C extends Card>(
  card: C,
  judge: (subject: Case) => Iterable<RulingOf<C>>,
): Rule {
  return { card, judge };
}
