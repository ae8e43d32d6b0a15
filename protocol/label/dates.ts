// Reads date codes: which days a text can mean, in which format, and how certain that is.
import { z } from "zod";
import { DAY_MS } from "../base/time.ts";

/** The parts of a date: a year with a month, a day or an ISO week. */
interface Parts {
  year: number;
  month?: number;
  day?: number;
  week?: number;
}
interface Span {
  from: string;
  to: string;
}

const iso = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10);

/** The year behind two digits. 70 to 99 belong to the last century, when the first of these labels were printed. */
const century = (digits: string) => Number(digits) + (Number(digits) >= 70 ? 1900 : 2000);

/** The Monday of week 1, which is the week with 4 January (ISO 8601). */
function firstMonday(year: number): number {
  const fourth = Date.UTC(year, 0, 4);
  return fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY_MS;
}

/** The number of weeks in an ISO year: 52 or 53. */
export function weeksInYear(year: number): number {
  return (firstMonday(year + 1) - firstMonday(year)) / (7 * DAY_MS);
}

function spanOf({ year, month, day, week }: Parts): Span | undefined {
  if (year < 1970 || year > 2099) return undefined;
  if (week !== undefined) {
    if (week < 1 || week > weeksInYear(year)) return undefined;
    const monday = firstMonday(year) + (week - 1) * 7 * DAY_MS;
    return { from: iso(monday), to: iso(monday + 6 * DAY_MS) };
  }
  if (month === undefined || month < 1 || month > 12) return undefined;
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (day === undefined)
    return { from: iso(Date.UTC(year, month - 1, 1)), to: iso(Date.UTC(year, month - 1, last)) };
  if (day < 1 || day > last) return undefined;
  const at = iso(Date.UTC(year, month - 1, day));
  return { from: at, to: at };
}

interface Format {
  pattern: RegExp;
  parts(digits: string[]): Parts;
}
const format = (pattern: RegExp, parts: (...digits: string[]) => Parts): Format => ({
  pattern,
  parts: (digits) => parts(...digits),
});
const yyww = (yy: string, week: string) => ({ year: century(yy), week: Number(week) });
const ymd = (year: number, month: string, day?: string) => ({
  year,
  month: Number(month),
  ...(day === undefined ? {} : { day: Number(day) }),
});

const FORMATS = {
  YYWW: format(/^(\d\d)(\d\d)M?$/, yyww),
  /** The week first. No identifier has it among its formats: see week-first.ts. */
  WWYY: format(/^(\d\d)(\d\d)$/, (week, yy) => yyww(yy!, week!)),
  "YY/WW": format(/^(\d\d)\/(\d\d)$/, yyww),
  /** A week, and the day in it or another digit. */
  "YYWW+1": format(/^(\d\d)(\d\d)\d$/, yyww),
  /** A week, and two more digits that only the manufacturer understands. */
  "YYWW+2": format(/^(\d\d)(\d\d)\d\d$/, yyww),
  YYYYWW: format(/^(\d{4})(\d\d)$/, (year, week) => ({ year: Number(year), week: Number(week) })),
  YYYYMM: format(/^(\d{4})(\d\d)$/, (year, month) => ymd(Number(year), month!)),
  /** With 00 for the day: the month (GS1 General Specifications, 3.4.2). */
  YYMMDD: format(/^(\d\d)(\d\d)(\d\d)$/, (yy, month, day) =>
    ymd(century(yy), month!, day === "00" ? undefined : day),
  ),
  MMDDYY: format(/^(\d\d)(\d\d)(\d\d)$/, (month, day, yy) => ymd(century(yy!), month!, day)),
  DDMMYY: format(/^(\d\d)(\d\d)(\d\d)$/, (day, month, yy) => ymd(century(yy!), month!, day)),
  YYYYMMDD: format(/^(\d{4})(\d\d)(\d\d)$/, (year, month, day) => ymd(Number(year), month!, day)),
  DDMMYYYY: format(/^(\d\d)(\d\d)(\d{4})$/, (day, month, year) => ymd(Number(year), month!, day)),
  "YYYY-MM": format(/^(\d{4})-(\d\d)$/, (year, month) => ymd(Number(year), month!)),
  "YYYY.MM": format(/^(\d{4})\.(\d\d)$/, (year, month) => ymd(Number(year), month!)),
  "YYYY-MM-DD": format(/^(\d{4})-(\d\d)-(\d\d)$/, (year, month, day) =>
    ymd(Number(year), month!, day),
  ),
} satisfies Record<string, Format>;

/** The formats of a date. YYWWYYWW: the oldest and the newest of several weeks. */
export type DateFormat = keyof typeof FORMATS | "YYWWYYWW";
const DATE_FORMATS = ["YYWWYYWW", ...(Object.keys(FORMATS) as DateFormat[])] as [
  DateFormat,
  ...DateFormat[],
];

/** The formats seen on labels, likelier first, for identifiers whose format MH10.8.2 leaves to the parties (9D). */
export const ANY_DATE: readonly DateFormat[] = [
  "YYWW",
  "YYMMDD",
  "YYYYWW",
  "YYWW+2",
  "YYYYMMDD",
  "DDMMYYYY",
  "YYWWYYWW",
  "YYYY-MM",
  "YYYY.MM",
  "YYYY-MM-DD",
  "YY/WW",
];

/** A date code with its possible readings. */
export const DateCode = z.strictObject({
  /** The text on the label. */
  raw: z.string(),
  /** The possible readings, likelier first: a format, and the first and last day (inclusive). */
  readings: z.array(
    z.strictObject({ format: z.enum(DATE_FORMATS), from: z.iso.date(), to: z.iso.date() }),
  ),
  /**
   * certain: the standard fixes the format. likely: the format is common, and no other fits. ambiguous: several formats fit.
   * unreadable: no format fits. none: the label says that there is no single date (N/T, MIXED).
   */
  certainty: z.enum(["certain", "likely", "ambiguous", "unreadable", "none"]),
  /** The label itself says that pieces of several dates are in the package: MIXED, an M, a +n, two dates. */
  mixed: z.boolean(),
});
export type DateCode = z.infer<typeof DateCode>;

function spanIn(text: string, name: DateFormat): Span | undefined {
  if (name === "YYWWYYWW") {
    const oldest = /^\d{8}$/.test(text) ? spanIn(text.slice(0, 4), "YYWW") : undefined;
    const newest = oldest && spanIn(text.slice(4), "YYWW");
    return oldest && newest && oldest.from <= newest.from
      ? { from: oldest.from, to: newest.to }
      : undefined;
  }
  const { pattern, parts }: Format = FORMATS[name];
  const match = pattern.exec(text);
  return match ? spanOf(parts(match.slice(1))) : undefined;
}

/**
 * Reads a date code.
 * @param formats the formats that the identifier allows, the standard's or the likelier first
 */
export function readDateCode(raw: string, formats: readonly DateFormat[]): DateCode {
  const whole = raw.trim().toUpperCase();
  if (whole === "N/T" || whole === "MIXED")
    return { raw, readings: [], certainty: "none", mixed: whole === "MIXED" };
  const [text, more] = splitCount(whole);
  const readings = formats.flatMap((name) => {
    const span = spanIn(text, name);
    return span ? [{ format: name, ...span }] : [];
  });
  const [reading, other] = readings;
  const fixed = formats !== ANY_DATE && reading?.format === formats[0];
  const certainty = !reading ? "unreadable" : other ? "ambiguous" : fixed ? "certain" : "likely";
  const two = readings.some(
    ({ format }) => format === "YYWWYYWW" && text.slice(0, 4) !== text.slice(4),
  );
  return {
    raw,
    readings,
    certainty,
    mixed: more || two || (readings.length > 0 && text.endsWith("M")),
  };
}

/** Splits `2245+5`: a date, and the note that the package holds more dates. */
function splitCount(text: string): [date: string, more: boolean] {
  const match = /^(\d+)\+(\d{1,3})$/.exec(text);
  return match ? [match[1]!, Number(match[2]) > 0] : [text, false];
}

/** Reads a single day; for a month, its last day. Null if the text is not exactly one date. */
export function readDay(raw: string, formats: readonly DateFormat[]): string | null {
  const [reading, other] = readDateCode(raw, formats).readings;
  return reading && !other ? reading.to : null;
}

/** Whether two date codes can mean the same time: some reading of one meets some reading of the other. */
export function datesMeet(one: DateCode, other: DateCode): boolean {
  if (one.readings.length === 0 || other.readings.length === 0)
    return one.readings.length !== other.readings.length || one.raw.trim() === other.raw.trim();
  return one.readings.some((a) => other.readings.some((b) => a.from <= b.to && b.from <= a.to));
}
