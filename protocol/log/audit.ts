// Following an operator's log from outside: every leaf, tile, event and checkpoint is checked, and what does not fit is told
// with the rule that says so. It keeps its place, and what it must not forget, in a memory that it is given.
import { parseCanonical } from "../canonical.ts";
import { fromHex, toHex } from "../bytes.ts";
import type { CheckpointAnchored } from "../chain/checkpoint.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { RecoverPublicKey } from "../crypto.ts";
import { ProtocolError } from "../errors.ts";
import { CustodyEvent, type Domain, eventDigest } from "../event.ts";
import { appendLeaves, edgeOf, rootFrom, TILE_WIDTH, type Tile, type TileId, widthOf } from "./tiles.ts";
import type { LotState } from "../lot.ts";
import { wordOf } from "../lot.ts";
import { leafHash, verifyConsistency } from "../merkle.ts";
import type { PartyFact } from "../chain/ledger-log.ts";
import { openNote, originOf } from "./signed-note.ts";
import { statesAfter } from "../transition.ts";
import { ANYBODY, judge, signerOf } from "../verify/replay.ts";
import { ZERO_HASH } from "../values.ts";

/** What an audit can find, each with the sentence that says what it means. */
export const AUDIT_FINDINGS = {
  NOTE_NOT_OF_LOG:
    "The checkpoint is not signed with the log's key, or is of another log than the one that is followed.",
  CHECKPOINTS_DO_NOT_FIT:
    "Two checkpoints of the log cannot be of one log: it was rewritten, or not all readers are shown the same.",
  ANCHORED_ELSE: "The chain has a checkpoint that is not of the log that is shown here.",
  ANCHORED_NOT_SHOWN: "The chain has a checkpoint of more events than the log shows: some are kept back.",
  TILES_DO_NOT_FIT: "The tiles that are shown do not lead to the root that the checkpoint states.",
  LEAF_NOT_OF_EVENT: "A leaf is not that of the event that is shown for it.",
  EVENT_MALFORMED: "What is shown as an event is none, or has another digest.",
  EVENT_TWICE: "The log has one event twice.",
  WORD_SPENT_TWICE: "Two events follow one word of a lot: whoever signed both handed one lot on twice.",
  RULE_BROKEN: "An event breaks a rule of custody.",
  SIGNATURE_NOT_OF_PARTY: "An event is not signed with a key of the party that acts, or its signature is missing.",
  KEY_REVOKED:
    "The key that signed an event was revoked before the log's first anchored checkpoint that has the event.",
} as const satisfies Record<string, string>;
export type AuditCode = keyof typeof AUDIT_FINDINGS;

export interface AuditFinding {
  code: AuditCode;
  /** Where in the log. */
  index?: number;
  event?: string;
  /** Of two, the other: an event, or a note. */
  other?: string;
  lot?: string;
  /** The sizes and roots that do not fit. */
  found?: Checkpoint;
  expected?: Partial<Checkpoint>;
  /** The rule of custody that is broken, or what else there is to say. */
  why?: string;
}

/** Whom and what the auditor trusts: its own settings. */
export interface AuditTrust {
  domain: Domain;
  operator: string;
  /** The verifier key of the log's notes. */
  key: string;
}

/** An event as the log shows it; null where this reader may not see it. */
export interface ShownEvent {
  bytes: string | null;
  signature: string | null;
}

/** The log as its operator shows it. Each throws where there is no answer. */
export interface LogSource {
  note(): Promise<string>;
  /** A tile with its first `width` hashes. */
  tile(id: TileId, width: number): Promise<Uint8Array>;
  /** The first `width` digests behind the `index`-th tile of leaves. */
  digests(index: number, width: number): Promise<string[]>;
  /** The events behind some leaves; undefined where this reader may see none. */
  events(from: number, to: number): Promise<ShownEvent[] | undefined>;
  consistency(from: number, to: number): Promise<string[]>;
}

/** The chain, as the auditor's own node tells it. */
export interface AuditChain {
  /** All that the operator anchored up to now, in order. */
  anchored(): Promise<CheckpointAnchored[]>;
  /** What the ledger says of a party and its keys. */
  partyFacts(party: string): Promise<PartyFact[]>;
}

/** How far the log was followed: a root that was checked, and the partial tiles to go on from. */
export interface Place extends Checkpoint {
  edge: readonly string[];
}

/** What is kept between two runs. Changes hold once `commit` has resolved; `discard` takes back those since. */
export interface AuditMemory {
  place(): Place;
  setPlace(place: Place): void;
  /** The root of the log at a size at which it was stated or anchored. */
  rootAt(size: number): string | undefined;
  setRootAt(size: number, root: string): void;
  /** Remembers under a name what is not there yet. @returns what was there before */
  remember(kind: "event" | "spent", name: string, value: string): string | undefined;
  stateOf(word: string): LotState | undefined;
  setState(word: string, state: LotState): void;
  commit(): void;
  discard(): void;
}

export interface AuditResult {
  /** The log as far as it was followed and fits. */
  followed: Checkpoint;
  /** How much of it is anchored. */
  anchored: number;
  /** Events whose form, signature and transition were checked, and those of which the digest alone is shown. */
  events: number;
  withheld: number;
  /** Events that follow a word which is not in what is shown of this log: their rules could not be checked. */
  unchecked: number;
  findings: AuditFinding[];
}

/** Leaves between two looks at the root are read in batches of whole tiles. */
const LEAVES_AT_ONCE = 16 * TILE_WIDTH;

/** What is not of one log ends a run: what comes after it means nothing. */
class Broken extends Error {
  readonly finding: AuditFinding;
  constructor(finding: AuditFinding) {
    super(finding.code);
    this.finding = finding;
  }
}

/**
 * Follows the log from where the memory stands to its newest checkpoint.
 * @param others notes of this log that were shown to others
 * @throws what the source and the chain throw: nothing is lost, and the next run goes on
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
  const audit = new Audit(parts.source, parts.chain, parts.memory, parts.trust, parts.recover, parts.onProgress);
  try {
    await audit.run(parts.others ?? []);
  } catch (error) {
    parts.memory.discard();
    if (!(error instanceof Broken)) throw error;
    audit.result.findings.push(error.finding);
  }
  return { ...audit.result, followed: onlyCheckpoint(parts.memory.place()) };
}

class Audit {
  readonly result: AuditResult = {
    ...{ followed: { size: 0, root: "" }, anchored: 0, events: 0, withheld: 0, unchecked: 0, findings: [] },
  };
  readonly #facts = new Map<string, Promise<PartyFact[]>>();
  #anchored: CheckpointAnchored[] = [];
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
  }

  /** The chain is read first: an honest operator shows a checkpoint before it anchors it. */
  async run(others: readonly string[]): Promise<void> {
    this.#anchored = await this.chain.anchored();
    const note = await this.source.note();
    const stated = this.#open(note);
    const stands = this.memory.place();
    if (stated.size < stands.size) await this.#checkOlder(stated, note);
    else await this.#follow(stated);
    this.#checkAnchored();
    for (const other of others) await this.#checkOlder(this.#open(other), other);
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

  /** A checkpoint of a size that was passed, or that is still to come: it has to be of the same log. */
  async #checkOlder({ size, root }: Checkpoint, note: string): Promise<void> {
    const place = this.memory.place();
    const known = size === place.size ? place.root : this.memory.rootAt(size);
    const fits =
      known !== undefined
        ? known === root
        : size === 0 || (await this.#isConsistent({ size, root }, onlyCheckpoint(place)));
    if (fits) return;
    const finding = { code: "CHECKPOINTS_DO_NOT_FIT", found: { size, root }, expected: onlyCheckpoint(place) } as const;
    this.result.findings.push({ ...finding, other: note });
  }

  /** Whether the operator can prove that the larger of two checkpoints extends the smaller. */
  async #isConsistent(a: Checkpoint, b: Checkpoint): Promise<boolean> {
    const [older, newer] = a.size <= b.size ? [a, b] : [b, a];
    if (older.size === 0) return true;
    const proof = await this.source.consistency(older.size, newer.size);
    const isHash = (hash: string) => /^0x[0-9a-f]{64}$/.test(hash);
    if (!proof.every(isHash)) return false;
    return verifyConsistency(older.size, fromHex(older.root), newer.size, fromHex(newer.root), proof.map(fromHex));
  }

  /** From the place to a checkpoint, by way of all that were anchored between. */
  async #follow(stated: Checkpoint): Promise<void> {
    const start = onlyCheckpoint(this.memory.place());
    const isSame = start.size === stated.size && start.root === stated.root;
    if (!isSame && !(await this.#isConsistent(start, stated)))
      throw new Broken({ code: "CHECKPOINTS_DO_NOT_FIT", found: stated, expected: start });
    for (const { size, root } of this.#anchored.filter((one) => one.size > start.size && one.size < stated.size)) {
      await this.#growTo(size, stated.size);
      const ours = this.memory.place().root;
      this.memory.setRootAt(size, ours);
      if (ours === root) this.memory.commit(); // what the chain has as well stays, whatever comes
    }
    await this.#growTo(stated.size, stated.size);
    const { root } = this.memory.place();
    if (root !== stated.root)
      throw new Broken({ code: "TILES_DO_NOT_FIT", found: { size: stated.size, root }, expected: stated });
    this.memory.setRootAt(stated.size, root);
    this.memory.commit();
  }

  async #growTo(size: number, end: number): Promise<void> {
    for (;;) {
      const { size: from, edge } = this.memory.place();
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
      this.memory.setPlace(await placeOf(to, edge, grown.tiles, from));
      this.onProgress(to, end);
    }
  }

  async #digests(from: number, to: number): Promise<string[]> {
    const found: string[] = [];
    for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < to; index++) {
      const width = widthOf({ level: 0, index }, to);
      const digests = await this.source.digests(index, width);
      if (digests.length !== width || !digests.every((digest) => /^0x[0-9a-f]{64}$/.test(digest)))
        throw new Broken({ code: "TILES_DO_NOT_FIT", index: index * TILE_WIDTH, why: `tile/entries/${index}` });
      found.push(...digests.slice(Math.max(0, from - index * TILE_WIDTH)));
    }
    return found;
  }

  /** Every tile as it is shown, of every level, is the one that the digests lead to. */
  async #checkTiles(tiles: readonly Tile[], end: number): Promise<void> {
    for (const { level, index, hashes } of tiles) {
      const width = hashes.length / 32;
      if (width < TILE_WIDTH && widthOf({ level, index }, end) > width) continue; // it is read once it is complete
      const shown = await this.source.tile({ level, index }, width);
      if (toHex(shown) === toHex(hashes)) continue;
      const code = level === 0 ? "LEAF_NOT_OF_EVENT" : "TILES_DO_NOT_FIT";
      throw new Broken({ code, index: index * TILE_WIDTH ** (level + 1), why: `tile/${level}/${index}` });
    }
  }

  /* EVENTS */

  async #checkEvents(from: number, digests: readonly string[]): Promise<void> {
    for (let start = 0; start < digests.length; start += TILE_WIDTH) {
      const some = digests.slice(start, start + TILE_WIDTH);
      const shown = await this.source.events(from + start, from + start + some.length);
      for (const [i, digest] of some.entries()) await this.#checkEvent(from + start + i, digest, shown?.[i]);
    }
  }

  async #checkEvent(index: number, digest: string, shown: ShownEvent | undefined): Promise<void> {
    const before = this.memory.remember("event", digest, String(index));
    if (before !== undefined) this.#find({ code: "EVENT_TWICE", index, event: digest, other: before });
    if (typeof shown?.bytes !== "string") {
      this.result.withheld++;
      return;
    }
    this.result.events++;
    const event = readEvent(shown.bytes);
    if (!event || eventDigest(this.trust.domain, event) !== digest)
      return this.#find({ code: "EVENT_MALFORMED", index, event: digest });
    await this.#checkSignature(index, digest, event, shown.signature);
    if (before === undefined) this.#checkCustody(index, digest, event);
  }

  async #checkSignature(index: number, digest: string, event: CustodyEvent, signature: string | null): Promise<void> {
    const signer = signerOf(digest, signature, this.recover);
    const facts = await this.#factsOf(event.actor);
    const enrolled = facts.find((fact) => fact.name === "KeyEnrolled" && fact.key === signer);
    const revoked = facts.find((fact) => fact.name === "KeyRevoked" && fact.key === signer);
    const anchored = this.#anchored.find(({ size }) => size > index);
    const why = signer ?? "no signature";
    if (!enrolled || (anchored && anchored.block < enrolled.block))
      this.#find({ code: "SIGNATURE_NOT_OF_PARTY", index, event: digest, why });
    else if (revoked && anchored && revoked.block < anchored.block)
      this.#find({ code: "KEY_REVOKED", index, event: digest, why });
  }

  #factsOf(party: string): Promise<PartyFact[]> {
    const facts = this.#facts.get(party) ?? this.chain.partyFacts(party);
    this.#facts.set(party, facts);
    return facts;
  }

  /** What each entry spends is spent once, and the states after follow from those before by the rules. */
  #checkCustody(index: number, digest: string, event: CustodyEvent): void {
    for (const { lot, previous } of event.entries) {
      const other = this.memory.remember("spent", `${lot}/${previous}`, digest);
      if (other !== undefined) this.#find({ code: "WORD_SPENT_TWICE", index, event: digest, other, lot });
    }
    const before = event.entries.map(({ previous }) => (previous === ZERO_HASH ? null : this.memory.stateOf(previous)));
    if (before.includes(undefined)) this.result.unchecked++;
    const { violation } = judge({ event, digest, before } as Parameters<typeof judge>[0], ANYBODY);
    if (violation)
      this.#find({ code: "RULE_BROKEN", index, event: digest, why: `${violation.name}(${violation.args.join(", ")})` });
    const states = statesAfter(
      { event, digest },
      before.map((state) => state ?? null),
    );
    for (const [i, state] of states.entries()) if (before[i] !== undefined) this.memory.setState(wordOf(state), state);
  }

  /* THE CHAIN */

  /** Each anchored checkpoint is one of the log that was followed. */
  #checkAnchored(): void {
    const place = this.memory.place();
    for (const { size, root } of this.#anchored) {
      const known = this.memory.rootAt(size);
      const found = { size, root };
      if (size > place.size) this.#find({ code: "ANCHORED_NOT_SHOWN", found, expected: onlyCheckpoint(place) });
      else if (known !== undefined && known !== root)
        this.#find({ code: "ANCHORED_ELSE", found, expected: { size, root: known } });
      else this.result.anchored = size;
    }
  }

  #find(finding: AuditFinding): void {
    this.result.findings.push(finding);
  }
}

const onlyCheckpoint = ({ size, root }: Checkpoint): Checkpoint => ({ size, root });

/** The place after leaves were appended: the partial tiles, and the root that they alone lead to. */
async function placeOf(size: number, edge: readonly string[], tiles: readonly Tile[], from: number): Promise<Place> {
  const kept = new Map(edgeOf(from).map(({ level }, i) => [level, fromHex(edge[i]!)]));
  for (const { level, hashes } of tiles) kept.set(level, hashes);
  const ids = edgeOf(size);
  const hashesOf = ({ level }: TileId) => kept.get(level)!;
  const root = await rootFrom(size, (wanted) => Promise.resolve(wanted.map(hashesOf)));
  return { size, root: toHex(root), edge: ids.map((id) => toHex(hashesOf(id))) };
}

function readEvent(bytes: string): CustodyEvent | undefined {
  try {
    return CustodyEvent.safeParse(parseCanonical(bytes)).data;
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
