// Scores forecasts against what happened. Each of these is least for a forecaster who says what it believes.

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The pinball loss of the quantile `forecast` at `level`. */
export const pinball = (actual: number, forecast: number, level: number): number =>
  Math.max(level * (actual - forecast), (level - 1) * (actual - forecast));

/**
 * The scale of a series for losses (M5): the mean absolute step from one value to the next.
 * @returns null for a series that never changes, which has no scale
 */
export function stepScale(series: readonly number[]): number | null {
  if (series.length < 2) return null;
  const steps = series.slice(1).map((value, index) => Math.abs(value - series[index]!));
  return mean(steps) || null;
}

/** The interval score (Winkler 1972) of a central interval of `level`: its width, and a fine for each miss. */
export function intervalScore(
  actual: number,
  [least, most]: readonly [number, number],
  level: number,
): number {
  const fine = 2 / (1 - level);
  return most - least + fine * Math.max(0, least - actual, actual - most);
}

/** The Brier score of chances against outcomes. */
export const brier = (forecasts: readonly { chance: number; isTrue: boolean }[]): number =>
  mean(forecasts.map(({ chance, isTrue }) => (chance - (isTrue ? 1 : 0)) ** 2));

/** The share of outcomes inside. */
export const coverage = (inside: readonly boolean[]): number =>
  mean(inside.map((one) => (one ? 1 : 0)));
