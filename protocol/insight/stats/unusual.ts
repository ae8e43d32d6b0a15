// Finds unusual cases among many at a stated rate of false alarms (Benjamini and Hochberg 1995), from conformal p-values, for
// which that stays valid (Bates, Candès, Lei, Romano and Sesia 2023).

/** The chance under usual conditions of a value this high: (1 + past values at least as high) / (n + 1). */
export const conformalP = (past: readonly number[], value: number): number =>
  (1 + past.filter((one) => one >= value).length) / (past.length + 1);

/**
 * Picks the cases that are unusual, so that of those picked at most a share `rate` is usual, on average.
 * @param pValues one for each case
 * @returns whether each case is picked, in the order given
 */
export function benjaminiHochberg(pValues: readonly number[], rate: number): boolean[] {
  const sorted = [...pValues].sort((a, b) => a - b);
  let bound = -1;
  sorted.forEach((p, index) => {
    if (p <= (rate * (index + 1)) / sorted.length) bound = p;
  });
  return pValues.map((p) => p <= bound);
}
