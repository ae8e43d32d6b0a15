// Judges whether a log-only trail is the latest, by the logs that a reader has followed.
import { ZERO_HASH } from "./bytes.js";
import { Ledger } from "./ledger.js";
import { placeInLog } from "./logged.js";
import { wordOf } from "./lots.js";
import { statesAfter } from "./transition.js";
import { eventDigest } from "./typed-data.js";

/** The lot and what it was made of. */
function lotsOf({ lot, events }) {
  const lots = new Set([lot]);
  for (const each of lots) {
    for (const { event } of events) {
      const makes = event.entries.some((one) => one.lot === each && one.previous === ZERO_HASH);
      if (!makes || (event.action !== 7 && event.action !== 8)) continue;
      for (const { lot: other, previous } of event.entries)
        if (other && previous !== ZERO_HASH) lots.add(other);
    }
  }
  return lots;
}

/** The words that the trail's events follow, each with its lot, and the lot's last word. */
function wordsOf(trail, items) {
  const lots = lotsOf(trail);
  const states = {};
  const spent = new Set();
  for (const { event, digest } of items) {
    const before = event.entries.map(({ lot }) => states[lot] ?? null);
    for (const { lot, previous } of event.entries)
      if (lots.has(lot)) spent.add(`${lot} ${previous}`);
    statesAfter(before, event, digest).forEach((state, index) => {
      if (state !== null) states[event.entries[index].lot] = state;
    });
  }
  return { spent, last: `${trail.lot} ${wordOf(states[trail.lot])}` };
}

/** The findings that followed logs make of a trail of which the ledger has nothing: each with its verdict and its lot. */
export function judgeLatest(trail, followed, trust, chain) {
  const ledger = new Ledger(trust, chain, trust.checkpoints);
  const isFinal = ({ block }) => block <= ledger.head.number - trust.finality;
  const items = trail.events.map((item) => ({ ...item, digest: eventDigest(trail, item.event) }));
  const { spent, last } = wordsOf(trail, items);
  const own = new Set(items.map(({ digest }) => digest));
  const findings = new Map();
  const listed = new Set();
  for (const { operator, size, root, withheld, after } of followed) {
    const place = ledger.checkpoints.get(`${operator} ${size}`);
    const isAnchored = place?.root === root && isFinal(place);
    const isWhole = isAnchored && ledger.newest.get(operator) === size && withheld === 0;
    for (const { lot, word, event } of after) {
      if (isWhole) listed.add(`${operator} ${event}`);
      const key = `${lot} ${word} ${event}`;
      if (own.has(event) || findings.has(key)) continue;
      if (spent.has(`${lot} ${word}`))
        findings.set(key, { code: "WORD_SPENT_TWICE", verdict: "FAIL", lot, other: event });
      else if (`${lot} ${word}` === last) {
        const verdict = isAnchored ? "FAIL" : "INCOMPLETE";
        findings.set(key, { code: "LATER_EVENT_LOGGED", verdict, lot, other: event });
      }
    }
  }
  const isFollowed = items.every((item) => {
    const { place } = placeInLog(item, trust.checkpoints, ledger.checkpoints);
    return place !== undefined && listed.has(`${item.logged.operator} ${item.digest}`);
  });
  const { lot } = trail;
  const found = [...findings.values()];
  if (!isFollowed) return [...found, { code: "LATEST_UNPROVEN", verdict: "WARN", lot }];
  return found.length > 0 ? found : [{ code: "LATEST_BY_LOGS", verdict: "INFO", lot }];
}
