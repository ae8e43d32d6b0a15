// Defines how much of a product is wanted in a week, in truth.
import type { Chance } from "./chance.ts";

export const DEMANDS = [
  ...["smooth", "intermittent", "lumpy", "erratic"],
  ...["dying", "ramp", "seasonal", "noise"],
] as const;

export interface Demand {
  kind: string;
  /** Units in a mean week. */
  mean: number;
}

/** Draws the units wanted in a week, in panels of ten. */
export function drawUnits({ kind, mean }: Demand, week: number, chance: Chance): number {
  const year = Math.sin((2 * Math.PI * week) / 52);
  const share = {
    smooth: () => 1 + 0.15 * chance.normal(),
    intermittent: () => (chance.is(0.4) ? 2.5 : 0),
    lumpy: () => (chance.is(0.3) ? chance.logNormal(2.5, 0.8) : 0),
    erratic: () => chance.logNormal(0.8, 0.7),
    dying: () => Math.max(0, 1.6 * (1 - week / 85)) * (1 + 0.2 * chance.normal()),
    ramp: () => (0.2 + (1.6 * week) / 104) * (1 + 0.2 * chance.normal()),
    seasonal: () => (1 + 0.5 * year) * (1 + 0.15 * chance.normal()),
    noise: () => chance.between(0, 2),
  }[kind];
  return Math.max(0, Math.round(((share?.() ?? 1) * mean) / 10) * 10);
}
