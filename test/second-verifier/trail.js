// Verifies trails: computes everything in them again, replays it, and compares it with the
// ledger.
import { ZERO_HASH } from "./bytes.js";
import { compareIdentities } from "./identity.js";
import { Inconsistent, Ledger } from "./ledger.js";
import { choosePath, placeInLog } from "./logged.js";
import { wordOf } from "./lots.js";
import { verifyNotices } from "./notices.js";
import { checkDetails, makes, openEntries, signerOrNull } from "./trail-item.js";
import { statesAfter, transition } from "./transition.js";
import { eventDigest } from "./typed-data.js";
import { checkRecorded, checkUnrecorded } from "./withheld.js";

const [INTRODUCE, RECEIVE, SPLIT, ASSEMBLE, RELEASE] = [2, 4, 7, 8, 11];
const BY_NO_KEY = ["BadSignature", "KeyNotOfParty", "KeyIsRevoked"];
const LATE = 30 * 24 * 60 * 60;

/** The lot and its ancestors. */
function lotsOf(trail) {
  const lots = new Set([trail.lot]);
  for (const lot of lots) {
    for (const item of trail.events) {
      const { action } = item.event;
      if ((action !== SPLIT && action !== ASSEMBLE) || !makes(item, lot)) continue;
      for (const entry of openEntries(item)) if (entry.previous !== ZERO_HASH) lots.add(entry.lot);
    }
  }
  return lots;
}

/** Verifies one trail. `contract` is the trusted checkpoint contract, or null. */
class Verification {
  states = {};
  /** All words that the trail leads to, each with its lot. */
  ledTo = new Set();
  /** Events that the ledger has not recorded, each with its place in a log. */
  pending = [];
  /** Lots whose hold was released by an event without a valid signature. */
  stillHeld = new Set();

  constructor(trail, trust, ledger, findings) {
    Object.assign(this, { trail, trust, ledger, findings, contract: trust.checkpoints ?? null });
    this.domain = { chainId: trail.chainId, ledger: trail.ledger };
    this.lots = lotsOf(trail);
    this.items = trail.events.map((item) => ({
      ...item,
      digest: eventDigest(this.domain, item.event),
    }));
    const path = ledger && choosePath(trail.lot, this.items, this.lots, ledger, this.contract);
    Object.assign(this, path ?? { byLogs: false, unrecorded: new Set() });
  }

  isFinal(block) {
    return block <= this.ledger.head.number - this.trust.finality;
  }

  /** Reports a record that is not final, and a wrong hint at it. */
  checkPlace(item, recorded) {
    if (!this.isFinal(recorded.block)) this.findings.add("NOT_FINAL", item.digest);
    const { settled } = item;
    const wrong =
      settled && (settled.block !== recorded.block || settled.transaction !== recorded.transaction);
    if (wrong) this.findings.add("HINT_WRONG", item.digest);
  }

  contextFor(recorded) {
    if (recorded) return recorded.context;
    return this.ledger
      ? this.ledger.context(this.trust.now)
      : { now: Infinity, parties: null, keys: null };
  }

  run() {
    const seen = new Set();
    for (const item of this.items) {
      if (seen.has(item.digest)) this.findings.add("EVENT_TWICE", item.digest);
      else if (!openEntries(item).some(({ lot }) => this.lots.has(lot)))
        this.findings.add("EVENT_EXTRA", item.digest);
      else this.event(item);
      seen.add(item.digest);
    }
    if (this.ledger) this.compareUnrecorded();
    this.reportLogs();
    for (const lot of this.lots) {
      if (!this.items.some((item) => makes(item, lot))) this.findings.add("ORIGIN_MISSING", lot);
    }
    this.checkLastState();
    compareIdentities(this.items, this.lots, this.findings);
    verifyNotices(this);
  }

  event(item) {
    const { event, digest, signature, details } = item;
    if (signature === null) this.findings.add("SIGNATURE_MISSING", digest);
    checkDetails(event.details, details, event.entries.length, digest, this.findings);
    const recorded = this.ledger?.events.get(digest);
    const logged = this.byLogs
      ? placeInLog(item, this.contract, this.ledger.checkpoints)
      : { code: "NOT_RECORDED" };
    const place = recorded ?? logged.place;
    const before = event.entries.map((entry) => this.before(entry));
    const words = Object.fromEntries(
      Object.entries(this.states).map(([lot, state]) => [lot, wordOf(state)]),
    );
    const context = { ...this.contextFor(place), words };
    const { violation } = transition(
      context,
      before,
      event,
      digest,
      signerOrNull(digest, signature),
    );
    if (violation) this.findings.add(violation.name, digest, !place || this.isFinal(place.block));
    statesAfter(before, event, digest).forEach((state, index) => {
      const { lot } = event.entries[index];
      if (state === null || !this.lots.has(lot)) return;
      this.states[lot] = state;
      this.ledTo.add(`${lot} ${wordOf(state)}`);
    });
    const isSigned =
      recorded !== undefined || (signature !== null && !BY_NO_KEY.includes(violation?.name));
    this.keepHolds(event, before, isSigned);
    if (event.action === INTRODUCE) this.findings.add("ORIGIN_INTRODUCED", digest);
    const short = before.some(
      (state, index) => state && event.entries[index].quantity < state.quantity,
    );
    if (event.action === RECEIVE && short) this.findings.add("RECEIVED_SHORT", digest);
    if (place && place.context.now - event.time > LATE) this.findings.add("SETTLED_LATE", digest);
    if (recorded) {
      this.checkPlace(item, recorded);
      checkRecorded(item, recorded, this.lots, this.findings);
    } else {
      this.pending.push({ item, logged });
      checkUnrecorded(item, logged.place !== undefined, this.lots, this.findings);
    }
  }

  /** Remembers holds that no validly signed release has ended, also for lots that are split off. */
  keepHolds({ action, entries }, before, isSigned) {
    const inherits = action === SPLIT && entries.some(({ lot }) => this.stillHeld.has(lot));
    entries.forEach(({ lot }, index) => {
      if (action === RELEASE && isSigned) this.stillHeld.delete(lot);
      if ((action === RELEASE && !isSigned && before[index]?.held) || inherits)
        this.stillHeld.add(lot);
    });
  }

  /** The state before an entry: null for a new lot, undefined if the lot is not judged. */
  before(entry) {
    if (typeof entry === "string") return undefined;
    if (entry.previous === ZERO_HASH) return null;
    if (!this.lots.has(entry.lot)) return undefined;
    const known = this.states[entry.lot];
    const made = known ?? this.items.find((item) => makes(item, entry.lot));
    return known ?? (made ? null : undefined);
  }

  /** Compares events that the ledger has not recorded with its other events at their place, and with a log. */
  compareUnrecorded() {
    const elsewhere = this.lotsSettledElsewhere();
    for (const { item, logged } of this.pending) {
      const other = openEntries(item)
        .filter(({ lot }) => !elsewhere.has(lot))
        .map(({ lot, previous }) => this.ledger.places.get(`${lot} ${previous}`))
        .find((each) => each !== undefined);
      if (other) this.findings.add("RECORD_DIFFERS", item.digest, this.isFinal(other.block));
      else if (logged.code) this.findings.add(logged.code, item.digest);
      else if (!this.isFinal(logged.place.block)) this.findings.add("LOG_NOT_FINAL", item.digest);
    }
  }

  /** Lots that continued differently on the ledger: it has a word for them that the trail does not lead to. */
  lotsSettledElsewhere() {
    const { words } = this.ledger;
    const lots = [...this.unrecorded].filter(
      (lot) => words[lot] && !this.ledTo.has(`${lot} ${words[lot]}`),
    );
    const ours = new Set(this.items.map(({ digest }) => digest));
    for (const lot of lots) {
      const other = this.ledger.eventsOf(lot).find(({ digest }) => !ours.has(digest));
      this.findings.add("SETTLED_ELSEWHERE", lot, other === undefined || this.isFinal(other.block));
    }
    return new Set(lots);
  }

  /** Reports what the reader must know if the trail, or a part of it, relies on logs. */
  reportLogs() {
    const { checkpoints, lot, events } = this.trail;
    const other =
      checkpoints !== undefined && this.contract !== null && checkpoints !== this.contract;
    const claims = this.byLogs && events.some(({ logged }) => logged !== undefined);
    if (claims && other) this.findings.add("OTHER_CHECKPOINTS", lot);
    if (this.pending.some(({ logged }) => logged.place)) this.findings.add("LATEST_UNPROVEN", lot);
  }

  /** Checks the lot's last state and its word on the ledger. */
  checkLastState() {
    const { lot } = this.trail;
    const state = this.states[lot];
    if (state?.held || this.stillHeld.has(lot)) this.findings.add("LOT_IS_HELD", lot);
    if (state?.quantity === 0) this.findings.add("LOT_IS_CLOSED", lot);
    if (!this.ledger) return;
    const ours = this.items.filter((item) => openEntries(item).some((entry) => entry.lot === lot));
    const known = new Set(ours.map(({ digest }) => digest));
    const all = this.ledger.eventsOf(lot);
    const last = all.findLastIndex(({ digest }) => known.has(digest));
    const later = all.slice(last + 1).filter(({ digest }) => !known.has(digest));
    if (this.unrecorded.has(lot)) return;
    if (later.length > 0)
      this.findings.add("LATER_EVENT_MISSING", lot, this.isFinal(later[0].block));
    else if (state && wordOf(state) !== this.ledger.words[lot])
      this.findings.add("WORD_MISMATCH", lot);
  }
}

/** Verifies a well-formed trail on the trusted ledger, and adds the findings. */
export function verifyTrail(trail, trust, chain, findings) {
  let ledger = null;
  if (chain === null) findings.add("NO_NODE");
  else {
    try {
      ledger = new Ledger(
        { chainId: trail.chainId, ledger: trail.ledger },
        chain,
        trust.checkpoints ?? null,
      );
    } catch (error) {
      if (!(error instanceof Inconsistent)) throw error;
      findings.add("NODE_INCONSISTENT");
    }
  }
  new Verification(trail, trust, ledger, findings).run();
}
