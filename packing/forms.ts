// Reads a cell in the form of its field, and says in words what form a field needs.
import { z } from "zod";
import { MIXED_COUNTRY, readCountry } from "../protocol/event/country-codes.ts";
import {
  DATE_CODE_FORMATS,
  type DateCodeFormat,
  DETAIL_FIELDS,
  type DetailName,
} from "../protocol/event/detail-fields.ts";
import { readDateCode } from "../protocol/label/dates.ts";
import { KINDS } from "../protocol/label/kinds.ts";
import { latestDayAt } from "../protocol/verify/dates.ts";
import { DAY_MS } from "../protocol/base/time.ts";
import type { ColumnMeaning } from "./columns.ts";

interface Schema {
  type?: string;
  enum?: string[];
  format?: string;
  minimum?: number;
  maximum?: number;
}
const schemas = new Map<DetailName, Schema>();
/** The schema of a field. Each is made once: a long list asks for every cell. */
function schemaOf(name: DetailName): Schema {
  const known = schemas.get(name);
  if (known) return known;
  const schema = z.toJSONSchema(DETAIL_FIELDS[name].type) as Schema;
  schemas.set(name, schema);
  return schema;
}

const COUNTRIES: ReadonlySet<ColumnMeaning> = new Set([
  "countryOfOrigin",
  "fabCountry",
  "assemblyCountry",
  "testCountry",
]);

/** Codes of countries are in capitals: `in` or `no` in small letters may be a word. */
const countryIn = (text: string) => (text === text.toUpperCase() ? readCountry(text) : null);

/** Reads a cell as its field holds it, by the same readers as labels. A cell in no such form is returned as it is. */
export function readForm(name: Exclude<ColumnMeaning, "quantity">, text: string) {
  if (COUNTRIES.has(name)) {
    const country = countryIn(text);
    return country === "mixed" ? MIXED_COUNTRY : (country ?? text);
  }
  if (name === "msl") return (KINDS.msl.read(text, []) as string | null) ?? text;
  const { type } = schemaOf(name);
  if (type === "integer" && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (type !== "boolean") return text;
  return /^(true|yes|y)$/i.test(text) ? true : /^(false|no|n)$/i.test(text) ? false : text;
}

/** The different countries that a cell lists, as alpha-2. Empty if it does not list several, each with certainty. */
export function splitCountries(text: string): string[] {
  const parts = text.split(/[\s,;/|&+]+/).filter((part) => part !== "");
  const countries = parts.map(countryIn);
  if (parts.length === 0 || parts[0] === text || countries.includes(null)) return [];
  return [...new Set(countries.map((country) => (country === "mixed" ? MIXED_COUNTRY : country!)))];
}

/** What stands between two date codes. Between those with dashes in them, a dash is no sign of that. */
const BETWEEN_DAYS = /\s*(?:[,;/|&+~]|\.{2,}|\sto\s|\sbis\s|\s)\s*/i;
const BETWEEN_WEEKS = /\s*(?:[,;/|&+~\u2013-]|\.{2,}|\sto\s|\sbis\s|\s)\s*/i;
const splitBy = (text: string, by: RegExp) => text.split(by).filter((code) => code !== "");

/**
 * Splits a cell with several date codes.
 * @returns the codes, the oldest first; undefined if it does not list several, each in the row's format
 */
export function splitDates(text: string, format = "YYWW"): string[] | undefined {
  if (format === "other" || !(format in DATE_CODE_FORMATS)) return undefined;
  const form = DATE_CODE_FORMATS[format as DateCodeFormat];
  if (form.test(text)) return undefined;
  const codes = splitBy(text, format.includes("-") ? BETWEEN_DAYS : BETWEEN_WEEKS);
  const dated = codes.flatMap((code) => {
    const [reading] = form.test(code) ? readDateCode(code, [format as never]).readings : [];
    return reading ? [{ code, from: reading.from }] : [];
  });
  if (codes.length < 2 || dated.length < codes.length) return undefined;
  return dated.toSorted((a, b) => (a.from < b.from ? -1 : 1)).map(({ code }) => code);
}

/** Whether the newest date code is older than the oldest one, where both can be read. */
export function isNewestOlder(oldest: string, newest: string, format: string): boolean {
  const formats = format === "other" ? [] : [format as Exclude<DateCodeFormat, "other">];
  const [first, last] = [oldest, newest].map((code) => readDateCode(code, formats).readings[0]);
  return first !== undefined && last !== undefined && last.to < first.from;
}

/** Codes that people write for countries, and the country's code. */
const NEAR_COUNTRIES: Readonly<Record<string, string>> = {
  UK: "the United Kingdom is GB",
  EU: "name the country",
  XX: "leave the cell empty if it is not known",
  ZZ: "leave the cell empty if it is not known",
  QQ: "leave the cell empty if it is not known",
  EL: "Greece is GR",
};

/**
 * Why a cell does not have the form of its field.
 * @param message what the field's schema says
 * @param format the row's date code format, as the file writes it
 */
export function formFault(
  name: ColumnMeaning,
  text: string,
  message: string,
  format = "YYWW",
): string {
  if (name === "quantity") return message;
  if (name === "dateCode" || name === "dateCodeNewest") return dateFault(text, format);
  if (COUNTRIES.has(name)) {
    const near = NEAR_COUNTRIES[text.toUpperCase()];
    return `The cell must be a country's code in capitals, as in ISO 3166-1, such as DE${near === undefined ? "" : `: ${near}`}. AA means several countries.`;
  }
  const { type, enum: values, format: day, minimum, maximum } = schemaOf(name);
  if (values) return `The cell must be one of ${values.toSorted().join(", ")}.`;
  if (type === "boolean") return "The cell must be yes or no.";
  if (type === "integer")
    return `The cell must be a whole number from ${minimum} to ${maximum}, in digits only.`;
  if (day === "date") return "The cell must be a day as YYYY-MM-DD.";
  return `The cell ${message}.`;
}

/** The days of 2000 to 2099 as spreadsheets number them, from 30 December 1899. */
const SERIAL_DAYS = { from: 36_526, to: 73_050, epoch: Date.UTC(1899, 11, 30) };

function dateFault(text: string, format: string): string {
  const needed =
    format === "YYWW"
      ? "year and week as YYWW, such as 2614"
      : `a date as ${format}, as the row states`;
  const must = `The date code must be ${needed}.`;
  if (format === "YYWW" && /^\d{4}M?$/.test(text))
    return `There is no week ${text.slice(2, 4)}. ${must}`;
  const fitting = (Object.keys(DATE_CODE_FORMATS) as DateCodeFormat[]).find(
    (each) =>
      each !== "other" &&
      each !== format &&
      DATE_CODE_FORMATS[each].test(text) &&
      readDateCode(text, [each]).readings.length > 0,
  );
  if (fitting) return `${must} This one fits ${fitting}: state that in a column date_code_format.`;
  if (/^\d{3}$/.test(text))
    return `${must} A spreadsheet may have removed the zero in front of it.`;
  const serial = /^\d{5}$/.test(text) ? Number(text) : 0;
  if (serial >= SERIAL_DAYS.from && serial <= SERIAL_DAYS.to) {
    const date = new Date(SERIAL_DAYS.epoch + serial * DAY_MS).toISOString().slice(0, 10);
    return `${must} This may be the number by which a spreadsheet keeps ${date}.`;
  }
  return `${must} Another format needs a column date_code_format; "other" keeps the manufacturer's own.`;
}

/** What to do with a date code that has not begun: perhaps it is a week and a year. */
export function dateAdvice(text: string, now: number): string {
  const why = `The date ${text} has not begun. Every verdict on the lot would be FAIL.`;
  const turned = /^\d{4}$/.test(text) ? text.slice(2) + text.slice(0, 2) : undefined;
  const [reading] = turned === undefined ? [] : readDateCode(turned, ["YYWW"]).readings;
  if (!reading || reading.from > latestDayAt(now)) return why;
  return `${why} If the list writes the week before the year, write ${turned}.`;
}

/** Years after which a date code is old for parts that are sold as new. */
const OLD_YEARS = 8;
/** Years within which a week and year in the other order make the parts new. */
const NEW_YEARS = 4;

/** Asks about the date of old parts that would be new if the list wrote the week before the year. */
export function turnedDate(text: string, now: number): string | undefined {
  const turned = /^\d{4}$/.test(text) ? text.slice(2) + text.slice(0, 2) : "";
  const [asRead] = readDateCode(text, ["YYWW"]).readings;
  const [other] = readDateCode(turned, ["YYWW"]).readings;
  const today = latestDayAt(now);
  const yearsAgo = (years: number) => `${Number(today.slice(0, 4)) - years}${today.slice(4)}`;
  if (!asRead || !other || asRead.from > yearsAgo(OLD_YEARS)) return undefined;
  if (other.from > today || other.from < yearsAgo(NEW_YEARS)) return undefined;
  return `${text} is week ${text.slice(2)} of ${asRead.from.slice(0, 4)}. If the list writes the week before the year, write ${turned}.`;
}
