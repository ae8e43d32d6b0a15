// Checks the lot's current state: the ledger's word, holds, closure, and the age of the block.
import { ACTIONS } from "../event/event.ts";
import type { ObservationIn } from "../verdict/verdict.ts";
import type { Case } from "./case.ts";
import type { Chain } from "./chain.ts";
import { isFinal, placeOf, withheldOf } from "./places.ts";
import type { Replay, Step } from "./replay.ts";
import { signatureFaults } from "./signed.ts";
import { ZERO_HASH } from "../base/values.ts";

type Observed = ObservationIn<"lot">;

/** Checks that the trail leads to the ledger's word for the lot, and leaves out no later event. */
export function* word({ trail, trust, chain, replay }: Case): Generator<Observed> {
  if (!chain || !replay.unbroken) return;
  const { settled, later } = chain;
  const trailWord = settled?.word ?? ZERO_HASH;
  const ledgerWord = chain.word;
  if (trailWord === ledgerWord) return;
  const where = { lot: trail.lot, expected: ledgerWord, found: trailWord };
  const isWithheld = replay.steps.some((step) =>
    withheldOf(chain, step).some(({ line }) => line?.lot === trail.lot),
  );
  if (later) {
    const verdict = isFinal(chain, trust, later.block) ? undefined : ("INCOMPLETE" as const);
    yield { code: "LATER_EVENT_MISSING", verdict, event: later.digest, ...where };
  } else if (!chain.forks.has(trail.lot) && !isWithheld)
    // Only the holder, the consignee or the issuer can have moved the lot on, so an honest node would have shown that event.
    yield { code: "NODE_INCONSISTENT", ...where };
}

/** Reports a hold. It counts as soon as the trail shows it, and a release only once it is final. */
export function* held({ trail, trust, chain, replay }: Case): Generator<Observed> {
  const last = replay.history.at(-1);
  const hold = last?.state.held
    ? last.state.lastEvent
    : holdsOf(replay, (step) => chain !== null && isFinalRelease(chain, trust, step)).get(
        trail.lot,
      );
  if (hold !== undefined) yield { code: "LOT_IS_HELD", event: hold, lot: trail.lot };
}

/**
 * The lots of a trail that are on hold after its last event, each with the event that put it, or the lot that it was split
 * from, on hold.
 * @param counts whether a release counts
 */
function holdsOf(
  { steps, histories }: Replay,
  counts: (release: Step) => boolean,
): Map<string, string> {
  const holds = new Map<string, string>();
  const lotsOf = new Map<Step, string[]>(steps.map((step) => [step, []]));
  for (const [lot, history] of histories)
    for (const { step } of history) lotsOf.get(step)!.push(lot);
  for (const [step, lots] of lotsOf) {
    const { event, before, digest } = step;
    const parent = event.entries.find((_, i) => before[i])?.lot ?? "";
    if (event.action === ACTIONS.hold) for (const lot of lots) holds.set(lot, digest);
    if (event.action === ACTIONS.release && counts(step)) for (const lot of lots) holds.delete(lot);
    if (event.action === ACTIONS.split && holds.has(parent))
      for (const lot of lots) holds.set(lot, holds.get(parent)!);
  }
  return holds;
}

/** Whether a release is final. A log also accepts events that nobody signed. */
function isFinalRelease(chain: Chain, trust: Case["trust"], step: Step): boolean {
  const record = chain.records.get(step);
  const logged = chain.logged.get(step);
  if (record) return isFinal(chain, trust, record.block);
  return logged !== undefined && isFinal(chain, trust, logged.block) && isSigned(chain, step);
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
export function* age({ chain, now, policy }: Case): Generator<Observed> {
  const most = policy.maxHeadAgeSeconds;
  if (!chain || most === null || now - chain.head.time <= most) return;
  yield { code: "HEAD_STALE", expected: now - most, found: chain.head.time };
}

/** Warns if the reader took the ledger from the bundle that it is to judge. */
export function* ledger({ trust }: Case): Generator<Observed> {
  if (trust.ledgerOfBundle)
    yield { code: "LEDGER_OF_BUNDLE", field: "ledger", found: trust.ledger };
}
