// Reads a packing list. Each row becomes a lot to register, or its faults are named by line and column.
import { belowHeader, readCsv, type Row } from "../lists/csv.ts";
import { isKnownTitle, type ColumnMeaning, readTitle, REQUIRED_COLUMNS } from "./columns.ts";
import { decode, notCsv } from "./decode.ts";
import { type Choices, type Layout, readHeader } from "./header.ts";
import {
  byPlace,
  faultAt,
  type OriginAction,
  type PackingList,
  type RowFault,
  type RowFaultCode,
} from "./list.ts";
import { compareWithEarlier, type NamedRow, readRow, type RowReading } from "./row.ts";

export type { OriginAction } from "./list.ts";

/** A list as cells: of a CSV file, or of a spreadsheet. */
export interface Table {
  /** Undefined where there is no row at all. */
  header: Row | undefined;
  rows: readonly Row[];
  /** Places that could not be read. */
  faults: RowFault[];
}

/** How the cells of a list are read. */
export interface Reading {
  action: OriginAction;
  /** Unix seconds, for dates that have not begun. */
  now: number;
  /** What a person said that columns hold. */
  choices?: Choices;
  /** Rows that were read before, with the same columns: they are not read again. */
  known?: WeakMap<Row, RowReading>;
}

/** A packing list, and what its columns hold. */
export interface ReadList extends PackingList {
  /** Undefined where there is no header. */
  layout: Layout | undefined;
}

/** Rows between two steps of a reading. */
const STEP_ROWS = 200;

/** Splits a CSV file into cells: UTF-8 or UTF-16 with its mark; `,` `;` or tab between the cells; titles may stand above the header. */
export function csvTable(bytes: Uint8Array): Table {
  const other = notCsv(bytes);
  if (other)
    return {
      header: undefined,
      rows: [],
      faults: [faultAt(1, undefined, other.code, other.message)],
    };
  return splitCells(decode(bytes));
}

/**
 * Reads a packing list from a CSV file.
 * @param now Unix seconds, for dates that have not begun
 */
export function readPackingList(bytes: Uint8Array, action: OriginAction, now: number): ReadList {
  const reading = readTable(csvTable(bytes), { action, now });
  for (;;) {
    const { done, value } = reading.next();
    if (done === true) return value;
  }
}

/** Reads a packing list step by step, so that a page can show how far it is. @returns after every step, the rows read so far */
export function* readTable(
  { header, rows, faults: unread }: Table,
  { action, now, choices, known = new WeakMap() }: Reading,
): Generator<number, ReadList> {
  if (!header) {
    const why = "The file has no header and no rows.";
    return nothing(unread.length > 0 ? unread : [faultAt(1, undefined, "EMPTY_FILE", why)]);
  }
  const layout = readHeader(header, action, choices);
  const isComplete = REQUIRED_COLUMNS.every((meaning) =>
    layout.columns.some((column) => column.meaning === meaning),
  );
  const context = { layout, action, now, titles: header.cells, foreseen: new Map() };
  const earlier = new Map<string, NamedRow>();
  const list: ReadList = {
    rows: [],
    faults: [...unread, ...layout.faults],
    doubts: [...layout.doubts],
    notes: [...layout.notes],
    headerLine: header.line,
    ignored: layout.ignored,
    layout,
    columnOf: (meaning: ColumnMeaning) => {
      const index = layout.columns.find((column) => column.meaning === meaning)?.index;
      return index === undefined ? undefined : index + 1;
    },
  };
  for (const [i, cells] of (isComplete ? rows : []).entries()) {
    const reading = known.get(cells) ?? readRow(cells, context);
    known.set(cells, reading);
    const { fault, doubt } = compareWithEarlier(reading, context, earlier);
    if (reading.row && !fault) list.rows.push(reading.row);
    list.faults.push(...reading.faults, ...(fault ? [fault] : []));
    list.doubts.push(...reading.doubts, ...(doubt ? [doubt] : []));
    list.notes.push(...reading.notes);
    if ((i + 1) % STEP_ROWS === 0) yield i + 1;
  }
  if (isComplete && rows.length === 0 && list.faults.length === 0) {
    const why = "There is no row below the header.";
    list.faults.push(faultAt(header.line + 1, undefined, "EMPTY_FILE", why));
  }
  list.faults.sort(byPlace);
  list.doubts.sort(byPlace);
  list.notes.sort(byPlace);
  return list;
}

const nothing = (faults: RowFault[]): ReadList => ({
  rows: [],
  faults,
  doubts: [],
  notes: [],
  headerLine: undefined,
  ignored: [],
  layout: undefined,
  columnOf: () => undefined,
});

function splitCells(text: string): Table {
  const { faults: unread, ...list } = readCsv(text, isKnownTitle);
  const faults = unread.map(({ line, index, code, message }) =>
    faultAt(line, { index }, code, message),
  );
  return { ...list, faults };
}

/** A spreadsheet's rows as a table: those that have any text. */
export function rowsTable(rows: readonly Row[]): Table {
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell !== ""));
  const { header, rows: below } = belowHeader(filled, isKnownTitle);
  return { header, rows: below, faults: [] };
}

/** The lots that a file names, or why it cannot be read. */
export type LotNames = { names: string[] } | { fault: { code: RowFaultCode; message: string } };

/** The lots that a CSV file or a text names: the packages of a packing list, or one lot per line. */
export function readLotNames(bytes: Uint8Array): LotNames {
  const other = notCsv(bytes);
  if (other) return { fault: other };
  const text = decode(bytes);
  const table = splitCells(text);
  return (
    namesInTable(table) ?? {
      names: text.split(/\r\n?|\n/).flatMap((line) => line.trim() || []),
    }
  );
}

/** The lots that a table names in its column of packages. Undefined if it has none. */
export function namesInTable({ header, rows, faults }: Table): LotNames | undefined {
  const isPackage = (title: string) => {
    const reading = readTitle(title);
    return reading.kind === "column" && reading.meaning === "lotNumber";
  };
  const index = header?.cells.findIndex(isPackage) ?? -1;
  if (index < 0) return undefined;
  const [broken] = faults;
  if (broken)
    return { fault: { code: broken.code, message: `Line ${broken.line}: ${broken.message}` } };
  return { names: rows.flatMap(({ cells }) => cells[index] || []) };
}
