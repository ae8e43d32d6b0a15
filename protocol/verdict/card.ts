// Defines the card of a rule: its name and version, what it checks, its findings, and why it may not be evaluable.
import type { Fixer, RuleId, Severity } from "./words.ts";

/**
 * Where findings are raised: in the rule itself (`verify/rules/`), in a step of the verification before the rules
 * (`verify/replay.ts` and so on), or in the service, which checks the rows that it reads.
 */
export const STEPS = [
  "rule",
  "verify",
  "bundle",
  "replay",
  "signed",
  "events",
  "logs",
  "latest",
  "lot",
  "identity",
  "notices",
  "unregistered",
  "service",
] as const;
export type Step = (typeof STEPS)[number];

/** One kind of finding: how grave it usually is, who can fix it, which steps raise it, and its sentences. */
export interface Kind<S extends Step = Step> {
  verdict: Severity;
  fixedBy: Fixer;
  raisedBy: readonly S[];
  message: string;
}
/** The findings of a rule, by their codes. */
export type Kinds = Readonly<Record<string, Kind>>;

/** Makes a kind of finding. @param raisedBy the steps that raise it; without any, its rule does */
export function kind(verdict: Severity, fixedBy: Fixer, message: string): Kind<"rule">;
export function kind<S extends Step>(
  verdict: Severity,
  fixedBy: Fixer,
  message: string,
  ...raisedBy: [S, ...S[]]
): Kind<S>;
export function kind(
  verdict: Severity,
  fixedBy: Fixer,
  message: string,
  ...raisedBy: Step[]
): Kind {
  return { verdict, fixedBy, raisedBy: raisedBy.length > 0 ? raisedBy : ["rule"], message };
}

/** A rule's card. */
export interface Card {
  id: RuleId;
  name: string;
  /** Grows whenever the rule can judge the same case differently. */
  version: number;
  /** One sentence that is true of a lot that passes. */
  checks: string;
  findings: Kinds;
  /** Why the rule may not be evaluable, by code: what is missing, and where to get it. */
  unknowns: Readonly<Record<string, string>>;
}
