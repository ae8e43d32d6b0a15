// Makes the verdict: judges a case by rules, and shows the case with its findings and the result of each rule.
import { ZERO_ADDRESS } from "../base/values.ts";
import { labelAsOf } from "../label/week-first.ts";
import { withoutLabelCode } from "../label/withhold.ts";
import type { Card } from "../verdict/card.ts";
import { CARDS, FINDINGS } from "../verdict/findings.ts";
import { policyOf } from "../verdict/policy.ts";
import type { Trust, VerdictInput } from "../verdict/trust.ts";
import {
  type Finding,
  type Observation,
  type RuleId,
  type Verdict,
  finding,
  SEVERITIES,
  worst,
} from "../verdict/verdict.ts";
import type { Case } from "./case.ts";
import { latestDayAt } from "./dates.ts";
import { identityOf } from "./identity.ts";
import { comparisonOf } from "./label.ts";
import type { Replay } from "./replay.ts";
import type { Rule, Unknown } from "./rules/rule.ts";
import {
  correctionViews,
  custodyViews,
  eventViews,
  lotViews,
  noticeViews,
  originView,
  partyViews,
} from "./views.ts";

function trusted({ chainId, ledger, checkpoints, finality, now, node }: Trust): Verdict["trusted"] {
  const options = {
    ...(checkpoints === undefined ? {} : { checkpoints }),
    ...(node === undefined ? {} : { node }),
  };
  return { chainId, ledger, finality, now, ...options };
}

/** What the reader brings along, with null for what is missing, and the label's dates as of now. @param now Unix seconds */
export const wholeInput = (
  { label = null, expected = null, facts = null }: VerdictInput,
  now: number,
) => ({ label: labelAsOf(label, latestDayAt(now)), expected, facts });

/** Leaves out the label's secret code: people pass verdicts on, and the code would prove the label to anyone who has it. */
const publicInput = ({ label, ...others }: Required<VerdictInput>): Required<VerdictInput> => ({
  label: label && withoutLabelCode(label),
  ...others,
});

/** The verdict on input without a valid trail: only the first rule had anything to judge. */
export function emptyVerdict(
  trust: Trust,
  input: VerdictInput,
  lot: string | null,
  observations: readonly Observation[],
): Verdict {
  const policy = policyOf(trust.policy);
  const findings = observations.map((each) => finding(each, policy.severities));
  return {
    verdict: worst(findings.map(({ verdict }) => verdict)),
    lot,
    findings,
    rules: resultsOf(findings, [], NOT_JUDGED),
    policy,
    given: publicInput(wholeInput(input, trust.now)),
    comparison: null,
    block: null,
    trusted: trusted(trust),
    state: null,
    inTransit: false,
    origin: null,
    identity: {
      lotNumber: null,
      manufacturer: null,
      mpn: null,
      makerLot: null,
      dateCode: null,
    },
    lots: [],
    custody: [],
    events: [],
    notices: [],
    corrections: [],
    parties: [],
  };
}

/** How a case is judged. */
interface Judging {
  /** The lot that the verdict is about. Null if the case is about none. */
  lot: string | null;
  judges: readonly Rule[];
  /** Why the rules that have a judge and are not among these are not evaluable. All others are judged by the checks before. */
  reason?: Reason;
}

/**
 * Judges a case, and makes its verdict.
 * @param checked what the checks before the rules observed
 */
export function concluded(
  subject: Case,
  checked: readonly Observation[],
  { lot, judges, reason }: Judging,
): Verdict {
  const { trust, policy, input, replay, identities, chain } = subject;
  const observations = [...checked];
  const unknown: Unknown[] = [];
  for (const { judge } of judges)
    for (const each of judge(subject)) {
      if ("unknown" in each) unknown.push(each);
      else observations.push(each);
    }
  const required = unknown.filter(({ unknown: code }) =>
    policy.required.includes(FINDINGS.get(code)!.rule),
  );
  // Without a record the case's lot means nothing, so no finding names it.
  const named = subject.hasRecord
    ? observations
    : observations.map(({ lot: of, ...each }) =>
        of === subject.trail.lot ? each : { ...each, lot: of },
      );
  const all = [
    ...named.map((each) => finding(each, policy.severities)),
    ...required.map(({ unknown: code }) => finding({ code }, policy.severities)),
  ];
  const findings = sortFindings(all, replay);
  const state = replay.unbroken ? replay.history.at(-1)!.state : null;
  const judged = judges.map(({ card }) => card.id);
  return {
    verdict: worst(findings.map(({ verdict }) => verdict)),
    lot,
    findings,
    rules: resultsOf(
      findings,
      unknown,
      reason === undefined ? undefined : { isJudged: (rule) => judged.includes(rule), reason },
    ),
    policy,
    given: publicInput(input),
    comparison: comparisonOf(subject),
    block: chain && { number: chain.head.number, hash: chain.head.hash, time: chain.head.time },
    trusted: trusted(trust),
    state,
    inTransit: state !== null && state.consignee !== ZERO_ADDRESS,
    origin: originView(subject),
    identity: identityOf(identities, subject.trail.lot),
    lots: lotViews(subject, findings),
    custody: custodyViews(subject),
    events: eventViews(subject),
    notices: noticeViews(subject),
    corrections: correctionViews(subject),
    parties: partyViews(subject, findings),
  };
}

type Reason = NonNullable<Verdict["rules"][number]["reason"]>;

const RESULT_OF = {
  HOLD: "hold",
  FAIL: "fail",
  INCOMPLETE: "not evaluable",
  WARN: "warn",
  INFO: "info",
} as const;

/**
 * The result of each rule: the worst of its findings. A rule with nothing worse than INFO that is not evaluable says so,
 * because missing data is never a pass.
 * @param partly which rules were judged, if not all were
 */
function resultsOf(
  findings: readonly Finding[],
  unknown: readonly Unknown[],
  partly?: { isJudged: (rule: RuleId) => boolean; reason: Reason },
): Verdict["rules"] {
  return (CARDS as readonly Card[]).map(({ id: rule, name, version, unknowns }) => {
    const own = findings.filter((finding) => finding.rule === rule);
    const gravest = SEVERITIES.find((severity) => own.some(({ verdict }) => verdict === severity));
    const missing = unknown.find(({ unknown: code }) => code in unknowns)?.unknown;
    const isJudged = partly?.isJudged(rule) ?? true;
    const incomplete = own.find(({ verdict }) => verdict === "INCOMPLETE");
    const ownResult =
      gravest && (gravest !== "INFO" || missing === undefined) ? RESULT_OF[gravest] : undefined;
    const result = ownResult ?? (missing === undefined && isJudged ? "pass" : "not evaluable");
    const reason =
      result !== "not evaluable"
        ? null
        : incomplete
          ? { code: incomplete.code, message: incomplete.message }
          : missing !== undefined
            ? { code: missing, message: unknowns[missing]! }
            : (partly?.reason ?? null);
    return { rule, name, version, result, reason };
  });
}

const NOT_JUDGED = {
  isJudged: () => false,
  reason: {
    code: "NO_TRAIL",
    message: "There is no valid trail of this ledger to judge. The finding says why.",
  },
};

/** Sorts the worst first. Equals stand in the order of the trail, and findings without an event last. */
function sortFindings(findings: readonly Finding[], { steps }: Replay): Finding[] {
  const indexes = new Map(steps.map(({ digest }, i) => [digest, i]));
  const indexOf = ({ event }: Finding) =>
    event === undefined ? steps.length : (indexes.get(event) ?? steps.length);
  const gravity = ({ verdict }: Finding) => SEVERITIES.indexOf(verdict);
  return findings.toSorted((a, b) => gravity(a) - gravity(b) || indexOf(a) - indexOf(b));
}
