// Writes lists as CSV (RFC 4180), for spreadsheets.
import type { LotView } from "../../api/lots.ts";

/** A column: its name, and what stands there in a row. */
export type Column<T> = readonly [
  name: string,
  read: (row: T) => string | number | null | undefined,
];

const COLUMNS: readonly Column<LotView>[] = [
  ["lot number", (lot) => lot.lotNumber],
  ["manufacturer", (lot) => lot.manufacturer],
  ["part", (lot) => lot.mpn],
  ["manufacturer's lot", (lot) => lot.makerLot],
  ["date code", (lot) => lot.dateCode],
  ["pieces", (lot) => lot.quantity],
  ["holder", (lot) => lot.holder.name],
  ["consignee", (lot) => lot.consignee?.name],
  ["on hold", (lot) => (lot.held ? "yes" : "no")],
  ["settlement", (lot) => lot.settlement],
  ["lot id", (lot) => lot.lot],
];

export const lotsCsv = (lots: readonly LotView[]): string => csvOf(COLUMNS, lots);

/** Rows as CSV, under the columns' names. */
export const csvOf = <T>(columns: readonly Column<T>[], rows: readonly T[]): string =>
  [columns.map(([name]) => name), ...rows.map((row) => columns.map(([, read]) => read(row)))]
    .map((cells) => `${cells.map(cell).join(",")}\r\n`)
    .join("");

/**
 * One cell. Text that a spreadsheet would run as a formula gets an apostrophe in front: other companies choose lot numbers, and
 * one that begins with `=` could send a reader's file elsewhere.
 */
export function cell(value: string | number | null | undefined): string {
  if (typeof value === "number") return String(value);
  const text = value ?? "";
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
