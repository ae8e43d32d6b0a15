// Defines the columns of a packing list, and the names under which warehouse systems and distributors write them.
import {
  DATE_CODE_FORMATS,
  type DateCodeFormat,
  DETAIL_FIELDS,
  ENTRY_NAMES,
  type EntryName,
} from "../protocol/event/detail-fields.ts";

/** What a column holds: a field of the lot's details, its pieces, or the number of its package, which is the lot number. */
export type ColumnMeaning = EntryName | "quantity";

/**
 * A column that changes what the quantity says. `unit`: what is counted. `packages`: how many packages the row is about.
 * `shipped`, `ordered`, `perPackage`, `total`: a quantity that is not simply that of the package.
 */
export type QuantityRole = "unit" | "packages" | "shipped" | "ordered" | "perPackage" | "total";

/** What a header's title says. */
export type Title =
  | { kind: "column"; meaning: ColumnMeaning; format?: DateCodeFormat }
  | { kind: "role"; role: QuantityRole }
  /** It may mean two columns. `unless`: where this column is there, the title means another one and is ignored. */
  | { kind: "ambiguous"; why: string; unless?: ColumnMeaning }
  /** It cannot be read as it is. */
  | { kind: "refused"; code: "COMBINED_COLUMN" | "AMBIGUOUS_COLUMN" | "BAD_UNIT"; why: string }
  | { kind: "unknown" };

/** A header without case, accents, blanks and punctuation, and with one word for "number". */
export const plain = (header: string): string =>
  header
    .normalize("NFKD")
    .replaceAll("#", " no ")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replaceAll(/[^\p{L}\p{N}]/gu, "")
    .replace(/(?<=.)(numbers?|nummer|numero|num|nr|no)$/, "no");

const names = (text: string) => text.split("|").map((name) => name.trim());

/** The headers of each column: our own name first, then those of others. */
export const COLUMN_NAMES: Partial<Record<ColumnMeaning, readonly string[]>> = {
  manufacturer: names(
    "manufacturer|manufacturer_name|maker|mfr|mfr_name|mfg|mfg_name|manuf|oem|" +
      "Hersteller|Herstellername|fabricant|fabricante|produttore|fabrikant|tillverkare|制造商|厂商|生产商|製造商|メーカー|メーカ|제조사",
  ),
  mpn: names(
    "mpn|manufacturer_part_number|manufacture_part_number|manufacturers_part_number|manufacturer_product_number|" +
      "manufacturer_part|manufacturer_pn|manufacturer_number|mfr_part_number|mfr_part|mfr_pn|mfr_number|" +
      "mfg_part_number|mfg_part|mfg_pn|mfg_number|manuf_part_number|maker_part_number|maker_pn|oem_part_number|" +
      "Herstellernummer|Hersteller-Teilenummer|Herstellerteilenummer|Hersteller-Artikelnummer|Hersteller-Art.-Nr|Herst.-Art.-Nr|Herst.-Teilenr|Hersteller-Teilenr|Herstellerartikelnummer|Hersteller-Nr|" +
      "référence fabricant|référence du fabricant|referencia del fabricante|número de parte del fabricante|" +
      "codice produttore|codice del produttore|制造商型号|厂家型号|原厂型号|制造商零件编号|メーカー型番|メーカー品番",
  ),
  makerLot: names(
    "lot_code|maker_lot|maker_lot_code|maker_lot_number|manufacturer_lot|manufacturer_lot_number|manufacturer_lot_code|mfr_lot|" +
      "mfr_lot_number|mfr_lot_code|mfg_lot|mfg_lot_number|mfg_lot_code|batch|batch_code|batch_number|" +
      "Charge|Chargennummer|Chargencode|Chargen-Nr|code de lot|código de lote|codice lotto|批次|批次号|生产批号|ロットコード",
  ),
  dateCode: names(
    "date_code|dc|date_codes|Datumscode|Datecode|code date|code de date|código de fecha|codice data|日期码|日期代码|生产周期|周期|デートコード",
  ),
  dateCodeNewest: names("date_code_newest|newest_date_code|date_code_to|latest_date_code"),
  dateCodeFormat: names("date_code_format"),
  quantity: names(
    "quantity|qty|lot_quantity|pieces|pcs|quantity_pcs|qty_pcs|quantity_in_pcs|qty_in_pcs|quantity_pieces|qty_pieces|" +
      "Menge|Stück|Stk|Stückzahl|Stueckzahl|Anzahl|quantité|qté|cantidad|quantità|aantal|antal|数量|個数|수량",
  ),
  countryOfOrigin: names(
    "country_of_origin|coo|origin|origin_country|country_region_of_origin|country_of_manufacture|made_in|" +
      "Ursprungsland|Herkunftsland|Ursprung|pays d'origine|país de origen|paese di origine|原产地|原产国|原産国|原産地",
  ),
  msl: names("msl|moisture_sensitivity_level|msl_level|moisture_level|湿敏等级"),
  customerPartNumber: names(
    "customer_part_number|customer_part|customer_pn|cpn|customer_reference|customer_product_number|" +
      "Kundenartikelnummer|Kundenteilenummer|Kunden-Artikelnummer|référence client|客户料号|客户型号",
  ),
  eccn: names("eccn|eccn_code"),
  hts: names("hts|htsus|hts_code|htsus_code|hs_code|tariff_number|Zolltarifnummer|海关编码"),
  lotNumber: names(
    "package_id|package_number|license_plate|license_plate_number|licence_plate|licence_plate_number|lpn|reel_id|reel_number|uid|" +
      "Packstück-ID|Packstücknummer|Rollen-ID|Rollennummer|Gebinde-ID|Packstück-Nr|Gebindenummer|包装号|盘号|料盘号|リール番号|リールID",
  ),
  parentPackageId: names(
    "parent_package_id|carton_id|carton_number|carton|pallet_id|pallet_number|Kartonnummer|箱号",
  ),
  partDescription: names(
    "part_description|description|product_description|Bezeichnung|Beschreibung|désignation|descripción|描述|商品描述",
  ),
  bagSealDate: names("bag_seal_date|seal_date"),
  purchaseOrder: names("purchase_order|purchase_order_number|po|po_number"),
  purchaseOrderLine: names("purchase_order_line|po_line"),
  supplierReference: names(
    "supplier_reference|product_number|sku|digikey_part_number|digi_key_part_number|mouser_number|mouser_part_number|" +
      "mouser_part|lcsc_part_number|lcsc_part|farnell_part_number|newark_part_number|rs_part_number|tme_part_number|arrow_part_number",
  ),
};

/** The headers of columns that change what the quantity says. */
export const ROLE_NAMES: Record<QuantityRole, readonly string[]> = {
  unit: names(
    "uom|unit|units|unit_of_measure|unit_of_measurement|unit_of_quantity|um|quantity_unit|qty_unit|qty_uom|quantity_uom|measure|" +
      "Einheit|Mengeneinheit|ME|unité|unidad|unità|单位|計量単位|単位",
  ),
  packages: names(
    "packages|no_of_packages|number_of_packages|reels|no_of_reels|number_of_reels|reel_count|package_count|reel_qty_count|boxes|no_of_boxes|" +
      "cartons|no_of_cartons|number_of_cartons|ctns|rolls|bags|trays|tubes|Packstücke|Anzahl Rollen|Rollen|盘数|箱数|件数",
  ),
  shipped: names(
    "quantity_shipped|shipped_quantity|qty_shipped|shipped_qty|shipped|ship_qty|ship_quantity|delivered_quantity|quantity_delivered|" +
      "delivered_qty|qty_delivered|delivered|invoiced_qty|qty_invoiced|Liefermenge|gelieferte Menge|quantité livrée|发货数量|出货数量|出荷数",
  ),
  ordered: names(
    "quantity_ordered|ordered_quantity|qty_ordered|ordered_qty|order_qty|order_quantity|ordered|Bestellmenge|quantité commandée|" +
      "cantidad pedida|订购数量|订货数量|注文数",
  ),
  perPackage: names(
    "qty_per_reel|qty_reel|pcs_reel|qty_roll|quantity_per_reel|qty_per_package|quantity_per_package|pcs_per_reel|pieces_per_reel|reel_qty|reel_quantity|" +
      "pack_qty|package_qty|package_quantity|qty_per_box|spq|standard_pack_quantity|mpq|Menge je Rolle|每盘数量",
  ),
  total: names("total_qty|total_quantity|total_pcs|total_pieces|Gesamtmenge|总数量|合計数"),
};

const LOT_TITLE =
  "The column can be the manufacturer's lot code or the number of the package. Name it lot_code or package_id.";
const PART_TITLE =
  "The column can be the part number of the manufacturer, the customer or the supplier. Name it mpn, customer_part_number or supplier_reference.";
const DATE_OR_LOT =
  "The column can be the date code or the manufacturer's lot code. Name it date_code or lot_code.";

/** Headers that some use for one column and others for another. */
export const AMBIGUOUS_TITLES: readonly {
  titles: readonly string[];
  why: string;
  unless?: ColumnMeaning;
}[] = [
  {
    titles: names(
      "lot|lot_number|N° de lot|Nº de lote|lot_id|lots|Los|Losnummer|Lot-Nr|numéro de lot|lote|número de lote|lotto|numero lotto|ロット|ロット番号|ロットNo",
    ),
    why: LOT_TITLE,
  },
  {
    titles: names(
      "part_number|part|pn|part_id|item|item_number|article_number|material|material_number|Teilenummer|Artikelnummer|Artikel|Materialnummer|" +
        "Bestellnummer|référence|referencia|codice|型号|料号|品番|型番",
    ),
    why: PART_TITLE,
    unless: "mpn",
  },
  { titles: names("批号|trace_code|lot_date_code"), why: DATE_OR_LOT },
];

const AMBIGUOUS = new Map<string, Extract<Title, { kind: "ambiguous" }>>(
  AMBIGUOUS_TITLES.flatMap(({ titles, why, unless }) =>
    titles.map((title) => [
      plain(title),
      { kind: "ambiguous" as const, why, ...(unless && { unless }) },
    ]),
  ),
);

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
  ...Object.entries(COLUMN_NAMES).flatMap(([meaning, titles]) =>
    titles.map((name): [string, ColumnMeaning] => [plain(name), meaning as ColumnMeaning]),
  ),
]);
const ROLES = new Map<string, QuantityRole>(
  Object.entries(ROLE_NAMES).flatMap(([role, titles]) =>
    titles.map((name): [string, QuantityRole] => [plain(name), role as QuantityRole]),
  ),
);

/** Units that mean pieces. C62 and H87 are those of UN/ECE Recommendation 20. */
const PIECES = new Set(
  names(
    "ea|each|pc|pcs|pce|pces|piece|pieces|c62|h87|nar|stk|stck|stueck|stück|pièce|pièces|pz|pza|pzs|pieza|piezas|pezzi|个|颗|只|片|個|개",
  ).map(plain),
);
/** Whether a unit of measure means single pieces. `ST` may be pieces, sets or sheets, and is not taken. */
export const isPieces = (unit: string): boolean => PIECES.has(plain(unit));

/** A word that makes a column one of units, whatever stands beside it: `Sales Unit`, `Unit of Qty`. */
const UNIT_WORD = /(?<!\p{L})(units?|uom|u\/m|\p{L}*einheit)(?!\p{L})/iu;
/** Words that make it another column: `Unit Price`, `Units per Reel`. */
const OTHER_UNIT =
  /price|cost|value|amount|weight|preis|wert|gewicht|(?<!\p{L})(usd|eur|per|pro|je|no|number|business)(?!\p{L})/iu;

/** The longest title that is read. */
const MAX_TITLE = 128;

/** Reads a header's title. */
export function readTitle(title: string): Title {
  if (title.length > MAX_TITLE) return { kind: "unknown" };
  const several = combined(title);
  if (several) return several;
  const whole = readPlain(plain(title));
  if (whole.kind !== "unknown") return whole;
  const qualified = /^(.*?)\s*[([{\uff08\u3010]\s*(.*?)\s*[)\]}\uff09\u3011]\s*\.?\s*$/s.exec(
    title,
  );
  if (qualified) return withQualifier(qualified[1]!, qualified[2]!);
  return UNIT_WORD.test(title) && !OTHER_UNIT.test(title)
    ? { kind: "role", role: "unit" }
    : { kind: "unknown" };
}

function readPlain(name: string): Title {
  const meaning = MEANINGS.get(name);
  if (meaning) return { kind: "column", meaning };
  const role = ROLES.get(name);
  return role ? { kind: "role", role } : (AMBIGUOUS.get(name) ?? { kind: "unknown" });
}

/** Words that say nothing about a column's meaning. */
const NO_MATTER = /^(iso|iso ?3166.*|iso ?code|alpha-?2|optional|required|mandatory|text)$/i;
/** The data identifiers of MH10.8.2 for the columns of a label. */
const IDENTIFIERS = /^(\d{0,2}[A-Z])$/;

/** Reads `Qty (pcs)` or `Date Code (YYWW)`. */
function withQualifier(base: string, qualifier: string): Title {
  const title = readTitle(base);
  const name = `"${base} (${qualifier})"`;
  if (title.kind === "unknown" || title.kind === "refused") return title;
  const other = readPlain(plain(qualifier));
  const isSame = JSON.stringify(other) === JSON.stringify(title);
  const joined = readPlain(plain(`${qualifier} ${base}`));
  if (isSame || NO_MATTER.test(qualifier)) return title;
  const isQuantity =
    (title.kind === "column" && title.meaning === "quantity") || title.kind === "role";
  if (isQuantity ? qualifier === "Q" : IDENTIFIERS.test(qualifier)) return title;
  if (isQuantity && title.kind === "role" && title.role === "unit") return title;
  if (isQuantity && isPieces(qualifier)) return title;
  if (isQuantity && joined.kind !== "unknown") return joined;
  if (isQuantity)
    return {
      kind: "refused",
      code: "BAD_UNIT",
      why: `The column ${name} does not say that it counts pieces. Give the pieces, and name it quantity.`,
    };
  const isDate =
    title.kind === "column" && (title.meaning === "dateCode" || title.meaning === "dateCodeNewest");
  const format = (Object.keys(DATE_CODE_FORMATS) as DateCodeFormat[]).find(
    (each) => each !== "other" && each === qualifier.toUpperCase(),
  );
  if (isDate && format) return { ...title, format };
  const needed = title.kind === "column" ? columnName(title.meaning) : "what it holds";
  const formats = Object.keys(DATE_CODE_FORMATS).join(", ");
  return {
    kind: "refused",
    code: "AMBIGUOUS_COLUMN",
    why: isDate
      ? `The date codes of ${name} are not in a format that is read here: ${formats}. Rewrite them as YYWW.`
      : `It is not clear what ${name} holds. Name it ${needed} if that is what it holds, or remove it.`,
  };
}

/** Refuses `Date Code / Lot No.`, which holds the facts of two columns. Undefined if the title names one column at most. */
function combined(title: string): Title | undefined {
  const parts = title.split(/[/\\&+,|]|\s(?:and|und|et)\s/i).map((part) => readPlain(plain(part)));
  const known = parts.filter(({ kind }) => kind !== "unknown");
  const different = new Set(known.map((part) => JSON.stringify(part)));
  if (known.length < 2) return undefined;
  if (different.size === 1) return known[0];
  return {
    kind: "refused",
    code: "COMBINED_COLUMN",
    why: "The column holds several facts. Split it into one column for each.",
  };
}

/** Whether a header's title is one that is known. */
export const isKnownTitle = (title: string): boolean => readTitle(title).kind !== "unknown";

/** Our own name of a column. */
export function columnName(meaning: ColumnMeaning): string {
  return COLUMN_NAMES[meaning]?.[0] ?? meaning;
}

/** Whether a lot that is registered by this action may have the column. */
export function columnFits(meaning: ColumnMeaning, action: "commission" | "introduce"): boolean {
  return meaning === "quantity" || DETAIL_FIELDS[meaning].on.some((on) => on === action);
}

/** Columns of codes that people and machines compare: a spreadsheet's or a look-alike's change in them is never meant. */
export const CODE_COLUMNS: ReadonlySet<ColumnMeaning> = new Set([
  "mpn",
  "partRevision",
  "makerLot",
  "assemblyLot",
  "dateCode",
  "dateCodeNewest",
  "lotNumber",
  "parentPackageId",
  "container",
  "serialFirst",
  "serialLast",
  "customerPartNumber",
  "purchaseOrder",
  "purchaseOrderLine",
  "supplierReference",
]);

/** Columns that name the parts and the package: a text that only may be a code is asked about. */
export const IDENTITY_COLUMNS: ReadonlySet<ColumnMeaning> = new Set([
  "mpn",
  "makerLot",
  "lotNumber",
]);
