// Defines the columns of a packing list, and the names under which warehouse systems write them.
import { DETAIL_FIELDS, ENTRY_NAMES, type EntryName } from "../../protocol/event/detail-fields.ts";

/** What a column holds: a field of the lot's details, its pieces, or the number of its package, which is the lot number. */
export type ColumnMeaning = EntryName | "quantity";

/** A header without case, spaces and punctuation: `Lot Code`, `lot_code` and `LotCode` are one. */
const plain = (header: string) => header.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");

/** The headers of each column: our own name first, then those of others, such as Digi-Key's packing list. */
const NAMES: Partial<Record<ColumnMeaning, readonly string[]>> = {
  manufacturer: ["manufacturer", "manufacturer_name", "maker", "mfr", "mfg", "mfr_name"],
  mpn: [
    "mpn",
    "manufacturer_part_number",
    "manufacturer_product_number",
    "manufacturer_part_no",
    "manufacturer_pn",
    "mfr_part_number",
    "mfr_part_no",
    "mfr_pn",
    "mfg_part_number",
    "mfg_part_no",
    "mfg_pn",
    "maker_part_number",
  ],
  makerLot: [
    "lot_code",
    "maker_lot",
    "maker_lot_code",
    "mfr_lot",
    "mfg_lot",
    "batch",
    "batch_code",
    "batch_number",
  ],
  dateCode: ["date_code", "dc"],
  quantity: ["quantity", "qty", "lot_quantity", "pieces", "pcs"],
  countryOfOrigin: ["country_of_origin", "coo", "origin", "origin_country"],
  msl: ["msl", "moisture_sensitivity_level"],
  customerPartNumber: [
    "customer_part_number",
    "customer_part_no",
    "customer_pn",
    "cpn",
    "customer_reference",
  ],
  eccn: ["eccn"],
  hts: ["hts", "htsus", "hts_code", "htsus_code", "tariff_number"],
  lotNumber: [
    "package_id",
    "package_no",
    "package_number",
    "license_plate",
    "licence_plate",
    "reel_id",
    "uid",
  ],
  partDescription: ["part_description", "description"],
  bagSealDate: ["bag_seal_date", "seal_date"],
  purchaseOrder: ["purchase_order", "purchase_order_number", "po", "po_number"],
  purchaseOrderLine: ["purchase_order_line", "po_line"],
  supplierReference: ["supplier_reference", "product_number", "sku"],
};

/** Headers that some use for the maker's lot code and others for the package. */
const AMBIGUOUS = new Set(["lot", "lotno", "lotnumber", "lotid", "partnumber", "partno", "pn"]);

/** Columns without which no lot can be registered. */
export const REQUIRED_COLUMNS = [
  "manufacturer",
  "mpn",
  "quantity",
  "lotNumber",
] as const satisfies ColumnMeaning[];

const MEANINGS = new Map<string, ColumnMeaning>([
  // Any field that an entry may have is a column of its own name; `packageId` is the package, hence the lot number.
  ...ENTRY_NAMES.filter((name) => name !== "lotNumber" && name !== "packageId").map(
    (name): [string, ColumnMeaning] => [plain(name), name],
  ),
  ...Object.entries(NAMES).flatMap(([meaning, names]) =>
    names.map((name): [string, ColumnMeaning] => [plain(name), meaning as ColumnMeaning]),
  ),
]);

/** The column that a header stands for. `ambiguous` where it may stand for two, undefined where it stands for none. */
export function meaningOf(header: string): ColumnMeaning | "ambiguous" | undefined {
  const name = plain(header);
  return AMBIGUOUS.has(name) ? "ambiguous" : MEANINGS.get(name);
}

/** Our own name of a column. */
export function columnName(meaning: ColumnMeaning): string {
  return NAMES[meaning]?.[0] ?? meaning;
}

/** Whether a lot that is registered by this action may have the column. */
export function columnFits(meaning: ColumnMeaning, action: "commission" | "introduce"): boolean {
  return meaning === "quantity" || DETAIL_FIELDS[meaning].on.some((on) => on === action);
}
