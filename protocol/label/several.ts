// Compares sets of values: what a package declares as several (lots, dates, countries) is a set, on the label and in the record.

/** The values of a text in which people list several, between commas, semicolons or ampersands. */
export const listed = (text: string): string[] =>
  text.split(/\s*[,;&]\s*/).filter((each) => each !== "");

/** Whether two codes are the same to people: Code 39 has capitals only, so case does not count. */
export const isSameCode = (one: string, other: string): boolean =>
  one.trim().toUpperCase() === other.trim().toUpperCase();

/** Signs that also separate codes, but that may be part of one. */
const PERHAPS = /[\s,;&/|+]+/;

/**
 * Whether one side's codes are among the other's.
 * @param whole the codes of a package, as a text in which there may be several
 * @returns null if the text may list them, but could also be one code
 */
export function areAmong(codes: readonly string[], whole: string): boolean | null {
  const isIn = (values: readonly string[]) =>
    codes.every((code) => values.some((each) => isSameCode(each, code)));
  if (isIn([whole]) || isIn(listed(whole))) return true;
  return isIn(whole.split(PERHAPS)) ? null : false;
}
