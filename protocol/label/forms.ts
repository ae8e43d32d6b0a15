// The forms that EIGP 114 gives the fields of a label in format 06: how long they may be, and which a product label has.
import type { LabelField } from "./reading.ts";

/** Most characters of an identifier's data; 25 where it is not here. */
const LENGTHS: Readonly<Record<string, number>> = {
  "1P": 40,
  P: 40,
  "4K": 40,
  K: 40,
  "33P": 35,
  "2P": 6,
  "1T": 20,
  Q: 9,
  "9D": 8,
  "10D": 7,
  "4L": 2,
};
const OTHER_LENGTH = 25;

/** What a product label must have, each by any of these identifiers. */
const REQUIRED: readonly (readonly string[])[] = [
  ["1P"],
  ["Q"],
  ["1T"],
  ["9D", "10D", "13D"],
  ["4L"],
];

/** A field's data beside its form; the data themselves are not told. */
export interface FormFault {
  di: string;
  expected: string;
  found: string;
}

/** What of a field's form is not as the standard has it. */
export function formFault({ di, raw, value }: LabelField): FormFault | undefined {
  if (di === null || raw === "") return undefined;
  const most = LENGTHS[di] ?? OTHER_LENGTH;
  if (raw.length > most)
    return { di, expected: `at most ${most} characters`, found: `${raw.length} characters` };
  return value === null
    ? { di, expected: "a value in the identifier's form", found: "other text" }
    : undefined;
}

/** The identifiers that a product label should have and this one has not. */
export function missingFields(fields: readonly LabelField[]): string[] {
  const given = new Set(fields.flatMap(({ di, raw }) => (di !== null && raw !== "" ? [di] : [])));
  return REQUIRED.flatMap((any) => (any.some((di) => given.has(di)) ? [] : any[0]!));
}
