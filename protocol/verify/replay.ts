// Replays a trail without the chain: which lots it is about, what each event follows from, and the states it leads to.
import type { RecoverPublicKey } from "../base/crypto.ts";
import { signerOrNone } from "../base/crypto.ts";
import {
  ACTIONS,
  type Domain,
  type PartialEntry,
  type PartialEvent,
  eventDigest,
} from "../event/event.ts";
import { type LotState, wordOf } from "../event/lot.ts";
import { type RoleName, ROLES, roleBits } from "../event/roles.ts";
import { type Passage, passagesOf } from "../trail/lineage.ts";
import {
  type Ancestry,
  type Trail,
  type TrailEvent,
  ancestryOf,
  makesLotsOfLots,
} from "../trail/trail.ts";
import { type Context, type Outcome, statesAfter, transitionOf } from "../event/transition.ts";
import type { ObservationIn } from "../verdict/verdict.ts";
import { ZERO_HASH } from "../base/values.ts";
import type { Violation } from "../event/violation.ts";

type Observed = ObservationIn<"replay">;

/** An event of the trail, with what follows from the trail alone. */
export interface Step extends TrailEvent {
  digest: string;
  /** The key that signed; undefined where the signature is missing or of a bad form. */
  signer: string | undefined;
  /**
   * The state of each entry's lot before the event: null for a new lot, undefined where it is not known, because the
   * entry is of a lot outside of this trail, or because the trail is broken before it.
   */
  before: (LotState | null | undefined)[];
  /** The rule that the event breaks, whatever the parties and the block's time. */
  violation: Violation | undefined;
  /** The steps that this one follows: the ledger cannot have recorded it without having recorded them. */
  follows: Set<Step>;
}

/** A lot of the trail after a step. */
export interface Standing {
  step: Step;
  state: LotState;
  word: string;
}

export interface Replay {
  lot: string;
  /** Each event once, without those that are not about this trail's lots. */
  steps: Step[];
  ancestry: Ancestry<Step>;
  /** The lot after each of its events, as far as they follow from one another. */
  history: Standing[];
  /** The same of each lot of the trail. */
  histories: Map<string, Standing[]>;
  /** The lot's way from its origin to now, back through splits. */
  way: readonly Passage<Step>[];
  /** Whether the trail leads to the lot's newest state without a break. */
  unbroken: boolean;
  /** What is wrong with the trail in itself. */
  observations: Observed[];
}

/**
 * Lots of the trail after the steps so far. Past a link that does not fit, a lot is broken: nothing more is said of its
 * states. The fault is told where the lot matters, for itself or for what is made of it; what became of an ancestor
 * afterwards may be left out of a trail.
 */
interface Standings {
  of: Map<string, Standing | "broken">;
  pendingFaults: Map<string, Observed>;
}

/** Replays a trail from its origins on. */
export function replay(trail: Trail, domain: Domain, recover: RecoverPublicKey): Replay {
  const observations: Observed[] = [];
  const report = (faults: Iterable<Observed>) => {
    for (const fault of faults) observations.push(fault);
  };
  const all = readSteps(trail, domain, observations);
  const ancestry = ancestryOf(trail.lot, all);
  const steps = all.filter((step) => isOfTrail(step, ancestry, observations));
  for (const step of steps) step.signer = signerOrNone(step.digest, step.signature, recover);
  report(missingOrigins(ancestry));

  const standings: Standings = { of: new Map(), pendingFaults: new Map() };
  for (const lot of ancestry.lots)
    if (!ancestry.creations.has(lot)) standings.of.set(lot, "broken");
  const histories = new Map([...ancestry.lots].map((lot): [string, Standing[]] => [lot, []]));
  for (const step of steps) {
    report(link(step, ancestry, standings, trail.lot));
    report(applyStep(step, ancestry, standings));
    for (const { lot } of step.event.entries) {
      const standing = standings.of.get(lot);
      if (standing !== undefined && standing !== "broken" && standing.step === step)
        histories.get(lot)!.push(standing);
    }
  }
  const history = histories.get(trail.lot)!;
  const unbroken = history.length > 0 && standings.of.get(trail.lot) === history.at(-1);
  const way = passagesOf(trail.lot, ancestry.creations, steps);
  return { lot: trail.lot, steps, ancestry, history, histories, way, unbroken, observations };
}

function readSteps({ events }: Trail, domain: Domain, observations: Observed[]): Step[] {
  const steps = new Map<string, Step>();
  for (const item of events) {
    const digest = eventDigest(domain, item.event);
    if (steps.has(digest)) observations.push({ code: "EVENT_TWICE", event: digest });
    else
      steps.set(digest, {
        ...item,
        digest,
        signer: undefined,
        before: [],
        violation: undefined,
        follows: new Set(),
      });
  }
  return [...steps.values()];
}

function isOfTrail(
  { event, digest }: Step,
  { lots }: Ancestry<Step>,
  observations: Observed[],
): boolean {
  const isOf = event.entries.some(({ lot }) => lots.has(lot));
  if (!isOf) observations.push({ code: "EVENT_EXTRA", event: digest, field: "entries" });
  return isOf;
}

function missingOrigins({ lots, creations }: Ancestry<Step>): Observed[] {
  return [...lots]
    .filter((lot) => !creations.has(lot))
    .map((lot) => ({ code: "ORIGIN_MISSING", lot }));
}

/** Finds the states before a step; a lot whose event does not follow from them is broken from here on. */
function link(
  step: Step,
  { lots }: Ancestry<Step>,
  { of, pendingFaults }: Standings,
  main: string,
): Observed[] {
  const { event, digest } = step;
  const faults: Observed[] = [];
  step.before = event.entries.map(({ lot, previous }, i) => {
    const standing = of.get(lot);
    if (!lots.has(lot)) return previous === ZERO_HASH ? null : undefined; // also what is withheld is not known
    if (standing === "broken") return undefined;
    if (standing === undefined && previous === ZERO_HASH) return null;
    if (standing?.word === previous) {
      step.follows.add(standing.step);
      return standing.state;
    }
    of.set(lot, "broken");
    const fault: Observed = {
      code: previous === ZERO_HASH ? "LotExists" : "PreviousMismatch",
      event: digest,
      lot,
      field: `entries.${i}.previous`,
      expected: standing?.word ?? ZERO_HASH,
      found: previous,
    };
    if (lot === main || fault.code === "LotExists") faults.push(fault);
    else pendingFaults.set(lot, fault);
    return undefined;
  });
  return faults;
}

/** Applies the custody rules that need no chain, and moves the lots of the trail. */
function applyStep(
  step: Step,
  { lots }: Ancestry<Step>,
  { of, pendingFaults }: Standings,
): Observed[] {
  const { event, before } = step;
  const { states, violation } = judge(step, ANYBODY);
  step.violation = violation;
  const makes =
    makesLotsOfLots(event) &&
    event.entries.some(({ lot }, i) => lots.has(lot) && before[i] === null);
  const missed = makes
    ? event.entries.filter(({ lot }, i) => lots.has(lot) && !isKnown(before[i]))
    : [];
  let next = 0;
  event.entries.forEach(({ lot }, i) => {
    if (!isKnown(before[i])) return;
    const state = states?.[next++];
    if (!lots.has(lot)) return;
    if (state === undefined || (missed.length > 0 && before[i] === null)) of.set(lot, "broken");
    else of.set(lot, { step, state, word: wordOf(state) });
  });
  return missed.flatMap(({ lot }) => {
    const fault = pendingFaults.get(lot);
    pendingFaults.delete(lot);
    return fault ? [fault] : [];
  });
}

const isKnown = (state: LotState | null | undefined): state is LotState | null =>
  state !== undefined;

/** What a step's parties and block are, as far as the custody rules ask. */
export type Circumstances = Pick<Context, "party"> & { now: number | undefined };

/** Circumstances in which no rule about parties and block times is broken. */
export const ANYBODY: Circumstances = {
  now: undefined,
  party: () => ({ roles: roleBits(Object.keys(ROLES) as RoleName[]), suspended: false }),
};

/**
 * Runs the transition over the entries whose states before are known, new lots among them: that only their issuer makes
 * them holds whatever they are made of. The entries of other lots in a shipment are not the trail's to judge, nor what is
 * withheld, and signatures have their own rules of findings, so here each is by a key of the
 * actor's.
 */
export function judge({ event, digest, before }: Step, circumstances: Circumstances): Outcome {
  const violation = violationOfWhole(event);
  if (violation) return { violation };
  const entries = event.entries.filter((_, i) => isKnown(before[i]));
  if (entries.length === 0) return { states: [] };
  const states = before.filter(isKnown);
  const isMadeOfUnknown = makesLotsOfLots(event) && !states.some((state) => state);
  const isWhole = !isMadeOfUnknown && !event.entries.some(isWithheld);
  const words = new Map(entries.map(({ lot, previous }) => [lot, previous]));
  const context: Context = {
    now: circumstances.now ?? event.time,
    party: circumstances.party,
    key: () => ({ party: event.actor, revoked: false }),
    word: (lot) => words.get(lot) ?? ZERO_HASH,
  };
  const judged = { event: { ...event, entries }, digest, signer: event.actor };
  const outcome = transitionOf(context, states, judged);
  if (isWhole || !outcome.violation || !mayBeResolved(outcome.violation)) return outcome;
  return { states: isMadeOfUnknown ? [] : statesAfter(judged, states) }; // lots made of what is on hold are so, too
}

const isWithheld = ({ withheld }: PartialEntry) => withheld !== undefined;

/** Whether entries that are not known may bring what is missing: lots of either kind, or the other pieces of a split. */
function mayBeResolved({ name, args: [before, sum] }: Violation): boolean {
  return (
    name === "EntryKindsNotAllowed" ||
    (name === "QuantityNotConserved" && BigInt(sum!) < BigInt(before!))
  );
}

/** The rules over all entries that would go unseen when only some of them are judged. */
function violationOfWhole({ action, entries }: PartialEvent): Violation | undefined {
  const visible = entries.filter((entry) => !isWithheld(entry));
  const unordered = visible.find(({ lot }, i) => i > 0 && visible[i - 1]!.lot >= lot);
  if (unordered) return { name: "EntriesNotAscending", args: [unordered.lot] };
  const existing = visible.filter(({ previous }) => previous !== ZERO_HASH).length;
  const mayBeMore = visible.length < entries.length;
  const tooFew = existing === 0 && !mayBeMore;
  if (action === ACTIONS.split ? tooFew || existing > 1 : action === ACTIONS.assemble && tooFew)
    return { name: "EntryKindsNotAllowed", args: [existing, visible.length - existing] };
  return undefined;
}
