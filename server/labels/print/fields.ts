// Lists a label's fields as people read them: data identifier, title, text. The order is that of the product label of EIGP 114.
import {
  type LabelContent,
  type LabelElement,
  labelElements,
} from "../../../protocol/label/write.ts";

/** A field of the label as people read it. */
export interface PrintedField {
  /** The field of the lot's record. */
  name: keyof LabelContent;
  /** Data identifier and title: `(1P) Supplier PN`. */
  title: string;
  /** The identifier alone, for labels without room for titles: `(1P)`. Without an identifier the title. */
  short: string;
  text: string;
  /** The field in linear code: identifier and text. Null: it has none. */
  linear: string | null;
}

/**
 * The titles of the identifiers, in the order in which they are printed. The order and the titles of P, 1P, Q, 10D, 1T, 4L, K
 * and 4K are those of ECIA EIGP 114.2018, appendix A.
 */
const TITLES: Record<string, string> = {
  P: "Customer PN",
  "1P": "Supplier PN",
  "2P": "Revision",
  Q: "Quantity",
  "9D": "Date Code",
  "10D": "Date Code",
  "11D": "Date Code",
  D: "Date",
  "12D": "Date",
  "13D": "Date Codes",
  "1T": "Lot Code",
  "4L": "COO",
  "13E": "MSL",
  E: "Pb-free Category",
  "14D": "Expiry Date",
  K: "PO Number",
  "4K": "PO Line",
  "3S": "Package ID",
  "4S": "Parent Package ID",
};
const ORDER = Object.keys(TITLES);

/** The fields that EIGP 114 asks for in linear code where a label has room for it. */
const LINEAR = new Set(["P", "1P", "Q", "9D", "10D", "1T", "4L"]);

/**
 * The fields of a label, the manufacturer first.
 * @throws ProtocolError BAD_FIELD, BAD_TEXT if the content cannot be written into the label's code
 */
export function printedFields(content: LabelContent): PrintedField[] {
  const elements = labelElements(content);
  const maker = elements.find(({ di }) => di === "1V");
  const others = elements
    .filter(({ di }) => di !== "1V")
    .sort((a, b) => ORDER.indexOf(a.di) - ORDER.indexOf(b.di));
  const fields = others.map((element) => ({
    name: element.field,
    title: `(${element.di}) ${TITLES[element.di]!}`,
    short: `(${element.di})`,
    text: textOf(element, content),
    linear: LINEAR.has(element.di) ? element.di + element.value : null,
  }));
  if (content.manufacturer === undefined) return fields;
  // A name that the code cannot hold has no identifier: what has one must be in the code.
  const [title, short] = maker ? ["(1V) Manufacturer", "(1V)"] : ["Manufacturer", "Mfr"];
  const text = content.manufacturer;
  return [{ name: "manufacturer", title, short, text, linear: null }, ...fields];
}

/** The text of a field. A day is printed as people read it, and two weeks with a space between. */
function textOf({ di, value }: LabelElement, { expiryDate }: LabelContent): string {
  if (di === "14D") return expiryDate!;
  return di === "13D" ? `${value.slice(0, 4)} ${value.slice(4)}` : value;
}
