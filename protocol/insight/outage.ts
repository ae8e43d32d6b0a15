// Answers what stops first when a place, a manufacturer, a sender or a carrier stops: which parts run out, when, which products
// stop for want of them, and how many pieces are short. Use is drawn from past weeks, or is the reader's own plan.
import type { Abstention, Band } from "./abstention.ts";
import { type Consumer, consumersOf, type Plan } from "./consumers.ts";
import type { Facts } from "./facts.ts";
import { USE_PATHS, WEEK } from "./options.ts";
import { missing, runsOut } from "./stats/run-out.ts";
import type { Stop, StopMode } from "./stops.ts";
import {
  type OtherSource,
  type Received,
  Supplies,
  type SuppliesAsk,
  type Supply,
} from "./supplies.ts";
import { bandOf } from "./use-methods.ts";

export interface OutageAsk extends SuppliesAsk {
  /** The reader's own plan; missing: use as in past weeks. */
  plan?: Plan;
  /** The same seed draws the same courses. */
  seed: string;
}

export interface OutageQuestion {
  stop: Stop;
  /** How long it lasts. */
  days: number;
  mode: StopMode;
}

/** When something runs out, Unix seconds, once, five and nine times in ten; null: not within a year. */
interface Brackets {
  /** Nothing else comes but what is safely on its way. */
  alone: Band;
  /** What is known to come from elsewhere goes on as in the last year. */
  withOthers: Band;
}

/** A part that is hit. All counts are pieces. */
export interface PartOutage {
  mpn: string;
  /** Of the pieces received in the last year: those that came from there, and those that came from there or may have. */
  hit: readonly [certain: number, possible: number];
  received: number;
  /** What is in stock and may be used. */
  usable: number;
  /** What is on its way and arrives. */
  safeComing: number;
  /** Null: nothing is known of its use. */
  runsOut: Brackets | null;
  /** Pieces that are missing by the end of the outage. */
  short: Brackets | null;
  /** Where else it came from, as far as it was seen; the newest first. */
  otherSources: OtherSource[];
}

/** A product that needs a part that is hit. */
export interface ProductOutage {
  product: string;
  stops: Brackets;
  /** The part that most often runs out first. */
  by: string;
  /** How likely it stops before the outage ends, 0 to 1. */
  exposed: { alone: number; withOthers: number };
}

export interface Outage {
  parts: PartOutage[];
  products: ProductOutage[];
  abstained: Abstention[];
  because: string[];
}

/** What outages of one party are computed from. Gathered once, it answers for everything that can stop. */
export class Exposure {
  readonly #ask: OutageAsk;
  readonly #supplies: Supplies;
  readonly #consumers: readonly Consumer[];
  readonly #unknown: readonly Abstention[];

  constructor(facts: Facts, ask: OutageAsk) {
    this.#ask = ask;
    this.#supplies = new Supplies(facts, ask);
    const { consumers, abstained } = consumersOf(facts, ask);
    this.#consumers = consumers;
    this.#unknown = abstained;
  }

  /** The part numbers that are hit, for certain or possibly. */
  partsHit(stop: Stop): string[] {
    return this.#supplies.parts.filter((mpn) =>
      this.#supplies.receivedOf(mpn, stop).some(({ hit }) => hit !== false),
    );
  }

  /**
   * What stops, when, for want of what.
   * @param rest is waited for between parts, each of which takes some milliseconds
   */
  async outage(
    { stop, days, mode }: OutageQuestion,
    rest: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<Outage> {
    const parts: PartOutage[] = [];
    const because = new Set<string>();
    const times = new Map<string, Courses>();
    for (const mpn of this.partsHit(stop)) {
      await rest();
      const received = this.#supplies.receivedOf(mpn, stop);
      for (const { event, origin } of received) because.add(event).add(origin.event);
      const supply = this.#supplies.left(mpn, this.#alternatesOf(mpn), { stop, mode });
      const found = this.#courses(mpn, supply, days);
      if (found !== null) times.set(mpn, found.times);
      parts.push({
        mpn,
        hit: [
          piecesWhere(received, ({ hit }) => hit === true),
          piecesWhere(received, ({ hit }) => hit !== false),
        ],
        received: piecesWhere(received, () => true),
        usable: supply.usable,
        safeComing: supply.safeComing,
        runsOut: found && bracketsOf(found.times, this.#timeOf),
        short: found && bracketsOf(found.short, Math.ceil),
        otherSources: this.#supplies.othersOf(received, stop),
      });
    }
    return {
      // Parts come in the order of their names, and sorting keeps it where neither is sooner.
      parts: parts.sort((a, b) => sooner(a.runsOut, b.runsOut)),
      products: this.#products(times, days).sort((a, b) => sooner(a.stops, b.stops)),
      abstained: this.#unknown.filter(({ subject }) =>
        parts.some(({ mpn }) => mpn === subject || this.#needs(subject, mpn)),
      ),
      because: [...because],
    };
  }

  #needs(product: string, mpn: string): boolean {
    return this.#consumers.some((one) => one.product === product && one.perUnit.has(mpn));
  }

  #alternatesOf(mpn: string): string[] {
    return [...new Set(this.#consumers.flatMap(({ alternates }) => alternates.get(mpn) ?? []))];
  }

  /** Weeks from the cut as Unix seconds. */
  #timeOf = (weeks: number): number => Math.round(this.#ask.cut + weeks * WEEK);

  /** When a part runs out in each drawn course, and how many pieces are short; null: nothing is known of its use. */
  #courses(mpn: string, { usable, arrivals, othersPerWeek }: Supply, days: number) {
    const users = this.#consumers
      .filter(({ perUnit, isKnown }) => isKnown && perUnit.has(mpn))
      .map(({ perUnit, paths }) => ({ each: perUnit.get(mpn)!, paths: paths() }));
    if (users.length === 0) return null;
    const times: Courses = { alone: [], withOthers: [] };
    const short: Courses = { alone: [], withOthers: [] };
    const weeks = days / 7;
    for (let path = 0; path < USE_PATHS.now; path++) {
      const use = arrivals.map((_, week) =>
        users.reduce((sum, { paths, each }) => sum + paths[path]![week]! * each, 0),
      );
      // A steady stream of pieces is as good as so much less use; only what is on its way comes in one piece.
      const net = use.map((count) => count - othersPerWeek);
      times.alone.push(runsOut(usable, use, arrivals) ?? Infinity);
      times.withOthers.push(runsOut(usable, net, arrivals) ?? Infinity);
      short.alone.push(missing(usable, upTo(use, weeks), arrivals));
      short.withOthers.push(missing(usable, upTo(net, weeks), arrivals));
    }
    return { times, short };
  }

  #products(times: ReadonlyMap<string, Courses>, days: number): ProductOutage[] {
    return this.#consumers.flatMap(({ product, perUnit, isKnown }) => {
      const parts = [...perUnit.keys()].filter((mpn) => times.has(mpn));
      if (product === null || parts.length === 0 || !isKnown) return [];
      const firsts = (bracket: keyof Courses) =>
        Array.from({ length: USE_PATHS.now }, (_, i) =>
          Math.min(...parts.map((mpn) => times.get(mpn)![bracket][i]!)),
        );
      const [alone, withOthers] = [firsts("alone"), firsts("withOthers")];
      const blamed = parts.map((mpn) => ({
        mpn,
        count: times.get(mpn)!.alone.filter((time, i) => time === alone[i]).length,
      }));
      const exposed = (some: readonly number[]) =>
        some.filter((time) => time * 7 < days).length / some.length;
      return [
        {
          product,
          stops: bracketsOf({ alone, withOthers }, this.#timeOf),
          by: blamed.reduce((most, one) => (one.count > most.count ? one : most)).mpn,
          exposed: { alone: exposed(alone), withOthers: exposed(withOthers) },
        },
      ];
    });
  }
}

/** One figure of each drawn course. */
interface Courses {
  alone: number[];
  withOthers: number[];
}

const piecesWhere = (some: readonly Received[], isOne: (one: Received) => boolean): number =>
  some.reduce((sum, one) => sum + (isOne(one) ? one.pieces : 0), 0);

const bracketsOf = ({ alone, withOthers }: Courses, read: (value: number) => number): Brackets => {
  const band = (values: readonly number[]): Band => {
    const at = (value: number | null) =>
      value === null || value === Infinity ? null : read(value);
    const [low, middle, high] = bandOf(values);
    return [at(low), at(middle), at(high)];
  };
  return { alone: band(alone), withOthers: band(withOthers) };
};

/** Orders by when something most likely runs out, or at the earliest. */
function sooner(a: Brackets | null, b: Brackets | null): number {
  const [first, second] = [a, b].map(
    (brackets) => brackets?.alone[1] ?? brackets?.alone[0] ?? Infinity,
  ) as [number, number];
  return first === second ? 0 : first - second;
}

/** The weeks up to a moment, the last one in part. */
const upTo = (weekly: readonly number[], weeks: number): number[] =>
  weekly.slice(0, Math.ceil(weeks)).map((count, week) => count * Math.min(1, weeks - week));
