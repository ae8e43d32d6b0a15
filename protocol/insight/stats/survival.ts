// Estimates durations of which some have not ended yet (Kaplan and Meier 1958). Leaving those out makes every forecast too
// short: what is still under way is what takes long.

/** A duration: it ended (`isEnd`), or it had lasted so long when it was last seen. */
export interface Duration {
  time: number;
  isEnd: boolean;
}

/** One step of the survival function. */
export interface Step {
  time: number;
  /** Durations of at least this time. */
  atRisk: number;
  ends: number;
  /** The share of durations that are longer than `time`. */
  survival: number;
  /** Greenwood's sum Σ d/(n(n−d)); the variance is survival² times this. Infinite where survival is 0. */
  greenwood: number;
}

/** Computes S(t) = Π (1 − d/n) over the times at which a duration ended. Ends come before censorings of the same time. */
export function kaplanMeier(durations: readonly Duration[]): Step[] {
  const sorted = [...durations].sort((a, b) => a.time - b.time);
  const steps: Step[] = [];
  let survival = 1;
  let greenwood = 0;
  for (let i = 0; i < sorted.length;) {
    const { time } = sorted[i]!;
    const atRisk = sorted.length - i;
    let ends = 0;
    for (; i < sorted.length && sorted[i]!.time === time; i++) if (sorted[i]!.isEnd) ends++;
    if (ends === 0) continue;
    survival *= (atRisk - ends) / atRisk;
    greenwood += ends / (atRisk * (atRisk - ends));
    steps.push({ time, atRisk, ends, survival, greenwood });
  }
  return steps;
}

/** S(t): the share of durations longer than `time`. */
export function survivalAt(steps: readonly Step[], time: number): number {
  let survival = 1;
  for (const step of steps) {
    if (step.time > time) break;
    survival = step.survival;
  }
  return survival;
}

/**
 * The smallest duration t with S(t) ≤ (1 − level)·S(age): of those that have lasted `age`, a share `level` lasts no longer.
 * @param age that it has lasted already; 0 for a new one
 * @returns the whole duration, not the remaining one; null where too few have ended to tell
 */
export function durationAt(steps: readonly Step[], level: number, age = 0): number | null {
  const bound = (1 - level) * survivalAt(steps, age) + 1e-12;
  return steps.find((step) => step.time > age && step.survival <= bound)?.time ?? null;
}

/**
 * The lower bound of a duration that has lasted `age`: the time of the step at which, after its first end alone, still
 * (1 − level)·S(age) are longer. Without censoring that is the value of rank ⌊level·(n+1)⌋, if one more is put at infinity.
 * @returns the age itself where not even one step is allowed: none can have ended by then
 */
export function durationUnder(steps: readonly Step[], level: number, age = 0): number {
  const bound = (1 - level) * survivalAt(steps, age) - 1e-12;
  const longBefore = ({ survival, atRisk, ends }: Step) => (survival * atRisk) / (atRisk - ends);
  const found = steps.findLast(
    (step) => step.time > age && longBefore(step) * (1 - 1 / step.atRisk) >= bound,
  );
  return found?.time ?? age;
}

/**
 * Limits of S(t) on the log-log scale, with Greenwood's variance (1926).
 * @param z of the normal distribution: 1.96 for 95 %
 * @returns null where S is 0 or 1: the variance says nothing there
 */
export function survivalLimits(
  { survival, greenwood }: Step,
  z: number,
): readonly [least: number, most: number] | null {
  if (survival <= 0 || survival >= 1) return null;
  const width = (z * Math.sqrt(greenwood)) / Math.log(survival);
  return [survival ** Math.exp(-width), survival ** Math.exp(width)];
}
