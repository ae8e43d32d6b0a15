// Bounds the concentration of a part's sources where some of the pieces are of an unknown source. It guesses nothing.

/** The least and the most that a figure can be. */
export type Bounds = readonly [least: number, most: number];

const SLACK = 1e-9;

/** Refuses shares that are not parts of one whole. */
function checkShares(shares: readonly number[], unknown: number): void {
  const all = [...shares, unknown];
  if (all.some((share) => !(share >= 0)) || all.reduce((sum, share) => sum + share, 0) > 1 + SLACK)
    throw new RangeError(
      "shares: must be 0 or more, and at most 1 together with the unknown share",
    );
}

/**
 * Bounds the Herfindahl-Hirschman index, the sum of the squared shares. At least: the unknown pieces are of countless small
 * sources. At most: they are all of the largest known source, or of one unknown source where that is larger.
 * @param shares of the known sources, each 0 to 1 of all pieces
 * @param unknown share, 0 to 1
 * @throws RangeError if the shares exceed the whole
 */
export function hhiBounds(shares: readonly number[], unknown: number): Bounds {
  checkShares(shares, unknown);
  const least = shares.reduce((sum, share) => sum + share * share, 0);
  const largest = Math.max(0, ...shares);
  return [least, Math.min(1, least - largest * largest + (largest + unknown) ** 2)];
}

/**
 * Bounds one source's share: none of the unknown pieces are its own, or all are.
 * @throws RangeError if the share and the unknown share exceed the whole
 */
export function shareBounds(share: number, unknown: number): Bounds {
  checkShares([share], unknown);
  return [share, Math.min(1, share + unknown)];
}

/**
 * Bounds the effective number of sources, 1 / HHI. The upper bound is null where no source is known: it has no limit.
 * @throws RangeError if the shares exceed the whole
 */
export function effectiveBounds(
  shares: readonly number[],
  unknown: number,
): readonly [least: number | null, most: number | null] {
  const [least, most] = hhiBounds(shares, unknown);
  return [most === 0 ? null : 1 / most, least === 0 ? null : 1 / least];
}
