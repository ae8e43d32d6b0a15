// Replays a trail's events: which entries are judged, what does not follow, which rules are
// broken, and the states and holds after it.
import { ZERO_HASH } from "./bytes.js";
import { wordOf } from "./lots.js";
import { makes, openEntries } from "./trail-item.js";
import { brokenAmongShown, statesAfter, transition } from "./transition.js";

const [SPLIT, ASSEMBLE, HOLD, RELEASE] = [7, 8, 10, 11];
const NO_CHAIN = { now: Infinity, parties: null, keys: null };

/** Whether an event makes its new lots of its others. */
export const takesLots = ({ event: { action } }) => action === SPLIT || action === ASSEMBLE;

/** The lot and its ancestors, each with the event that makes it, if one does. */
export function originsOf(lot, items) {
  const origins = new Map([[lot, undefined]]);
  for (const each of origins.keys()) {
    const origin = items.find((item) => makes(item, each));
    origins.set(each, origin);
    if (origin === undefined || !takesLots(origin)) continue;
    for (const entry of openEntries(origin))
      if (entry.previous !== ZERO_HASH && !origins.has(entry.lot))
        origins.set(entry.lot, undefined);
  }
  return origins;
}

/** The replay of a trail's events. */
export class Replay {
  /** The states that are known after the events so far, by lot. */
  states = new Map();
  /** The lots whose states are not known any more, or never were. */
  unknown = new Set();
  /** The last state that was known, by lot. */
  last = new Map();
  /** The event after which each known state stands. */
  makers = new Map();
  /** Lots on hold, as far as releases count. */
  held = new Set();
  /** Faults of ancestors that are not reported yet. */
  waiting = new Map();

  /** `countsRelease` says whether a release counts. */
  constructor(lot, origins, findings, countsRelease) {
    Object.assign(this, { lot, origins, findings, countsRelease });
    for (const [each, origin] of origins) {
      if (origin !== undefined) continue;
      findings.add("ORIGIN_MISSING", each);
      this.unknown.add(each);
    }
  }

  /** Takes the next event. `context` has the parties and the time to judge by. Returns its states before, by entry. */
  take(item, context) {
    const { event, digest } = item;
    const followed = [];
    const before = event.entries.map((entry) => this.before(entry, digest, followed));
    if (event.time < Math.max(0, ...followed.map((each) => each.event.time)))
      this.findings.add("TIME_BEFORE_PREDECESSOR", digest);
    const violation = this.judge(item, before, context);
    if (violation) this.findings.add(violation.name, digest);
    this.move(item, before, this.judge(item, before, NO_CHAIN) !== undefined);
    return before;
  }

  /** The state before an entry: null of a new lot, undefined where the entry is not judged. */
  before(entry, digest, followed) {
    if (typeof entry === "string") return undefined;
    const { lot, previous } = entry;
    if (!this.origins.has(lot)) return previous === ZERO_HASH ? null : undefined;
    if (this.unknown.has(lot)) return undefined;
    const state = this.states.get(lot);
    if (state === undefined && previous === ZERO_HASH) return null;
    if (state !== undefined && wordOf(state) === previous) {
      followed.push(this.makers.get(lot));
      return state;
    }
    this.forget(lot);
    const code = previous === ZERO_HASH ? "LotExists" : "PreviousMismatch";
    if (lot === this.lot || code === "LotExists") this.findings.add(code, digest);
    else this.waiting.set(lot, digest);
    return undefined;
  }

  /** The first rule that an event breaks, but for those of its signature. */
  judge({ event, digest }, before, context) {
    const violation = brokenAmongShown(event);
    if (violation) return violation;
    if (before.every((state) => state === undefined)) return undefined;
    const words = Object.fromEntries(
      openEntries({ event }).map((entry) => [entry.lot, entry.previous]),
    );
    return transition({ ...context, words }, before, event, digest, undefined).violation;
  }

  /** Takes over the states after an event, as far as they are known. */
  move(item, before, isBroken) {
    const { event, digest } = item;
    const ours = event.entries.map(({ lot }) => this.origins.has(lot));
    const makesOurs = takesLots(item) && before.some((state, i) => ours[i] && state === null);
    const unknown = event.entries.filter((_, i) => ours[i] && before[i] === undefined);
    if (makesOurs)
      for (const { lot } of unknown)
        if (this.waiting.delete(lot)) this.findings.add("PreviousMismatch", digest);
    const takesNone = takesLots(item) && !before.some((state) => state);
    const losesNew = takesLots(item) && (unknown.length > 0 || takesNone);
    const after = statesAfter(before, event, digest);
    const moved = event.entries.filter(({ lot }, i) => {
      if (!ours[i] || before[i] === undefined) return false;
      const isKnown = !isBroken && !(losesNew && before[i] === null);
      if (isKnown) this.know(lot, after[i], item);
      else this.forget(lot);
      return isKnown;
    });
    this.keepHolds(item, before, moved);
  }

  know(lot, state, item) {
    this.states.set(lot, state);
    this.last.set(lot, state);
    this.makers.set(lot, item);
  }

  forget(lot) {
    this.unknown.add(lot);
    this.states.delete(lot);
  }

  keepHolds(item, before, moved) {
    const { action, entries } = item.event;
    const parent = entries.find((_, i) => before[i])?.lot;
    const inherits = action === SPLIT && this.held.has(parent);
    for (const { lot } of moved) {
      if (action === HOLD || inherits) this.held.add(lot);
      if (action === RELEASE && this.countsRelease(item)) this.held.delete(lot);
    }
  }
}
