// The catalogue of findings: every reason that a verdict can have, by code, with its rule, its severity, who can fix it,
// and what to do.
import type { Card, Kind, Step } from "./card.ts";
import { card as v01 } from "./findings/v01-chain-integrity.ts";
import { card as v02 } from "./findings/v02-root-of-origin.ts";
import { card as v03 } from "./findings/v03-custody-continuity.ts";
import { card as v04 } from "./findings/v04-authorised-link.ts";
import { card as v05 } from "./findings/v05-late-registration.ts";
import { card as v06 } from "./findings/v06-mass-balance.ts";
import { card as v07 } from "./findings/v07-lot-over-issue.ts";
import { card as v08 } from "./findings/v08-split-parentage.ts";
import { card as v09 } from "./findings/v09-package-id-reuse.ts";
import { card as v10 } from "./findings/v10-package-id-not-issued.ts";
import { card as v11 } from "./findings/v11-label-proof.ts";
import { card as v12 } from "./findings/v12-scan-pattern.ts";
import { card as v13 } from "./findings/v13-label-syntax.ts";
import { card as v14 } from "./findings/v14-label-vs-record.ts";
import { card as v15 } from "./findings/v15-label-self-consistency.ts";
import { card as v16 } from "./findings/v16-mpn-exactness.ts";
import { card as v17 } from "./findings/v17-date-impossible.ts";
import { card as v18 } from "./findings/v18-date-lifecycle.ts";
import { card as v19 } from "./findings/v19-lot-pairing.ts";
import { card as v20 } from "./findings/v20-undeclared-mix.ts";
import { card as v21 } from "./findings/v21-origin-consistency.ts";
import { card as v22 } from "./findings/v22-time-and-route.ts";
import { card as v23 } from "./findings/v23-return-re-entry.ts";
import { card as v24 } from "./findings/v24-moisture-and-condition.ts";
import { card as v25 } from "./findings/v25-documents.ts";
import { card as v26 } from "./findings/v26-alerts.ts";
import { card as v27 } from "./findings/v27-inspections-and-refusals.ts";
import { card as v28 } from "./findings/v28-order.ts";
import { card as v29 } from "./findings/v29-corrections.ts";
import type { RuleId } from "./words.ts";

/** Every rule's card, in the order of a verdict. */
export const CARDS = [
  v01,
  v02,
  v03,
  v04,
  v05,
  v06,
  v07,
  v08,
  v09,
  v10,
  v11,
  v12,
  v13,
  v14,
  v15,
  v16,
  v17,
  v18,
  v19,
  v20,
  v21,
  v22,
  v23,
  v24,
  v25,
  v26,
  v27,
  v28,
  v29,
] as const satisfies readonly Card[];

type Findings = (typeof CARDS)[number]["findings"];
/** The codes of one rule's findings that a step raises. */
type CodeIn<F, S extends Step> = F extends unknown
  ? { [C in keyof F]: F[C] extends Kind<infer By> ? (S extends By ? C : never) : never }[keyof F]
  : never;

/** The code of any finding. */
export type FindingCode = Findings extends infer F ? (F extends unknown ? keyof F : never) : never;
/** The codes of a step's findings. */
export type CodeOf<S extends Step> = CodeIn<Findings, S>;
/** The codes of the findings that a card's own rule raises. */
export type OwnCode<C extends Card> = CodeIn<C["findings"], "rule"> & string;

/** A kind of finding with its rule. */
export interface FindingKind extends Kind {
  rule: RuleId;
}

/** A rule that is not evaluable becomes a finding only if the reader's policy requires the rule. It is then this grave. */
const UNKNOWN = {
  verdict: "INCOMPLETE",
  fixedBy: "reader",
  raisedBy: ["rule"],
  page: { needs: "a policy that requires the rule" },
} as const;

const ofRule = ({ id, findings, unknowns }: Card): [string, FindingKind][] => [
  ...Object.entries(findings).map(([code, kind]): [string, FindingKind] => [
    code,
    { rule: id, ...kind },
  ]),
  ...Object.entries(unknowns).map(([code, message]): [string, FindingKind] => [
    code,
    { rule: id, ...UNKNOWN, message },
  ]),
];

/** Every kind of finding by its code, and every reason why a rule is not evaluable. */
export const FINDINGS: ReadonlyMap<string, FindingKind> = new Map(CARDS.flatMap(ofRule));
export const FINDING_CODES = [...FINDINGS.keys()] as [string, ...string[]];
