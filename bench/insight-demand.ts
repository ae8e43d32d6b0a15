// Back-tests the forecasts of use in a world: each recomputed at every past week, and held to what came of it.
import type { Band } from "../protocol/insight/abstention.ts";
import { forecastUse } from "../protocol/insight/demand.ts";
import { BAND_LEVELS } from "../protocol/insight/options.ts";
import { pinball, stepScale } from "../protocol/insight/stats/losses.ts";
import { flowsOf } from "../protocol/insight/weekly.ts";
import type { World } from "../scripts/world/world.ts";

/** One past forecast of what eight weeks take, and what came of it. Losses are scaled by the series' mean step from week to week. */
export interface DemandCase {
  /** How the product's demand is drawn in truth; "part" for parts, which several products use. */
  kind: string;
  isHeld: boolean;
  isOverLow: boolean;
  ours: number;
  naive: number;
}

/** What one series gave. */
export interface DemandSeries {
  cases: DemandCase[];
  isAbstained: boolean;
}

const WEEKS = 8;

/** All past forecasts of what the assemblers used and built. */
export function backtestDemand(world: World, seed: number): DemandSeries[] {
  return world.assemblers.flatMap((assembler) =>
    flowsOf(world.facts, assembler)
      .filter(({ flow }) => flow !== "shipped")
      .map((flow): DemandSeries => {
        const forecast = forecastUse(flow, { cut: world.end, weeks: WEEKS, seed: String(seed) });
        const { method, record, past } = forecast;
        const truth = world.products.find(({ mpn }) => mpn === flow.part.mpn);
        const kind = truth?.demand.kind ?? "part";
        const scale = stepScale(past) ?? 1;
        const cases = record.flatMap(({ band, naive, was }): DemandCase[] =>
          isWhole(band) && isWhole(naive)
            ? [
                {
                  ...{ kind, isHeld: was <= band[2], isOverLow: was >= band[0] },
                  ...{ ours: lossOf(band, was) / scale, naive: lossOf(naive, was) / scale },
                },
              ]
            : [],
        );
        return { cases, isAbstained: method === null };
      }),
  );
}

type Whole = readonly [number, number, number];
const isWhole = (band: Band): band is Whole => band.every((bound) => bound !== null);

const lossOf = (band: Whole, was: number): number =>
  BAND_LEVELS.reduce((sum, level, i) => sum + pinball(was, band[i]!, level), 0) /
  BAND_LEVELS.length;

/** How forecasts of use did, all together and by the kind of demand. */
export function demandSummary(series: readonly DemandSeries[]) {
  const cases = series.flatMap((one) => one.cases);
  const kinds = Map.groupBy(cases, ({ kind }) => kind);
  return {
    series: series.length,
    abstained: series.filter(({ isAbstained }) => isAbstained).length / series.length,
    ...figuresOf(cases),
    by: Object.fromEntries([...kinds].sort().map(([kind, some]) => [kind, figuresOf(some)])),
  };
}

function figuresOf(cases: readonly DemandCase[]) {
  const mean = (of: (one: DemandCase) => number) =>
    cases.reduce((sum, one) => sum + of(one), 0) / cases.length;
  return {
    n: cases.length,
    held90: mean(({ isHeld }) => Number(isHeld)),
    over10: mean(({ isOverLow }) => Number(isOverLow)),
    loss: mean(({ ours }) => ours),
    naiveLoss: mean(({ naive }) => naive),
  };
}
