// Every reason that a verdict can have, by its code: which rule's it is, how grave, who can mend it, and what to do.
import type { findings as v01 } from "../verify/rules/v01-chain-integrity.ts";
import type { findings as v02 } from "../verify/rules/v02-root-of-origin.ts";
import type { findings as v03 } from "../verify/rules/v03-custody-continuity.ts";
import type { findings as v04 } from "../verify/rules/v04-authorised-link.ts";
import type { findings as v05 } from "../verify/rules/v05-late-registration.ts";
import type { findings as v06 } from "../verify/rules/v06-mass-balance.ts";
import type { findings as v07 } from "../verify/rules/v07-lot-over-issue.ts";
import type { findings as v08 } from "../verify/rules/v08-split-parentage.ts";
import type { findings as v09 } from "../verify/rules/v09-package-id-reuse.ts";
import type { findings as v10 } from "../verify/rules/v10-package-id-not-issued.ts";
import type { findings as v11 } from "../verify/rules/v11-label-proof.ts";
import type { findings as v12 } from "../verify/rules/v12-scan-pattern.ts";
import type { findings as v13 } from "../verify/rules/v13-label-syntax.ts";
import type { findings as v14 } from "../verify/rules/v14-label-vs-record.ts";
import type { findings as v15 } from "../verify/rules/v15-label-self-consistency.ts";
import type { findings as v16 } from "../verify/rules/v16-mpn-exactness.ts";
import type { findings as v17 } from "../verify/rules/v17-date-impossible.ts";
import type { findings as v18 } from "../verify/rules/v18-date-lifecycle.ts";
import type { findings as v19 } from "../verify/rules/v19-lot-pairing.ts";
import type { findings as v20 } from "../verify/rules/v20-undeclared-mix.ts";
import type { findings as v21 } from "../verify/rules/v21-origin-consistency.ts";
import type { findings as v22 } from "../verify/rules/v22-time-and-route.ts";
import type { findings as v23 } from "../verify/rules/v23-return-re-entry.ts";
import type { findings as v24 } from "../verify/rules/v24-moisture-and-condition.ts";
import type { findings as v25 } from "../verify/rules/v25-documents.ts";
import type { findings as v26 } from "../verify/rules/v26-alerts.ts";
import type { Kind } from "../verify/rules/rule.ts";
import { RULES } from "../verify/rules.ts";
import type { RuleId } from "./words.ts";

/** What a rule can find. */
export type FoundCode = keyof (typeof v01 &
  typeof v02 &
  typeof v03 &
  typeof v04 &
  typeof v05 &
  typeof v06 &
  typeof v07 &
  typeof v08 &
  typeof v09 &
  typeof v10 &
  typeof v11 &
  typeof v12 &
  typeof v13 &
  typeof v14 &
  typeof v15 &
  typeof v16 &
  typeof v17 &
  typeof v18 &
  typeof v19 &
  typeof v20 &
  typeof v21 &
  typeof v22 &
  typeof v23 &
  typeof v24 &
  typeof v25 &
  typeof v26);

/** A reason of a verdict, with the rule that it is of. */
export interface FindingKind extends Kind {
  rule: RuleId;
}

/** That a rule could not be judged is no finding, unless the reader's policy requires the rule: then it is this grave. */
const UNKNOWN = { verdict: "INCOMPLETE", fixedBy: "reader" } as const;

const ofRule = ({ id, findings, unknowns }: (typeof RULES)[number]): [string, FindingKind][] => [
  ...Object.entries(findings).map(([code, kind]): [string, FindingKind] => [
    code,
    { rule: id, ...kind },
  ]),
  ...Object.entries(unknowns).map(([code, message]): [string, FindingKind] => [
    code,
    { rule: id, ...UNKNOWN, message },
  ]),
];

/** Every finding by its code, and every reason why a rule cannot be judged. */
export const FINDINGS: ReadonlyMap<string, FindingKind> = new Map(RULES.flatMap(ofRule));
export const FINDING_CODES = [...FINDINGS.keys()] as [string, ...string[]];
