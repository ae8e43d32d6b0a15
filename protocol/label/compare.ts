// Compares what was scanned, what the record says, and what was ordered. The rules and people use the same comparison.
import { z } from "zod";
import type { DateCodeFormat } from "../event/detail-fields.ts";
import type { Expected } from "./expected.ts";
import { type DateCode, type DateFormat, datesMeet, readDateCode } from "./dates.ts";
import { type Mistyped, mistypedIn, type Originals } from "./mistyped.ts";
import { areAmong, isSameCode, listed } from "./several.ts";
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
/** Whether values can stand for the other one; null if nobody can tell. */
type Agree = (values: readonly Value[], other: Value) => boolean | null;

/** Manufacturers' names are written in many ways, so case and blanks do not count. */
const plain = (name: Value) => String(name).toLowerCase().trim().replaceAll(/\s+/g, " ");
/** An agreement of each value by itself. */
const each =
  (same: (one: Value, other: Value) => boolean): Agree =>
  (values, other) =>
    values.every((value) => same(value, other));
const sameName = each((one, other) => plain(one) === plain(other));
const equal = each((one, other) => one === other);
const sameCode = each((one, other) => isSameCode(String(one), String(other)));
/** Codes that a keyboard layout mistyped cannot be compared: their other characters may have been exchanged as well. */
const unless =
  (mistyped: readonly Mistyped[], agree: Agree): Agree =>
  (values, other) => {
    const agrees = agree(values, other);
    if (agrees !== false) return agrees;
    const meant = values.map(
      (value) => mistyped.find(({ scanned }) => scanned === value)?.original ?? value,
    );
    return agree(meant, other) === false ? false : null;
  };
/** A package may hold several lots, and a label may name one of them. */
const lots: Agree = (values, other) =>
  areAmong(
    values.flatMap((value) =>
      isSameCode(String(value), String(other)) ? String(value) : listed(String(value)),
    ),
    String(other),
  );
/** An order may name one of the lots that a label names. */
const orderedLots: Agree = (values, other) =>
  lots(values, other) || lots([other], values.join(", "));
/** Pieces of several countries: the label says so, or names more than one, or one that is perhaps among them. */
const countries: Agree = (values, other) => {
  const isMixed = values.includes("mixed") || new Set(values).size > 1;
  if (other === "mixed") return isMixed ? true : null;
  return values.every((value) => value === other);
};

const displayOf = (values: readonly Value[]): Value | null =>
  values.length > 1 ? values.join(", ") : (values[0] ?? null);
/** A country as labels write it. AA means several countries. */
const country = (code: string | null | undefined) => (code === "AA" ? "mixed" : (code ?? null));

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
    agree: Agree = equal,
    agreeWithOrder: Agree = agree,
  ): FieldComparison => {
    const ordered = orderedOf(expected, field);
    const between = (values: readonly Value[], other: Value | null, how: Agree) =>
      other === null || values.length === 0 ? null : how(values, other);
    return {
      field,
      scanned: displayOf(scanned),
      recorded: record,
      expected: ordered,
      agrees: between(scanned, record, agree),
      scannedAsExpected: between(scanned, ordered, agreeWithOrder),
      recordedAsExpected: between(record === null ? [] : [record], ordered, agreeWithOrder),
    };
  };
  const values = (...kinds: Parameters<typeof valuesOf>[1][]) =>
    valuesOf(label, ...kinds).map((value) => (typeof value === "object" ? value.raw : value));
  const ids = textsOf(label, "packageId", "licencePlate");
  const { packageIds } = recorded;
  const mistyped = mistypedIn(reading, originalsOf(recorded, expected));
  const isOwn = (id: string) => packageIds.some((own) => isSameCode(own, id));
  const isMistyped = mistyped.some(({ field }) => field === "packageId");
  return [
    {
      ...row("packageId", ids, packageIds[0] ?? null),
      // A package may carry an id of each party that held it. One that is the lot's is enough.
      agrees:
        ids.length === 0 || packageIds.length === 0
          ? null
          : ids.some(isOwn) || (isMistyped ? null : false),
    },
    row("manufacturer", values("manufacturer"), recorded.manufacturer, sameName),
    row("mpn", values("mpn"), recorded.mpn, unless(mistyped, sameCode)),
    row(
      "makerLot",
      values("makerLot", "furtherLot"),
      recorded.makerLot,
      unless(mistyped, lots),
      unless(mistyped, orderedLots),
    ),
    dateRow(datesOf(label), recorded, expected),
    row("quantity", values("quantity"), recorded.quantity),
    row("countryOfOrigin", values("countryOfOrigin"), country(recorded.countryOfOrigin), countries),
    row("msl", values("msl"), recorded.msl),
  ];
}

/** What a label's codes can have been meant to be, by the record and the order. */
export const originalsOf = (recorded: LotRecord, expected: Expected | null): Originals => ({
  packageIds: recorded.packageIds,
  mpns: [recorded.mpn, expected?.mpn].filter((mpn) => mpn != null),
  makerLots: [recorded.makerLot, expected?.makerLot].filter((lot) => lot != null),
});

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

// Nobody can read a manufacturer's own form, but its text can still be compared.
const formatsOf = (format: DateCodeFormat): DateFormat[] => (format === "other" ? [] : [format]);

/** The dates of the record as a label would state them. */
function recordedCode({ dateCode, dateCodeNewest, dateCodeFormat }: RecordedDate): DateCode {
  const formats = formatsOf(dateCodeFormat);
  const texts = [...listed(dateCode), ...listed(dateCodeNewest ?? dateCode)];
  const dates = texts.map((text) => readDateCode(text, formats));
  const spans = dates.flatMap(({ readings: [reading] }) => reading ?? []);
  const [first] = spans;
  const from = spans.map((span) => span.from).toSorted()[0];
  const to = spans
    .map((span) => span.to)
    .toSorted()
    .at(-1);
  return {
    ...readDateCode(dateCode, formats),
    mixed: dates.some(({ mixed }) => mixed) || new Set(texts).size > 1,
    readings:
      first && from !== undefined && to !== undefined && spans.length === dates.length
        ? [{ format: first.format, from, to }]
        : [],
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
