// Verifies a trail: replays it, compares it with the chain, and reports what is wrong. Pure: trust, time and the chain's
// reader are arguments, so that the service, the command line and an auditor's page run the same code.
import { faultOf } from "../base/words.ts";
import type { LedgerReader } from "../chain/reader.ts";
import { type RecoverPublicKey, recoverWithNoble } from "../base/crypto.ts";
import { MAX_TRAIL_EVENTS, Trail } from "../trail/trail.ts";
import { policyOf } from "../verdict/policy.ts";
import { JUDGES } from "./rules.ts";
import type { ObservationIn, Verdict } from "../verdict/verdict.ts";
import type { VerdictInput, Trust } from "../verdict/trust.ts";
import type { Case, Check } from "./case.ts";
import { askChain, readChain } from "./chain.ts";
import * as corrected from "./corrected.ts";
import { correctedIdentities, readCorrections } from "./corrections.ts";
import * as events from "./events.ts";
import * as identity from "./identity.ts";
import { concluded, emptyVerdict, wholeInput } from "./conclude.ts";
import * as latest from "./latest.ts";
import * as lot from "./lot.ts";
import * as notices from "./notices.ts";
import { replay } from "./replay.ts";
import { readStatements } from "./statements.ts";

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
  const facts = input.facts ?? null;
  const { chain, observations } = await askChain(reader, (node) =>
    readChain(node, trail, replayed, trust, facts),
  );
  const now = Math.max(trust.now, chain?.head.time ?? 0);
  const firstIdentities = identity.identitiesOf(replayed);
  const read = notices.readNotices({ trail, replay: replayed, chain, trust }, domain, recover);
  const corrections = readCorrections({
    notices: read,
    chain,
    trust,
    identities: firstIdentities,
  });
  const subject: Case = {
    hasRecord: true,
    trail,
    trust,
    now,
    chain,
    replay: replayed,
    policy: policyOf(trust.policy),
    input: wholeInput(input, now),
    identities: correctedIdentities(firstIdentities, corrections, { chain, replay: replayed }),
    firstIdentities,
    corrections,
    notices: read,
    statements: readStatements(statements, chain, domain, recover),
  };
  for (const check of [...CHECKS, ...extraChecks])
    for (const each of check(subject)) observations.push(each);
  return concluded(subject, observations, { lot: trail.lot, judges: JUDGES });
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
    return { unread: [{ code: "TRAIL_MALFORMED", field: faultOf(parsed.error.issues[0]!).field }] };
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
