// Replays the chain's EVM logs: the standing of parties and keys at each place, every state,
// event and notice, all words, and the anchored checkpoints.
import { hex, keccak256, unhex, utf8, ZERO_HASH } from "./bytes.js";
import { noticeWordAfter, wordOf } from "./lots.js";
import { statesAfter } from "./transition.js";
import { eventDigest, noticeDigest } from "./typed-data.js";

const topic = (signature) => hex(keccak256(utf8(signature)));
const [RECORDED, NOTICE, ADMITTED, SUSPENDED, REINSTATED, ENROLLED, REVOKED, ANCHORED] = [
  "EventRecorded(bytes32,address,address,uint8,address,uint64,bytes32,bytes32[],uint256[])",
  "NoticeTaken(bytes32,address,bytes32,uint8,uint64,bytes32,bytes32)",
  "PartyAdmitted(address,uint8,string,bytes32)",
  "PartySuspended(address)",
  "PartyReinstated(address)",
  "KeyEnrolled(address,address)",
  "KeyRevoked(address,address)",
  "CheckpointAnchored(address,uint64,bytes32,uint64)",
].map(topic);

const asAddress = (word) => `0x${word.slice(-40)}`;
const asNumber = (word) => Number(BigInt(word));

/** Thrown when the node contradicts itself. */
export class Inconsistent extends Error {}

/** The words of 32 bytes of a log's data, and the arrays and texts to which some of them point. */
function decode(data) {
  const bytes = unhex(data);
  const word = (at) => {
    if (at + 32 > bytes.length) throw new Inconsistent();
    return hex(bytes.subarray(at, at + 32));
  };
  const array = (index) => {
    const at = asNumber(word(index * 32));
    const length = asNumber(word(at));
    if (at + 32 * (length + 1) > bytes.length) throw new Inconsistent();
    return Array.from({ length }, (_none, item) => word(at + 32 * (item + 1)));
  };
  const text = (index) => {
    const at = asNumber(word(index * 32));
    const length = asNumber(word(at));
    if (at + 32 + length > bytes.length) throw new Inconsistent();
    return bytes.subarray(at + 32, at + 32 + length).toString("utf8");
  };
  return { word: (index) => word(index * 32), array, text };
}

/** A line: the pieces after and before, and the number of the origin, 0 for a new lot. */
function unpack(line) {
  const bits = BigInt(line);
  const part = (from, size) => Number((bits >> BigInt(from)) & ((1n << BigInt(size)) - 1n));
  return { after: part(0, 64), before: part(64, 64), origin: part(128, 8) };
}

/** The replay of a ledger's logs, up to the newest block that the node knows. */
export class Ledger {
  parties = {};
  /** The parties' names. */
  names = {};
  keys = {};
  states = {};
  words = {};
  noticeWords = {};
  /** Events by digest; and by place, which is a lot with its word before the event. */
  events = new Map();
  places = new Map();
  notices = new Map();
  /** Checkpoints on the trusted contract, by operator and size; and each operator's newest size. */
  checkpoints = new Map();
  newest = new Map();
  /** The number of logs that were taken. */
  taken = 0;
  /** Each change of a word, as `{lot, block, kind, word}`. */
  changes = [];

  constructor(domain, chain, contract = null) {
    if (chain.chainId !== domain.chainId || chain.ledger !== domain.ledger)
      throw new Inconsistent();
    this.domain = domain;
    this.blocks = new Map();
    let parent;
    for (const { number, hash, parentHash, timestamp } of chain.blocks) {
      const good =
        parent === undefined ||
        (parentHash === parent.hash && asNumber(number) === parent.number + 1);
      if (!good) throw new Inconsistent();
      parent = { number: asNumber(number), hash, time: asNumber(timestamp) };
      this.blocks.set(parent.number, parent);
    }
    this.head = parent;
    const ordered = chain.logs
      .filter(({ address }) => address === domain.ledger || address === contract)
      .map((log) => ({ ...log, block: asNumber(log.blockNumber), index: asNumber(log.logIndex) }))
      .sort((one, other) => one.block - other.block || one.index - other.index);
    for (const log of ordered) this.take(log);
    this.compareWords(chain.words);
  }

  /** Parties and keys as they stand now, with the time of a block. */
  context(now) {
    return { now, parties: structuredClone(this.parties), keys: structuredClone(this.keys) };
  }

  /** All recorded events about a lot, in their order. */
  eventsOf(lot) {
    return [...this.events.values()].filter(({ event }) =>
      event.entries.some((entry) => entry.lot === lot),
    );
  }

  take(log) {
    const block = this.blocks.get(log.block);
    if (block?.hash !== log.blockHash) throw new Inconsistent();
    const [kind, first, second, third] = log.topics;
    const place = {
      order: ++this.taken,
      block: log.block,
      transaction: log.transactionHash,
      context: this.context(block.time),
    };
    const data = decode(log.data);
    if (log.address !== this.domain.ledger) {
      if (kind === ANCHORED) this.anchor(place, asAddress(first), asNumber(second), data);
    } else if (kind === RECORDED)
      this.record(place, first, asAddress(second), asAddress(third), data);
    else if (kind === NOTICE) this.notice(place, first, asAddress(second), third, data);
    else if (kind === ADMITTED) {
      const party = asAddress(first);
      const suspended = this.parties[party]?.suspended ?? false;
      this.parties[party] = { roles: asNumber(data.word(0)), suspended };
      this.names[party] = data.text(1);
    } else if (kind === SUSPENDED) this.change(this.parties, first, { suspended: true });
    else if (kind === REINSTATED) this.change(this.parties, first, { suspended: false });
    else if (kind === ENROLLED)
      this.keys[asAddress(second)] = { party: asAddress(first), revoked: false };
    else if (kind === REVOKED)
      this.change(this.keys, second, { revoked: true, revokedIn: log.block });
  }

  /** Changes the standing of a party or a key. */
  change(table, topic, standing) {
    const known = table[asAddress(topic)];
    if (known === undefined) throw new Inconsistent();
    Object.assign(known, standing);
  }

  record(place, digest, actor, consignee, data) {
    const lots = data.array(4);
    const lines = data.array(5).map(unpack);
    const before = lots.map((lot, index) => (lines[index].origin === 0 ? null : this.states[lot]));
    const event = {
      action: asNumber(data.word(0)),
      actor,
      holder: asAddress(data.word(1)),
      consignee,
      entries: lots.map((lot, index) => ({
        lot,
        previous: lines[index].origin === 0 ? ZERO_HASH : this.words[lot],
        quantity: lines[index].after,
      })),
      time: asNumber(data.word(2)),
      details: data.word(3),
    };
    if (before.includes(undefined) || eventDigest(this.domain, event) !== digest)
      throw new Inconsistent();
    const recorded = { ...place, digest, event, lines };
    this.events.set(digest, recorded);
    statesAfter(before, event, digest).forEach((state, index) => {
      this.places.set(`${lots[index]} ${event.entries[index].previous}`, recorded);
      this.states[lots[index]] = state;
      this.words[lots[index]] = wordOf(state);
      this.changes.push({
        lot: lots[index],
        block: place.block,
        kind: "wordOf",
        word: this.words[lots[index]],
      });
    });
  }

  notice(place, lot, issuer, digest, data) {
    const notice = {
      lot,
      kind: asNumber(data.word(0)),
      issuer,
      time: asNumber(data.word(1)),
      withdraws: data.word(2),
      details: data.word(3),
    };
    if (noticeDigest(this.domain, notice) !== digest) throw new Inconsistent();
    this.notices.set(digest, { ...place, digest, notice });
    this.noticeWords[lot] = noticeWordAfter(this.noticeWords[lot] ?? ZERO_HASH, digest);
    this.changes.push({
      lot,
      block: place.block,
      kind: "noticeWordOf",
      word: this.noticeWords[lot],
    });
  }

  anchor(place, operator, size, data) {
    const [root, previousSize] = [data.word(0), asNumber(data.word(1))];
    const follows = previousSize === (this.newest.get(operator) ?? 0) && size > previousSize;
    if (!follows) throw new Inconsistent();
    this.newest.set(operator, size);
    this.checkpoints.set(`${operator} ${size}`, { ...place, root, previousSize });
  }

  /** Requires that the node's words follow from its logs. */
  compareWords(nodeWords) {
    const newest = (list) => new Map(list.map(({ lot, kind, word }) => [`${kind} ${lot}`, word]));
    const [ours, theirs] = [newest(this.changes), newest(nodeWords)];
    const same =
      ours.size === theirs.size && [...ours].every(([key, word]) => theirs.get(key) === word);
    if (!same) throw new Inconsistent();
  }
}
