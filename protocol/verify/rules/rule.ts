// The judge of a rule: what it says of a case. What a rule is called, looks at and can find is on its card.
import type { Card } from "../../verdict/card.ts";
import type { OwnCode } from "../../verdict/findings.ts";
import type { Observation } from "../../verdict/verdict.ts";
import type { Case } from "../case.ts";

/** That a rule cannot be judged on a case, and why: one of its card's `unknowns`. */
export interface Unknown<C extends string = string> {
  unknown: C;
}

/** What the rule of a card can find itself. */
export type FindingOf<C extends Card> = Observation<OwnCode<C> & Observation["code"]>;

/** What the rule of a card can say: its own findings, and what it could not judge. */
export type RulingOf<C extends Card> = FindingOf<C> | Unknown<keyof C["unknowns"] & string>;

/**
 * A rule with a judge of its own. The judge yields what it finds, and what it could not judge. It yields nothing only
 * where all that it looks at is there and in order: missing data is never a pass. Findings of the card that a step before
 * the rules raises (`raisedBy`) count for the rule as well.
 */
export interface Rule {
  card: Card;
  judge(subject: Case): Iterable<Observation | Unknown>;
}

/** A rule. By its type it can raise no findings but those of its card. */
export function rule<C extends Card>(
  card: C,
  judge: (subject: Case) => Iterable<RulingOf<C>>,
): Rule {
  return { card, judge };
}
