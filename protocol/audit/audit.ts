// Follows an operator's log from outside: checks every leaf, tile, event and checkpoint, and reports contradictions. Keeps
// its position and its evidence in the caller's memory.
import { parseCanonical } from "../base/canonical.ts";
import { fromHex, toHex } from "../base/bytes.ts";
import type { CheckpointAnchored } from "../chain/checkpoint.ts";
import { type AuditFinding, VOIDING } from "./findings.ts";
import { keyFault } from "./keys.ts";
import type { AuditMemory, Counts, LogEvent, LogPosition } from "./memory.ts";
import type { Checkpoint } from "../log/checkpoint.ts";
import { type RecoverPublicKey, signerOrNone } from "../base/crypto.ts";
import { ProtocolError } from "../base/errors.ts";
import { CustodyEvent, type Domain, eventDigest } from "../event/event.ts";
import {
  appendLeaves,
  edgeOf,
  rootFrom,
  TILE_WIDTH,
  type Tile,
  type TileId,
  widthOf,
} from "../log/tiles.ts";
import { wordOf } from "../event/lot.ts";
import { leafHash, verifyConsistency } from "../base/merkle.ts";
import type { PartyFact } from "../chain/ledger-log.ts";
import { type RegisteredKey, Registry } from "../chain/registry.ts";
import { openNote, originOf } from "../log/signed-note.ts";
import { statesAfter } from "../event/transition.ts";
import { ANYBODY, judge } from "../verify/replay.ts";
import { ZERO_HASH } from "../base/values.ts";

/** What the auditor trusts: its own settings. */
export interface AuditTrust {
  domain: Domain;
  operator: string;
  /** The verifier key of the log's notes. */
  key: string;
}

/** The log as its operator shows it. Each function throws if there is no answer. */
export interface LogSource {
  note(): Promise<string>;
  /** The first `width` hashes of a tile. */
  tile(id: TileId, width: number): Promise<Uint8Array>;
  /** The first `width` digests behind the `index`-th tile of leaves. */
  digests(index: number, width: number): Promise<string[]>;
  /** The events of some leaves. Undefined if this reader may see none. */
  events(from: number, to: number): Promise<LogEvent[] | undefined>;
  consistency(from: number, to: number): Promise<string[]>;
}

/** What an operator has anchored so far. */
export interface AnchoredSoFar {
  /** In order. */
  logs: CheckpointAnchored[];
  /** The newest final block. A newer block may still be rolled back. */
  finalBlock: number;
}

/** The chain as the auditor's own node reports it. */
export interface AuditChain {
  anchored(): Promise<AnchoredSoFar>;
  /** The ledger's log of a party and its keys, up to the newest block. */
  partyFacts(party: string): Promise<PartyFact[]>;
}

/** What a run did, and the totals after it. */
export interface AuditResult extends Counts {
  /** The last checkpoint that was followed without a contradiction. */
  followed: Checkpoint;
  /** The number of its events that are anchored. */
  anchored: number;
  /** The events of all runs. The counts beside it are of this run alone. */
  inAll: Counts;
  /** The findings of this run and earlier ones that were not reported yet: see `markReported` of the memory. */
  findings: AuditFinding[];
}

/** Leaves per batch: whole tiles. */
const LEAVES_AT_ONCE = 16 * TILE_WIDTH;
const PENDING_AT_ONCE = 1_000;

/** Ends a run at a contradiction: nothing that follows it in the log can be checked. */
class Broken extends Error {
  readonly finding: AuditFinding;
  constructor(finding: AuditFinding) {
    super(finding.code);
    this.finding = finding;
  }
}

/**
 * Follows the log from the memory's position to the newest checkpoint. Findings are kept together with the position, also
 * if the run ends early: they are evidence of what the operator has shown.
 * @param others notes of this log that other readers were shown
 * @throws the errors of the source and the chain: nothing is lost, and the next run continues
 */
export async function auditLog(parts: {
  source: LogSource;
  chain: AuditChain;
  memory: AuditMemory;
  trust: AuditTrust;
  recover: RecoverPublicKey;
  others?: readonly string[];
  onProgress?: (done: number, of: number) => void;
}): Promise<AuditResult> {
  const { memory } = parts;
  const before = memory.counts();
  const audit = new Audit(
    parts.source,
    parts.chain,
    memory,
    parts.trust,
    parts.recover,
    parts.onProgress,
  );
  try {
    await audit.run(parts.others ?? []);
  } catch (error) {
    memory.discard();
    for (const finding of audit.findings) memory.addFinding(finding);
    if (error instanceof Broken) memory.addFinding(error.finding);
    memory.commit();
    if (!(error instanceof Broken)) throw error;
  }
  const inAll = memory.counts();
  return {
    followed: onlyCheckpoint(memory.position()),
    anchored: audit.anchored,
    inAll,
    findings: memory.unreportedFindings(),
    events: inAll.events - before.events,
    withheld: inAll.withheld - before.withheld,
    unchecked: inAll.unchecked - before.unchecked,
  };
}

class Audit {
  /** The findings of this run. */
  readonly findings: AuditFinding[] = [];
  /** The size of the newest anchored checkpoint of this log. */
  anchored = 0;
  /** By party: its keys. */
  readonly #keys = new Map<string, Promise<Registry["keys"]>>();
  /** The parties whose facts were read since the last events were read. */
  readonly #asked = new Set<string>();
  readonly #counts: Counts;
  #chainHas: AnchoredSoFar = { logs: [], finalBlock: -1 };
  readonly source: LogSource;
  readonly chain: AuditChain;
  readonly memory: AuditMemory;
  readonly trust: AuditTrust;
  readonly recover: RecoverPublicKey;
  readonly onProgress: (done: number, of: number) => void;

  constructor(
    source: LogSource,
    chain: AuditChain,
    memory: AuditMemory,
    trust: AuditTrust,
    recover: RecoverPublicKey,
    onProgress: (done: number, of: number) => void = () => undefined,
  ) {
    this.source = source;
    this.chain = chain;
    this.memory = memory;
    this.trust = trust;
    this.recover = recover;
    this.onProgress = onProgress;
    this.#counts = { ...memory.counts() };
  }

  /** Reads the chain first: an honest operator shows a checkpoint before it anchors it. */
  async run(others: readonly string[]): Promise<void> {
    this.#chainHas = await this.chain.anchored();
    await this.#judgeKept();
    const note = await this.source.note();
    const stated = this.#open(note);
    if (stated.size < this.memory.position().size) await this.#checkOlder(stated, note);
    else await this.#follow(stated);
    await this.#checkAnchored();
    this.memory.commit();
    for (const other of others) await this.#checkOlder(this.#open(other), other);
    this.memory.commit();
  }

  #open(note: string): Checkpoint {
    try {
      const { origin, ...checkpoint } = openNote(note, this.trust.key);
      if (origin === originOf(this.trust.domain, this.trust.operator)) return checkpoint;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
    throw new Broken({ code: "NOTE_NOT_OF_LOG", other: note });
  }

  /** Checks that a checkpoint of another size belongs to the same log. */
  async #checkOlder(checkpoint: Checkpoint, note: string): Promise<void> {
    if (await this.#isOfLog(checkpoint)) return;
    const expected = onlyCheckpoint(this.memory.position());
    this.#report({
      code: "CHECKPOINTS_DO_NOT_FIT",
      found: onlyCheckpoint(checkpoint),
      expected,
      other: note,
    });
  }

  /**
   * Whether a checkpoint belongs to the log that was followed. Compares it with the root that was computed at its size. If
   * there is none, the operator must prove it, and the proven root is remembered.
   */
  async #isOfLog({ size, root }: Checkpoint): Promise<boolean> {
    const position = this.memory.position();
    const knownRoot = this.memory.passedAt(size)?.root;
    if (knownRoot !== undefined) return knownRoot === root;
    if (size === 0) return true;
    if (!(await this.#isConsistent({ size, root }, onlyCheckpoint(position)))) return false;
    if (size <= position.size)
      this.memory.setPassedAt(size, { root, withheld: this.#counts.withheld });
    return true;
  }

  /** Whether the operator can prove that the larger of two checkpoints extends the smaller. */
  async #isConsistent(a: Checkpoint, b: Checkpoint): Promise<boolean> {
    const [older, newer] = a.size <= b.size ? [a, b] : [b, a];
    if (older.size === 0) return true;
    if (older.size === newer.size) return older.root === newer.root;
    const proof = await this.source.consistency(older.size, newer.size);
    const isHash = (hash: string) => /^0x[0-9a-f]{64}$/.test(hash);
    if (!proof.every(isHash)) return false;
    return verifyConsistency(
      older.size,
      fromHex(older.root),
      newer.size,
      fromHex(newer.root),
      proof.map(fromHex),
    );
  }

  /** Follows the log from the position to a checkpoint, through every anchored checkpoint in between. */
  async #follow(stated: Checkpoint): Promise<void> {
    const start = onlyCheckpoint(this.memory.position());
    if (!(await this.#isConsistent(start, stated)))
      throw new Broken({ code: "CHECKPOINTS_DO_NOT_FIT", found: stated, expected: start });
    for (const log of this.#chainHas.logs.filter(
      (one) => one.size > start.size && one.size < stated.size,
    )) {
      await this.#growTo(log.size, stated.size);
      const ours = this.memory.position().root;
      this.memory.setPassedAt(log.size, { root: ours, withheld: this.#counts.withheld });
      if (ours !== log.root) continue;
      await this.#judgeKeys(log);
      this.memory.commit(); // keep what the chain confirms, even if the rest of the run fails
    }
    await this.#growTo(stated.size, stated.size);
    const { root } = this.memory.position();
    if (root !== stated.root)
      throw new Broken({
        code: "TILES_DO_NOT_FIT",
        found: { size: stated.size, root },
        expected: stated,
      });
    this.memory.setPassedAt(stated.size, { root, withheld: this.#counts.withheld });
    this.memory.commit();
  }

  async #growTo(size: number, end: number): Promise<void> {
    for (;;) {
      const { size: from, edge } = this.memory.position();
      if (from === size) return;
      const to = Math.min(size, (Math.floor(from / LEAVES_AT_ONCE) + 1) * LEAVES_AT_ONCE);
      const digests = await this.#digests(from, to);
      await this.#checkEvents(from, digests);
      const grown = appendLeaves(
        from,
        edge.map(fromHex),
        digests.map((digest) => leafHash(fromHex(digest))),
      );
      await this.#checkTiles(grown.tiles, end);
      this.memory.setPosition(await positionOf(to, edge, grown.tiles, from));
      this.memory.setCounts(this.#counts);
      this.onProgress(to, end);
    }
  }

  async #digests(from: number, to: number): Promise<string[]> {
    const all: string[] = [];
    for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < to; index++) {
      const width = widthOf({ level: 0, index }, to);
      const digests = await this.source.digests(index, width);
      if (digests.length !== width || !digests.every((digest) => /^0x[0-9a-f]{64}$/.test(digest)))
        throw new Broken({
          code: "TILES_DO_NOT_FIT",
          index: index * TILE_WIDTH,
          why: `tile/entries/${index}`,
        });
      all.push(...digests.slice(Math.max(0, from - index * TILE_WIDTH)));
    }
    return all;
  }

  /** Checks that every shown tile, of every level, is the one that the digests lead to. */
  async #checkTiles(tiles: readonly Tile[], end: number): Promise<void> {
    for (const { level, index, hashes } of tiles) {
      const width = hashes.length / 32;
      if (width < TILE_WIDTH && widthOf({ level, index }, end) > width) continue; // read it once it is complete
      const tile = await this.source.tile({ level, index }, width);
      if (toHex(tile) === toHex(hashes)) continue;
      const code = level === 0 ? "LEAF_NOT_OF_EVENT" : "TILES_DO_NOT_FIT";
      throw new Broken({
        code,
        index: index * TILE_WIDTH ** (level + 1),
        why: `tile/${level}/${index}`,
      });
    }
  }

  /* EVENTS */

  async #checkEvents(from: number, digests: readonly string[]): Promise<void> {
    for (let start = 0; start < digests.length; start += TILE_WIDTH) {
      const some = digests.slice(start, start + TILE_WIDTH);
      const views = await this.source.events(from + start, from + start + some.length);
      this.#asked.clear();
      for (const [i, digest] of some.entries())
        await this.#checkEvent(from + start + i, digest, views?.[i]);
    }
  }

  async #checkEvent(index: number, digest: string, view: LogEvent | undefined): Promise<void> {
    const { bytes = null, signature = null } = view ?? {};
    const before = this.memory.addEvent(digest, { index, bytes, signature });
    const isFirst = before === undefined;
    if (!isFirst)
      this.#report({ code: "EVENT_TWICE", index, event: digest, other: String(before) });
    const event = bytes === null ? undefined : readEvent(bytes);
    if (!event || eventDigest(this.trust.domain, event) !== digest) {
      this.#counts.withheld++;
      if (bytes !== null) this.#report({ code: "EVENT_MALFORMED", index, event: digest });
      return;
    }
    this.#counts.events++;
    if (!isFirst) return; // the first one counts
    await this.#checkSignature(index, digest, event, signature);
    this.#checkCustody(index, digest, event);
  }

  /** Checks that the party has enrolled the key by now. Whether it was revoked waits for the first checkpoint of the event. */
  async #checkSignature(
    index: number,
    digest: string,
    { actor }: CustodyEvent,
    signature: string | null,
  ): Promise<void> {
    const signer = signerOrNone(digest, signature, this.recover);
    if (signer === undefined || keyFault(await this.#keyOf(actor, signer))) {
      const why = signer ?? "no signature";
      this.#report({ code: "SIGNATURE_NOT_OF_PARTY", index, event: digest, why });
    } else this.memory.addPending({ index, event: digest, actor, signer });
  }

  /** The party's key. Reads its facts once, and again for an unknown key, which it may have enrolled in the meantime. */
  async #keyOf(party: string, key: string): Promise<RegisteredKey | undefined> {
    const cached = await this.#keys.get(party);
    if (cached && (this.#asked.has(party) || cached.has(key))) return cached.get(key);
    const keys = this.chain.partyFacts(party).then((facts) => new Registry(facts).keys);
    this.#keys.set(party, keys);
    this.#asked.add(party);
    return (await keys).get(key);
  }

  /** Checks that each word is spent once, and that the event follows the rules of custody. */
  #checkCustody(index: number, digest: string, event: CustodyEvent): void {
    const before = event.entries.map(({ previous }) =>
      previous === ZERO_HASH ? null : this.memory.stateOf(previous),
    );
    if (before.includes(undefined)) this.#counts.unchecked++;
    const { violation } = judge({ event, digest, before } as Parameters<typeof judge>[0], ANYBODY);
    if (violation)
      this.#report({
        code: "RULE_BROKEN",
        index,
        event: digest,
        why: `${violation.name}(${violation.args.join(", ")})`,
      });
    this.#spend(index, digest, event);
    const states = statesAfter(
      { event, digest },
      before.map((state) => state ?? null),
    );
    for (const [i, state] of states.entries())
      if (before[i] !== undefined) this.memory.setState(wordOf(state), state);
  }

  /** Records which words the event spends. A void event is kept, but never counts as a second event: see `VOIDING`. */
  #spend(index: number, digest: string, { entries }: CustodyEvent): void {
    const counts = (event: string) =>
      !this.memory.findingsOf(event).some(({ code }) => VOIDING.includes(code));
    const isRival = counts(digest);
    for (const { lot, previous: word } of entries) {
      const other = isRival ? this.memory.followersOf(lot, word).find(counts) : undefined;
      this.memory.addFollower(lot, word, digest);
      if (other !== undefined)
        this.#report({ code: "WORD_SPENT_TWICE", index, event: digest, other, lot, word });
    }
  }

  /* THE CHAIN */

  /** Judges keys without the operator's help: checkpoints that were passed may have been anchored since. */
  async #judgeKept(): Promise<void> {
    for (const log of this.#chainHas.logs)
      if (this.memory.passedAt(log.size)?.root === log.root) await this.#judgeKeys(log);
    this.memory.commit();
  }

  /** Checks that each anchored checkpoint belongs to the log that was followed. */
  async #checkAnchored(): Promise<void> {
    const position = onlyCheckpoint(this.memory.position());
    for (const log of this.#chainHas.logs) {
      const checkpoint = onlyCheckpoint(log);
      if (log.size > position.size)
        this.#report({ code: "ANCHORED_NOT_SHOWN", found: checkpoint, expected: position });
      else if (await this.#isOfLog(log)) {
        this.anchored = log.size;
        await this.#judgeKeys(log);
      } else {
        const root = this.memory.passedAt(log.size)?.root;
        this.#report({
          code: "ANCHORED_ELSE",
          found: checkpoint,
          expected: root === undefined ? position : { size: log.size, root },
        });
      }
    }
  }

  /** Judges the keys of events that are first in this checkpoint. Repeats it in each run until the checkpoint is final. */
  async #judgeKeys(first: CheckpointAnchored): Promise<void> {
    const { size, block } = first;
    for (let from = first.previousSize; from < size;) {
      const some = this.memory.pendingIn(from, size, PENDING_AT_ONCE);
      for (const { index, event, actor, signer } of some) {
        const code = keyFault(await this.#keyOf(actor, signer), first);
        if (code) this.#report({ code, index, event, why: signer });
        if (block <= this.#chainHas.finalBlock) this.memory.removePending(index);
      }
      from = some.length < PENDING_AT_ONCE ? size : some.at(-1)!.index + 1;
    }
    if (size > this.memory.judgedTo()) this.memory.setJudgedTo(size);
  }

  #report(finding: AuditFinding): void {
    this.findings.push(finding);
    this.memory.addFinding(finding);
  }
}

const onlyCheckpoint = ({ size, root }: Checkpoint): Checkpoint => ({ size, root });

/** The position after leaves were appended: the partial tiles, and the root that they lead to. */
async function positionOf(
  size: number,
  edge: readonly string[],
  tiles: readonly Tile[],
  from: number,
): Promise<LogPosition> {
  const kept = new Map(edgeOf(from).map(({ level }, i) => [level, fromHex(edge[i]!)]));
  for (const { level, hashes } of tiles) kept.set(level, hashes);
  const ids = edgeOf(size);
  const hashesOf = ({ level }: TileId) => kept.get(level)!;
  const root = await rootFrom(size, (wanted) => Promise.resolve(wanted.map(hashesOf)));
  return { size, root: toHex(root), edge: ids.map((id) => toHex(hashesOf(id))) };
}

/** Parses an event that a log shows. Undefined if the bytes are not an event. */
export function readEvent(bytes: string): CustodyEvent | undefined {
  try {
    return CustodyEvent.safeParse(parseCanonical(bytes)).data;
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
