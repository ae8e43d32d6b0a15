// What a rule of verification is: its name and version, what it can find, and what keeps it from being judged.
import type { Fixer, RuleId, Severity } from "../../verdict/words.ts";
import type { Found } from "../../verdict/verdict.ts";
import type { Case } from "../case.ts";

/** A reason of a verdict: how grave it usually is, who can mend it, and one plain sentence of what to do. */
export interface Kind {
  verdict: Severity;
  fixedBy: Fixer;
  message: string;
}
/** The findings of a rule, by their codes. */
export type Kinds = Readonly<Record<string, Kind>>;

export const kind = (verdict: Severity, fixedBy: Fixer, message: string): Kind => ({
  verdict,
  fixedBy,
  message,
});

/** That a rule cannot be judged on a case, and why: one of the rule's `unknowns`. */
export interface Unknown {
  unknown: string;
}

export interface Rule {
  id: RuleId;
  name: string;
  /** Grows with every change of what the rule says of a case. */
  version: number;
  looksAt: string;
  findings: Kinds;
  /** Why it may not be judgeable, each with a sentence that says what is missing and where to get it. */
  unknowns: Readonly<Record<string, string>>;
  /**
   * Judges a case: what it finds, and what it could not judge. It yields nothing only where all that it looks at is there
   * and in order: data that is missing is never a pass. What the replay and the comparison with the chain have found
   * (`verify/`) counts for the rule that lists the finding; `judge` says what is found beyond.
   */
  judge(subject: Case): Iterable<Found | Unknown>;
}

/** What a rule says of a case as a whole. */
export const RESULTS = ["hold", "fail", "warn", "not evaluable", "info", "pass"] as const;
