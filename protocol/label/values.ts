// What a label says of a kind: its different values, in their order.
import type { DateCode } from "./dates.ts";
import type { KindName } from "./kinds.ts";
import type { LabelReading } from "./reading.ts";

/** A label that could be read. */
export type Read = Extract<LabelReading, { status: "read" }>;

/** Different values of one kind that are looked at: a bound on the work, not on labels. */
const MAX_VALUES = 64;

/** The different values that a label has of some kinds. */
export function saidOf(
  { fields }: Pick<Read, "fields">,
  ...kinds: readonly KindName[]
): (string | number | DateCode)[] {
  const values = fields.flatMap(({ kind, value }) =>
    kinds.includes(kind) && value !== null ? [value] : [],
  );
  const different = new Map(
    values.map((value) => [typeof value === "object" ? value.raw : value, value]),
  );
  return [...different.values()].slice(0, MAX_VALUES);
}

/** The same as texts; of dates what the label says. */
export function textsOf(reading: Pick<Read, "fields">, ...kinds: readonly KindName[]): string[] {
  return saidOf(reading, ...kinds).map((value) =>
    typeof value === "object" ? value.raw : String(value),
  );
}

/** The dates of a label: its date codes, or else the production dates. */
export function datesOf(reading: Pick<Read, "fields">): DateCode[] {
  const own = saidOf(reading, "dateCode");
  return (own.length > 0 ? own : saidOf(reading, "productionDate")) as DateCode[];
}
