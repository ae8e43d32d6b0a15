// Reads a label's date code as week and year where, as year and week, it has not begun. Only a reader who knows today can tell.
import { type DateCode, readDateCode } from "./dates.ts";
import type { LabelReading } from "./reading.ts";

/** Manufacturers that write the week first print it on parts that they sell: an older code is likelier an error. */
const MAX_YEARS_BACK = 10;

/**
 * A label with the dates that it can mean today. Its identifiers leave the format of a date to the parties (9D), and some
 * manufacturers write WWYY: `4826` is week 48 of 2026. A date of a fixed format stays as it is.
 * @param today as `YYYY-MM-DD`, in the latest time zone
 */
export function labelAsOf<L extends LabelReading | null>(label: L, today: string): L {
  if (label?.status !== "read") return label;
  const fields = label.fields.map((field) =>
    typeof field.value === "object" && field.value !== null && "readings" in field.value
      ? { ...field, value: dateAsOf(field.value, today) }
      : field,
  );
  const { dateCode } = label.record;
  const record = dateCode ? { ...label.record, dateCode: dateAsOf(dateCode, today) } : label.record;
  return { ...label, fields, record };
}

function dateAsOf(code: DateCode, today: string): DateCode {
  const isOpen = code.certainty === "likely" || code.certainty === "ambiguous";
  const hasBegun = code.readings.some(({ from }) => from <= today);
  if (!isOpen || hasBegun) return code;
  const weekFirst = readDateCode(code.raw, ["WWYY"]);
  const [reading] = weekFirst.readings;
  const oldest = Number(today.slice(0, 4)) - MAX_YEARS_BACK;
  const isRecent =
    reading !== undefined && reading.from <= today && Number(reading.to.slice(0, 4)) >= oldest;
  return isRecent ? { ...weekFirst, certainty: "likely" } : code;
}
