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

/** The steps of a verification, as docs/protocol.md numbers them. */
export type PageStep = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/**
 * What docs/protocol.md says of a finding: in which steps it is raised, and when, in a sentence. A finding that needs more than a
 * trail and a node belongs to no step.
 */
export type Page = { steps: readonly [PageStep, ...PageStep[]]; when: string } | { needs: string };

/** One kind of finding: how grave it usually is, who can fix it, which steps raise it, and its sentences. */
export interface Kind<S extends Step = Step> {
  verdict: Severity;
  fixedBy: Fixer;
  raisedBy: readonly S[];
  message: string;
  page: Page;
}
/** The findings of a rule, by their codes. */
export type Kinds = Readonly<Record<string, Kind>>;

/** Where findings may be raised that belong to no step of docs/protocol.md. */
type Beyond = "rule" | "unregistered" | "service";

/**
 * Makes a kind of finding that belongs to no step of docs/protocol.md.
 * @param raisedBy the steps that raise it; without any, its rule does
 */
export function kind(verdict: Severity, fixedBy: Fixer, message: string): Kind<"rule">;
export function kind<S extends Beyond>(
  verdict: Severity,
  fixedBy: Fixer,
  message: string,
  ...raisedBy: [S, ...S[]]
): Kind<S>;
export function kind(
  verdict: Severity,
  fixedBy: Fixer,
  message: string,
  ...raisedBy: Beyond[]
): Kind {
  const page = { needs: "more than a trail and a node" };
  return { verdict, fixedBy, raisedBy: raisedBy.length > 0 ? raisedBy : ["rule"], message, page };
}

/** Makes a kind of finding that a second verifier must raise, too. @param page when it must */
export function stepKind<S extends Step>(
  page: Page,
  verdict: Severity,
  fixedBy: Fixer,
  message: string,
  ...raisedBy: [S, ...S[]]
): Kind<S> {
  return { verdict, fixedBy, raisedBy, message, page };
}

/** The steps of docs/protocol.md that a finding belongs to. None if it asks for more than a trail and a node. */
export const stepsOf = ({ page }: Pick<Kind, "page">): readonly PageStep[] =>
  "steps" in page ? page.steps : [];

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
