// Names the columns of a packing list for people, and says what becomes of each column of a file.
import { type ColumnMeaning, COLUMN_NAMES, columnFits } from "../../../packing/columns.ts";
import type { Layout } from "../../../packing/header.ts";
import type { OriginAction } from "../../../packing/list.ts";
import { fieldWord } from "../words.ts";

const LABELS: Partial<Record<ColumnMeaning, string>> = {
  manufacturer: "Manufacturer",
  mpn: "Manufacturer part number",
  makerLot: "Manufacturer's lot code",
  dateCode: "Date code",
  dateCodeNewest: "Newest date code",
  dateCodeFormat: "Format of the date code",
  quantity: "Pieces in the package",
  lotNumber: "Package id (lot number)",
  parentPackageId: "Carton or pallet id",
  customerPartNumber: "Customer part number",
  purchaseOrder: "Purchase order",
  purchaseOrderLine: "Purchase order line",
  supplierReference: "Supplier's own number",
  hts: "Customs tariff number",
};

/** A column's name in words. */
export const columnLabel = (meaning: ColumnMeaning): string =>
  LABELS[meaning] ?? fieldWord(meaning);

/** The columns that a person can choose, the needed ones first. */
export function columnChoices(action: OriginAction): ColumnMeaning[] {
  const first: ColumnMeaning[] = ["manufacturer", "mpn", "quantity", "lotNumber"];
  const others = (Object.keys(COLUMN_NAMES) as ColumnMeaning[]).filter(
    (meaning) => !first.includes(meaning) && columnFits(meaning, action),
  );
  return [...first, ...others];
}

/** What becomes of a column. `use`: how it is read, where it is none of ours and yet not left out. */
export interface ColumnFate {
  meaning: ColumnMeaning | undefined;
  use: string | undefined;
}

export function fateOf(layout: Layout, index: number): ColumnFate {
  const column = layout.columns.find((each) => each.index === index);
  if (column) return { meaning: column.meaning, use: undefined };
  const use =
    layout.unit?.index === index
      ? "Read as the unit: only pieces are taken"
      : layout.packages?.index === index
        ? "Read as the number of packages: only 1 is taken"
        : layout.quantitiesToCompare.some((each) => each.index === index)
          ? "Compared with the pieces"
          : undefined;
  return { meaning: undefined, use };
}
