// Follows a whole log, look by look, and reports what contradicts it.
import { hex, unhex, utf8, ZERO_HASH } from "./bytes.js";
import { readCanonical } from "./json.js";
import { wordOf } from "./lots.js";
import { extendsTree, leafHash, merkleRoot } from "./merkle.js";
import { openNote, readOrigin } from "./notes.js";
import { Refused } from "./refused.js";
import { addressOf, tilesOf } from "./tiles.js";
import { signerOrNull } from "./trail-item.js";
import { statesAfter, transition } from "./transition.js";
import { checkEvent, eventDigest } from "./typed-data.js";

const VOIDING = ["RULE_BROKEN", "SIGNATURE_NOT_OF_PARTY", "KEY_REVOKED"];
const HASH = /^0x[0-9a-f]{64}$/;
const WIDTH = 256;

const isBefore = (one, other) =>
  one.block < other.block || (one.block === other.block && one.logIndex < other.logIndex);
const rootOf = (digests) => hex(merkleRoot(digests.map((digest) => leafHash(unhex(digest)))));
const only = ({ size, root }) => ({ size, root });

/** Ends a look: what comes after in the log cannot be checked. */
class Ended extends Error {
  constructor(finding) {
    super(finding.code);
    this.finding = finding;
  }
}

/** The event in bytes that a log shows, or null if they are none with this digest. */
function readEvent(domain, bytes, digest) {
  try {
    const event = readCanonical(utf8(bytes));
    checkEvent(event, "");
    return eventDigest(domain, event) === digest ? event : null;
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

/** A follower of one log, which keeps between looks what it has reached and what it has reported. */
export class Follower {
  /** `trust` has the chain, the ledger, the operator and the verifier key of the log. */
  constructor(trust) {
    this.trust = trust;
    this.reported = new Map();
    this.kept = {
      digests: [],
      roots: new Map(),
      first: new Map(),
      followers: new Map(),
      states: new Map(),
      pending: [],
      counts: { events: 0, withheld: 0, unchecked: 0 },
    };
    this.commit();
  }

  get position() {
    const { digests } = this.kept;
    return { size: digests.length, root: rootOf(digests) };
  }

  commit() {
    this.saved = structuredClone(this.kept);
  }

  /** Takes one look. Returns the findings that are new, the position, and the counts over all looks. */
  look(shown) {
    this.shown = shown;
    this.fresh = [];
    try {
      this.run();
      this.commit();
    } catch (error) {
      if (!(error instanceof Ended)) throw error;
      this.kept = structuredClone(this.saved);
      this.report(error.finding);
    }
    return { findings: this.fresh, position: this.position, counts: { ...this.kept.counts } };
  }

  report(finding) {
    const name = JSON.stringify(finding);
    if (this.reported.has(name)) return;
    this.reported.set(name, finding);
    this.fresh.push(finding);
  }

  isVoid(event) {
    return [...this.reported.values()].some(
      (finding) => finding.event === event && VOIDING.includes(finding.code),
    );
  }

  run() {
    const { note, others, anchored } = this.shown;
    for (const checkpoint of anchored)
      if (this.kept.roots.get(checkpoint.size) === checkpoint.root) this.judgeKeys(checkpoint);
    this.commit();
    const stated = this.open(note);
    if (stated.size < this.kept.digests.length) this.compareOlder(stated, note);
    else this.follow(stated);
    this.compareAnchored();
    this.commit();
    for (const other of others) this.compareOlder(this.open(other), other);
  }

  open(note) {
    const { chainId, ledger, operator, key } = this.trust;
    try {
      const { origin, size, root } = openNote(note, key);
      const of = readOrigin(origin);
      const isOurs = of?.chainId === chainId && of.ledger === ledger && of.operator === operator;
      if (isOurs) return { size, root };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    throw new Ended({ code: "NOTE_NOT_OF_LOG", other: note });
  }

  compareOlder(checkpoint, note) {
    if (this.isOfLog(checkpoint)) return;
    const [found, expected] = [only(checkpoint), this.position];
    this.report({ code: "CHECKPOINTS_DO_NOT_FIT", found, expected, other: note });
  }

  /** Whether a checkpoint has the root that was computed at its size, or that is proven to be of this log. */
  isOfLog({ size, root }) {
    const { roots, digests } = this.kept;
    if (roots.has(size)) return roots.get(size) === root;
    if (size === 0) return true;
    if (!this.fits({ size, root }, this.position)) return false;
    if (size <= digests.length) roots.set(size, root);
    return true;
  }

  /** Whether the operator proves that the larger of two checkpoints extends the smaller. */
  fits(one, other) {
    const [older, newer] = one.size <= other.size ? [one, other] : [other, one];
    if (older.size === 0) return true;
    if (older.size === newer.size) return older.root === newer.root;
    const proof = this.shown.consistency[`${older.size}-${newer.size}`];
    if (proof === undefined) throw new Error("the operator gives no proof");
    if (!proof.every((each) => HASH.test(each))) return false;
    const [oldRoot, newRoot] = [unhex(older.root), unhex(newer.root)];
    return extendsTree(older.size, oldRoot, newer.size, newRoot, proof.map(unhex));
  }

  follow(stated) {
    const start = this.position;
    if (!this.fits(start, stated))
      throw new Ended({ code: "CHECKPOINTS_DO_NOT_FIT", found: stated, expected: start });
    for (const checkpoint of this.shown.anchored) {
      if (checkpoint.size <= start.size || checkpoint.size >= stated.size) continue;
      this.growTo(checkpoint.size, stated.size);
      const { root } = this.position;
      this.kept.roots.set(checkpoint.size, root);
      if (root !== checkpoint.root) continue;
      this.judgeKeys(checkpoint);
      this.commit();
    }
    this.growTo(stated.size, stated.size);
    const reached = this.position;
    if (reached.root !== stated.root)
      throw new Ended({ code: "TILES_DO_NOT_FIT", found: reached, expected: stated });
    this.kept.roots.set(stated.size, stated.root);
    this.commit();
  }

  /** Reads the entries, events and tiles up to a size. A tile that is not whole before `end` is read once it is. */
  growTo(size, end) {
    const from = this.kept.digests.length;
    if (from === size) return;
    const { entries, tiles } = this.shown;
    const firstTile = Math.floor(from / WIDTH);
    for (let index = firstTile; index * WIDTH < size; index++) {
      const some = entries.slice(index * WIDTH, Math.min(size, (index + 1) * WIDTH));
      const isWhole = some.length === Math.min(size - index * WIDTH, WIDTH);
      if (!isWhole || !some.every((each) => HASH.test(each)))
        throw new Ended({ code: "TILES_DO_NOT_FIT", index: index * WIDTH });
    }
    for (let index = from; index < size; index++) this.take(index, entries[index]);
    tilesOf(this.kept.digests).forEach((row, level) => {
      row.forEach((hashes, index) => {
        const grows = Math.floor(end / WIDTH ** level) > index * WIDTH + hashes.length;
        if (hashes.length < WIDTH && grows) return;
        const tile = tiles[addressOf(level, index, hashes.length)];
        if (tile === hex(Buffer.concat(hashes))) return;
        const code = level === 0 ? "LEAF_NOT_OF_EVENT" : "TILES_DO_NOT_FIT";
        throw new Ended({ code, index: index * WIDTH ** (level + 1) });
      });
    });
  }

  take(index, digest) {
    const { digests, first, counts } = this.kept;
    digests.push(digest);
    const view = this.shown.events?.[index] ?? { bytes: null, signature: null };
    const before = first.get(digest);
    if (before === undefined) first.set(digest, index);
    else this.report({ code: "EVENT_TWICE", index, event: digest, other: String(before) });
    const event = view.bytes === null ? null : readEvent(this.trust, view.bytes, digest);
    if (event === null) {
      counts.withheld++;
      if (view.bytes !== null) this.report({ code: "EVENT_MALFORMED", index, event: digest });
      return;
    }
    counts.events++;
    if (before !== undefined) return;
    const signer = signerOrNull(digest, view.signature) ?? null;
    const { actor } = event;
    if (this.keyFault(actor, signer, null) === null)
      this.kept.pending.push({ index, digest, actor, signer });
    else this.report({ code: "SIGNATURE_NOT_OF_PARTY", index, event: digest });
    this.judge(index, digest, event);
  }

  /** What is wrong with a key, for events that are first in the checkpoint anchored there (null: in none yet). */
  keyFault(party, key, anchored) {
    const own = this.shown.keys.find((each) => each.party === party && each.key === key);
    if (own === undefined) return "SIGNATURE_NOT_OF_PARTY";
    if (anchored === null) return null;
    if (isBefore(anchored, own.enrolledAt)) return "SIGNATURE_NOT_OF_PARTY";
    return own.revokedAt !== null && isBefore(own.revokedAt, anchored) ? "KEY_REVOKED" : null;
  }

  judge(index, digest, event) {
    const { states, followers, counts } = this.kept;
    const before = event.entries.map(({ previous }) =>
      previous === ZERO_HASH ? null : states.get(previous),
    );
    if (before.includes(undefined)) counts.unchecked++;
    const words = Object.fromEntries(event.entries.map(({ lot, previous }) => [lot, previous]));
    const context = { now: event.time, parties: null, keys: null, words };
    const { violation } = transition(context, before, event, digest, undefined);
    if (violation) this.report({ code: "RULE_BROKEN", index, event: digest });
    const counted = !this.isVoid(digest);
    for (const { lot, previous: word } of event.entries) {
      const spenders = followers.get(`${lot} ${word}`) ?? [];
      const other = counted ? spenders.find((each) => !this.isVoid(each)) : undefined;
      followers.set(`${lot} ${word}`, [...spenders, digest]);
      if (other !== undefined)
        this.report({ code: "WORD_SPENT_TWICE", index, event: digest, other, lot, word });
    }
    statesAfter(before, event, digest).forEach((state, at) => {
      if (before[at] !== undefined) states.set(wordOf(state), state);
    });
  }

  compareAnchored() {
    const { position } = this;
    for (const checkpoint of this.shown.anchored) {
      const { size } = checkpoint;
      const found = only(checkpoint);
      if (size > position.size) {
        this.report({ code: "ANCHORED_NOT_SHOWN", found, expected: position });
      } else if (this.isOfLog(checkpoint)) this.judgeKeys(checkpoint);
      else {
        const root = this.kept.roots.get(size);
        const expected = root === undefined ? position : { size, root };
        this.report({ code: "ANCHORED_ELSE", found, expected });
      }
    }
  }

  /** Judges the keys of events that are first in a checkpoint, and once more at each look until its block is final. */
  judgeKeys(checkpoint) {
    const { previousSize, size, block } = checkpoint;
    const isIn = ({ index }) => previousSize <= index && index < size;
    for (const { index, digest, actor, signer } of this.kept.pending.filter(isIn)) {
      const code = this.keyFault(actor, signer, checkpoint);
      if (code !== null) this.report({ code, index, event: digest });
    }
    if (block <= this.shown.finalBlock)
      this.kept.pending = this.kept.pending.filter((each) => !isIn(each));
  }
}
