// Holds the forecasts of arrivals to what became of them. Nothing is stored: each forecast is recomputed from what was known at
// its cut, so nobody can choose which ones to show.
import { forecastOf } from "./arrivals.ts";
import type { Facts } from "./facts.ts";
import { Lanes } from "./lanes.ts";
import { DAY, WEEK } from "./options.ts";
import { hasEndedAt, isOpenAt, type Shipment } from "./shipments.ts";
import { pinball } from "./stats/losses.ts";

export interface TrackOptions {
  /** The first cut, Unix seconds. */
  from: number;
  /** Only what was known by then counts, Unix seconds. */
  cut: number;
  /** Seconds from one cut to the next. */
  every?: number;
  /** Only shipments to this party. */
  to?: string;
}

/** How the forecasts of one cut did. Losses and width are in days, means over the shipments. */
export interface TrackCut {
  at: number;
  /** Shipments with a 90 % bound whose time has come. */
  n: number;
  inside: number;
  nominal: number;
  /** Mean pinball loss of the bound; null without a shipment that arrived. */
  loss: number | null;
  /** The same of mean + 1.28 standard deviations of the lane's finished shipments, never before the cut. */
  naive: number | null;
  /** Mean days from the lower to the upper bound. */
  width: number | null;
  /** Shipments under way without a bound. */
  abstained: number;
}

export interface Track {
  what: "arrivals";
  version: 1;
  by: "week" | "cut";
  cuts: TrackCut[];
  /** The ten bounds that were missed by the longest time. */
  worst: { subject: string; at: number; said: number; was: number }[];
}

const LEVEL = 0.9;
const WORST = 10;

/** Recomputes the forecasts of arrivals at past cuts, and compares them with what was known at the last cut. */
export function trackArrivals(facts: Facts, options: TrackOptions): Track {
  const { from, cut: last, every = WEEK, to } = options;
  if (!(every > 0)) throw new RangeError("every: must be more than 0");
  const lanes = new Lanes(facts);
  const cuts: TrackCut[] = [];
  const missed = new Map<string, Track["worst"][number]>();
  for (let at = from; at < last; at += every) {
    const open = lanes.shipments.filter(
      (one) => isOpenAt(one, at) && (to === undefined || one.to === to),
    );
    const bounded = open.map((shipment) => ({
      shipment,
      band: forecastOf(lanes, shipment, at).band,
    }));
    const judged = bounded.flatMap(({ shipment, band }) =>
      judge(lanes, { shipment, band, at, last }),
    );
    for (const { shipment, said, isInside } of judged) {
      const was = hasEndedAt(shipment, last) ? shipment.ended! : last;
      const subject = shipment.event;
      const before = missed.get(subject);
      if (!isInside && (before === undefined || was - said > before.was - before.said))
        missed.set(subject, { subject, at, said, was });
    }
    const arrived = judged.filter(
      ({ naive, shipment }) => naive !== null && hasEndedAt(shipment, last),
    );
    cuts.push({
      at,
      n: judged.length,
      inside: judged.filter(({ isInside }) => isInside).length,
      nominal: LEVEL,
      loss: mean(arrived.map(({ shipment, said }) => lossOf(shipment, said))),
      naive: mean(arrived.map(({ shipment, naive }) => lossOf(shipment, naive!))),
      width: mean(judged.map(({ width }) => width)),
      abstained: bounded.filter(({ band }) => band === null || band[2] === null).length,
    });
  }
  const worst = [...missed.values()].sort((a, b) => b.was - b.said - (a.was - a.said));
  return {
    ...{ what: "arrivals", version: 1, by: every === WEEK ? "week" : "cut", cuts },
    worst: worst.slice(0, WORST),
  };
}

const lossOf = ({ ended }: Shipment, said: number) => pinball(ended! / DAY, said / DAY, LEVEL);

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length;

/**
 * Judges a bound only once its own time has come. Otherwise the early arrivals of late forecasts would count, and not the
 * shipments that are still under way.
 */
function judge(
  lanes: Lanes,
  forecast: {
    shipment: Shipment;
    band: readonly (number | null)[] | null;
    at: number;
    last: number;
  },
) {
  const { shipment, band, at, last } = forecast;
  const said = band?.[2] ?? null;
  if (band === null || said === null || said > last) return [];
  const hasEnded = hasEndedAt(shipment, last);
  if (hasEnded && !shipment.isReceived) return [];
  const isInside = hasEnded && shipment.ended! <= said;
  const width = (said - (band[0] ?? at)) / DAY;
  return [{ shipment, said, isInside, width, naive: naiveOf(lanes, shipment, at) }];
}

function naiveOf(lanes: Lanes, shipment: Shipment, cut: number): number | null {
  const took = lanes.finishedOf(shipment, cut);
  const middle = mean(took);
  if (middle === null || took.length < 2) return null;
  const variance = took.reduce((sum, one) => sum + (one - middle) ** 2, 0) / (took.length - 1);
  return Math.max(cut, shipment.left + middle + 1.28 * Math.sqrt(variance));
}
