// Reads what should come: a pasted list of lot numbers, or the CSV of an order or a delivery note.
import { readCsv } from "../../../lists/csv.ts";
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
/** Titles of columns, without case and signs. */
const TITLES: Readonly<Record<Column, readonly string[]>> = {
  name: [
    ..."lot,lotnumber,lotno,packageid,package,packageno,reel,reelid,uid,lpn,serial,id".split(","),
    ..."gebinde,packstück,chargennummer,los,losnummer".split(","),
  ],
  mpn: "part,partnumber,partno,mpn,manufacturerpart,manufacturerpartnumber,article,artikel".split(
    ",",
  ),
  quantity: "quantity,qty,pieces,pcs,menge,stück,anzahl".split(","),
  makerLot: "makerslot,makerlot,manufacturerlot,manufacturerslot,lotcode,charge".split(","),
  dateCode: "datecode,dc".split(","),
  manufacturer: "manufacturer,maker,mfr,brand,hersteller".split(","),
  countryOfOrigin: "country,countryoforigin,coo,origin,ursprungsland".split(","),
  purchaseOrder: "purchaseorder,po,order,orderno,bestellung".split(","),
};
const plain = (title: string) => title.toLowerCase().replaceAll(/[^\p{L}\d]/gu, "");
const columnOf = (title: string): Column | undefined =>
  (Object.keys(TITLES) as Column[]).find((column) => TITLES[column].includes(plain(title)));

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
