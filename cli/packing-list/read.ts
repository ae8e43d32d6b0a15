// Reads a packing list. Each row becomes a lot to register, or its faults are named by line and column.
import {
  cellCountFault,
  hasStrayQuote,
  isSpreadsheetNumber,
  readCsv,
  type Row as Cells,
  SPREADSHEET_NUMBER,
  STRAY_QUOTE,
} from "../../lists/csv.ts";
import { Details, type EntryDetails } from "../../protocol/event/details.ts";
import { LotNumber } from "../../protocol/event/lot.ts";
import { MAX_INTEGER } from "../../protocol/base/limits.ts";
import { Problem } from "../output/outcome.ts";
import {
  columnFits,
  columnName,
  type ColumnMeaning,
  meaningOf,
  REQUIRED_COLUMNS,
} from "./columns.ts";

export type OriginAction = "commission" | "introduce";

export type RowFaultCode =
  | "EMPTY_FILE"
  | "MISSING_COLUMN"
  | "AMBIGUOUS_COLUMN"
  | "TWO_COLUMNS"
  | "CELL_COUNT"
  | "BAD_QUOTE"
  | "BAD_ENCODING"
  | "MISSING_VALUE"
  | "BAD_QUANTITY"
  | "BAD_FIELD"
  | "BAD_TEXT"
  | "SPREADSHEET_NUMBER"
  | "DUPLICATE"
  | "LOT_DIFFERS";

/** A fault at one place of the file. Lines and columns count from 1. Without a column it is about the whole line. */
export interface RowFault {
  line: number;
  column: number | undefined;
  /** The column's name, or a field's. */
  field: string | undefined;
  code: RowFaultCode;
  message: string;
  value?: string | undefined;
}

/** One package of the list. `line` is where its row begins. */
export interface PackingRow {
  line: number;
  lotNumber: string;
  quantity: number;
  details: EntryDetails;
}

export interface PackingList {
  rows: PackingRow[];
  faults: RowFault[];
  /** Columns that were ignored: unknown, or not allowed for this action. */
  ignored: string[];
  /** The column of each field, counted from 1, for faults that a later check finds. */
  columnOf: (meaning: ColumnMeaning) => number | undefined;
}

interface Header {
  meaning: ColumnMeaning;
  /** Index in the row. */
  index: number;
  /** As the file writes it. */
  title: string;
}

/** @param bytes the file: UTF-8 or UTF-16 with its mark; `,` `;` or tab between the cells */
export function readPackingList(bytes: Uint8Array, action: OriginAction): PackingList {
  const faults: RowFault[] = [];
  const { header, rows } = splitCells(decode(bytes), faults);
  if (!header) {
    faults.push(fault({ line: 1 }, undefined, "EMPTY_FILE", "The file has no header and no rows."));
    return { rows: [], faults, ignored: [], columnOf: () => undefined };
  }
  const { columns, ignored } = readHeader(header, action, faults);
  const complete = REQUIRED_COLUMNS.every((meaning) =>
    columns.some((column) => column.meaning === meaning),
  );
  const firstLines = new Map<string, number>();
  const readOne = (cells: Cells) => {
    const row = new Row(cells, columns);
    const lot = row.read(header.cells.length, firstLines);
    faults.push(...row.faults);
    return lot ?? [];
  };
  const lots = complete ? rows.flatMap(readOne) : [];
  if (complete && rows.length === 0 && faults.length === 0)
    faults.push(
      fault(
        { ...header, line: header.line + 1 },
        undefined,
        "EMPTY_FILE",
        "There is no row below the header.",
      ),
    );
  const columnOf = (meaning: ColumnMeaning) => {
    const index = columns.find((column) => column.meaning === meaning)?.index;
    return index === undefined ? undefined : index + 1;
  };
  return { rows: lots, faults: faults.sort(byPlace), ignored, columnOf };
}

const byPlace = (a: RowFault, b: RowFault) => a.line - b.line || (a.column ?? 0) - (b.column ?? 0);

function fault(
  { line }: Pick<Cells, "line">,
  at: { index: number; title?: string } | undefined,
  code: RowFaultCode,
  message: string,
  value?: string,
): RowFault {
  return {
    line,
    column: at && at.index + 1,
    field: at?.title,
    code,
    message,
    ...(value !== undefined && { value }),
  };
}

/**
 * The lots that a file names: the packages of a packing list, or one lot per line.
 * @throws Problem BAD_QUOTE
 */
export function readLotNames(bytes: Uint8Array): string[] {
  const text = decode(bytes);
  const faults: RowFault[] = [];
  const { header, rows } = splitCells(text, faults);
  const index = header?.cells.findIndex((title) => meaningOf(title) === "lotNumber") ?? -1;
  if (index < 0) return text.split(/\r\n?|\n/).flatMap((line) => line.trim() || []);
  const broken = faults[0];
  if (broken)
    throw new Problem(broken.code, `Line ${broken.line}: ${broken.message}`, { field: "--file" });
  return rows.flatMap(({ cells }) => cells[index] || []);
}

/* FROM BYTES TO CELLS */

/** Decodes the bytes. What is not UTF-8 becomes U+FFFD, which no cell may contain. */
function decode(bytes: Uint8Array): string {
  const mark =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff && "utf-16be";
  return new TextDecoder(mark || "utf-8").decode(bytes);
}

const isColumn = (title: string) => meaningOf(title) !== undefined;

function splitCells(text: string, faults: RowFault[]) {
  const { faults: unread, ...list } = readCsv(text, isColumn);
  for (const { line, index, code, message } of unread)
    faults.push(fault({ line }, { index }, code, message));
  return list;
}

/* FROM CELLS TO LOTS */

function readHeader(header: Cells, action: OriginAction, faults: RowFault[]) {
  const columns: Header[] = [];
  const ignored: string[] = [];
  header.cells.forEach((title, index) => {
    const meaning = meaningOf(title);
    const first = columns.find((column) => column.meaning === meaning);
    const at = { index, title };
    if (meaning === "ambiguous") {
      const why = "The column is ambiguous. Name it lot_code, mpn or package_id.";
      faults.push(fault(header, at, "AMBIGUOUS_COLUMN", why));
    } else if (meaning === undefined || !columnFits(meaning, action)) {
      if (title !== "") ignored.push(title);
    } else if (first) {
      const why = `Columns ${first.index + 1} and ${index + 1} both mean ${columnName(meaning)}.`;
      faults.push(fault(header, at, "TWO_COLUMNS", why));
    } else {
      columns.push({ meaning, ...at });
    }
  });
  for (const meaning of REQUIRED_COLUMNS) {
    if (columns.some((column) => column.meaning === meaning)) continue;
    const name = columnName(meaning);
    faults.push({
      ...fault(header, undefined, "MISSING_COLUMN", `The column ${name} is missing.`),
      field: name,
    });
  }
  return { columns, ignored };
}

/** One row while it is read. */
class Row {
  readonly faults: RowFault[] = [];
  readonly #row: Cells;
  readonly #columns: Header[];
  readonly #values = new Map<ColumnMeaning, string>();

  constructor(row: Cells, columns: Header[]) {
    this.#row = row;
    this.#columns = columns;
  }

  /** @param firstLines where each lot number of the file was first: this row's is added */
  read(cellsWanted: number, firstLines: Map<string, number>): PackingRow | undefined {
    this.#countCells(cellsWanted);
    for (const column of this.#columns) this.#readCell(column);
    const quantity = this.#quantity();
    const lotNumber = this.#lotNumber(firstLines);
    const details = this.#details();
    if (this.faults.length > 0 || lotNumber === undefined || quantity === undefined || !details)
      return undefined;
    return { line: this.#row.line, lotNumber, quantity, details };
  }

  #refuse(meaning: PropertyKey | undefined, code: RowFaultCode, message: string): void {
    const column = this.#columns.find((one) => one.meaning === meaning);
    this.faults.push(
      fault(this.#row, column, code, message, column && this.#row.cells[column.index]),
    );
  }

  #countCells(wanted: number): void {
    const wrong = cellCountFault(this.#row, wanted);
    if (wrong) this.faults.push(fault(this.#row, wrong, "CELL_COUNT", wrong.message));
  }

  #readCell({ meaning, index }: Header): void {
    const value = this.#row.cells[index];
    if (value === undefined) return; // the row is too short, which is a fault of its own
    if (value.includes("\ufffd"))
      this.#refuse(meaning, "BAD_ENCODING", "The cell is not UTF-8: save the file as CSV UTF-8.");
    else if (hasStrayQuote(this.#row, value)) this.#refuse(meaning, "BAD_QUOTE", STRAY_QUOTE);
    else if (isSpreadsheetNumber(value))
      this.#refuse(meaning, "SPREADSHEET_NUMBER", SPREADSHEET_NUMBER);
    else if (value !== "") this.#values.set(meaning, value);
    else if (REQUIRED_COLUMNS.some((required) => required === meaning))
      this.#refuse(meaning, "MISSING_VALUE", "The cell is empty.");
  }

  #quantity(): number | undefined {
    const text = this.#values.get("quantity");
    if (text === undefined) return undefined;
    const quantity = Number(text);
    if (/^\d+$/.test(text) && quantity >= 1 && quantity <= MAX_INTEGER) return quantity;
    this.#refuse(
      "quantity",
      "BAD_QUANTITY",
      "The quantity must be a whole number of pieces, at least 1, in digits only.",
    );
    return undefined;
  }

  #lotNumber(firstLines: Map<string, number>): string | undefined {
    const text = this.#values.get("lotNumber");
    if (text === undefined) return undefined;
    const result = LotNumber.safeParse(text);
    const before = firstLines.get(text);
    if (!result.success) this.#refuse("lotNumber", "BAD_TEXT", result.error.issues[0]!.message);
    else if (before !== undefined)
      this.#refuse("lotNumber", "DUPLICATE", `This package is already on line ${before}.`);
    else firstLines.set(text, this.#row.line);
    return result.data;
  }

  #details(): EntryDetails | undefined {
    const {
      quantity: _quantity,
      lotNumber: _lotNumber,
      ...facts
    } = Object.fromEntries(this.#values);
    const asText = Details.safeParse({ entries: [facts] });
    if (asText.success) return asText.data.entries![0]!;
    // Some fields are numbers or booleans: a cell that its field refuses as text is tried as a number or a boolean.
    const wrong = new Set(asText.error.issues.map(({ path }) => path[2]));
    let tried = Object.entries(facts).map(
      ([name, value]) => [name, wrong.has(name) ? scalarOf(value) : value] as const,
    );
    // Rules between fields are checked only once each field is valid, so invalid fields are removed and the rest is checked again.
    for (;;) {
      const result = Details.safeParse({ entries: [Object.fromEntries(tried)] });
      if (result.success) return result.data.entries![0]!;
      const issues = new Map(result.error.issues.map((issue) => [issue.path[2], issue]));
      for (const [name, issue] of issues) {
        const isText = issue.code === "custom" && issue.params?.["code"] === "BAD_TEXT";
        this.#refuse(name, isText ? "BAD_TEXT" : "BAD_FIELD", issue.message);
      }
      tried = tried.filter(([name]) => !issues.has(name));
    }
  }
}

function scalarOf(text: string): string | number | boolean {
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  return /^(true|yes|y)$/i.test(text) ? true : /^(false|no|n)$/i.test(text) ? false : text;
}
