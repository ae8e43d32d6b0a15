// Back-tests the forecasts of arrivals in a world: at each weekly cut, every shipment that was under way as far as was known.
import { Lanes } from "../protocol/insight/lanes.ts";
import { forecastOf } from "../protocol/insight/arrivals.ts";
import { DAY, WEEK } from "../protocol/insight/options.ts";
import { hasEndedAt, isOpenAt, type Shipment } from "../protocol/insight/shipments.ts";
import { pinball } from "../protocol/insight/stats/losses.ts";
import { ascending } from "../protocol/insight/stats/rank.ts";
import { oracleArrival, START } from "../scripts/world/lanes.ts";
import { laneName, type World } from "../scripts/world/world.ts";

const WARM_UP_WEEKS = 26;
/** Shipments that left in the last weeks may not have arrived: the fast ones alone would be counted. */
const LAST_WEEKS = 10;

/** The forecasts of one shipment and what became of it. Times in days from the cut. */
export interface ArrivalCase {
  actual: number;
  bounds: { p80: number | null; p90: number | null; p95: number | null };
  low: number | null;
  late: number | null;
  isLate: boolean | null;
  promise: { bound: number | null };
  baselines: { normal: number | null; finished: number | null; last: number | null };
  oracle: number | null;
}

/** Forecasts that an engineer might make of the finished shipments of a lane. */
function baselinesOf(took: readonly number[], left: number) {
  if (took.length < 2) return { normal: null, finished: null, last: null };
  const mean = took.reduce((sum, one) => sum + one, 0) / took.length;
  const variance = took.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (took.length - 1);
  const sorted = ascending(took);
  return {
    normal: left + mean + 1.28 * Math.sqrt(variance),
    finished: left + sorted[Math.min(sorted.length, Math.ceil(0.9 * sorted.length)) - 1]!,
    last: left + took.at(-1)!,
  };
}

/** Runs the back-test over one world. */
export function backtestArrivals(world: World): ArrivalCase[] {
  const lanes = new Lanes(world.facts);
  const byLane = Map.groupBy(lanes.shipments, ({ from, to }) => laneName(from, to));
  const cases: ArrivalCase[] = [];
  for (let cut = START + WARM_UP_WEEKS * WEEK; cut < world.end - LAST_WEEKS * WEEK; cut += WEEK)
    for (const shipment of lanes.shipments) {
      if (!isOpenAt(shipment, cut)) continue;
      // One that had arrived, and of which only the receipt was not registered yet, has no arrival to forecast.
      if (shipment.ended !== null && shipment.ended <= cut) continue;
      if (shipment.ended === null || !shipment.isReceived) continue;
      cases.push(caseOf(world, { lanes, byLane, shipment, cut }));
    }
  return cases;
}

function caseOf(
  world: World,
  at: { lanes: Lanes; byLane: Map<string, Shipment[]>; shipment: Shipment; cut: number },
): ArrivalCase {
  const { lanes, byLane, shipment, cut } = at;
  const { law, band, late } = forecastOf(lanes, shipment, cut);
  const name = laneName(shipment.from, shipment.to);
  const took = byLane
    .get(name)!
    .filter((one) => hasEndedAt(one, cut) && one.isReceived)
    .map(({ ended, left }) => ended! - left);
  // No forecaster says a time that has passed.
  const after = (time: number | null | undefined) =>
    time === null || time === undefined ? null : Math.max(0, time - cut) / DAY;
  const { normal, finished, last } = baselinesOf(took, shipment.left);
  const promised = lanes.lawOf("promise", shipment, cut);
  const { variant } = world;
  const lane = world.lanes.get(name)!;
  return {
    actual: (shipment.ended! - cut) / DAY,
    bounds: {
      p80: after(law?.law.bound(shipment, cut, 0.8)),
      p90: after(band?.[2]),
      p95: after(law?.law.bound(shipment, cut, 0.95)),
    },
    low: after(band?.[0]),
    late,
    isLate: shipment.expected === null ? null : shipment.ended! > shipment.expected,
    promise: { bound: "law" in promised ? after(promised.law.bound(shipment, cut, 0.9)) : null },
    baselines: { normal: after(normal), finished: after(finished), last: after(last) },
    oracle: after(oracleArrival(lane, shipment.left, { after: cut, level: 0.9, variant })),
  };
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length;

/** Sums the cases up. Losses are compared over the cases that all forecasts answered. */
export function summaryOf(cases: readonly ArrivalCase[]) {
  const covered = (bound: (one: ArrivalCase) => number | null) => {
    const answered = cases.filter((one) => bound(one) !== null);
    return mean(answered.map((one) => (one.actual <= bound(one)! ? 1 : 0)));
  };
  const all = cases.filter(
    ({ bounds, oracle, baselines }) =>
      bounds.p90 !== null && oracle !== null && baselines.normal !== null,
  );
  const loss = (bound: (one: ArrivalCase) => number) =>
    mean(all.map((one) => pinball(one.actual, bound(one), 0.9)));
  const answered = cases.filter(({ bounds }) => bounds.p90 !== null);
  const chances = cases.filter(({ late, isLate }) => late !== null && isLate !== null);
  return {
    n: cases.length,
    abstained: mean(cases.map(({ bounds }) => (bounds.p90 === null ? 1 : 0))),
    coverage: {
      p80: covered(({ bounds }) => bounds.p80),
      p90: covered(({ bounds }) => bounds.p90),
      p95: covered(({ bounds }) => bounds.p95),
      promise: covered(({ promise }) => promise.bound),
      normal: covered(({ baselines }) => baselines.normal),
      finished: covered(({ baselines }) => baselines.finished),
    },
    pinball: {
      ours: loss(({ bounds }) => bounds.p90!),
      normal: loss(({ baselines }) => baselines.normal!),
      finished: loss(({ baselines }) => baselines.finished!),
      last: loss(({ baselines }) => baselines.last!),
      oracle: loss(({ oracle }) => oracle!),
    },
    widthDays: mean(answered.map(({ bounds, low }) => bounds.p90! - low!)),
    late: Array.from({ length: 10 }, (_, bin) => {
      const inBin = chances.filter(({ late }) => Math.min(9, Math.floor(late! * 10)) === bin);
      const said = mean(inBin.map(({ late }) => late!));
      return { n: inBin.length, said, was: mean(inBin.map(({ isLate }) => (isLate ? 1 : 0))) };
    }),
  };
}
