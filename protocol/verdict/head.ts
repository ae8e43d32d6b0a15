// Says in one line what a verdict means: its worst reason, and also that the lot is on hold where something graver hides it.
import type { Verdict, VerdictName } from "./verdict.ts";

/** The head of a verdict, to be shown above everything else. */
export interface Head {
  verdict: VerdictName;
  /** The worst finding in one sentence without its end, as `The issuer has recalled this lot`. Null if nothing is wrong. */
  because: string | null;
  /** Why the lot is on hold as well, as `because`. Null unless the verdict is FAIL and a finding says HOLD. */
  alsoOnHold: string | null;
}

/** Rules about warnings and objections: of equally grave reasons a person has to know these first. */
const URGENT: readonly string[] = ["V26", "V27", "V29"];

/** Makes the head of a verdict. Its findings stand with the worst first. */
export function headOf({ verdict, findings }: Pick<Verdict, "verdict" | "findings">): Head {
  const reasonOf = (grade: VerdictName) => {
    const all = findings.filter((finding) => finding.verdict === grade);
    const worst = all.find(({ rule }) => URGENT.includes(rule)) ?? all[0];
    return worst ? firstSentence(worst.message) : null;
  };
  return {
    verdict,
    because: verdict === "PASS" ? null : reasonOf(verdict),
    alsoOnHold: verdict === "FAIL" ? reasonOf("HOLD") : null,
  };
}

/** The head as text, as `FAIL: The details are not the ones that were signed. Also on HOLD: The issuer has recalled this lot.` */
export function headText({ verdict, because, alsoOnHold }: Head): string {
  const reason = because === null ? "" : `: ${because}.`;
  return `${verdict}${reason}${alsoOnHold === null ? "" : ` Also on HOLD: ${alsoOnHold}.`}`;
}

/** What is wrong, without what to do about it: every message begins with it. */
const firstSentence = (message: string): string => message.split(/[.:](?:\s|$)/, 1)[0]!;
