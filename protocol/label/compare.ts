// What was scanned, what the record says, and what was ordered, side by side: one comparison for the rules and for people.
import { z } from "zod";
import type { DateCodeFormat } from "../event/detail-fields.ts";
import type { Expected } from "./expected.ts";
import { type DateCode, type DateFormat, datesMeet, readDateCode } from "./dates.ts";
import { datesOf, type Read, saidOf, textsOf } from "./values.ts";

const COMPARED_FIELDS = [
  "packageId",
  "manufacturer",
  "mpn",
  "makerLot",
  "dateCode",
  "quantity",
  "countryOfOrigin",
  "msl",
] as const;
export type ComparedField = (typeof COMPARED_FIELDS)[number];

const Shown = z.union([z.string(), z.number()]).nullable();
const Agrees = z.boolean().nullable();

/** One field as all three sides have it. Null: that side says nothing, or nothing that can be compared. */
export const Compared = z.strictObject({
  field: z.enum(COMPARED_FIELDS),
  /** What the label says; several different values with commas between. */
  scanned: Shown,
  recorded: Shown,
  /** What was ordered. */
  expected: Shown,
  /** Whether label and record agree. Dates do where they can mean the same time. */
  agrees: Agrees,
  scannedAsExpected: Agrees,
  recordedAsExpected: Agrees,
});
export type Compared = z.infer<typeof Compared>;

/** What the record says of a lot's package and its pieces, as far as it is shown. */
export interface Recorded {
  /** The lot's number, and the package's id beside it. */
  packageIds: readonly string[];
  manufacturer: string | null;
  mpn: string | null;
  makerLot: string | null;
  dateCode: string | null;
  dateCodeNewest: string | null;
  dateCodeFormat: DateCodeFormat;
  quantity: number | null;
  countryOfOrigin: string | null;
  msl: string | null;
}

type Value = string | number;
/** Whether two values are the same to people; undefined of plain ones that must be equal. */
type Same = (one: Value, other: Value) => boolean;

/** Names of makers are written in many ways: case and blanks at least do not count. */
const plain = (name: Value) => String(name).toLowerCase().trim().replaceAll(/\s+/g, " ");
const sameName: Same = (one, other) => plain(one) === plain(other);
const equal: Same = (one, other) => one === other;

const shown = (values: readonly Value[]): Value | null =>
  values.length > 1 ? values.join(", ") : (values[0] ?? null);
/** A country as labels have it: AA means that there are several. */
const country = (code: string | null | undefined) => (code === "AA" ? "mixed" : (code ?? null));

/** Whether every value is the same as one other; null where there is nothing to compare. */
const all = (values: readonly Value[], other: Value | null, same: Same) =>
  other === null || values.length === 0 ? null : values.every((value) => same(value, other));

/**
 * Sets a label, a lot's record and what was ordered side by side.
 * @param reading null where no label was read
 */
export function compare(
  reading: Read | null,
  recorded: Recorded,
  expected: Expected | null,
): Compared[] {
  const label: Pick<Read, "fields"> = reading ?? { fields: [] };
  const row = (
    field: ComparedField,
    scanned: readonly Value[],
    known: Value | null,
    same: Same = equal,
  ): Compared => {
    const ordered = orderedOf(expected, field);
    return {
      field,
      scanned: shown(scanned),
      recorded: known,
      expected: ordered,
      agrees: all(scanned, known, same),
      scannedAsExpected: all(scanned, ordered, same),
      recordedAsExpected: known === null || ordered === null ? null : same(known, ordered),
    };
  };
  const values = (...kinds: Parameters<typeof saidOf>[1][]) =>
    saidOf(label, ...kinds).map((value) => (typeof value === "object" ? value.raw : value));
  const ids = textsOf(label, "packageId", "licencePlate");
  const { packageIds } = recorded;
  return [
    {
      ...row("packageId", ids, packageIds[0] ?? null),
      // A package may carry an id of everybody who had it in hand: one that is the lot's is enough.
      agrees:
        ids.length === 0 || packageIds.length === 0
          ? null
          : ids.some((id) => packageIds.includes(id)),
    },
    row("manufacturer", values("manufacturer"), recorded.manufacturer, sameName),
    row("mpn", values("mpn"), recorded.mpn),
    row("makerLot", values("makerLot", "furtherLot"), recorded.makerLot),
    dateRow(datesOf(label), recorded, expected),
    row("quantity", values("quantity"), recorded.quantity),
    row("countryOfOrigin", values("countryOfOrigin"), country(recorded.countryOfOrigin)),
    row("msl", values("msl"), recorded.msl),
  ];
}

function orderedOf(expected: Expected | null, field: ComparedField): Value | null {
  if (field === "countryOfOrigin") return country(expected?.countryOfOrigin);
  return field === "packageId" || field === "msl" ? null : (expected?.[field] ?? null);
}

/* DATES */

/** What a date of the record can mean: all days from the oldest to the newest. */
interface RecordedDate {
  dateCode: string;
  dateCodeNewest?: string | null;
  dateCodeFormat: DateCodeFormat;
}

function dateRow(
  said: readonly DateCode[],
  recorded: Recorded,
  expected: Expected | null,
): Compared {
  const known: RecordedDate | null =
    recorded.dateCode === null ? null : { ...recorded, dateCode: recorded.dateCode };
  const ordered: RecordedDate | null =
    expected?.dateCode === undefined
      ? null
      : { dateCode: expected.dateCode, dateCodeFormat: formatOf(expected.dateCode) };
  return {
    field: "dateCode",
    scanned: shown(said.map(({ raw }) => raw)),
    recorded: recorded.dateCode,
    expected: expected?.dateCode ?? null,
    agrees: allAgree(said, known),
    scannedAsExpected: allAgree(said, ordered),
    recordedAsExpected: known && ordered && allAgree([recordedCode(known)], ordered),
  };
}

/** The one form that fits a date code of an order, which comes without its form; as it stands where it is none. */
function formatOf(dateCode: string): DateCodeFormat {
  const formats = ["YYWW", "YYYYWW", "YYYYMMDD", "YYYY-MM-DD", "YYYY-MM"] as const;
  return formats.find((format) => readDateCode(dateCode, [format]).readings.length > 0) ?? "other";
}

function allAgree(said: readonly DateCode[], recorded: RecordedDate | null): boolean | null {
  const agree = recorded ? said.map((each) => dateAgrees(each, recorded)) : [];
  if (agree.includes(false)) return false;
  return agree.length === 0 || agree.includes(null) ? null : true;
}

// The maker's own form is for nobody to read, and everybody to compare.
const formatsOf = (format: DateCodeFormat): DateFormat[] => (format === "other" ? [] : [format]);

/** The dates of the record as a label would have them. */
function recordedCode({ dateCode, dateCodeNewest, dateCodeFormat }: RecordedDate): DateCode {
  const formats = formatsOf(dateCodeFormat);
  const oldest = readDateCode(dateCode, formats);
  const newest = readDateCode(dateCodeNewest ?? dateCode, formats);
  const [from, to] = [oldest.readings[0], newest.readings[0]];
  return {
    ...oldest,
    mixed: oldest.mixed || newest.raw !== oldest.raw,
    readings: from && to ? [{ ...from, to: to.to }] : [],
  };
}

/** Whether a date and the recorded one can be the same time; null where one of them cannot be read. */
function dateAgrees(said: DateCode, recorded: RecordedDate): boolean | null {
  const known = recordedCode(recorded);
  const isSameText = said.raw.trim() === recorded.dateCode.trim();
  if (isSameText && !known.mixed) return true;
  if (said.certainty === "none") return said.mixed ? known.mixed : null;
  if (known.readings.length === 0 || said.readings.length === 0) return isSameText ? true : null;
  return datesMeet(said, known);
}
