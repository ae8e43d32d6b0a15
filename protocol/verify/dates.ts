// Reads a lot's date codes from the record and the scanned label, and compares days.
import { type DateCode, type DateFormat, readDateCode } from "../label/dates.ts";
import type { Observation } from "../verdict/verdict.ts";
import type { Case } from "./case.ts";
import { recorded, statedOnWay } from "./record.ts";
import { DAY_SECONDS, HOUR_SECONDS } from "../base/time.ts";

/** A date code is later than a moment only if it is later in every time zone. The first is UTC+14. */
const EARLIEST_ZONE_SECONDS = 14 * HOUR_SECONDS;
/** The last day that `YYYY-MM-DD` can express. */
const LAST_TIME = Date.UTC(9999, 11, 31) / 1000;

const iso = (seconds: number) =>
  new Date(Math.min(seconds, LAST_TIME) * 1000).toISOString().slice(0, 10);

/** The day of a moment in UTC, as `YYYY-MM-DD`. @param time Unix seconds */
export const dayOf = (time: number): string => iso(time);
/** The latest day that any time zone has at a moment. @param time Unix seconds */
export const latestDayAt = (time: number): string => iso(time + EARLIEST_ZONE_SECONDS);
/** The Unix seconds at which a day begins in UTC. @param day as `YYYY-MM-DD` */
export const startOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000;

/** A date code of the lot: its possible meanings, and the event or label that states it. */
export interface StatedDate {
  code: DateCode;
  /** The event and field, or the label's field. */
  where: Pick<Observation, "event" | "lot" | "field">;
  /** Whether it has the digits of a fixed form. If no date fits it then, the date does not exist. */
  isFormed: boolean;
}

type Reading = DateCode["readings"][number];
const WEEK_DAYS = 7;
const addDays = (day: string, days: number) => iso(startOfDay(day) + days * DAY_SECONDS);
/** The first day on which the newest pieces may have been made. */
export const newestFrom = ({ format, from, to }: Reading): string =>
  format === "YYWWYYWW" ? addDays(to, 1 - WEEK_DAYS) : from;
/** The last day on which the oldest pieces may have been made. */
export const oldestTo = ({ format, from, to }: Reading): string =>
  format === "YYWWYYWW" ? addDays(from, WEEK_DAYS - 1) : to;

/** The digits of a date code, by the format that its event states. */
const DIGITS: Partial<Record<DateFormat, RegExp>> = {
  YYWW: /^\d{4}M?$/,
  YYYYWW: /^\d{6}$/,
  YYMMDD: /^\d{6}$/,
  YYYYMMDD: /^\d{8}$/,
  "YYYY-MM": /^\d{4}-\d\d$/,
  "YYYY-MM-DD": /^\d{4}-\d\d-\d\d$/,
};

/**
 * Reads the date codes in a lot's record, from its origin or else from the first event that states one: the oldest and, if
 * stated, the newest.
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

/** Whether a label's unreadable date code may be ignored, because the record has a date. */
export const isNegligible = ({ where }: StatedDate, recorded: readonly StatedDate[]): boolean =>
  where.event === undefined && recorded.some(({ code }) => code.readings.length > 0);

/** Data identifiers with a fixed form (MH10.8.2): four digits in them can only be a year and a week. */
const FIXED_IDENTIFIERS: readonly (string | null)[] = ["10D", "11D"];

/** The scanned label's date code, unless the record has exactly the same text. */
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
