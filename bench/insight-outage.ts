// Back-tests what stops first: lets a distributor of a world stop in truth, and compares the weeks in which products then stop
// with the bands that were said when it stopped.
import type { Facts } from "../protocol/insight/facts.ts";
import { WEEK } from "../protocol/insight/options.ts";
import { Exposure } from "../protocol/insight/outage.ts";
import { START } from "../scripts/world/lanes.ts";
import { makeWorld, type WorldOptions } from "../scripts/world/world.ts";

/** A product that needs a part of the distributor. Weeks are counted from the stop. */
export interface OutageCase {
  kind: string;
  said: readonly [number | null, number | null, number | null];
  /** The first week in which not all wanted units could be built; null: none until the world's end. */
  was: number | null;
  isInside: boolean;
}

const LAST_WEEK = 104;
const STOPS = [45, 60, 75];
const DISTRIBUTORS = [0, 1, 2];

/** The facts as they were known at a moment. */
export function factsAt(facts: Facts, cut: number): Facts {
  const isKnown = ({ known }: { known: number }) => known <= cut;
  return {
    movements: facts.movements.filter(isKnown),
    uses: facts.uses.filter(isKnown),
    origins: facts.origins.filter(isKnown),
    passages: facts.passages
      .filter(({ leftKnown }) => leftKnown <= cut)
      .map((one) =>
        one.endedKnown === null || one.endedKnown <= cut
          ? one
          : {
              ...one,
              ...{ end: null, endEvent: null, endSequence: null },
              ...{ ended: null, endedKnown: null, received: null },
            },
      ),
  };
}

/** Stops each distributor of a world at several weeks. */
export async function backtestOutages(
  options: Pick<WorldOptions, "seed" | "variant">,
): Promise<OutageCase[]> {
  const cases: OutageCase[] = [];
  for (const week of STOPS)
    for (const index of DISTRIBUTORS) cases.push(...(await oneStop(options, index, week)));
  return cases;
}

async function oneStop(
  options: Pick<WorldOptions, "seed" | "variant">,
  distributor: number,
  week: number,
): Promise<OutageCase[]> {
  const world = makeWorld({ ...options, weeks: LAST_WEEK, stop: { distributor, week } });
  const party = world.distributors[distributor]!;
  const cut = START + week * WEEK;
  const facts = factsAt(world.facts, cut);
  const cases: OutageCase[] = [];
  for (const assembler of world.assemblers) {
    const exposure = new Exposure(facts, {
      ...{ party: assembler, cut, refused: new Map(), seed: `${options.seed} ${week}` },
    });
    const { products } = await exposure.outage({
      ...{ stop: { kind: "sender", party }, days: 365, mode: "new" },
    });
    for (const { product, stops } of products) {
      const truth = world.products.find(({ mpn }) => mpn === product)!;
      const weeks = (time: number | null) => (time === null ? null : (time - cut) / WEEK);
      const [low, middle, high] = stops.alone;
      const said = [weeks(low), weeks(middle), weeks(high)] as const;
      const after = truth.wanted.findIndex((units, i) => i >= week && truth.built[i]! < units);
      const was = after < 0 ? null : after - week;
      cases.push({ kind: truth.demand.kind, said, was, isInside: isInside(said, was, week) });
    }
  }
  return cases;
}

/** Whether the week of the stop is in the band. A stop after the world's end is inside where the band goes on beyond it. */
function isInside([low, , high]: OutageCase["said"], was: number | null, week: number): boolean {
  if (was === null) return high === null || Math.floor(high) >= LAST_WEEK - week;
  return (
    (low === null ? false : Math.floor(low) <= was) && (high === null || Math.floor(high) >= was)
  );
}

/** How often products stopped in the band that was said, all together and by the kind of demand. */
export function outageSummary(cases: readonly OutageCase[]) {
  const kinds = Map.groupBy(cases, ({ kind }) => kind);
  return {
    ...figuresOf(cases),
    by: Object.fromEntries([...kinds].sort().map(([kind, some]) => [kind, figuresOf(some)])),
  };
}

function figuresOf(cases: readonly OutageCase[]) {
  const share = (isOne: (one: OutageCase) => boolean) => cases.filter(isOne).length / cases.length;
  return {
    n: cases.length,
    inside80: share(({ isInside }) => isInside),
    sooner: share(
      ({ said, was }) => was !== null && (said[0] === null || was < Math.floor(said[0])),
    ),
    later: share(
      ({ said, was }) => said[2] !== null && (was === null || was > Math.floor(said[2])),
    ),
  };
}
