// Says shares as people do.

/** @param share 0 to 1 */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** Bounds of a share: one number where both are the same. */
export const percents = ([least, most]: readonly [number, number]): string =>
  percent(least) === percent(most) ? percent(least) : `${percent(least)} to ${percent(most)}`;
