// The closed lists of which verdicts are made: verdicts, how grave a finding is, who can fix it, and the rules' ids.

/** From the worst to the best: a verdict is the worst of its findings, PASS where there is none. */
export const VERDICTS = ["HOLD", "FAIL", "INCOMPLETE", "WARN", "PASS"] as const;
export type VerdictName = (typeof VERDICTS)[number];

/** How grave a finding is; INFO is worth knowing and makes no verdict worse. */
export const SEVERITIES = ["HOLD", "FAIL", "INCOMPLETE", "WARN", "INFO"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Who can fix what a finding names. */
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
] as const;
export type RuleId = (typeof RULE_IDS)[number];

/** What a rule says of a case as a whole. */
export const RESULTS = ["hold", "fail", "warn", "not evaluable", "info", "pass"] as const;

/** What no record can see, said wherever a verdict is shown. */
export const WHAT_IT_PROVES =
  "It proves what was claimed, by whom and when, and that the claims fit together; not that a chip is genuine.";
