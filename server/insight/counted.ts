// Writes counts and lists as a sentence has them.

export const number = (count: number) => count.toLocaleString("en");
export const count = (some: number, one: string, many = `${one}s`) =>
  `${number(some)} ${some === 1 ? one : many}`;
export const isOrAre = (some: number) => (some === 1 ? "is" : "are");
/** Joins "a", "b" and "c" as a sentence does. */
export const listed = (some: readonly string[]) =>
  some.length < 2 ? (some[0] ?? "") : `${some.slice(0, -1).join(", ")} and ${some.at(-1)!}`;
