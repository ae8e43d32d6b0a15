// Collects the different values of a kind on a label, in their order.
import type { DateCode } from "./dates.ts";
import type { KindName } from "./kinds.ts";
import type { LabelReading } from "./reading.ts";

/** The reading of a readable label. */
export type Read = Extract<LabelReading, { status: "read" }>;

/** The most different values of one kind. It limits the work that a hostile label can cause. */
const MAX_VALUES = 64;

/** The different values of some kinds on a label. */
export function valuesOf(
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

/** The same values as texts. A date is the label's own text. */
export function textsOf(reading: Pick<Read, "fields">, ...kinds: readonly KindName[]): string[] {
  return valuesOf(reading, ...kinds).map((value) =>
    typeof value === "object" ? value.raw : String(value),
  );
}

/** The dates of a label: its date codes, or else the production dates. */
export function datesOf(reading: Pick<Read, "fields">): DateCode[] {
  const own = valuesOf(reading, "dateCode");
  return (own.length > 0 ? own : valuesOf(reading, "productionDate")) as DateCode[];
}
