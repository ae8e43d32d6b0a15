// The date codes of a lot: what the record and the scanned label say, read as dates; and days as they are compared.
import { type DateCode, type DateFormat, readDateCode } from "../label/dates.ts";
import type { Observation } from "../verdict/verdict.ts";
import type { Case } from "./case.ts";
import { recorded, statedOnWay } from "./record.ts";
import { DAY_SECONDS, HOUR_SECONDS } from "../base/time.ts";

/** It is already tomorrow in Kiribati: a code is ahead of a moment only where it is so everywhere (UTC+14). */
const EARLIEST_ZONE_SECONDS = 14 * HOUR_SECONDS;
/** Days as `YYYY-MM-DD` end with the year 9999. */
const LAST_TIME = Date.UTC(9999, 11, 31) / 1000;

const iso = (seconds: number) =>
  new Date(Math.min(seconds, LAST_TIME) * 1000).toISOString().slice(0, 10);

/** The day of a moment, as `YYYY-MM-DD` in UTC; @param time Unix seconds */
export const dayOf = (time: number): string => iso(time);
/** The latest day that it is anywhere at a moment; @param time Unix seconds */
export const latestDayAt = (time: number): string => iso(time + EARLIEST_ZONE_SECONDS);
/** Unix seconds at which a day begins in UTC; @param day as `YYYY-MM-DD` */
export const startOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000;

/** A date code of the lot, where it is said, and what it can mean. */
export interface StatedDate {
  code: DateCode;
  /** Where: the event and field, or the label's. */
  where: Pick<Observation, "event" | "lot" | "field">;
  /** Whether it has the digits of its form, and the form is fixed: where no date fits it, there is no such date. */
  isFormed: boolean;
}

/** A reading's first day of the newest pieces, and the last day of the oldest. */
type Reading = DateCode["readings"][number];
const WEEK_DAYS = 7;
const addDays = (day: string, days: number) => iso(startOfDay(day) + days * DAY_SECONDS);
export const newestFrom = ({ format, from, to }: Reading): string =>
  format === "YYWWYYWW" ? addDays(to, 1 - WEEK_DAYS) : from;
export const oldestTo = ({ format, from, to }: Reading): string =>
  format === "YYWWYYWW" ? addDays(from, WEEK_DAYS - 1) : to;

/** In which form a code is digits only, by how its event says that it is written. */
const DIGITS: Partial<Record<DateFormat, RegExp>> = {
  YYWW: /^\d{4}M?$/,
  YYYYWW: /^\d{6}$/,
  YYMMDD: /^\d{6}$/,
  YYYYMMDD: /^\d{8}$/,
  "YYYY-MM": /^\d{4}-\d\d$/,
  "YYYY-MM-DD": /^\d{4}-\d\d-\d\d$/,
};

/**
 * The date codes that the record has of a lot: of its origin, or else of the first event that says one; the oldest and,
 * where there is one, the newest.
 */
export function recordedDates(subject: Case): StatedDate[] {
  const first = recorded(subject, "dateCode") ?? statedOnWay(subject, "dateCode")[0];
  if (!first) return [];
  const { step, lot } = first;
  const index = step.event.entries.findIndex((entry) => entry.lot === lot);
  const stated = subject.identities.stated(step, index, "dateCodeFormat");
  // A format that is withheld leaves the code unread.
  const format = stated === undefined ? "YYWW" : "value" in stated ? stated.value : "other";
  const newest = subject.identities.stated(step, index, "dateCodeNewest");
  const fields = [first, ...(newest && "value" in newest ? [newest] : [])];
  return fields.map(({ value, field }) => ({
    code: readDateCode(value, format === "other" ? [] : [format]),
    where: { event: step.digest, lot, field },
    isFormed: format !== "other" && DIGITS[format]!.test(value.trim().toUpperCase()),
  }));
}

/** Whether what a label says in no date is of no matter: the record has a date. */
export const isNegligible = ({ where }: StatedDate, recorded: readonly StatedDate[]): boolean =>
  where.event === undefined && recorded.some(({ code }) => code.readings.length > 0);

/** Identifiers of which the standard fixes the form (MH10.8.2): four digits in them can only be a year and a week. */
const FIXED_IDENTIFIERS: readonly (string | null)[] = ["10D", "11D"];

/** The date code of the scanned label, unless it is written just as one of the record's. */
export function labelDates(subject: Case, recordedDates: readonly StatedDate[]): StatedDate[] {
  const { label } = subject.input;
  if (label?.status !== "read" || !label.record.dateCode) return [];
  const code = label.record.dateCode;
  if (recordedDates.some((one) => one.code.raw.trim() === code.raw.trim())) return [];
  const isFormed = label.fields.some(
    ({ kind, di, raw }) =>
      kind === "dateCode" && FIXED_IDENTIFIERS.includes(di) && /^\d{4}(\d\d)?$/.test(raw.trim()),
  );
  return [{ code, where: { lot: subject.trail.lot, field: "label.dateCode" }, isFormed }];
}
