// Defines the laws of the world's lanes: how long a shipment takes in truth, and what its sender promises.
import { DAY, WEEK } from "../../protocol/insight/options.ts";
import { Chance } from "./chance.ts";

/** Monday, 1 January 2024, 00:00 UTC. */
export const START = 1_704_067_200;

/** What is different in a world. */
export const VARIANTS = ["stationary", "shift", "strike", "thin", "adversarial"] as const;
export type Variant = (typeof VARIANTS)[number];

const SHIFT_WEEK = 60;
const STRIKE = { from: 70, to: 73 };
/** Customs hold one shipment in twenty. */
const CUSTOMS = 0.05;

/** A lane's truth. */
export interface Lane {
  from: string;
  to: string;
  medianDays: number;
  sigma: number;
  /** What the sender's promise adds to the median; null: it promises nothing. */
  biasDays: number | null;
  carrier: string;
  fromCountry: string;
  toCountry: string;
  isShifted: boolean;
}

/** Draws a lane. In the adversarial variant, a third of the senders promise a week more than they need, to look good. */
export function drawLane(
  ends: Pick<Lane, "from" | "to" | "fromCountry" | "toCountry">,
  variant: Variant,
  chance: Chance,
): Lane {
  const bias = chance.between(-2, 3) + (variant === "adversarial" && chance.is(1 / 3) ? 7 : 0);
  return {
    ...ends,
    medianDays: chance.between(2, 25),
    sigma: chance.between(0.15, 0.6),
    biasDays: chance.is(0.8) ? bias : null,
    carrier: chance.pick(["Nordfracht", "Blue Pelican", "Kestrel Air"]),
    isShifted: variant === "shift" && chance.is(0.2),
  };
}

/** Draws when a shipment that leaves at a time arrives: not at a weekend, and later where customs hold it. */
export function drawArrival(lane: Lane, left: number, variant: Variant, chance: Chance): number {
  const week = (left - START) / WEEK;
  const longer = lane.isShifted && week >= SHIFT_WEEK ? 1.6 : 1;
  let days = chance.logNormal(lane.medianDays * longer, lane.sigma);
  if (chance.is(CUSTOMS)) days += chance.between(3, 15);
  let arrival = left + Math.max(0.2, days) * DAY;
  const arrivalWeek = (arrival - START) / WEEK;
  if (variant === "strike" && arrivalWeek >= STRIKE.from && arrivalWeek < STRIKE.to)
    arrival = START + STRIKE.to * WEEK + chance.between(0, 4) * DAY;
  const weekday = Math.floor((arrival - START) / DAY) % 7;
  return Math.floor(weekday >= 5 ? arrival + (7 - weekday) * DAY : arrival);
}

/** What the sender promises: the median of its lane as it was at first, and its bias. */
export const promiseOf = ({ medianDays, biasDays }: Lane, left: number): number | null =>
  biasDays === null ? null : Math.floor(left + Math.max(1, medianDays + biasDays) * DAY);

const DRAWS = 800;

/**
 * The true quantile of the arrival of a shipment that has not arrived by `after`: what a forecaster would say that knows the
 * lane's law. Null where not one draw is that late.
 */
export function oracleArrival(
  lane: Lane,
  left: number,
  { after, level, variant }: { after: number; level: number; variant: Variant },
): number | null {
  const chance = new Chance(`oracle ${lane.from} ${lane.to} ${left}`);
  const draws = Array.from({ length: DRAWS }, () => drawArrival(lane, left, variant, chance))
    .filter((arrival) => arrival > after)
    .sort((a, b) => a - b);
  return draws[Math.ceil(level * draws.length) - 1] ?? null;
}
