// Learns how long shipments of one group take, counted from their start or from their promise, and how well it said so before.
import type { Kept } from "./abstention.ts";
import { LANE_WINDOW } from "./options.ts";
import { hasEndedAt, type Shipment } from "./shipments.ts";
import { AdaptiveLevel } from "./stats/conformal.ts";
import { pinball } from "./stats/losses.ts";
import {
  durationAt,
  type Duration,
  durationUnder,
  kaplanMeier,
  type Step,
  survivalAt,
} from "./stats/survival.ts";

/** What a duration is counted from: the start, or the sender's promise. */
export type LawKind = "transit" | "promise";

/** A bound that would have been given when a shipment became known. */
export interface PastBound {
  shipment: Shipment;
  /** Unix seconds; infinity where no finite bound was wide enough. */
  bound: number;
}

/** The law of one group of shipments. All that it says at a cut follows from what was known at the cut. */
export class Law {
  readonly kind: LawKind;
  readonly #members: readonly Shipment[];
  readonly #records = new Map<number, PastBound[]>();
  #last: { cut: number; steps: Step[]; bounded: Step[]; finished: number } | undefined;

  /** @param members in the order in which they were known; those without a promise are left out of a law of promises */
  constructor(kind: LawKind, members: readonly Shipment[]) {
    this.kind = kind;
    this.#members =
      kind === "promise" ? members.filter(({ expected }) => expected !== null) : members;
  }

  #anchor(shipment: Shipment): number {
    return this.kind === "promise" ? shipment.expected! : shipment.left;
  }

  /** The newest shipments at a cut: those that ended, and those under way with their age, which is only a lower bound. */
  #at(cut: number) {
    if (this.#last?.cut === cut) return this.#last;
    let end = this.#members.length;
    while (end > 0 && this.#members[end - 1]!.leftKnown > cut) end--;
    const durations = this.#members
      .slice(Math.max(0, end - LANE_WINDOW), end)
      .map((one): Duration => {
        const hasEnded = hasEndedAt(one, cut);
        const time = (hasEnded ? one.ended! : Math.max(cut, one.left)) - this.#anchor(one);
        return { time, isEnd: hasEnded && one.isReceived };
      });
    const finished = durations.filter(({ isEnd }) => isEnd).length;
    // The next shipment itself counts as one that may take forever. That makes the rank ⌈p(n+1)⌉, as a bound needs.
    const bounded = kaplanMeier([...durations, { time: Infinity, isEnd: false }]);
    this.#last = { cut, steps: kaplanMeier(durations), bounded, finished };
    return this.#last;
  }

  /** How many of the shipments that count at a cut had arrived. */
  finished(cut: number): number {
    return this.#at(cut).finished;
  }

  /** The time by which a shipment under way arrives, at a level; null: it lies beyond what is known. */
  quantile(shipment: Shipment, cut: number, level: number): number | null {
    const anchor = this.#anchor(shipment);
    const age = Math.max(cut, shipment.left) - anchor;
    const { bounded } = this.#at(cut);
    const duration =
      level < 0.5 ? durationUnder(bounded, level, age) : durationAt(bounded, level, age);
    return duration === null ? null : anchor + duration;
  }

  /** The upper bound at a level that has adapted to its past misses; null: none is wide enough. */
  bound(shipment: Shipment, cut: number, level: number): number | null {
    const adapted = this.#adapted(cut, level);
    return adapted === null ? null : this.quantile(shipment, cut, adapted);
  }

  /** The seconds after its start or its promise by which a new shipment arrives, at an adapted level; null: not known. */
  addition(cut: number, level: number): number | null {
    const adapted = this.#adapted(cut, level);
    return adapted === null ? null : durationAt(this.#at(cut).bounded, adapted, -Infinity);
  }

  /** The chance that a shipment under way at the cut is still under way at a time. */
  chanceAfter(shipment: Shipment, cut: number, time: number): number {
    const anchor = this.#anchor(shipment);
    const { steps } = this.#at(cut);
    const still = survivalAt(steps, Math.max(cut, shipment.left) - anchor);
    return still === 0 ? 1 : Math.min(1, survivalAt(steps, time - anchor) / still);
  }

  /** How unusual it is to be under way for so long: the conformal p-value of the age. The shipment itself is among those of n+1. */
  pValue(shipment: Shipment, cut: number): number {
    return survivalAt(this.#at(cut).steps, cut - this.#anchor(shipment));
  }

  /** The upper bounds that would have been given to each shipment when it became known. The same for every later cut. */
  record(level: number): readonly PastBound[] {
    let record = this.#records.get(level);
    if (record === undefined) {
      record = [];
      this.#records.set(level, record);
      for (const shipment of this.#members) {
        const adapted = adaptedTo(record, shipment.leftKnown, level);
        const { leftKnown } = shipment;
        const bound = adapted === null ? null : this.quantile(shipment, leftKnown, adapted);
        if (bound !== null) record.push({ shipment, bound });
        // Where only the adapted level has no bound, infinity stands for it: it cannot be missed, so the level recovers.
        else if (this.quantile(shipment, leftKnown, level) !== null)
          record.push({ shipment, bound: Infinity });
      }
    }
    return record;
  }

  #adapted(cut: number, level: number): number | null {
    return adaptedTo(this.record(level), cut, level);
  }

  /** How many of its past bounds held by a cut, of those whose time has come: the newest `last` of them. */
  kept(cut: number, level: number, last = Infinity): Kept {
    const due = this.record(level)
      .filter(({ bound, shipment }) => bound <= cut && isJudgedAt(shipment, cut))
      .slice(-last);
    return [due.filter(({ shipment, bound }) => isInside(shipment, bound, cut)).length, due.length];
  }

  /** The pinball losses of its past bounds by shipment, of those that arrived by a cut. */
  losses(cut: number, level: number): Map<string, number> {
    const known = this.record(level).filter(
      ({ shipment, bound }) =>
        bound !== Infinity && hasEndedAt(shipment, cut) && shipment.isReceived,
    );
    return new Map(
      known.map(({ shipment, bound }) => [shipment.event, pinball(shipment.ended!, bound, level)]),
    );
  }
}

/** A shipment that was refused or cancelled before its bound says nothing of the bound. */
const isJudgedAt = (shipment: Shipment, cut: number): boolean =>
  !hasEndedAt(shipment, cut) || shipment.isReceived;

const isInside = (shipment: Shipment, bound: number, cut: number): boolean =>
  hasEndedAt(shipment, cut) && shipment.ended! <= bound;

/** The level after the misses that were known at a cut, in the order in which they were known. */
function adaptedTo(record: readonly PastBound[], cut: number, level: number): number | null {
  const adaptive = new AdaptiveLevel(level);
  const known = record.filter(({ shipment }) => hasEndedAt(shipment, cut) && shipment.isReceived);
  known.sort((a, b) => a.shipment.endedKnown! - b.shipment.endedKnown!);
  for (const { shipment, bound } of known) adaptive.learn(shipment.ended! > bound);
  return adaptive.level;
}
