// Compares verdicts in tests by their findings, without the texts.
import { expect } from "chai";
import type { Finding, Verdict } from "../../protocol/verdict/verdict.ts";

/** A finding without its rule and texts. */
export type FindingView = Partial<Omit<Finding, "rule" | "message" | "fixedBy">>;

/** The findings of a verdict, without texts. */
export function findingsOf({ findings }: Verdict): FindingView[] {
  return findings.map(({ rule: _rule, message: _message, fixedBy: _fixedBy, ...rest }) => rest);
}

/** The codes of the findings, in the order of the verdict. */
export function codes({ findings }: Verdict): string[] {
  return findings.map(({ code }) => code);
}

/** Expects a finding with at least these members. */
export function expectFinding(verdict: Verdict, wanted: FindingView): void {
  const isWanted = (finding: FindingView) =>
    Object.entries(wanted).every(([name, value]) => finding[name as keyof FindingView] === value);
  expect(
    findingsOf(verdict).some(isWanted),
    `${JSON.stringify(wanted)} in ${JSON.stringify(findingsOf(verdict))}`,
  ).to.equal(true);
}
