// Answers what is on the way: when each shipment arrives, how likely it is late, and which are unusual.
import type { Abstention, Band, Kept } from "./abstention.ts";
import { type Facts, type Origin, partOf } from "./facts.ts";
import { Lanes, type LaneLaw, type LaneLevel } from "./lanes.ts";
import type { LawKind } from "./law.ts";
import { BAND_LEVELS, DRIFT, FALSE_DISCOVERY, LANE_FEWEST } from "./options.ts";
import { isOpenAt, type Shipment } from "./shipments.ts";
import { benjaminiHochberg } from "./stats/unusual.ts";

export interface ArrivalsOptions {
  /** Unix seconds: only what was known by then is used. */
  cut: number;
  /** Only shipments to this party; without it, all that are seen. */
  to?: string;
}

/** A shipment under way. Times are Unix seconds. */
export interface ArrivalForecast {
  event: string;
  from: string;
  to: string;
  carrier: string | null;
  left: number;
  promised: number | null;
  /** The times by which it arrives once, five and nine times in ten; null where there is too little to say so. */
  arrival: Band | null;
  /** Chance that it arrives after its promise; null without a promise. */
  late: number | null;
  /** What the forecast counts from. */
  method: LawKind | null;
  level: LaneLevel | null;
  /** Arrivals that the forecast is made from. */
  n: number;
  /** How many of the past 90 % bounds held. */
  kept: Kept;
  /** The chance of such an age under usual conditions, where it is unusual; otherwise null. */
  unusual: number | null;
  parts: { mpn: string | null; pieces: number }[];
}

export interface Arrivals {
  shipments: ArrivalForecast[];
  abstained: Abstention[];
}

/** Forecasts every shipment that was under way at the cut, as far as was known then. */
export function arrivals(facts: Facts, options: ArrivalsOptions): Arrivals {
  return arrivalsOf(new Lanes(facts), facts.origins, options);
}

/** As `arrivals`, for a caller that asks for many cuts. */
export function arrivalsOf(
  lanes: Lanes,
  origins: readonly Origin[],
  { cut, to }: ArrivalsOptions,
): Arrivals {
  const mpns = new Map(origins.map((origin) => [origin.lot, partOf(origin)?.mpn ?? null]));
  const abstained: Abstention[] = [];
  const open = lanes.shipments.filter(
    (one) => isOpenAt(one, cut) && (to === undefined || one.to === to),
  );
  const pValues: (number | null)[] = [];
  const shipments = open.map((shipment): ArrivalForecast => {
    const forecast = forecastOf(lanes, shipment, cut);
    const { law, abstention } = forecast;
    if (abstention !== null) abstained.push(abstention);
    if (shipment.expected === null)
      abstained.push({ code: "NO_PROMISE", subject: shipment.event, have: 0, need: 1 });
    pValues.push(forecast.pValue);
    return {
      event: shipment.event,
      from: shipment.from,
      to: shipment.to,
      carrier: shipment.carrier,
      left: shipment.left,
      promised: shipment.expected,
      arrival: forecast.band,
      late: forecast.late,
      method: law?.law.kind ?? null,
      level: law?.level ?? null,
      n: law?.n ?? 0,
      kept: law?.law.kept(cut, 0.9) ?? [0, 0],
      unusual: null,
      parts: piecesOf(shipment, mpns),
    };
  });
  const judged = pValues.flatMap((p, index) => (p === null ? [] : [{ p, index }]));
  const picked = benjaminiHochberg(
    judged.map(({ p }) => p),
    FALSE_DISCOVERY,
  );
  judged.forEach(({ p, index }, i) => {
    if (picked[i]) shipments[index]!.unusual = p;
  });
  return { shipments, abstained };
}

/** The pieces of each part in a shipment. Pieces of different parts are never added. */
function piecesOf(shipment: Shipment, mpns: ReadonlyMap<string, string | null>) {
  const pieces = new Map<string | null, number>();
  for (const { lot, pieces: count } of shipment.lots) {
    const mpn = mpns.get(lot) ?? null;
    pieces.set(mpn, (pieces.get(mpn) ?? 0) + count);
  }
  return [...pieces].map(([mpn, count]) => ({ mpn, pieces: count }));
}

interface Forecast {
  law: LaneLaw | null;
  band: Band | null;
  late: number | null;
  pValue: number | null;
  abstention: Abstention | null;
}

/** The forecast of one shipment under way at a cut. */
export function forecastOf(lanes: Lanes, shipment: Shipment, cut: number): Forecast {
  const found = (["transit", "promise"] as const).map((kind) => lanes.lawOf(kind, shipment, cut));
  const laws = found.filter((one): one is LaneLaw => "law" in one);
  const law = betterOf(laws, cut);
  const subject = shipment.event;
  if (law === undefined) {
    const have = Math.max(...found.map((one) => ("most" in one ? one.most : 0)));
    const abstention = { code: "TOO_FEW", subject, have, need: LANE_FEWEST } as const;
    return { law: null, band: null, late: null, pValue: null, abstention };
  }
  const [inside, of] = law.law.kept(cut, 0.9, DRIFT.of);
  const [low, middle, high] = BAND_LEVELS;
  const bound = law.law.bound(shipment, cut, high);
  const isDrifting = of === DRIFT.of && inside < DRIFT.fewest;
  // How long it has been under way is compared with its lane's past, whatever was promised.
  const transit = laws.find((one) => one.law.kind === "transit");
  const late =
    shipment.expected === null
      ? null
      : shipment.expected <= cut
        ? 1
        : law.law.chanceAfter(shipment, cut, shipment.expected);
  return {
    law,
    band: [law.law.quantile(shipment, cut, low), law.law.quantile(shipment, cut, middle), bound],
    late,
    pValue: transit?.law.pValue(shipment, cut) ?? null,
    abstention: isDrifting
      ? { code: "DRIFTING", subject, have: inside, need: DRIFT.fewest }
      : bound === null
        ? { code: "TOO_FEW", subject, have: law.n, need: law.n + 1 }
        : null,
  };
}

/** The law with the lesser loss over the shipments that both bounded; the transit's where neither is better. */
function betterOf(laws: readonly LaneLaw[], cut: number): LaneLaw | undefined {
  const [first, second] = laws;
  if (first === undefined || second === undefined) return first;
  const [mine, other] = [first.law.losses(cut, 0.9), second.law.losses(cut, 0.9)];
  let difference = 0;
  for (const [event, loss] of mine) {
    const theirs = other.get(event);
    if (theirs !== undefined) difference += loss - theirs;
  }
  return difference > 0 ? second : first;
}
