// Reads the cells of an Excel workbook as text, as the workbook shows them: zeros in front, long numbers and dates stay.
import { formatValue, isDateFormat } from "hucre";
import { type Cell, type CellValue, readXlsx, type Sheet } from "hucre/xlsx";
import { rowOf } from "../../../lists/csv.ts";
import { rowsTable, type Table } from "../../../packing/read.ts";

/** A sheet of a workbook. */
export interface SheetTable {
  name: string;
  table: Table;
}

/** From here on, a spreadsheet keeps no longer every digit of a number, and shows an exponent. */
const EXACT = 1e15;
const GENERAL = /^(General)?$/i;
/** Dates in the form of the reader's own country: which is the day and which the month is not in the file. */
const OF_COUNTRY = /^(14|22|m{1,2}[-/]d{1,2}[-/]yy(yy)?( h:mm)?)$/i;

/**
 * Reads the visible sheets of a workbook.
 * @throws Error where the file is not a workbook, is protected, or is too large
 */
export async function readWorkbook(bytes: Uint8Array): Promise<SheetTable[]> {
  const { sheets } = await readXlsx(bytes, {
    readStyles: true,
    sheets: ({ hidden, veryHidden }) => hidden !== true && veryHidden !== true,
  });
  return sheets.map((sheet) => ({ name: sheet.name, table: tableOf(sheet) }));
}

function tableOf({ rows, cells }: Sheet): Table {
  return rowsTable(
    rows.map((row, r) =>
      rowOf(
        r + 1,
        row.map((value, c) => textOf(value, cells?.get(`${r},${c}`))),
      ),
    ),
  );
}

/** A cell as its workbook shows it. */
export function textOf(value: CellValue, cell: Pick<Cell, "style"> | undefined): string {
  const format = cell?.style?.numFmt ?? "";
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (value instanceof Date)
    return GENERAL.test(format) || OF_COUNTRY.test(format) || !isDateFormat(format)
      ? value.toISOString().slice(0, 10)
      : formatValue(value, format);
  if (typeof value !== "number") return String(value);
  if (Math.abs(value) >= EXACT) return value.toExponential(14).replace("e", "E");
  return GENERAL.test(format) || format === "@"
    ? String(Number(value.toPrecision(15)))
    : formatValue(value, format);
}
