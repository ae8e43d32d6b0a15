// Reads a packing list. Each row becomes a lot to register, or its faults are named by line and column.
import { readCsv } from "../../lists/csv.ts";
import { Problem } from "../output/outcome.ts";
import { isKnownTitle, type ColumnMeaning, readTitle, REQUIRED_COLUMNS } from "./columns.ts";
import { decode, notCsv } from "./decode.ts";
import { readHeader } from "./header.ts";
import { byPlace, faultAt, type OriginAction, type PackingList, type RowFault } from "./list.ts";
import { readRow } from "./row.ts";

export type { OriginAction } from "./list.ts";

/**
 * Reads a packing list.
 * @param bytes the file: UTF-8 or UTF-16 with its mark; `,` `;` or tab between the cells; titles may stand above the header
 * @param now Unix seconds, for dates that have not begun
 */
export function readPackingList(
  bytes: Uint8Array,
  action: OriginAction,
  now = Math.floor(Date.now() / 1000),
): PackingList {
  const other = notCsv(bytes);
  if (other) return nothing([faultAt(1, undefined, other.code, other.message)]);
  const { header, rows, faults: unread } = splitCells(decode(bytes));
  if (!header) {
    const why = "The file has no header and no rows.";
    return nothing([...unread, faultAt(1, undefined, "EMPTY_FILE", why)]);
  }
  const layout = readHeader(header, action);
  const isComplete = REQUIRED_COLUMNS.every((meaning) =>
    layout.columns.some((column) => column.meaning === meaning),
  );
  const context = { layout, action, now, titles: header.cells, earlier: new Map() };
  const readings = isComplete ? rows.map((row) => readRow(row, context)) : [];
  const faults = [...unread, ...layout.faults, ...readings.flatMap((reading) => reading.faults)];
  if (isComplete && rows.length === 0 && faults.length === 0) {
    const why = "There is no row below the header.";
    faults.push(faultAt(header.line + 1, undefined, "EMPTY_FILE", why));
  }
  return {
    rows: readings.flatMap(({ row }) => row ?? []),
    faults: faults.sort(byPlace),
    doubts: [...layout.doubts, ...readings.flatMap(({ doubts }) => doubts)].sort(byPlace),
    notes: [...layout.notes, ...readings.flatMap(({ notes }) => notes)].sort(byPlace),
    headerLine: header.line,
    ignored: layout.ignored,
    columnOf: (meaning: ColumnMeaning) => {
      const index = layout.columns.find((column) => column.meaning === meaning)?.index;
      return index === undefined ? undefined : index + 1;
    },
  };
}

const nothing = (faults: RowFault[]): PackingList => ({
  rows: [],
  faults,
  doubts: [],
  notes: [],
  headerLine: undefined,
  ignored: [],
  columnOf: () => undefined,
});

function splitCells(text: string) {
  const { faults: unread, ...list } = readCsv(text, isKnownTitle);
  const faults = unread.map(({ line, index, code, message }) =>
    faultAt(line, { index }, code, message),
  );
  return { ...list, faults };
}

/**
 * The lots that a file names: the packages of a packing list, or one lot per line.
 * @throws Problem BAD_QUOTE, NOT_CSV, BAD_ENCODING
 */
export function readLotNames(bytes: Uint8Array): string[] {
  const other = notCsv(bytes);
  if (other) throw new Problem(other.code, other.message, { field: "--file" });
  const text = decode(bytes);
  const { header, rows, faults } = splitCells(text);
  const isPackage = (title: string) => {
    const reading = readTitle(title);
    return reading.kind === "column" && reading.meaning === "lotNumber";
  };
  const index = header?.cells.findIndex(isPackage) ?? -1;
  if (index < 0) return text.split(/\r\n?|\n/).flatMap((line) => line.trim() || []);
  const [broken] = faults;
  if (broken)
    throw new Problem(broken.code, `Line ${broken.line}: ${broken.message}`, { field: "--file" });
  return rows.flatMap(({ cells }) => cells[index] || []);
}
