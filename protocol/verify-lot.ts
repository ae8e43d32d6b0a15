// Rules of findings about the lot as it stands now: that the trail leads to what the ledger knows, on hold, closed.
import type { Rule } from "./verify-case.ts";
import { isFinal } from "./verify-case.ts";
import { ZERO_HASH } from "./values.ts";

/** The trail leads to the word that the ledger has for the lot, and leaves out nothing that it recorded since. */
export const word: Rule = function* ({ trail, trust, chain, replay }) {
  if (!chain || !replay.unbroken) return;
  const { settled, later, rivals } = chain;
  const found = settled?.word ?? ZERO_HASH;
  const expected = chain.word;
  if (found === expected) return;
  const where = { lot: trail.lot, expected, found };
  const isExplained = [...rivals.values()].some(({ lots }) => lots.some(({ lot }) => lot === trail.lot));
  if (later) {
    const verdict = isFinal(chain, trust, later.block) ? undefined : ("INCOMPLETE" as const);
    yield { rule: "LATER_EVENT_MISSING", verdict, event: later.digest, ...where };
  } else if (!isExplained) {
    // What moved a recorded lot on was signed by its holder or consignee, so an honest node would have shown it.
    yield { rule: settled ? "NODE_INCONSISTENT" : "WORD_MISMATCH", ...where };
  }
};

/** A lot on hold is not to be used; a release counts only when the ledger has recorded it. */
export const held: Rule = function* ({ trail, chain, replay }) {
  const last = replay.history.at(-1);
  const holding = [last, chain?.settled].find((standing) => standing?.state.held);
  if (holding) yield { rule: "LOT_IS_HELD", event: holding.state.lastEvent, lot: trail.lot };
};

/** A closed lot has no pieces left. */
export const closed: Rule = function* ({ trail, replay }) {
  const state = replay.history.at(-1)?.state;
  if (state?.quantity === 0) yield { rule: "LOT_IS_CLOSED", event: state.lastEvent, lot: trail.lot };
};

/** The block to judge by is not too old for the reader. */
export const age: Rule = function* ({ chain, trust }) {
  const most = trust.policy?.maxHeadAgeSeconds;
  if (!chain || most === undefined || trust.now - chain.head.time <= most) return;
  yield { rule: "HEAD_STALE", expected: trust.now - most, found: chain.head.time };
};
