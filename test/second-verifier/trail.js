// Verifies trails: computes everything in them again, replays it, and compares it with the
// ledger.
import { ZERO_HASH } from "./bytes.js";
import { readCorrections } from "./corrections.js";
import { compareIdentities } from "./identity.js";
import { Inconsistent, Ledger } from "./ledger.js";
import { placeInLog } from "./logged.js";
import { verifyNotices } from "./notices.js";
import { Replay, originsOf } from "./replay.js";
import { brokenBySignature, hasRoot, openEntries } from "./trail-item.js";
import { eventDigest, noticeDigest } from "./typed-data.js";
import { checkRecorded, checkUnrecorded } from "./withheld.js";

const [INTRODUCE, RECEIVE] = [2, 4];
const LATE = 30 * 24 * 60 * 60;

/** The events of a trail, each once. */
function onceEach(items, findings) {
  const seen = new Set();
  return items.filter(({ digest }) => {
    const isTwice = seen.has(digest);
    if (isTwice) findings.add("EVENT_TWICE", digest);
    seen.add(digest);
    return !isTwice;
  });
}

/** The events that are of a lot of the trail. */
function ofTrail(items, origins, findings) {
  return items.filter((item) => {
    const isExtra = !openEntries(item).some(({ lot }) => origins.has(lot));
    if (isExtra) findings.add("EVENT_EXTRA", item.digest);
    return !isExtra;
  });
}

/** Verifies one trail. `contract` is the trusted checkpoint contract, or null. */
class Verification {
  constructor(trail, trust, ledger, findings) {
    Object.assign(this, { trail, trust, ledger, findings, contract: trust.checkpoints ?? null });
    this.domain = { chainId: trail.chainId, ledger: trail.ledger };
    this.digestOf = (notice) => noticeDigest(this.domain, notice);
    this.now = Math.max(trust.now, ledger?.head.time ?? 0);
    const all = trail.events.map((item) => ({
      ...item,
      digest: eventDigest(this.domain, item.event),
    }));
    const events = onceEach(all, findings);
    this.origins = originsOf(trail.lot, events);
    this.lots = [...this.origins.keys()];
    this.items = ofTrail(events, this.origins, findings);
    if (ledger) for (const item of this.items) this.place(item);
  }

  isFinal(block) {
    return block <= this.ledger.head.number - this.trust.finality;
  }

  /** Finds an event's record, or the record in its place. */
  place(item) {
    const { events, places } = this.ledger;
    item.record = events.get(item.digest);
    if (item.record) return;
    const ours = openEntries(item).filter(({ lot }) => this.origins.has(lot));
    item.rivals = ours.flatMap(({ lot, previous }) => {
      const record = places.get(`${lot} ${previous}`);
      return record ? [{ lot, record }] : [];
    });
  }

  /** Whether nothing of the trail is on the ledger, so that logs count. */
  countsLogs() {
    if (this.items.some(({ record }) => record)) return false;
    const about = this.items.flatMap((item) => openEntries(item).map(({ lot }) => lot));
    return [this.trail.lot, ...about.filter((lot) => this.origins.has(lot))].every(
      (lot) => this.ledger.words[lot] === undefined,
    );
  }

  /** Parties, keys and time by which an event or a notice is judged. */
  contextOf(place) {
    if (!this.ledger) return { now: Infinity, parties: null, keys: null };
    return place?.context ?? this.ledger.context(this.now);
  }

  run() {
    const { trail, findings, origins } = this;
    const byLogs = this.ledger !== null && this.countsLogs();
    if (byLogs)
      for (const item of this.items)
        Object.assign(item, { log: placeInLog(item, this.contract, this.ledger.checkpoints) });
    const countsRelease = (item) => this.countsRelease(item);
    this.replay = new Replay(trail.lot, origins, findings, countsRelease);
    for (const item of this.items) this.event(item);
    for (const item of this.items) {
      if (item.record) checkRecorded(item, item.record, this.lots, findings);
      else checkUnrecorded(item, item.log?.place !== undefined, findings);
    }
    if (this.ledger) {
      for (const item of this.items) this.compare(item);
      this.reportLogs(byLogs);
      this.checkLater();
      this.checkAge();
    }
    this.checkLastState();
    this.corrections = readCorrections(this);
    compareIdentities(this);
    verifyNotices(this);
    this.corrections.report();
  }

  /** Steps 2 and 3 for one event. */
  event(item) {
    const { event, digest, signature, details } = item;
    const { findings } = this;
    if (details === null) {
      if (event.details !== ZERO_HASH) findings.add("DETAILS_MISSING", digest);
    } else if (!hasRoot(event.details, details, event.entries.length))
      findings.add("DETAILS_MISMATCH", digest);
    const rival = item.logged === undefined ? item.rivals?.[0]?.record : undefined;
    const context = this.contextOf(item.record ?? rival ?? item.log?.place);
    item.badSignature = brokenBySignature(context, event.actor, digest, signature);
    if (item.badSignature) findings.add(item.badSignature, digest);
    const before = this.replay.take(item, context);
    const isShort = event.entries.some(
      ({ lot, quantity }, i) => this.origins.has(lot) && quantity < before[i]?.quantity,
    );
    if (event.action === RECEIVE && isShort) findings.add("RECEIVED_SHORT", digest);
  }

  /** A release counts when it is final; a log also takes what nobody signed. */
  countsRelease({ record, log, badSignature }) {
    if (record) return this.isFinal(record.block);
    return log?.place !== undefined && this.isFinal(log.place.block) && badSignature === undefined;
  }

  /** Step 4 for one event: its record, the one in its place, or its place in a log. */
  compare(item) {
    const { digest, record, rivals, logged, log, settled, event } = item;
    const { findings } = this;
    if (record) {
      if (!this.isFinal(record.block)) findings.add("NOT_FINAL", digest);
      const { block, transaction } = record;
      if (settled && (settled.block !== block || settled.transaction !== transaction))
        findings.add("HINT_WRONG", digest);
    } else {
      const isElsewhere = logged !== undefined;
      if (rivals.length > 0 && !isElsewhere)
        findings.add("RECORD_DIFFERS", digest, this.isFinal(rivals[0].record.block));
      else if (log?.place === undefined) findings.add(log?.code ?? "NOT_RECORDED", digest);
      else if (!this.isFinal(log.place.block)) findings.add("LOG_NOT_FINAL", digest);
      for (const { lot, record: other } of isElsewhere ? rivals : [])
        findings.add("SETTLED_ELSEWHERE", lot, this.isFinal(other.block));
    }
    const place = record ?? log?.place;
    const most = this.trust.policy?.lateAfterSeconds ?? LATE;
    if (place && place.context.now - event.time > most) findings.add("SETTLED_LATE", digest);
  }

  /** Reports what the reader must know if the trail relies on logs. */
  reportLogs(byLogs) {
    const { checkpoints, lot } = this.trail;
    const isOther =
      checkpoints !== undefined && this.contract !== null && checkpoints !== this.contract;
    const claims = byLogs && this.items.some(({ logged }) => logged !== undefined);
    if (claims && isOther) this.findings.add("OTHER_CHECKPOINTS", lot);
    if (this.items.some(({ log }) => log?.place)) this.findings.add("LATEST_UNPROVEN", lot);
  }

  /** Reports an event of the lot that the trail lacks, in the place of none of its own. */
  checkLater() {
    const { lot } = this.trail;
    if (!this.replay.states.has(lot)) return;
    const isTaken = this.items.some(({ rivals }) => rivals?.some((rival) => rival.lot === lot));
    const ours = new Set(this.items.map(({ digest }) => digest));
    const missing = this.ledger.eventsOf(lot).find(({ digest }) => !ours.has(digest));
    if (missing && !isTaken)
      this.findings.add("LATER_EVENT_MISSING", lot, this.isFinal(missing.block));
  }

  checkAge() {
    const most = this.trust.policy?.maxHeadAgeSeconds ?? null;
    if (most !== null && this.now - this.ledger.head.time > most)
      this.findings.add("HEAD_STALE", this.trail.lot);
  }

  /** Step 7, but for notices. */
  checkLastState() {
    const { lot } = this.trail;
    const state = this.replay.last.get(lot);
    if (state?.held || this.replay.held.has(lot)) this.findings.add("LOT_IS_HELD", lot);
    if (state?.quantity === 0) this.findings.add("LOT_IS_CLOSED", lot);
    for (const [each, origin] of this.origins)
      if (origin?.event.action === INTRODUCE) this.findings.add("ORIGIN_INTRODUCED", each);
  }
}

/** The ledger that a node shows; null if it shows none, with the reason as a finding. */
function ledgerOf(trail, trust, chain, findings) {
  if (chain === null) findings.add("NO_NODE");
  else if (chain === "silent") findings.add("NODE_UNREACHABLE");
  else {
    try {
      const domain = { chainId: trail.chainId, ledger: trail.ledger };
      return new Ledger(domain, chain, trust.checkpoints ?? null);
    } catch (error) {
      if (!(error instanceof Inconsistent)) throw error;
      findings.add("NODE_INCONSISTENT");
    }
  }
  return null;
}

/** Verifies a well-formed trail on the trusted ledger, and adds the findings. */
export function verifyTrail(trail, trust, chain, findings) {
  const ledger = ledgerOf(trail, trust, chain, findings);
  new Verification(trail, trust, ledger, findings).run();
}
