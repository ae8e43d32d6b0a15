// Reads a dropped file, CSV or Excel workbook, into tables of cells.
import { csvTable, type Table } from "../../../packing/read.ts";
import type { SheetTable } from "./xlsx.ts";

/** Bytes of a file. Lists of ten thousand rows have about two million. */
const MAX_BYTES = 30_000_000;
const MEGABYTE = 1_000_000;

/** The tables of a file: one of a CSV file, one for each visible sheet of a workbook. @throws Error with a sentence for people */
export async function readListFile(file: File): Promise<SheetTable[]> {
  if (file.size > MAX_BYTES)
    throw new Error(
      `The file has ${Math.ceil(file.size / MEGABYTE)} MB; up to ${MAX_BYTES / MEGABYTE} MB are read. Divide the list.`,
    );
  const bytes = new Uint8Array(await file.arrayBuffer());
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  if (!isZip) return [{ name: file.name, table: csvTable(bytes) }];
  const { readWorkbook } = await import("./xlsx.ts");
  const sheets = await readWorkbook(bytes).catch((cause: unknown) => {
    throw new Error(
      "The file is not an Excel workbook that can be read. If it has a password, remove it; or save the list as CSV UTF-8.",
      { cause },
    );
  });
  const filled = sheets.filter(({ table }) => table.header !== undefined);
  if (filled.length === 0) throw new Error("No visible sheet of the workbook has any cell.");
  return filled;
}

/** The sheet that looks most like a list: with the most rows below its header. */
export const likeliest = (sheets: readonly SheetTable[]): number =>
  sheets.reduce(
    (best, { table }, i) => (table.rows.length > sheets[best]!.table.rows.length ? i : best),
    0,
  );

export type { SheetTable, Table };
