// What tests say of verdicts: their findings without the texts.
import { expect } from "chai";
import type { Finding, Verdict } from "../../protocol/verdict.ts";

/** A finding as tests look at it. */
export type Seen = Partial<Omit<Finding, "message" | "mender">>;

/** The findings of a verdict, without texts. */
export function seen({ findings }: Verdict): Seen[] {
  return findings.map(({ message: _message, mender: _mender, ...rest }) => rest);
}

/** The rules that spoke, in the order of the verdict. */
export function rules({ findings }: Verdict): string[] {
  return findings.map(({ rule }) => rule);
}

/** Expects a finding with at least these members. */
export function expectFinding(verdict: Verdict, wanted: Seen): void {
  const isWanted = (finding: Seen) =>
    Object.entries(wanted).every(([name, value]) => finding[name as keyof Seen] === value);
  expect(seen(verdict).some(isWanted), `${JSON.stringify(wanted)} in ${JSON.stringify(seen(verdict))}`).to.equal(true);
}
