// Back-tests the forecasts of use in a world: each recomputed at every past week, and held to what came of it.
import { forecastUse } from "../protocol/insight/demand.ts";
import { BAND_LEVELS } from "../protocol/insight/options.ts";
import { pinball } from "../protocol/insight/stats/losses.ts";
import { flowsOf } from "../protocol/insight/weekly.ts";
import type { World } from "../scripts/world/world.ts";

/** One past forecast, and what was true. */
export interface DemandCase {
  /** How the product's demand is drawn in truth; null for parts, which several products use. */
  kind: string | null;
  method: string;
  band: readonly [number, number, number];
  naive: number;
  ours: number;
  was: number;
}

const WEEKS = 8;

/** All past forecasts of the assemblers' use and builds in a world. */
export function backtestDemand(
  world: World,
  seed: number,
): { cases: DemandCase[]; abstained: number } {
  const cases: DemandCase[] = [];
  let abstained = 0;
  for (const assembler of world.assemblers)
    for (const flow of flowsOf(world.facts, assembler)) {
      if (flow.flow === "shipped") continue;
      const forecast = forecastUse(flow, { cut: world.end, weeks: WEEKS, seed: String(seed) });
      const { method, record, loss } = forecast;
      if (method === null) abstained++;
      const kind = world.products.find(({ mpn }) => mpn === flow.part.mpn)?.demand.kind ?? null;
      for (const { band, was } of record) {
        if (band.some((bound) => bound === null)) continue;
        const [low, middle, high] = band as [number, number, number];
        const ours = BAND_LEVELS.reduce(
          (sum, level, i) => sum + pinball(was, [low, middle, high][i]!, level) / 3,
          0,
        );
        cases.push({
          kind,
          method: method!,
          band: [low, middle, high],
          ours,
          naive: loss?.naive ?? 0,
          was,
        });
      }
    }
  return { cases, abstained };
}
