// Checks the lot's current state: the ledger's word, holds, closure, and the age of the block.
import type { ObservationIn } from "../verdict/verdict.ts";
import type { Case } from "./case.ts";
import type { Chain } from "./chain.ts";
import { forkVerdict } from "./latest.ts";
import { isFinal, placeOf, withheldOf } from "./places.ts";
import type { Step } from "./replay.ts";
import { signatureFaults } from "./signed.ts";
import { ZERO_HASH } from "../base/values.ts";

type Observed = ObservationIn<"lot">;

/** Checks that the trail leads to the ledger's word for the lot, and leaves out no later event. */
export function* word({ trail, trust, chain, replay }: Case): Generator<Observed> {
  if (!chain || !replay.unbroken) return;
  const { settled, later, rivals } = chain;
  const trailWord = settled?.word ?? ZERO_HASH;
  const ledgerWord = chain.word;
  if (trailWord === ledgerWord) return;
  const where = { lot: trail.lot, expected: ledgerWord, found: trailWord };
  const isAltered = [...rivals.values()].some(({ lots }) =>
    lots.some(({ lot }) => lot === trail.lot),
  );
  const isWithheld = replay.steps.some((step) =>
    withheldOf(chain, step).some(({ line }) => line?.lot === trail.lot),
  );
  if (later) {
    const verdict = isFinal(chain, trust, later.block) ? undefined : ("INCOMPLETE" as const);
    yield { code: "LATER_EVENT_MISSING", verdict, event: later.digest, ...where };
  } else if (!isAltered && !isWithheld) {
    // Only the holder or consignee can move a recorded lot on, so an honest node would have shown that event.
    if (settled) yield { code: "NODE_INCONSISTENT", ...where };
    else if (!replay.steps.some(({ logged }) => logged)) yield { code: "WORD_MISMATCH", ...where };
    else
      yield {
        code: "SETTLED_ELSEWHERE",
        verdict: forkVerdict(chain, trust, trail.lot),
        ...where,
      };
  }
}

/** Reports a hold. A release counts only once the ledger has recorded it or a log vouches for it. */
export function* held({ trail, chain, replay }: Case): Generator<Observed> {
  const last = replay.history.at(-1);
  // A log also accepts events that nobody signed.
  const logged = replay.history.findLast(
    ({ step }) => chain?.logged.has(step) && isSigned(chain, step),
  );
  const holding = [last, chain?.settled ?? logged].find((standing) => standing?.state.held);
  if (holding) yield { code: "LOT_IS_HELD", event: holding.state.lastEvent, lot: trail.lot };
}

function isSigned(chain: Chain, step: Step): boolean {
  const { signature, signer, event, digest } = step;
  const signing = { signature, signer, party: event.actor };
  return (
    [...signatureFaults(signing, chain.registry, placeOf(chain, step), { event: digest })]
      .length === 0
  );
}

/** Reports a lot that has no pieces left. */
export function* closed({ trail, replay }: Case): Generator<Observed> {
  const state = replay.history.at(-1)?.state;
  if (state?.quantity === 0)
    yield { code: "LOT_IS_CLOSED", event: state.lastEvent, lot: trail.lot };
}

/** Checks that the block to judge by is not older than the reader's policy allows. */
export function* age({ chain, trust, policy }: Case): Generator<Observed> {
  const most = policy.maxHeadAgeSeconds;
  if (!chain || most === null || trust.now - chain.head.time <= most) return;
  yield { code: "HEAD_STALE", expected: trust.now - most, found: chain.head.time };
}

/** Warns if the reader took the ledger from the bundle that it is to judge. */
export function* ledger({ trust }: Case): Generator<Observed> {
  if (trust.ledgerOfBundle)
    yield { code: "LEDGER_OF_BUNDLE", field: "ledger", found: trust.ledger };
}
