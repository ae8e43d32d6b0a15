// Replays a trail without the chain: its lots, the event that each event follows, and the lots' states.
import type { RecoverPublicKey } from "../base/crypto.ts";
import { signerOrNone } from "../base/crypto.ts";
import {
  ACTIONS,
  type Domain,
  type PartialEntry,
  type PartialEvent,
  eventDigester,
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

/** An event of the trail, with everything that the trail alone shows of it. */
export interface Step extends TrailEvent {
  digest: string;
  /** The key that signed. Undefined if the signature is missing or malformed. */
  signer: string | undefined;
  /**
   * The state of each entry's lot before the event. Null for a new lot. Undefined if it is unknown: the lot is not part of
   * the trail, or the trail is broken before this event.
   */
  before: (LotState | null | undefined)[];
  /** The rule that the event breaks, regardless of the parties' standing and the block's time. */
  violation: Violation | undefined;
  /** The steps that this one follows. The ledger must have recorded them before it. */
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
  /** Each event once, without those that concern none of the trail's lots. */
  steps: Step[];
  ancestry: Ancestry<Step>;
  /** The lot after each of its events, up to the first break. */
  history: Standing[];
  /** The same for each lot of the trail. */
  histories: Map<string, Standing[]>;
  /** The lot's own entries from its origin to now, back through splits. */
  way: readonly Passage<Step>[];
  /** Whether the lot's events follow one another without a break. */
  unbroken: boolean;
  /** The faults that the trail alone shows. */
  observations: Observed[];
}

/**
 * The trail's lots after the steps so far. After a break, a lot's states are unknown. The fault of an ancestor is reported
 * only once something is made of the ancestor: a trail may leave out what happened to an ancestor afterwards.
 */
interface Standings {
  of: Map<string, Standing | "broken">;
  pendingFaults: Map<string, Observed>;
}

/** Replays a trail from its origins. */
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
  const digestOf = eventDigester(domain);
  for (const item of events) {
    const digest = digestOf(item.event);
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

/** Finds the states before a step. If the step does not follow from a lot's state, the lot is broken from here on. */
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
    if (!lots.has(lot)) return previous === ZERO_HASH ? null : undefined; // a withheld entry's lot is unknown, too
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

/** Applies the custody rules that need no chain, and updates the trail's lots. */
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

/** The parties' standing and the block's time, as far as the custody rules need them. */
export type Circumstances = Pick<Context, "party"> & { now: number | undefined };

/** Circumstances under which no rule about parties or block times is broken. */
export const ANYBODY: Circumstances = {
  now: undefined,
  party: () => ({ roles: roleBits(Object.keys(ROLES) as RoleName[]), suspended: false }),
};

/**
 * Runs the transition over the entries whose earlier states are known, and over new lots: only their issuer may make them,
 * whatever they are made of. It cannot judge other lots' entries or withheld ones. Signatures have findings of their own,
 * so here every signature counts as valid.
 */
export function judge({ event, digest, before }: Step, circumstances: Circumstances): Outcome {
  const violation = violationOfWhole(event);
  if (violation) return { violation };
  const entries = event.entries.filter((_, i) => isKnown(before[i]));
  if (entries.length === 0) return { states: [] };
  const states = before.filter(isKnown);
  const isMadeOfUnknown = makesLotsOfLots(event) && !states.some((state) => state);
  const isWhole = !isMadeOfUnknown && entries.length === event.entries.length;
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
  return { states: isMadeOfUnknown ? [] : statesAfter(judged, states) }; // lots that are made of a lot on hold are on hold, too
}

const isWithheld = ({ withheld }: PartialEntry) => withheld !== undefined;

/** Whether unknown entries may resolve a violation: they may be lots of the missing kind, or the other pieces of a split. */
function mayBeResolved({ name, args: [before, sum] }: Violation): boolean {
  return (
    name === "EntryKindsNotAllowed" ||
    (name === "QuantityNotConserved" && BigInt(sum!) < BigInt(before!))
  );
}

/** Checks the rules about all entries together, which a check of only the known ones would miss. */
function violationOfWhole({ action, entries }: PartialEvent): Violation | undefined {
  const visible = entries.filter((entry) => !isWithheld(entry));
  const unordered = visible.find(({ lot }, i) => i > 0 && visible[i - 1]!.lot >= lot);
  if (unordered) return { name: "EntriesNotAscending", args: [unordered.lot] };
  const existing = visible.filter(({ previous }) => previous !== ZERO_HASH).length;
  const mayBeMore = visible.length < entries.length;
  const created = visible.length - existing;
  const tooFew = (existing === 0 || created === 0) && !mayBeMore;
  if (action === ACTIONS.split ? tooFew || existing > 1 : action === ACTIONS.assemble && tooFew)
    return { name: "EntryKindsNotAllowed", args: [existing, created] };
  return undefined;
}
