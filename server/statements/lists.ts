// Reads lists of authorisations and alerts, as CSV or JSON. Reads every row, and names each fault by row and column.
import { z } from "zod";
import { parseJson } from "../../protocol/base/canonical.ts";
import { readDateCode } from "../../protocol/label/dates.ts";
import { Alert, Authorisation } from "../../protocol/event/statement.ts";
import {
  cellCountFault,
  hasStrayQuote,
  isSpreadsheetNumber,
  readCsv,
  type Row as Cells,
  SPREADSHEET_NUMBER,
  STRAY_QUOTE,
} from "../../lists/csv.ts";
import { Refusal, type RowFault } from "../refusal.ts";

/** The most items and bytes of one list. */
export const MAX_LIST_ITEMS = 1_000;
export const MAX_LIST_BYTES = 2 * 1024 * 1024;
/** Faults that a refusal lists. */
const MAX_FAULTS = 100;

/** The kinds of lists: the schema of an item, and the columns of a CSV file. */
const LISTS = {
  authorisation: { schema: Authorisation, columns: ["party", "brand", "grade", "from", "to"] },
  alert: {
    schema: Alert,
    columns: [
      "source",
      "reference",
      "kind",
      "manufacturer",
      "mpn",
      "makerLots",
      "dateCodeFrom",
      "dateCodeTo",
      "effectiveFrom",
      "text",
    ],
  },
} as const satisfies Record<string, { schema: z.ZodType; columns: readonly string[] }>;
export type ListKind = keyof typeof LISTS;
type ContentOf = { authorisation: Authorisation; alert: Alert };

/** Columns with codes that a spreadsheet may turn into numbers. */
const CODES = ["mpn", "makerLots", "reference"];
/** Columns with several values in a cell. */
const SEVERAL = ["makerLots"];

interface Row {
  row: number;
  fields: Record<string, unknown>;
}

/**
 * Reads a list.
 * @param bytes CSV with a header (UTF-8, cells separated by comma, semicolon or tab; lots in one cell by `|`) or a JSON
 * array of objects
 * @param common fields for the rows that lack them
 * @throws Refusal BAD_LIST with the faults by row and column, NOT_UTF8, BODY_TOO_LARGE, TOO_LARGE; ProtocolError
 */
export function readList<K extends ListKind>(
  kind: K,
  { mediaType, bytes }: { mediaType: string; bytes: Uint8Array },
  common: Partial<Record<string, string>> = {},
): ContentOf[K][] {
  if (bytes.length > MAX_LIST_BYTES)
    throw new Refusal(
      "BODY_TOO_LARGE",
      413,
      `The list is too large. A list has at most ${MAX_LIST_BYTES} bytes.`,
    );
  const faults: RowFault[] = [];
  const rows = mediaType === "text/csv" ? csvRows(kind, bytes, faults) : jsonRows(bytes, faults);
  if (rows.length > MAX_LIST_ITEMS)
    throw new Refusal(
      "TOO_LARGE",
      413,
      `The list has ${rows.length} rows. A list has at most ${MAX_LIST_ITEMS}: split it.`,
    );
  if (rows.length === 0 && faults.length === 0)
    faults.push({ row: 1, code: "BAD_FIELD", message: "The list is empty." });
  const { schema } = LISTS[kind];
  const contents = rows.flatMap(({ row, fields }) => {
    const parsed = schema.safeParse(withDays({ ...common, ...fields }));
    if (parsed.success) return [parsed.data as ContentOf[K]];
    faults.push(...parsed.error.issues.flatMap((issue) => faultsOf(row, issue)));
    return [];
  });
  if (faults.length > 0) throw refuse(faults);
  return contents;
}

function refuse(faults: RowFault[]): Refusal {
  const rows = faults.toSorted((a, b) => a.row - b.row).slice(0, MAX_FAULTS);
  const [{ row, column, message }] = rows as [RowFault];
  const where = column === undefined ? `row ${row}` : `row ${row}, ${column}`;
  const more = faults.length > 1 ? `, and ${faults.length - 1} more` : "";
  return new Refusal("BAD_LIST", 422, `Nothing was stored. Correct ${where}: ${message}${more}`, {
    field: [String(row), column].filter(Boolean).join("."),
    rows,
  });
}

function faultsOf(row: number, { path, message, ...issue }: z.core.$ZodIssue): RowFault[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((column) => ({
      row,
      column,
      code: "BAD_FIELD",
      message: "This list does not have such a field.",
    }));
  const column = path.map(String).join(".");
  return [{ row, ...(column !== "" && { column }), code: "BAD_FIELD", message }];
}

const FIRST_DAYS = ["dateCodeFrom", "from", "effectiveFrom"];
const LAST_DAYS = ["dateCodeTo", "to"];

/** Replaces calendar weeks (`2026-W07`) with days: the first day of the week, or the last in fields that end something. */
function withDays(fields: Record<string, unknown>): Record<string, unknown> {
  const days = [...FIRST_DAYS, ...LAST_DAYS].flatMap((name) => {
    const [, year, week] = /^(\d{4})-W(\d\d)$/.exec(String(fields[name])) ?? [];
    const [span] = year === undefined ? [] : readDateCode(`${year}${week}`, ["YYYYWW"]).readings;
    return span ? [[name, FIRST_DAYS.includes(name) ? span.from : span.to] as const] : [];
  });
  return { ...fields, ...Object.fromEntries(days) };
}

function jsonRows(bytes: Uint8Array, faults: RowFault[]): Row[] {
  const list = parseJson(bytes);
  if (!Array.isArray(list))
    throw new Refusal("BAD_FIELD", 400, "The body must be a list.", { field: "body" });
  return list.flatMap((fields: unknown, i): Row[] => {
    const isObject = typeof fields === "object" && fields !== null && !Array.isArray(fields);
    if (isObject) return [{ row: i + 1, fields: fields as Record<string, unknown> }];
    faults.push({ row: i + 1, code: "BAD_FIELD", message: "The item is not an object." });
    return [];
  });
}

function csvRows(kind: ListKind, bytes: Uint8Array, faults: RowFault[]): Row[] {
  const {
    header,
    rows,
    faults: unread,
  } = readCsv(decode(bytes), (title) => columnOf(kind, title) !== undefined);
  for (const { line, code, message } of unread) faults.push({ row: line, code, message });
  if (!header) return [];
  const columns = readHeader(kind, header, faults);
  if (faults.length > 0) return [];
  return rows.map((row) => ({ row: row.line, fields: fieldsOf(row, columns, faults) }));
}

function fieldsOf(row: Cells, columns: readonly string[], faults: RowFault[]) {
  const refuse = (code: string, message: string, column?: string) =>
    faults.push({ row: row.line, column, code, message });
  const countFault = cellCountFault(row, columns.length);
  if (countFault) refuse("CELL_COUNT", countFault.message);
  const fields = columns.flatMap((column, i) => {
    const cell = row.cells[i] ?? "";
    if (hasStrayQuote(row, cell)) refuse("BAD_QUOTE", STRAY_QUOTE, column);
    if (CODES.includes(column) && isSpreadsheetNumber(cell))
      refuse("SPREADSHEET_NUMBER", SPREADSHEET_NUMBER, column);
    if (cell === "") return [];
    return [[column, SEVERAL.includes(column) ? several(cell) : cell] as const];
  });
  return Object.fromEntries(fields);
}

const several = (cell: string) => cell.split("|").flatMap((part) => part.trim() || []);

/** Decodes UTF-8, with or without a byte order mark. Refuses other encodings: bytes do not say which one they are in. */
function decode(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch (cause) {
    const why = "The list is not in UTF-8. Save it as CSV UTF-8.";
    throw new Refusal("NOT_UTF8", 422, why, { field: "body", cause });
  }
  throw new Refusal("NOT_UTF8", 422, "The list is not in UTF-8. Save it as CSV UTF-8.", {
    field: "body",
  });
}

const plain = (title: string) => title.replaceAll(/[\s_-]/g, "").toLowerCase();

const columnOf = (kind: ListKind, title: string) =>
  (LISTS[kind].columns as readonly string[]).find((name) => plain(name) === plain(title));

function readHeader(kind: ListKind, { line: row, cells }: Cells, faults: RowFault[]): string[] {
  const columns = cells.map((title) => {
    const column = columnOf(kind, title);
    if (column === undefined) {
      const message = `This is not a column of the list. Columns are: ${LISTS[kind].columns.join(", ")}.`;
      faults.push({ row, column: title, code: "BAD_FIELD", message });
    }
    return column ?? title;
  });
  columns.forEach((column, i) => {
    if (columns.indexOf(column) < i)
      faults.push({ row, column, code: "TWO_COLUMNS", message: "The column appears twice." });
  });
  return columns;
}
