// The verifier: replays a trail, compares it with the chain, and says what is wrong with it. Pure: what it trusts, the
// time and the chain's reader are arguments, so that the service, the command line and an auditor's page run the same.
import type { LedgerReader } from "./chain.ts";
import { type RecoverPublicKey, recoverWithNoble } from "./crypto.ts";
import { ProtocolError } from "./errors.ts";
import { ACTIONS, actionName } from "./event.ts";
import { NOTICE_KINDS } from "./notice.ts";
import { Trail } from "./trail.ts";
import { type Finding, type Found, type Verdict, finding, VERDICTS, worst } from "./verdict.ts";
import { type Case, type Rule, type Trust, isFinal } from "./verify-case.ts";
import { type Chain, AFTER_ALL, readChain } from "./verify-chain.ts";
import * as events from "./verify-events.ts";
import * as identity from "./verify-identity.ts";
import * as lot from "./verify-lot.ts";
import * as notices from "./verify-notices.ts";
import { type Replay, replay } from "./verify-replay.ts";
import { ZERO_ADDRESS } from "./values.ts";

export type { Policy, Trust } from "./verify-case.ts";

/** Every rule of findings, in the order in which they speak. */
const RULES: readonly Rule[] = [
  ({ replay }) => replay.found,
  events.details,
  events.records,
  events.recordOrder,
  events.signatures,
  events.custody,
  events.order,
  lot.word,
  identity.lotNumbers,
  identity.origins,
  identity.contradictions,
  identity.products,
  identity.introduced,
  ({ notices }) => notices.found,
  notices.noticeWords,
  notices.noticeRecords,
  notices.noticeFaults,
  notices.withdrawals,
  notices.standingNotices,
  lot.held,
  lot.closed,
  lot.age,
  events.shortfalls,
  events.delay,
  events.hints,
];

/**
 * Verifies a trail.
 * @param input a trail as JSON.parse gives it, of whatever shape
 * @param reader of the trusted ledger; null where there is no node to ask, which the verdict says
 * @param recover the back end for signatures: crypto.ts has the one that runs anywhere, crypto-wasm.ts the fast one
 * @returns the verdict; nothing about the trail or the node is thrown
 */
export async function verify(
  input: unknown,
  trust: Trust,
  reader: LedgerReader | null,
  recover: RecoverPublicKey = recoverWithNoble,
): Promise<Verdict> {
  const { trail, malformed } = readTrail(input);
  if (!trail) return emptyVerdict(trust, null, malformed);
  const elsewhere = otherLedger(trail, trust);
  if (elsewhere.length > 0) return emptyVerdict(trust, trail.lot, elsewhere);

  const domain = { chainId: trust.chainId, ledger: trust.ledger };
  const replayed = replay(trail, domain, recover);
  const { chain, found } = await askChain(reader, trail, replayed, trust);
  const subject: Case = {
    ...{ trail, trust, chain, replay: replayed },
    identities: identity.identitiesOf(replayed),
    notices: notices.readNotices({ trail, replay: replayed, chain }, domain, recover),
  };
  for (const rule of RULES) for (const each of rule(subject)) found.push(each);
  return verdictOf(subject, found);
}

type Reading = { trail: Trail; malformed?: never } | { trail?: never; malformed: Found[] };

function readTrail(input: unknown): Reading {
  try {
    const parsed = Trail.safeParse(input);
    if (parsed.success) return { trail: parsed.data };
    const [issue] = parsed.error.issues;
    const key = issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
    const field = [...(issue?.path ?? []), ...key].map(String).join(".");
    return { malformed: [{ rule: "TRAIL_MALFORMED", ...(field === "" ? {} : { field }) }] };
  } catch {
    // Objects that fight back when they are read (getters, proxies) are no trails either.
    return { malformed: [{ rule: "TRAIL_MALFORMED" }] };
  }
}

function otherLedger(trail: Trail, trust: Trust): Found[] {
  return (["chainId", "ledger"] as const)
    .filter((field) => trail[field] !== trust[field])
    .map((field) => ({ rule: "OTHER_LEDGER", field, expected: trust[field], found: trail[field] }));
}

async function askChain(
  reader: LedgerReader | null,
  trail: Trail,
  replayed: Replay,
  trust: Trust,
): Promise<{ chain: Chain | null; found: Found[] }> {
  if (!reader) return { chain: null, found: [{ rule: "NO_NODE" }] };
  try {
    return { chain: await readChain(reader, trail, replayed, trust.at), found: [] };
  } catch (error) {
    const isInconsistent = error instanceof ProtocolError && error.code === "CHAIN_INCONSISTENT";
    const found = error instanceof Error ? error.message : undefined;
    return { chain: null, found: [{ rule: isInconsistent ? "NODE_INCONSISTENT" : "NODE_UNREACHABLE", found }] };
  }
}

function trusted({ chainId, ledger, finality, now, node }: Trust): Verdict["trusted"] {
  return { chainId, ledger, finality, now, ...(node === undefined ? {} : { node }) };
}

function emptyVerdict(trust: Trust, lot: string | null, found: readonly Found[]): Verdict {
  const findings = found.map(finding);
  return {
    verdict: worst(findings.map(({ verdict }) => verdict)),
    ...{ lot, findings, block: null, trusted: trusted(trust), state: null, inTransit: false, origin: null },
    identity: { manufacturer: null, mpn: null, makerLot: null, dateCode: null },
    ...{ events: [], notices: [], parties: [] },
  };
}

function verdictOf(subject: Case, found: readonly Found[]): Verdict {
  const { trail, trust, replay, identities, chain } = subject;
  const findings = sorted(found.map(finding), replay);
  const state = replay.unbroken ? replay.history.at(-1)!.state : null;
  return {
    verdict: worst(findings.map(({ verdict }) => verdict)),
    lot: trail.lot,
    findings,
    block: chain && { number: chain.head.number, hash: chain.head.hash, time: chain.head.time },
    trusted: trusted(trust),
    state,
    inTransit: state !== null && state.consignee !== ZERO_ADDRESS,
    origin: originShown(subject),
    identity: identity.identityOf(identities, trail.lot),
    events: eventsShown(subject),
    notices: noticesShown(subject),
    parties: partiesShown(subject),
  };
}

/** The worst first; among equals in the order of the trail, what is about no event last. */
function sorted(findings: readonly Finding[], { steps }: Replay): Finding[] {
  const places = new Map(steps.map(({ digest }, i) => [digest, i]));
  const place = ({ event }: Finding) => (event === undefined ? steps.length : (places.get(event) ?? steps.length));
  const gravity = ({ verdict }: Finding) => VERDICTS.indexOf(verdict);
  return findings.toSorted((a, b) => gravity(a) - gravity(b) || place(a) - place(b));
}

function originShown({ trail, identities }: Case): Verdict["origin"] {
  const origin = identities.origins.get(trail.lot);
  const action = origin && actionName(origin.by.event.action);
  if (action !== "commission" && action !== "introduce" && action !== "assemble") return null;
  const { event, digest } = origin!.by;
  return { lot: origin!.lot, event: digest, action, party: event.actor, time: event.time };
}

function eventsShown({ replay, chain, trust }: Case): Verdict["events"] {
  return replay.steps.map((step) => {
    const { event, digest } = step;
    const record = chain?.records.get(step);
    const recorded =
      chain && record
        ? {
            ...{ block: record.block, transaction: record.transaction, time: chain.times.get(record.block)! },
            final: isFinal(chain, trust, record.block),
          }
        : null;
    return { event: digest, action: event.action, actor: event.actor, time: event.time, recorded };
  });
}

function noticesShown({ notices: { all } }: Case): Verdict["notices"] {
  const kinds = ["recall", "suspicion", "withdrawal"] as const;
  return all.map(({ digest, notice, taken, withdrawn }) => ({
    ...{ notice: digest, lot: notice.lot, issuer: notice.issuer, time: notice.time, withdrawn },
    kind: kinds.find((kind) => NOTICE_KINDS[kind] === notice.kind)!,
    recorded: taken !== undefined,
  }));
}

function partiesShown({ replay, chain }: Case): Verdict["parties"] {
  if (!chain) return [];
  const named = replay.steps.flatMap(({ event: { action, actor, consignee } }) =>
    action === ACTIONS.ship ? [actor, consignee] : [actor],
  );
  return [...new Set(named)].flatMap((party) => {
    const standing = chain.registry.party(party, AFTER_ALL);
    return standing ? [{ party, ...standing }] : [];
  });
}
