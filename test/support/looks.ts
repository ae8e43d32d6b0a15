// Plays the looks of a follower at a log, as vectors of followed logs have them: what the operator and the chain show each time.
import { fromHex } from "../../protocol/base/bytes.ts";
import type { RecoverPublicKey } from "../../protocol/base/crypto.ts";
import { auditLog, type AuditTrust } from "../../protocol/audit/audit.ts";
import type { AuditFinding } from "../../protocol/audit/findings.ts";
import type { AuditMemory, Counts, LogEvent } from "../../protocol/audit/memory.ts";
import type { CheckpointAnchored } from "../../protocol/chain/checkpoint.ts";
import type { PartyFact } from "../../protocol/chain/ledger-log.ts";
import type { ChainPlace } from "../../protocol/chain/place.ts";
import type { Checkpoint } from "../../protocol/log/checkpoint.ts";
import { tilePath, TILE_WIDTH } from "../../protocol/log/tiles.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";

/** A key of a party on the ledger. */
export interface ShownKey {
  party: string;
  key: string;
  enrolledAt: ChainPlace;
  revokedAt: ChainPlace | null;
}

/** What a follower is shown when it looks. */
export interface Look {
  note: string;
  /** Notes that other readers were shown. */
  others: string[];
  /** The digests of all leaves. */
  entries: string[];
  /** Of each leaf. Null: this reader may see no event, or not this one. */
  events: (LogEvent | null)[] | null;
  /** By their addresses. */
  tiles: Record<string, string>;
  /** By `from-to`: the proofs that the operator gives. */
  consistency: Record<string, string[]>;
  anchored: (Checkpoint & ChainPlace & { previousSize: number })[];
  finalBlock: number;
  keys: ShownKey[];
}

/** What the follower has after a look. */
export interface Seen {
  /** The findings that it did not have before. */
  findings: Omit<AuditFinding, "why">[];
  position: Checkpoint;
  /** Over all looks. */
  counts: Counts;
}

/** Follows a log by one look. */
export async function lookAt(
  look: Look,
  memory: AuditMemory,
  trust: AuditTrust,
  recover: RecoverPublicKey,
): Promise<Seen> {
  const { findings, followed, inAll } = await auditLog({
    source: {
      note: () => Promise.resolve(look.note),
      tile: (id, width) => {
        const tile = look.tiles[tilePath(id, width)];
        if (tile === undefined) throw new Error(`${tilePath(id, width)} is not shown`);
        return Promise.resolve(fromHex(tile));
      },
      digests: (index, width) =>
        Promise.resolve(look.entries.slice(index * TILE_WIDTH, index * TILE_WIDTH + width)),
      events: (from, to) =>
        Promise.resolve(
          look.events?.slice(from, to).map((event) => event ?? { bytes: null, signature: null }),
        ),
      consistency: (from, to) => {
        const proof = look.consistency[`${from}-${to}`];
        if (proof === undefined) throw new Error(`no proof from ${from} to ${to} is shown`);
        return Promise.resolve(proof);
      },
    },
    chain: {
      anchored: () =>
        Promise.resolve({
          logs: look.anchored.map((each): CheckpointAnchored => ({
            ...each,
            operator: trust.operator,
            blockHash: ZERO_HASH,
            transaction: ZERO_HASH,
          })),
          finalBlock: look.finalBlock,
        }),
      partyFacts: (party) => Promise.resolve(factsOf(look.keys, party)),
    },
    memory,
    trust,
    recover,
    others: look.others,
  });
  memory.markReported();
  memory.commit();
  return {
    findings: findings.map(({ why: _why, ...finding }) => finding),
    position: followed,
    counts: { ...inAll },
  };
}

const factsOf = (keys: readonly ShownKey[], party: string): PartyFact[] =>
  keys
    .filter((each) => each.party === party)
    .flatMap(({ key, enrolledAt, revokedAt }) => [
      factOf("KeyEnrolled", party, key, enrolledAt),
      ...(revokedAt ? [factOf("KeyRevoked", party, key, revokedAt)] : []),
    ]);

const factOf = (
  name: "KeyEnrolled" | "KeyRevoked",
  party: string,
  key: string,
  place: ChainPlace,
): PartyFact => ({ name, party, key, ...place, blockHash: ZERO_HASH, transaction: ZERO_HASH });
