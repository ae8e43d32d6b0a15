// Forecasts the mean use per week of parts that are not used every week. All methods start at the first week with use: its size
// is the first size, and the weeks up to and with it are the first interval.

/** A method: its forecast of the next week's mean; null where nothing was ever used. */
export type MeanMethod = "ses" | "croston" | "sba" | "sbj" | "tsb";

/** How much weight the newest size (`alpha`) and the newest interval or occurrence (`beta`) have, 0 to 1. */
export interface Smoothing {
  alpha: number;
  beta: number;
}

/** Simple exponential smoothing, from the first value. */
export function ses(series: readonly number[], alpha: number): number | null {
  if (series.length === 0) return null;
  return series.slice(1).reduce((level, value) => level + alpha * (value - level), series[0]!);
}

/** Croston (1972): smoothed size over smoothed interval; both change only in weeks with use. */
export function croston(series: readonly number[], { alpha, beta }: Smoothing): number | null {
  let size: number | null = null;
  let interval = 1;
  let since = 0;
  for (const value of series) {
    since++;
    if (value === 0) continue;
    interval = size === null ? since : interval + beta * (since - interval);
    size = size === null ? value : size + alpha * (value - size);
    since = 0;
  }
  return size === null ? null : size / interval;
}

/** Syntetos and Boylan (2005): Croston without most of its bias, × (1 − β/2), β being the weight of the interval. */
export function sba(series: readonly number[], smoothing: Smoothing): number | null {
  const forecast = croston(series, smoothing);
  return forecast === null ? null : forecast * (1 - smoothing.beta / 2);
}

/** Shale, Boylan and Johnston (2006): Croston × (1 − β/(2 − β)). */
export function sbj(series: readonly number[], smoothing: Smoothing): number | null {
  const forecast = croston(series, smoothing);
  return forecast === null ? null : forecast * (1 - smoothing.beta / (2 - smoothing.beta));
}

/**
 * Teunter, Syntetos and Babai (2011): smoothed size × smoothed chance of use. The chance falls in each week without use, so
 * the forecast of a part that is no longer used goes to 0, which Croston's does not. The first chance is 1 / first interval,
 * and the first week with use raises it as any other does.
 */
export function tsb(series: readonly number[], { alpha, beta }: Smoothing): number | null {
  const first = series.findIndex((value) => value > 0);
  if (first < 0) return null;
  let size = series[first]!;
  let chance = 1 / (first + 1);
  for (const value of series.slice(first)) {
    chance += beta * ((value > 0 ? 1 : 0) - chance);
    if (value > 0) size += alpha * (value - size);
  }
  return size * chance;
}

/** How a series behaves (Syntetos, Boylan and Croston 2005). It is reported, and decides nothing. */
export const DEMAND_CLASSES = ["smooth", "intermittent", "erratic", "lumpy"] as const;
export type DemandClass = (typeof DEMAND_CLASSES)[number];

/** The class by the mean interval between weeks with use (1.32) and the squared variation of their sizes (0.49). */
export function demandClass(series: readonly number[]): DemandClass | null {
  const sizes = series.filter((value) => value > 0);
  if (sizes.length === 0) return null;
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  const variance = sizes.reduce((sum, size) => sum + (size - mean) ** 2, 0) / sizes.length;
  const isRare = series.length / sizes.length > 1.32;
  const isVaried = variance / mean ** 2 > 0.49;
  if (isRare) return isVaried ? "lumpy" : "intermittent";
  return isVaried ? "erratic" : "smooth";
}
