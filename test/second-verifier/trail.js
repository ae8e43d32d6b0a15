// Trails: everything in them is computed again, replayed, and held against the ledger.
import { ZERO_HASH } from "./bytes.js";
import { compareIdentities } from "./identity.js";
import { Inconsistent, Ledger } from "./ledger.js";
import { wordOf } from "./lots.js";
import { verifyNotices } from "./notices.js";
import { checkDetails, signerOrNull } from "./shown.js";
import { statesAfter, transition } from "./transition.js";
import { eventDigest } from "./typed-data.js";

const [INTRODUCE, RECEIVE, SPLIT, ASSEMBLE] = [2, 4, 7, 8];

const shownEntries = ({ event }) => event.entries.filter((entry) => typeof entry !== "string");
const makes = (item, lot) => shownEntries(item).some((entry) => entry.lot === lot && entry.previous === ZERO_HASH);

/** The lot and its ancestors. */
function lotsOf(trail) {
  const lots = new Set([trail.lot]);
  for (const lot of lots) {
    for (const item of trail.events) {
      const { action } = item.event;
      if ((action !== SPLIT && action !== ASSEMBLE) || !makes(item, lot)) continue;
      for (const entry of shownEntries(item)) if (entry.previous !== ZERO_HASH) lots.add(entry.lot);
    }
  }
  return lots;
}

/** One verification of one trail. */
class Verification {
  states = {};

  constructor(trail, trust, ledger, findings) {
    Object.assign(this, { trail, trust, ledger, findings });
    this.domain = { chainId: trail.chainId, ledger: trail.ledger };
    this.lots = lotsOf(trail);
    this.items = trail.events.map((item) => ({ ...item, digest: eventDigest(this.domain, item.event) }));
  }

  isFinal(block) {
    return block <= this.ledger.head.number - this.trust.finality;
  }

  /** The block of a log, and whether a hint says so. */
  checkPlace(item, recorded) {
    if (!this.isFinal(recorded.block)) this.findings.add("NOT_FINAL", item.digest);
    const { settled } = item;
    const wrong = settled && (settled.block !== recorded.block || settled.transaction !== recorded.transaction);
    if (wrong) this.findings.add("HINT_WRONG", item.digest);
  }

  contextFor(recorded) {
    if (recorded) return recorded.context;
    return this.ledger ? this.ledger.context(this.trust.now) : { now: Infinity, parties: null, keys: null };
  }

  run() {
    const seen = new Set();
    for (const item of this.items) {
      if (seen.has(item.digest)) this.findings.add("EVENT_TWICE", item.digest);
      else if (!shownEntries(item).some(({ lot }) => this.lots.has(lot))) this.findings.add("EVENT_EXTRA", item.digest);
      else this.event(item);
      seen.add(item.digest);
    }
    for (const lot of this.lots) {
      if (!this.items.some((item) => makes(item, lot))) this.findings.add("ORIGIN_MISSING", lot);
    }
    this.lotNow();
    compareIdentities(this.items, this.lots, this.findings);
    verifyNotices(this);
  }

  event(item) {
    const { event, digest, signature, details } = item;
    if (signature === null) this.findings.add("SIGNATURE_MISSING", digest);
    checkDetails(event.details, details, event.entries.length, digest, this.findings);
    const recorded = this.ledger?.events.get(digest);
    const before = event.entries.map((entry) => this.before(entry));
    const words = Object.fromEntries(Object.entries(this.states).map(([lot, state]) => [lot, wordOf(state)]));
    const context = { ...this.contextFor(recorded), words };
    const { violation } = transition(context, before, event, digest, signerOrNull(digest, signature));
    if (violation) this.findings.add(violation.name, digest, !recorded || this.isFinal(recorded.block));
    statesAfter(before, event, digest).forEach((state, index) => {
      if (state !== null && this.lots.has(event.entries[index].lot)) this.states[event.entries[index].lot] = state;
    });
    if (event.action === INTRODUCE) this.findings.add("ORIGIN_INTRODUCED", digest);
    const short = before.some((state, index) => state && event.entries[index].quantity < state.quantity);
    if (event.action === RECEIVE && short) this.findings.add("RECEIVED_SHORT", digest);
    if (this.ledger) this.compare(item, recorded);
    if (!recorded && event.action === SPLIT && shownEntries(item).length < event.entries.length) {
      this.findings.add("ENTRY_WITHHELD", digest);
    }
  }

  /** The state before of an entry: null for a new lot, undefined where it is none to be judged. */
  before(entry) {
    if (typeof entry === "string") return undefined;
    if (entry.previous === ZERO_HASH) return null;
    if (!this.lots.has(entry.lot)) return undefined;
    const known = this.states[entry.lot];
    const made = known ?? this.items.find((item) => makes(item, entry.lot));
    return known ?? (made ? null : undefined);
  }

  /** Holds an event against the ledger's record of it. */
  compare(item, recorded) {
    if (recorded) {
      this.checkPlace(item, recorded);
      this.checkWithheld(item, recorded);
      return;
    }
    const other = shownEntries(item)
      .map(({ lot, previous }) => this.ledger.places.get(`${lot} ${previous}`))
      .find((each) => each !== undefined);
    if (other) this.findings.add("RECORD_DIFFERS", item.digest, this.isFinal(other.block));
    else this.findings.add("NOT_RECORDED", item.digest);
  }

  checkWithheld(item, { event, lines }) {
    const making = item.event.action === SPLIT || item.event.action === ASSEMBLE;
    const madeOurs = making && [...this.lots].some((lot) => makes(item, lot));
    item.event.entries.forEach((entry, index) => {
      if (typeof entry !== "string") return;
      const hidden = this.lots.has(event.entries[index].lot) || (madeOurs && lines[index].origin !== 0);
      if (hidden) this.findings.add("ENTRY_WITHHELD", item.digest);
    });
  }

  /** The lot's state at the end, and its word on the ledger. */
  lotNow() {
    const { lot } = this.trail;
    const state = this.states[lot];
    if (state?.held) this.findings.add("LOT_IS_HELD", lot);
    if (state?.quantity === 0) this.findings.add("LOT_IS_CLOSED", lot);
    if (!this.ledger) return;
    const ours = this.items.filter((item) => shownEntries(item).some((entry) => entry.lot === lot));
    const known = new Set(ours.map(({ digest }) => digest));
    const all = [...this.ledger.events.values()].filter(({ event }) =>
      event.entries.some((entry) => entry.lot === lot),
    );
    const last = all.findLastIndex(({ digest }) => known.has(digest));
    const later = all.slice(last + 1).filter(({ digest }) => !known.has(digest));
    const differs = ours.some(({ digest }) => !this.ledger.events.has(digest));
    if (later.length > 0 && !differs) {
      this.findings.add("LATER_EVENT_MISSING", lot, this.isFinal(later[0].block));
    } else if (!differs && state && wordOf(state) !== this.ledger.words[lot]) this.findings.add("WORD_MISMATCH", lot);
  }
}

/** Adds to findings all that is found in a trail, of the form that was checked, on the ledger that is trusted. */
export function verifyTrail(trail, trust, chain, findings) {
  let ledger = null;
  if (chain === null) findings.add("NO_NODE");
  else {
    try {
      ledger = new Ledger({ chainId: trail.chainId, ledger: trail.ledger }, chain);
    } catch (error) {
      if (!(error instanceof Inconsistent)) throw error;
      findings.add("NODE_INCONSISTENT");
    }
  }
  new Verification(trail, trust, ledger, findings).run();
}
