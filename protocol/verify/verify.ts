// Verifies a trail: replays it, compares it with the chain, and reports what is wrong. Pure: trust, time and the chain's
// reader are arguments, so that the service, the command line and an auditor's page run the same code.
import { fieldOf } from "../base/canonical.ts";
import type { LedgerReader } from "../chain/reader.ts";
import { type RecoverPublicKey, recoverWithNoble } from "../base/crypto.ts";
import { ProtocolError } from "../base/errors.ts";
import type { Facts } from "../verdict/facts.ts";
import { CARDS, FINDINGS } from "../verdict/findings.ts";
import type { Card } from "../verdict/card.ts";
import { withoutLabelCode } from "../label/withhold.ts";
import { MAX_TRAIL_EVENTS, Trail } from "../trail/trail.ts";
import { policyOf } from "../verdict/policy.ts";
import { JUDGES } from "./rules.ts";
import type { Unknown } from "./rules/rule.ts";
import {
  type Finding,
  type Observation,
  type ObservationIn,
  type Verdict,
  finding,
  SEVERITIES,
  worst,
} from "../verdict/verdict.ts";
import type { VerdictInput, Trust } from "../verdict/trust.ts";
import type { Case, Check } from "./case.ts";
import { type Chain, readChain } from "./chain.ts";
import * as corrected from "./corrected.ts";
import { correctedIdentities, readCorrections } from "./corrections.ts";
import * as events from "./events.ts";
import * as identity from "./identity.ts";
import { comparisonOf } from "./label.ts";
import * as latest from "./latest.ts";
import * as lot from "./lot.ts";
import * as notices from "./notices.ts";
import { type Replay, replay } from "./replay.ts";
import { readStatements } from "./statements.ts";
import {
  correctionViews,
  custodyViews,
  eventViews,
  lotViews,
  noticeViews,
  originView,
  partyViews,
} from "./views.ts";
import { ZERO_ADDRESS } from "../base/values.ts";

/** The checks of the trail against itself and the chain, in the order in which they run. The rules run afterwards. */
const CHECKS: readonly Check[] = [
  ({ replay }) => replay.observations,
  events.details,
  events.records,
  events.recordOrder,
  events.signatures,
  events.custody,
  events.order,
  lot.word,
  latest.contract,
  latest.forks,
  latest.latest,
  identity.lotNumbers,
  identity.origins,
  identity.contradictions,
  identity.products,
  identity.introduced,
  ({ notices }) => notices.observations,
  notices.noticeWords,
  notices.noticeRecords,
  notices.noticeFaults,
  ({ notices: { withdrawalFaults } }) => withdrawalFaults,
  notices.standingNotices,
  corrected.corrections,
  lot.held,
  lot.closed,
  lot.age,
  lot.ledger,
  events.shortfalls,
  events.delay,
  events.hints,
  notices.noticeHints,
];

/**
 * Verifies a trail.
 * @param json what JSON.parse returned, of any shape
 * @param reader reads the trusted ledger; null if no node was named, which the verdict says
 * @param recover the back end for signatures: crypto.ts has the one that runs anywhere, crypto-wasm.ts the fast one
 * @param input what the reader brings along: label, order, and facts from outside the trail
 * @returns the verdict; nothing about the trail or the node is thrown
 */
export function verify(
  json: unknown,
  trust: Trust,
  reader: LedgerReader | null,
  recover: RecoverPublicKey = recoverWithNoble,
  input: VerdictInput = {},
): Promise<Verdict> {
  return verifyWith([], json, trust, reader, recover, input);
}

/** Like `verify`, with extra checks of what came with the trail. */
export async function verifyWith(
  extraChecks: readonly Check[],
  json: unknown,
  trust: Trust,
  reader: LedgerReader | null,
  recover: RecoverPublicKey,
  input: VerdictInput,
): Promise<Verdict> {
  const { trail, unread } = readTrail(json);
  if (!trail) return emptyVerdict(trust, input, null, unread);
  const mismatches = otherLedger(trail, trust);
  if (mismatches.length > 0) return emptyVerdict(trust, input, trail.lot, mismatches);

  const domain = { chainId: trust.chainId, ledger: trust.ledger };
  const replayed = replay(trail, domain, recover);
  const statements = input.facts?.statements;
  const { chain, observations } = await askChain(
    reader,
    trail,
    replayed,
    trust,
    input.facts ?? null,
  );
  const firstIdentities = identity.identitiesOf(replayed);
  const read = notices.readNotices({ trail, replay: replayed, chain, trust }, domain, recover);
  const corrections = readCorrections({
    notices: read,
    chain,
    trust,
    identities: firstIdentities,
  });
  const subject: Case = {
    trail,
    trust,
    chain,
    replay: replayed,
    policy: policyOf(trust.policy),
    input: wholeInput(input),
    identities: correctedIdentities(firstIdentities, corrections, { chain, replay: replayed }),
    firstIdentities,
    corrections,
    notices: read,
    statements: readStatements(statements, chain, domain, recover),
  };
  for (const check of [...CHECKS, ...extraChecks])
    for (const each of check(subject)) observations.push(each);
  const unknown: Unknown[] = [];
  for (const { judge } of JUDGES)
    for (const each of judge(subject)) {
      if ("unknown" in each) unknown.push(each);
      else observations.push(each);
    }
  return verdictOf(subject, observations, unknown);
}

type Reading =
  { trail: Trail; unread?: never } | { trail?: never; unread: ObservationIn<"verify">[] };

/** A trail with more events than a verifier reads. @param found their number, if it is known */
export const tooLong = (found?: number): ObservationIn<"verify"> => ({
  code: "TRAIL_TOO_LONG",
  field: "events",
  expected: MAX_TRAIL_EVENTS,
  found,
});

function readTrail(json: unknown): Reading {
  try {
    // Asked first: others can make a trail long, and reading its items would be the cost that the bound is to prevent.
    const { events } = Object(json) as { events?: unknown };
    if (Array.isArray(events) && events.length > MAX_TRAIL_EVENTS)
      return { unread: [tooLong(events.length)] };
    const parsed = Trail.safeParse(json);
    if (parsed.success) return { trail: parsed.data };
    return { unread: [{ code: "TRAIL_MALFORMED", field: fieldOf(parsed.error.issues[0]!) }] };
  } catch {
    // A hostile object may throw when it is read (getters, proxies). It is not a trail.
    return { unread: [{ code: "TRAIL_MALFORMED" }] };
  }
}

function otherLedger(trail: Trail, trust: Trust): ObservationIn<"verify">[] {
  return (["chainId", "ledger"] as const)
    .filter((field) => trail[field] !== trust[field])
    .map((field) => ({ code: "OTHER_LEDGER", field, expected: trust[field], found: trail[field] }));
}

async function askChain(
  reader: LedgerReader | null,
  trail: Trail,
  replayed: Replay,
  trust: Trust,
  facts: Facts | null,
): Promise<{ chain: Chain | null; observations: Observation[] }> {
  if (!reader) return { chain: null, observations: [{ code: "NO_NODE" }] };
  try {
    return { chain: await readChain(reader, trail, replayed, trust, facts), observations: [] };
  } catch (error) {
    const isInconsistent = error instanceof ProtocolError && error.code === "CHAIN_INCONSISTENT";
    const reason = error instanceof Error ? error.message : undefined;
    return {
      chain: null,
      observations: [
        { code: isInconsistent ? "NODE_INCONSISTENT" : "NODE_UNREACHABLE", found: reason },
      ],
    };
  }
}

function trusted({ chainId, ledger, checkpoints, finality, now, node }: Trust): Verdict["trusted"] {
  const options = {
    ...(checkpoints === undefined ? {} : { checkpoints }),
    ...(node === undefined ? {} : { node }),
  };
  return { chainId, ledger, finality, now, ...options };
}

const wholeInput = ({ label = null, expected = null, facts = null }: VerdictInput) => ({
  label,
  expected,
  facts,
});

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
    rules: resultsOf(findings, undefined),
    policy,
    given: publicInput(wholeInput(input)),
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

function verdictOf(
  subject: Case,
  observations: readonly Observation[],
  unknown: readonly Unknown[],
): Verdict {
  const { trail, trust, policy, input, replay, identities, chain } = subject;
  const required = unknown.filter(({ unknown: code }) =>
    policy.required.includes(FINDINGS.get(code)!.rule),
  );
  const all = [
    ...observations.map((each) => finding(each, policy.severities)),
    ...required.map(({ unknown: code }) => finding({ code }, policy.severities)),
  ];
  const findings = sortFindings(all, replay);
  const state = replay.unbroken ? replay.history.at(-1)!.state : null;
  return {
    verdict: worst(findings.map(({ verdict }) => verdict)),
    lot: trail.lot,
    findings,
    rules: resultsOf(findings, unknown),
    policy,
    given: publicInput(input),
    comparison: comparisonOf(subject),
    block: chain && { number: chain.head.number, hash: chain.head.hash, time: chain.head.time },
    trusted: trusted(trust),
    state,
    inTransit: state !== null && state.consignee !== ZERO_ADDRESS,
    origin: originView(subject),
    identity: identity.identityOf(identities, trail.lot),
    lots: lotViews(subject, findings),
    custody: custodyViews(subject),
    events: eventViews(subject),
    notices: noticeViews(subject),
    corrections: correctionViews(subject),
    parties: partyViews(subject, findings),
  };
}

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
 * @param unknown undefined if there was nothing to judge at all
 */
function resultsOf(
  findings: readonly Finding[],
  unknown: readonly Unknown[] | undefined,
): Verdict["rules"] {
  return (CARDS as readonly Card[]).map(({ id: rule, name, version, unknowns }) => {
    const own = findings.filter((finding) => finding.rule === rule);
    const gravest = SEVERITIES.find((severity) => own.some(({ verdict }) => verdict === severity));
    const missing = unknown?.find(({ unknown: code }) => code in unknowns)?.unknown;
    const incomplete = own.find(({ verdict }) => verdict === "INCOMPLETE");
    const ownResult =
      gravest && (gravest !== "INFO" || missing === undefined) ? RESULT_OF[gravest] : undefined;
    const result = ownResult ?? (missing === undefined && unknown ? "pass" : "not evaluable");
    const reason =
      result !== "not evaluable"
        ? null
        : incomplete
          ? { code: incomplete.code, message: incomplete.message }
          : missing !== undefined
            ? { code: missing, message: unknowns[missing]! }
            : NOTHING_TO_JUDGE;
    return { rule, name, version, result, reason };
  });
}

const NOTHING_TO_JUDGE = {
  code: "NO_TRAIL",
  message: "There is no valid trail of this ledger to judge. The finding says why.",
};

/** Sorts the worst first. Equals stand in the order of the trail, and findings without an event last. */
function sortFindings(findings: readonly Finding[], { steps }: Replay): Finding[] {
  const indexes = new Map(steps.map(({ digest }, i) => [digest, i]));
  const indexOf = ({ event }: Finding) =>
    event === undefined ? steps.length : (indexes.get(event) ?? steps.length);
  const gravity = ({ verdict }: Finding) => SEVERITIES.indexOf(verdict);
  return findings.toSorted((a, b) => gravity(a) - gravity(b) || indexOf(a) - indexOf(b));
}
