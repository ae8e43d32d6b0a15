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
  /** Rows with text above the header, such as a title. */
  above: number;
  delimiter: string;
  faults: CsvFault[];
}

const DELIMITERS = [",", ";", "\t"];
/** Excel's own first line, which names the delimiter. */
const SEPARATOR_LINE = /^sep=.\s*$/i;
/** Rows among which the header is looked for: titles and addresses may stand above it. */
const MAX_ROWS_TO_HEADER = 40;

/**
 * Splits a text into a header and rows. The header is the row with the most columns that the reader knows, if it has two or
 * more, else the first. The delimiter is a comma, a semicolon or a tab: the one that gives the most such columns. Row faults
 * are left to the reader, so that one broken row does not hide the next.
 * @param isColumn whether a header's title is one that the reader knows
 */
export function readCsv(text: string, isColumn: (title: string) => boolean): CsvList {
  const lines = text.replaceAll(/\r\n?/g, "\n");
  const [delimiter] = DELIMITERS.map((each) => {
    const { records } = recordsOf(lines, each, MAX_ROWS_TO_HEADER);
    return [each, Math.max(0, ...records.map((row) => columnsIn(row, isColumn)))] as const;
  }).reduce((best, each) => (each[1] > best[1] ? each : best));
  const { records, faults } = recordsOf(lines, delimiter);
  return { ...belowHeader(records, isColumn), delimiter, faults };
}

/** Finds the header among the first rows that have any text, in a CSV file or a spreadsheet. */
export function belowHeader(
  records: readonly Row[],
  isColumn: (title: string) => boolean,
): Pick<CsvList, "header" | "rows" | "above"> {
  const index = headerIndex(records.slice(0, MAX_ROWS_TO_HEADER), isColumn);
  return { header: records[index], rows: records.slice(index + 1), above: index };
}

/** Makes a row of a spreadsheet's cells. */
export function rowOf(line: number, texts: readonly string[]): Row {
  const cells = texts.map((text) => text.trim().normalize("NFC"));
  return { line, cells, raw: cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",") };
}

/** Cells of a row, and characters of a cell, that may be a header's. */
const MAX_TITLES = 256;
const MAX_TITLE = 128;

const columnsIn = ({ cells }: Row, isColumn: (title: string) => boolean): number =>
  new Set(
    cells
      .slice(0, MAX_TITLES)
      .filter((cell) => cell !== "" && cell.length <= MAX_TITLE && isColumn(cell)),
  ).size;

function headerIndex(records: readonly Row[], isColumn: (title: string) => boolean): number {
  const counts = records.map((row) => columnsIn(row, isColumn));
  const most = Math.max(0, ...counts);
  return most < 2 ? 0 : counts.indexOf(most);
}

/** Splits a text into rows with any text. @param to the most rows to read */
function recordsOf(lines: string, delimiter: string, to?: number) {
  const faults: CsvFault[] = [];
  const parsed = parse(lines, {
    delimiter,
    record_delimiter: "\n",
    info: true,
    raw: true,
    skip_empty_lines: true,
    relax_quotes: true,
    relax_column_count: true,
    skip_records_with_error: true,
    ...(to !== undefined && { to }),
    on_skip: (error, raw = "") => {
      faults.push(openQuote(error, raw));
      return undefined;
    },
  }) as unknown as { record: string[]; raw: string; info: { lines: number } }[];
  const records = parsed
    .map(({ record, raw, info }) => ({
      line: info.lines - newlines(raw.trim()),
      cells: record.map((cell) => cell.trim().normalize("NFC")),
      raw,
    }))
    .filter(({ cells }) => cells.some((cell) => cell !== ""))
    .filter(({ line, raw }) => !(line === 1 && SEPARATOR_LINE.test(raw)));
  return { records, faults };
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

export const STRAY_QUOTE = "The cell contains a quotation mark. Quote the whole cell.";
