// Makes up operators: their events, the logs that they show, the chain with its contract, and an
// audit of all that. The rules of protocol/log/checkpoint.ts stand in for the contract; other
// tests compare them with the contract itself.
import { canonicalize } from "../../protocol/base/canonical.ts";
import { fromHex, toHex, utf8 } from "../../protocol/base/bytes.ts";
import type { CheckpointAnchored } from "../../protocol/chain/checkpoint.ts";
import type { PartyFact } from "../../protocol/chain/ledger-log.ts";
import {
  addressOfPrivateKey,
  keccak256,
  keccakHex,
  signDigest,
} from "../../protocol/base/crypto.ts";
import {
  ACTIONS,
  type CustodyEvent,
  type Domain,
  eventDigest,
} from "../../protocol/event/event.ts";
import {
  type AuditChain,
  auditLog,
  type AuditResult,
  type AuditTrust,
  type LogSource,
} from "../../protocol/audit/audit.ts";
import type { AuditMemory } from "../../protocol/audit/memory.ts";
import { type Checkpoint, checkpointRefusal } from "../../protocol/log/checkpoint.ts";
import { originOf, signNote, verifierKey } from "../../protocol/log/signed-note.ts";
import { appendLeaves } from "../../protocol/log/tiles.ts";
import { lotId, type LotState, wordOf } from "../../protocol/event/lot.ts";
import { consistencyProof, leafHash, rootOf } from "../../protocol/base/merkle.ts";
import { statesAfter } from "../../protocol/event/transition.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../protocol/base/values.ts";
import { recover } from "./recover.ts";

export const domain: Domain = { chainId: 31337, ledger: `0x${"1e".repeat(20)}` };
export interface Operator {
  operator: string;
  origin: string;
  /** Of the key under its notes. */
  seed: Uint8Array;
  trust: AuditTrust;
}

export function operatorOf(operator: string, of = domain): Operator {
  const [origin, seed] = [originOf(of, operator), fromHex(keccakHex(utf8(operator)))];
  return {
    operator,
    origin,
    seed,
    trust: { domain: of, operator, key: verifierKey(origin, seed) },
  };
}
/** The operator of the logs by default. */
export const OPERATOR = operatorOf(`0x${"0b".repeat(20)}`);

export const maker = `0x${"aa".repeat(20)}`;
export const distributor = `0x${"dd".repeat(20)}`;
const privateKey = keccak256(utf8("the maker's key"));
export const makerKey = addressOfPrivateKey(privateKey);

export interface Logged {
  digest: string;
  bytes: string;
  signature: string | null;
}

/** @param key the private key that signs */
export const signed = (event: CustodyEvent, key = privateKey): Logged => {
  const digest = eventDigest(domain, event);
  return { digest, bytes: canonicalize(event), signature: signDigest(digest, key) };
};

export function commission(
  number: number,
  quantity = 100,
): { logged: Logged; state: LotState; lot: string } {
  const lot = lotId(maker, `LOT-${number}`);
  const event: CustodyEvent = {
    action: ACTIONS.commission,
    actor: maker,
    holder: maker,
    consignee: ZERO_ADDRESS,
    time: 1_750_000_000 + number,
    entries: [{ lot, previous: ZERO_HASH, quantity }],
    details: ZERO_HASH,
  };
  const logged = signed(event);
  return { logged, lot, state: statesAfter({ event, digest: logged.digest }, [null])[0]! };
}

export function ship(
  { lot, state }: { lot: string; state: LotState },
  quantity = state.quantity,
  time = 1_760_000_000,
  consignee = distributor,
): Logged {
  return signed({
    action: ACTIONS.ship,
    actor: maker,
    holder: maker,
    consignee,
    time,
    entries: [{ lot, previous: wordOf(state), quantity }],
    details: ZERO_HASH,
  });
}

/** The chain with its contract. It accepts what its rules allow, and keeps everything. */
export class Chain implements AuditChain {
  readonly operator: string;
  readonly logs: CheckpointAnchored[] = [];
  /** The newest block that counts as final. */
  finalBlock = Infinity;
  facts: PartyFact[] = [fact({ name: "KeyEnrolled", party: maker, key: makerKey }, 1)];

  constructor({ operator } = OPERATOR) {
    this.operator = operator;
  }

  /** @returns the contract's error; undefined if it accepts the checkpoint */
  anchor(next: Checkpoint, proof: string[]): string | undefined {
    const newest = this.logs.at(-1) ?? null;
    const refusal = checkpointRefusal(newest, next, proof);
    const place = {
      block: 10 + this.logs.length,
      blockHash: ZERO_HASH,
      transaction: ZERO_HASH,
      logIndex: 0,
    };
    if (!refusal)
      this.logs.push({
        ...next,
        operator: this.operator,
        previousSize: newest?.size ?? 0,
        ...place,
      });
    return refusal?.name;
  }
  anchored = () => Promise.resolve({ logs: [...this.logs], finalBlock: this.finalBlock });
  partyFacts = (party: string) => Promise.resolve(this.facts.filter((one) => one.party === party));
}

export function fact(
  what: { name: "KeyEnrolled" | "KeyRevoked"; party: string; key: string },
  block: number,
): PartyFact {
  return { ...what, block, blockHash: ZERO_HASH, transaction: ZERO_HASH, logIndex: 0 } as PartyFact;
}

const leavesOf = (log: readonly Logged[]) => log.map(({ digest }) => leafHash(fromHex(digest)));
export const checkpointOf = (log: readonly Logged[]): Checkpoint => ({
  size: log.length,
  root: toHex(rootOf(leavesOf(log))),
});
export const proofFor = (from: number, log: readonly Logged[]) =>
  from === 0 ? [] : consistencyProof(from, leavesOf(log)).map(toHex);

/** A log as an operator shows it. */
export function shownLog(
  log: readonly Logged[],
  changes: Partial<LogSource> = {},
  { origin, seed } = OPERATOR,
): LogSource {
  const { tiles } = appendLeaves(0, [], leavesOf(log));
  return {
    note: () => Promise.resolve(signNote({ origin, ...checkpointOf(log) }, seed)),
    tile: ({ level, index }, width) => {
      const tile = tiles.find((one) => one.level === level && one.index === index);
      return Promise.resolve(tile!.hashes.subarray(0, 32 * width));
    },
    digests: (index, width) =>
      Promise.resolve(log.slice(256 * index, 256 * index + width).map(({ digest }) => digest)),
    events: (from, to) => Promise.resolve(log.slice(from, to)),
    consistency: (from, to) => Promise.resolve(proofFor(from, log.slice(0, to))),
    ...changes,
  };
}

export const anchor = (chain: Chain, log: readonly Logged[]) =>
  chain.anchor(checkpointOf(log), proofFor(chain.logs.at(-1)?.size ?? 0, log));
/** Runs an audit, and marks its findings as reported. */
export async function audit(
  source: LogSource,
  chain: AuditChain,
  memory: AuditMemory,
  others: string[] = [],
  { trust } = OPERATOR,
): Promise<AuditResult> {
  const result = await auditLog({
    source,
    chain,
    memory,
    trust,
    recover,
    others,
  });
  memory.markReported();
  memory.commit();
  return result;
}
