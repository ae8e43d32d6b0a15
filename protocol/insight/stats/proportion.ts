// Judges proportions: an interval for one (Wilson 1927), and a funnel for many (Spiegelhalter 2005) in place of a league table.

/**
 * Wilson's score interval of x out of n.
 * @param z of the normal distribution: 1.96 for 95 %
 * @throws RangeError if x is not 0 to n, or n is 0
 */
export function wilson(x: number, n: number, z = 1.959963984540054): [least: number, most: number] {
  if (!(n > 0 && x >= 0 && x <= n)) throw new RangeError("x: must be 0 to n, and n more than 0");
  const rate = x / n;
  const middle = rate + (z * z) / (2 * n);
  const spread = z * Math.sqrt((rate * (1 - rate)) / n + (z * z) / (4 * n * n));
  const whole = 1 + (z * z) / n;
  return [Math.max(0, (middle - spread) / whole), Math.min(1, (middle + spread) / whole)];
}

/** The natural logarithms of 0!, 1!, … as far as anybody asked. */
const LOG_FACTORIALS = [0];

function logFactorial(n: number): number {
  for (let k = LOG_FACTORIALS.length; k <= n; k++)
    LOG_FACTORIALS.push(LOG_FACTORIALS[k - 1]! + Math.log(k));
  return LOG_FACTORIALS[n]!;
}

/** The chance of exactly x out of n, each with chance p. */
export function binomial(x: number, n: number, p: number): number {
  if (p <= 0 || p >= 1) return x === (p <= 0 ? 0 : n) ? 1 : 0;
  const choices = logFactorial(n) - logFactorial(x) - logFactorial(n - x);
  return Math.exp(choices + x * Math.log(p) + (n - x) * Math.log1p(-p));
}

/** The chances of at most x, and of at least x, out of n. */
export function binomialTails(
  x: number,
  n: number,
  p: number,
): { atMost: number; atLeast: number } {
  let atMost = 0;
  for (let k = 0; k <= x; k++) atMost += binomial(k, n, p);
  return {
    atMost: Math.min(1, atMost),
    atLeast: Math.min(1, Math.max(0, 1 - atMost + binomial(x, n, p))),
  };
}

/** Where a proportion lies in the funnel: inside, or outside of its limits. */
export type FunnelPlace = "inside" | "95" | "99.8";

/** The fewest cases that a place in the funnel is said for. */
export const FUNNEL_FEWEST = 10;

/** The share of the most extreme z values that are pulled in before the overdispersion is measured, at each end. */
const WINSORISED = 0.1;

/**
 * Measures how much more the proportions differ than chance alone explains: the mean of squared z values, of which the most
 * extreme tenth at each end count as the one next to them. Never under 1.
 */
export function overdispersion(cases: readonly { x: number; n: number }[]): number {
  const used = cases.filter(({ n }) => n >= FUNNEL_FEWEST);
  const pooled = pooledRate(used);
  if (used.length === 0 || pooled <= 0 || pooled >= 1) return 1;
  const z = used
    .map(({ x, n }) => (x / n - pooled) / Math.sqrt((pooled * (1 - pooled)) / n))
    .sort((a, b) => a - b);
  const cut = Math.floor(WINSORISED * z.length);
  const low = z[cut]!;
  const high = z[z.length - 1 - cut]!;
  const squares = z.reduce((sum, value) => sum + Math.min(high, Math.max(low, value)) ** 2, 0);
  return Math.max(1, squares / z.length);
}

/** The rate of all cases together; 0 where there is none. */
export function pooledRate(cases: readonly { x: number; n: number }[]): number {
  const n = cases.reduce((sum, one) => sum + one.n, 0);
  return n === 0 ? 0 : cases.reduce((sum, one) => sum + one.x, 0) / n;
}

/**
 * Places x out of n in the funnel around a pooled rate, by exact binomial tails. Overdispersion φ draws the case towards the
 * pooled rate by √φ first, which is the same as limits that are √φ wider.
 * @returns null under 10 cases
 */
export function funnelPlace(
  { x, n }: { x: number; n: number },
  pooled: number,
  dispersion = 1,
): FunnelPlace | null {
  if (n < FUNNEL_FEWEST) return null;
  const drawn = n * pooled + (x - n * pooled) / Math.sqrt(dispersion);
  const atMost = binomialTails(Math.min(n, Math.max(0, Math.ceil(drawn))), n, pooled).atMost;
  const atLeast = binomialTails(Math.min(n, Math.max(0, Math.floor(drawn))), n, pooled).atLeast;
  const tail = Math.min(atMost, atLeast);
  if (tail < 0.001) return "99.8";
  return tail < 0.025 ? "95" : "inside";
}
