// Reads lists of authorisations and alerts, as CSV or JSON. Reads every row, and names each fault by row and column.
import { z } from "zod";
import { parseJson } from "../../protocol/base/canonical.ts";
import { Text } from "../../protocol/base/text.ts";
import { readDateCode } from "../../protocol/label/dates.ts";
import { Alert, Authorisation } from "../../protocol/event/statement.ts";
import {
  cellCountFault,
  hasStrayQuote,
  readCsv,
  type Row as Cells,
  STRAY_QUOTE,
} from "../../lists/csv.ts";
import { Refusal, type RowFault } from "../refusal.ts";
import { checkValue, type Comparison, splitCodes } from "./list-cells.ts";

/** The most items and bytes of one list. */
export const MAX_LIST_ITEMS = 1_000;
export const MAX_LIST_BYTES = 2 * 1024 * 1024;
/** Columns in a header: more than any list has. */
const MAX_COLUMNS = 64;
/** Faults that a refusal lists. */
const MAX_FAULTS = 100;
/** Characters of a value in a message. */
const MAX_VALUE = 64;

/** An authorisation as a person writes it: the party by its name, the start of it, or its address. */
const NamedAuthorisation = Authorisation.safeExtend({ party: Text(1, 128) });

/** The kinds of lists: the schema of an item, and the columns of a CSV file. */
const LISTS = {
  authorisation: { schema: NamedAuthorisation, columns: ["party", "brand", "grade", "from", "to"] },
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
type ContentOf = { authorisation: z.infer<typeof NamedAuthorisation>; alert: Alert };

/** How columns are compared with lots. The others have a form of their own, or are for people. */
const COMPARED: Partial<Record<string, Comparison>> = {
  mpn: "code",
  makerLots: "code",
  manufacturer: "name",
  brand: "name",
  source: "none",
  reference: "none",
  text: "none",
};
/** Columns with several values in a cell. */
const SEVERAL = ["makerLots"];

interface Row {
  row: number;
  fields: Record<string, unknown>;
}

/** An item of a list, and the row that it stands in. */
export interface ListItem<K extends ListKind> {
  row: number;
  content: ContentOf[K];
}

/**
 * Reads a list.
 * @param bytes CSV with a header (UTF-8, cells separated by comma, semicolon or tab; lots in one cell by `|`, `;` or line
 * ends, or by commas between codes that look alike) or a JSON array of objects
 * @param common fields for the rows that lack them
 * @param acceptDoubts keeps cells that are probably not what was meant
 * @throws Refusal BAD_LIST with the faults by row and column, NOT_UTF8, BODY_TOO_LARGE, TOO_LARGE; ProtocolError
 */
export function readList<K extends ListKind>(
  kind: K,
  { mediaType, bytes }: { mediaType: string; bytes: Uint8Array },
  common: Partial<Record<string, string>> = {},
  acceptDoubts = false,
): ListItem<K>[] {
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
  const doubts: RowFault[] = [];
  const items = rows.flatMap(({ row, fields: own }): ListItem<K>[] => {
    const fields = { ...common, ...own };
    const broken = checkFields(row, fields, faults, doubts);
    const parsed = schema.safeParse(withDays(fields));
    if (parsed.success) return [{ row, content: parsed.data as ContentOf[K] }];
    const issues = parsed.error.issues.filter(({ path }) => !broken.has(String(path[0])));
    faults.push(...issues.flatMap((issue) => faultsOf(row, issue, fields)));
    return [];
  });
  if (faults.length > 0) throw refuseRows([...faults, ...doubts]);
  if (!acceptDoubts) refuseDoubts(doubts);
  return items;
}

/** @throws Refusal BAD_LIST naming each doubt, and how to keep the cells as they are */
export function refuseDoubts(doubts: RowFault[]): void {
  if (doubts.length > 0) throw refuseRows(doubts, IF_RIGHT);
}

const IF_RIGHT =
  " If the cells are right as they are, accept the doubts: acceptDoubts=true, or --accept-doubts.";

/** Checks the values of a row that are compared with lots. @returns the columns with a fault */
function checkFields(
  row: number,
  fields: Record<string, unknown>,
  faults: RowFault[],
  doubts: RowFault[],
): Set<string> {
  const broken = new Set<string>();
  for (const [column, compared] of Object.entries(COMPARED)) {
    const values: unknown[] = [fields[column]].flat();
    for (const value of values) {
      if (typeof value !== "string" || compared === undefined) continue;
      const found = checkValue(value, compared);
      if (found.faults.length > 0) broken.add(column);
      const of = values.length > 1 ? `${value.slice(0, MAX_VALUE)}: ` : "";
      const place = (list: typeof found.faults) =>
        list.map(({ code, message }) => ({ row, column, code, message: of + message }));
      faults.push(...place(found.faults));
      doubts.push(...place(found.doubts));
    }
  }
  return broken;
}

/** The refusal of a list with faults in its rows. @param advice what else to do, after a blank */
export function refuseRows(faults: readonly RowFault[], advice = ""): Refusal {
  const rows = faults.toSorted((a, b) => a.row - b.row).slice(0, MAX_FAULTS);
  const [{ row, column, message }] = rows as [RowFault];
  const where = column === undefined ? `row ${row}` : `row ${row}, ${column}`;
  const more = faults.length > 1 ? ` More faults: ${faults.length - 1}.` : "";
  const why = `Nothing was stored. Correct ${where}: ${message}${more}${advice}`;
  const field = [String(row), column].filter(Boolean).join(".");
  return new Refusal("BAD_LIST", 422, why, { field, rows });
}

function faultsOf(
  row: number,
  { path, message, ...issue }: z.core.$ZodIssue,
  fields: Record<string, unknown>,
): RowFault[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((column) => ({
      row,
      column,
      code: "BAD_FIELD",
      message: "This list does not have such a field.",
    }));
  const column = path.map(String).join(".");
  const isMissing = path.length === 1 && fields[column] === undefined;
  const why = isMissing ? "The field is missing, or its cell is empty." : wordsOf(issue, message);
  return [{ row, ...(column !== "" && { column }), code: "BAD_FIELD", message: why }];
}

/** A sentence in place of the schema library's own words. */
function wordsOf(issue: Omit<z.core.$ZodIssue, "path" | "message">, message: string): string {
  if (issue.code === "invalid_value" && "values" in issue)
    return `The field must be one of ${(issue.values as unknown[]).join(", ")}.`;
  if (issue.code === "too_small") return "The field is empty.";
  if (issue.code === "too_big" && "maximum" in issue)
    return `The field has more than ${String(issue.maximum)} values. Split the row.`;
  if (issue.code !== "invalid_type" || !("expected" in issue)) return `The field ${message}.`;
  return issue.expected === "array"
    ? "The field must be a list of texts."
    : "The field must be a text.";
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
  const list = parseJson(bytes, MAX_LIST_BYTES);
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
  if (header.cells.length > MAX_COLUMNS) {
    const message = `The header has ${header.cells.length} columns. A list has at most ${MAX_COLUMNS}.`;
    faults.push({ row: header.line, code: "CELL_COUNT", message });
    return [];
  }
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
    if (hasStrayQuote(row, cell) && !cell.startsWith("=")) refuse("BAD_QUOTE", STRAY_QUOTE, column);
    if (cell === "") return [];
    return [[column, SEVERAL.includes(column) ? splitCodes(cell) : cell] as const];
  });
  return Object.fromEntries(fields);
}

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
