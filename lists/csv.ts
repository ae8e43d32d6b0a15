// Reads CSV lists: the cells of each row with the line on which it begins, and faults by line and column.
import { type CsvError, parse } from "csv-parse/sync";

/** One row. */
export interface Row {
  /** The line on which it begins, counted from 1. */
  line: number;
  /** Trimmed, in Unicode's form NFC. */
  cells: string[];
  /** The row's text in the file. */
  raw: string;
}

/** A place in the file that could not be read. */
export interface CsvFault {
  line: number;
  /** The cell's index in its row. */
  index: number;
  code: "BAD_QUOTE";
  message: string;
}

export interface CsvList {
  /** Undefined where the file is empty. */
  header: Row | undefined;
  /** Rows below the header that have any text. */
  rows: Row[];
  delimiter: string;
  faults: CsvFault[];
}

const DELIMITERS = [",", ";", "\t"];
/** Excel's own first line, which names the delimiter. */
const SEPARATOR_LINE = /^sep=.\s*$/i;

/**
 * Splits a text into a header and rows. The delimiter is a comma, a semicolon or a tab: the one that gives the most columns
 * the reader knows. Row faults are left to the reader, so that one broken row does not hide the next.
 * @param isColumn whether a header's title is one that the reader knows
 */
export function readCsv(text: string, isColumn: (title: string) => boolean): CsvList {
  const lines = text.replaceAll(/\r\n?/g, "\n");
  const delimiter = delimiterOf(lines, isColumn);
  const faults: CsvFault[] = [];
  const records = parse(lines, {
    delimiter,
    record_delimiter: "\n",
    info: true,
    raw: true,
    skip_empty_lines: true,
    relax_quotes: true,
    relax_column_count: true,
    skip_records_with_error: true,
    on_skip: (error, raw = "") => {
      faults.push(openQuote(error, raw));
      return undefined;
    },
  }) as unknown as { record: string[]; raw: string; info: { lines: number } }[];
  const [header, ...rows] = records
    .map(({ record, raw, info }) => ({
      line: info.lines - newlines(raw.trim()),
      cells: record.map((cell) => cell.trim().normalize("NFC")),
      raw,
    }))
    .filter(({ cells }) => cells.some((cell) => cell !== ""))
    .filter(({ line, raw }) => !(line === 1 && SEPARATOR_LINE.test(raw)));
  return { header, rows, delimiter, faults };
}

function delimiterOf(text: string, isColumn: (title: string) => boolean): string {
  const header =
    text.split("\n").find((line) => line.trim() !== "" && !SEPARATOR_LINE.test(line)) ?? "";
  const columns = (delimiter: string) =>
    header.split(delimiter).filter((title) => isColumn(title.replaceAll('"', ""))).length;
  return DELIMITERS.reduce((best, delimiter) =>
    columns(delimiter) > columns(best) ? delimiter : best,
  );
}

const newlines = (text: string) => text.split("\n").length - 1;

function openQuote(error: CsvError | undefined, raw: string): CsvFault {
  const lines = Number(error?.["lines"] ?? 1);
  return {
    line: lines - newlines(raw.trim()),
    index: Number(error?.["index"] ?? 0),
    code: "BAD_QUOTE",
    message: "A quotation mark opens here and is never closed. No row below it was read.",
  };
}

/** Finds where a row has too few cells, or text beyond the header's last column. Undefined where it has neither. */
export function cellCountFault(
  { cells }: Row,
  wanted: number,
): { index: number; message: string } | undefined {
  const extra = cells.findIndex((cell, i) => i >= wanted && cell !== "");
  if (cells.length >= wanted && extra < 0) return undefined;
  return {
    index: extra < 0 ? cells.length : extra,
    message: `The row has ${cells.length} cells and the header has ${wanted}.`,
  };
}

/** Whether a cell has a quotation mark, but is not quoted as a whole. */
export function hasStrayQuote({ raw }: Row, cell: string): boolean {
  return cell.includes('"') && !raw.normalize("NFC").includes(`"${cell.replaceAll('"', '""')}"`);
}

/** Whether a spreadsheet made a number of a code such as 26E1044. The code cannot be recovered from it. */
export const isSpreadsheetNumber = (cell: string) => /^\d+([.,]\d+)?E[+-]\d+$/i.test(cell);

export const STRAY_QUOTE = "The cell contains a quotation mark. Quote the whole cell.";
export const SPREADSHEET_NUMBER =
  "A spreadsheet turned this code into a number. Export the column as text.";
