// Lists the words of a verdict: verdicts, severities, who can fix a finding, rule ids, and rule results.

/**
 * All verdicts, the worst first. A verdict is the worst of its findings, or PASS if there is none. FAIL comes before HOLD: a
 * recall must not hide that the evidence was altered.
 */
export const VERDICTS = ["FAIL", "HOLD", "INCOMPLETE", "WARN", "PASS"] as const;
export type VerdictName = (typeof VERDICTS)[number];

/** How grave a finding is, the worst first. INFO makes no verdict worse. */
export const SEVERITIES = ["FAIL", "HOLD", "INCOMPLETE", "WARN", "INFO"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Who can fix a finding. */
export const FIXERS = [
  "service",
  "actor",
  "holder",
  "issuer",
  "ledger owner",
  "node operator",
  "reader",
] as const;
export type Fixer = (typeof FIXERS)[number];

export const RULE_IDS = [
  "V01",
  "V02",
  "V03",
  "V04",
  "V05",
  "V06",
  "V07",
  "V08",
  "V09",
  "V10",
  "V11",
  "V12",
  "V13",
  "V14",
  "V15",
  "V16",
  "V17",
  "V18",
  "V19",
  "V20",
  "V21",
  "V22",
  "V23",
  "V24",
  "V25",
  "V26",
  "V27",
  "V28",
  "V29",
] as const;
export type RuleId = (typeof RULE_IDS)[number];

/** The results of a rule. */
export const RESULTS = ["fail", "hold", "warn", "not evaluable", "info", "pass"] as const;

/** The limit of every verdict. Stands wherever a verdict is shown. */
export const WHAT_IT_PROVES =
  "This verdict checks the recorded claims: who made them, when, and whether they agree. It does not prove that the parts are genuine.";

/** A field's name as words: `alertReference` as `alert reference`. */
export const wordsOf = (field: string): string =>
  field.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
