// Checks a label in format 06 against EIGP 114: how long fields may be, and which fields a product label must have.
import type { KindName } from "./kinds.ts";
import type { LabelField } from "./reading.ts";

/** The most characters of an identifier's data; 25 for identifiers that are not listed. */
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

/** The fields that a product label must have, each with its identifiers: any of them will do. */
const REQUIRED = {
  mpn: ["1P"],
  quantity: ["Q"],
  makerLot: ["1T"],
  dateCode: ["9D", "10D", "13D"],
  countryOfOrigin: ["4L"],
} as const satisfies Partial<Record<KindName, readonly string[]>>;

/** A field whose data do not have the expected form. It does not repeat the data, which may be private. */
export interface FormFault {
  di: string;
  kind: KindName;
  expected: string;
  found: string;
}

/** How a field's form differs from the standard; undefined if it does not. */
export function formFault({ di, kind, raw, value }: LabelField): FormFault | undefined {
  if (di === null || raw === "") return undefined;
  const most = LENGTHS[di] ?? OTHER_LENGTH;
  if (raw.length > most)
    return { di, kind, expected: `at most ${most} characters`, found: `${raw.length} characters` };
  return value === null
    ? { di, kind, expected: "a value in the identifier's form", found: "other text" }
    : undefined;
}

/** A field that a product label lacks, and the identifiers under which it may stand. */
export interface MissingField {
  kind: KindName;
  identifiers: readonly string[];
}

/** The fields that a product label should have and this one lacks. */
export function missingFields(fields: readonly LabelField[]): MissingField[] {
  const present = new Set(fields.flatMap(({ di, raw }) => (di !== null && raw !== "" ? [di] : [])));
  return Object.entries(REQUIRED).flatMap(([kind, identifiers]) =>
    identifiers.some((di) => present.has(di)) ? [] : [{ kind: kind as KindName, identifiers }],
  );
}
