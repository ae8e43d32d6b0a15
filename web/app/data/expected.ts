// Reads what should come: a pasted list of lot numbers, or the CSV of an order or a delivery note.
import { readCsv } from "../../../lists/csv.ts";
import { type ColumnMeaning, plain, readTitle } from "../../../packing/columns.ts";
import type { Expected } from "../../../protocol/label/expected.ts";

/** One package of the order. */
export interface ExpectedLine {
  /** Its lot number or package id. */
  name: string;
  /** The lot's id, where the line is of a shipment on the ledger. */
  lot: string | null;
  /** What is compared with label and record. */
  values: Expected;
  /** The shipment's lot came already: it is not missing. */
  isDone: boolean;
}

/** The most lines. More are more than a person goes through. */
export const MOST_LINES = 500;

type Column = "name" | keyof Expected;

/** Titles that an order or a delivery note has, beside those of packing lists. There they may mean two columns. */
const TITLES: Readonly<Partial<Record<Column, readonly string[]>>> = {
  name: [
    "lot",
    "lot number",
    "package",
    "reel",
    "serial",
    "id",
    "Gebinde",
    "Packstück",
    "Los",
    "Losnummer",
  ],
  mpn: ["part", "part number", "article", "Artikel"],
  makerLot: ["maker's lot", "manufacturer's lot"],
  manufacturer: ["brand"],
  countryOfOrigin: ["country"],
  purchaseOrder: ["order", "order number", "Bestellung"],
};
const BY_TITLE = new Map(
  Object.entries(TITLES).flatMap(([column, titles]) =>
    titles.map((title) => [plain(title), column as Column] as const),
  ),
);
/** What a packing list's columns are called here. */
const MEANINGS: Readonly<Partial<Record<ColumnMeaning, Column>>> = {
  lotNumber: "name",
  mpn: "mpn",
  quantity: "quantity",
  makerLot: "makerLot",
  dateCode: "dateCode",
  manufacturer: "manufacturer",
  countryOfOrigin: "countryOfOrigin",
  purchaseOrder: "purchaseOrder",
};

function columnOf(title: string): Column | undefined {
  const own = BY_TITLE.get(plain(title));
  if (own !== undefined) return own;
  const reading = readTitle(title);
  return reading.kind === "column" ? MEANINGS[reading.meaning] : undefined;
}

/** What was read of a list. */
export interface ExpectedList {
  lines: ExpectedLine[];
  /** What a person has to know about the list. Empty where all of it was read. */
  remarks: string[];
}

/** Reads a list. Without a header, the first cell of each line is the lot number. */
export function readExpected(text: string): ExpectedList {
  const { header, rows, faults } = readCsv(text, (title) => columnOf(title) !== undefined);
  const titles = header?.cells.map(columnOf) ?? [];
  const hasHeader = titles.includes("name");
  const all = hasHeader || !header ? rows : [header, ...rows];
  const remarks = faults.map(({ line, message }) => `Line ${line}: ${message}`);
  if (!hasHeader && titles.filter(Boolean).length > 1)
    remarks.push("No column is called lot number or package id, so the first column counts.");
  const lines = new Map<string, ExpectedLine>();
  for (const { line, cells } of all) {
    const of = (column: Column) => cells[titles.indexOf(column)] ?? "";
    const name = hasHeader ? of("name") : cells[0]!.split(/[;,\t]/, 1)[0]!.trim();
    if (name === "") remarks.push(`Line ${line} has no lot number and is left out.`);
    else if (lines.has(name)) remarks.push(`${name} stands on the list twice and counts once.`);
    else lines.set(name, { name, lot: null, values: hasHeader ? valuesOf(of) : {}, isDone: false });
  }
  if (lines.size > MOST_LINES)
    remarks.push(`The list has ${lines.size} lines. Only the first ${MOST_LINES} count.`);
  return { lines: [...lines.values()].slice(0, MOST_LINES), remarks };
}

const LENGTHS = { manufacturer: 128, mpn: 64, makerLot: 64, dateCode: 32, purchaseOrder: 64 };

/** The values of a row. One that cannot be right is left out: an order's typing error must not refuse a scan. */
function valuesOf(of: (column: Column) => string): Expected {
  const values: Expected = {};
  for (const [name, longest] of Object.entries(LENGTHS) as [keyof typeof LENGTHS, number][]) {
    const text = of(name);
    if (text !== "" && text.length <= longest) values[name] = text;
  }
  const quantity = Number(of("quantity").replaceAll(/[,.'\s](?=\d{3}(\D|$))/g, ""));
  if (Number.isSafeInteger(quantity) && quantity > 0) values.quantity = quantity;
  const country = of("countryOfOrigin").toUpperCase();
  if (/^[A-Z]{2}$/.test(country)) values.countryOfOrigin = country as never;
  return values;
}
