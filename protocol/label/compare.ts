// Compares what was scanned, what the record says, and what was ordered. The rules and people use the same comparison.
import { z } from "zod";
import type { DateCodeFormat } from "../event/detail-fields.ts";
import type { Expected } from "./expected.ts";
import { type DateCode, type DateFormat, datesMeet, readDateCode } from "./dates.ts";
import { datesOf, type Read, valuesOf, textsOf } from "./values.ts";

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

const Cell = z.union([z.string(), z.number()]).nullable();
const Agrees = z.boolean().nullable();

/** One field on all three sides. Null: that side has no value, or none that can be compared. */
export const FieldComparison = z.strictObject({
  field: z.enum(COMPARED_FIELDS),
  /** The label's value; several different values are separated by commas. */
  scanned: Cell,
  recorded: Cell,
  /** What was ordered. */
  expected: Cell,
  /** Whether label and record agree. Dates agree if they can mean the same time. */
  agrees: Agrees,
  scannedAsExpected: Agrees,
  recordedAsExpected: Agrees,
});
export type FieldComparison = z.infer<typeof FieldComparison>;

/** The record of a lot's package and its pieces, as far as the reader may see it. */
export interface LotRecord {
  /** The lot number, and the package's id if it has another. */
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
/** Whether two values are the same to people. */
type Same = (one: Value, other: Value) => boolean;

/** Makers' names are written in many ways, so case and blanks do not count. */
const plain = (name: Value) => String(name).toLowerCase().trim().replaceAll(/\s+/g, " ");
const sameName: Same = (one, other) => plain(one) === plain(other);
const equal: Same = (one, other) => one === other;

const displayOf = (values: readonly Value[]): Value | null =>
  values.length > 1 ? values.join(", ") : (values[0] ?? null);
/** A country as labels write it. AA means several countries. */
const country = (code: string | null | undefined) => (code === "AA" ? "mixed" : (code ?? null));

/** Whether every value is the same as the other one; null if there is nothing to compare. */
const all = (values: readonly Value[], other: Value | null, same: Same) =>
  other === null || values.length === 0 ? null : values.every((value) => same(value, other));

/**
 * Compares a label, a lot's record and an order.
 * @param reading null if no label was read
 */
export function compare(
  reading: Read | null,
  recorded: LotRecord,
  expected: Expected | null,
): FieldComparison[] {
  const label: Pick<Read, "fields"> = reading ?? { fields: [] };
  const row = (
    field: ComparedField,
    scanned: readonly Value[],
    record: Value | null,
    same: Same = equal,
  ): FieldComparison => {
    const ordered = orderedOf(expected, field);
    return {
      field,
      scanned: displayOf(scanned),
      recorded: record,
      expected: ordered,
      agrees: all(scanned, record, same),
      scannedAsExpected: all(scanned, ordered, same),
      recordedAsExpected: record === null || ordered === null ? null : same(record, ordered),
    };
  };
  const values = (...kinds: Parameters<typeof valuesOf>[1][]) =>
    valuesOf(label, ...kinds).map((value) => (typeof value === "object" ? value.raw : value));
  const ids = textsOf(label, "packageId", "licencePlate");
  const { packageIds } = recorded;
  return [
    {
      ...row("packageId", ids, packageIds[0] ?? null),
      // A package may carry an id of each party that held it. One that is the lot's is enough.
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

/** The dates of a record or an order: all days from the oldest to the newest. */
interface RecordedDate {
  dateCode: string;
  dateCodeNewest?: string | null;
  dateCodeFormat: DateCodeFormat;
}

function dateRow(
  dates: readonly DateCode[],
  recorded: LotRecord,
  expected: Expected | null,
): FieldComparison {
  const record: RecordedDate | null =
    recorded.dateCode === null ? null : { ...recorded, dateCode: recorded.dateCode };
  const ordered: RecordedDate | null =
    expected?.dateCode === undefined
      ? null
      : { dateCode: expected.dateCode, dateCodeFormat: formatOf(expected.dateCode) };
  return {
    field: "dateCode",
    scanned: displayOf(dates.map(({ raw }) => raw)),
    recorded: recorded.dateCode,
    expected: expected?.dateCode ?? null,
    agrees: allAgree(dates, record),
    scannedAsExpected: allAgree(dates, ordered),
    recordedAsExpected: record && ordered && allAgree([recordedCode(record)], ordered),
  };
}

/** The format of an order's date code, which the order does not name; `other` if none fits. */
function formatOf(dateCode: string): DateCodeFormat {
  const formats = ["YYWW", "YYYYWW", "YYYYMMDD", "YYYY-MM-DD", "YYYY-MM"] as const;
  return formats.find((format) => readDateCode(dateCode, [format]).readings.length > 0) ?? "other";
}

function allAgree(dates: readonly DateCode[], recorded: RecordedDate | null): boolean | null {
  const agree = recorded ? dates.map((each) => dateAgrees(each, recorded)) : [];
  if (agree.includes(false)) return false;
  return agree.length === 0 || agree.includes(null) ? null : true;
}

// Nobody can read a maker's own form, but its text can still be compared.
const formatsOf = (format: DateCodeFormat): DateFormat[] => (format === "other" ? [] : [format]);

/** The dates of the record as a label would state them. */
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

/** Whether a scanned and a recorded date can be the same time; null if one of them cannot be read. */
function dateAgrees(scanned: DateCode, recorded: RecordedDate): boolean | null {
  const record = recordedCode(recorded);
  const isSameText = scanned.raw.trim() === recorded.dateCode.trim();
  if (isSameText && !record.mixed) return true;
  if (scanned.certainty === "none") return scanned.mixed ? record.mixed : null;
  if (record.readings.length === 0 || scanned.readings.length === 0)
    return isSameText ? true : null;
  return datesMeet(scanned, record);
}
