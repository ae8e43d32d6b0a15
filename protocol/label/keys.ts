// Tells data identifiers from other keys that begin with the same letters.
import type { Element } from "./cut.ts";
import { IDENTIFIERS } from "./identifiers.ts";
import { type KindName, valueOf } from "./kinds.ts";

/** The kinds whose data have a form of their own, so that their identifier cannot be the first letter of a word. */
const FORMED: ReadonlySet<KindName> = new Set<KindName>([
  "quantity",
  "dateCode",
  "productionDate",
  "expiryDate",
  "shipDate",
  "countryOfOrigin",
  "msl",
]);

const meaningOf = ({ di }: Element) => IDENTIFIERS[di ?? ""];

/** Whether an element's data have the form that only its identifier explains: digits behind Q, a date behind 9D. */
export function hasOwnForm(element: Element): boolean {
  const meaning = meaningOf(element);
  if (meaning === undefined) return false;
  const { di, data } = element;
  if (!FORMED.has(meaning.kind)) return di !== null && di.length > 1 && /\d/.test(data);
  const value = valueOf(data, meaning);
  return value !== null && (typeof value !== "object" || value.readings.length > 0);
}

/** Abbreviations that others use as keys of two letters: part number, lot, quantity, date code, order and their like. */
const PAIRS = new Set(
  `BC BN BT BX CN CO CP CU DC DN DT EX IN IT JN LC LN LT MD MF MN MP MS ON PC PD PK PL PN PO PT QN QT QY RE RN RV SD SN SO SP SU
   TN VC VN WK WO`.split(/\s+/),
);
/** A word that ends in a mark is a key, whatever its letters are. */
const MARKED = /^[A-Za-z]{1,20}[:=]/;
/** Words that others use as keys. */
const WORD =
  /^(?:PART|LOT|QTY|QUAN|DATE|MPN|MFR|MFG|ORDER|REV|CUST|DESC|ITEM|BATCH|BOX|COO|COUNTRY|EXP|SERIAL|VENDOR|SUPPL|MODEL|INVO|REEL|PROD|NAME)/i;

function isOfOtherKey({ di, data }: Element): boolean {
  if (di === null) return false;
  const pair = `${di.at(-1)!}${data[0] ?? ""}`.toUpperCase();
  return PAIRS.has(pair) || MARKED.test(data) || WORD.test(`${di}${data}`);
}

/**
 * Data that would need to be a number or a date, and that begin with the rest of a key. Manufacturers fill 9D in their own
 * ways.
 */
function isBroken(element: Element): boolean {
  const meaning = meaningOf(element);
  return (
    meaning !== undefined &&
    (meaning.kind === "quantity" || (meaning.kind === "dateCode" && element.di !== "9D")) &&
    /^[A-Za-z]+[-:= ]?\d/.test(element.data.trim()) &&
    !hasOwnForm(element)
  );
}

/**
 * Whether the elements' identifiers are the first letters of other keys (PN, QT, LT …): then each field would be cut in the wrong
 * place. Data of format 06 often begin with a letter, so most of the fields must show it, and none may contradict.
 */
export function hasOtherKeys(elements: readonly Element[]): boolean {
  const filled = elements.filter(({ data }) => data.trim() !== "");
  const others = filled.filter((each) => isOfOtherKey(each) || isBroken(each));
  if (filled.some(isBroken)) return others.length >= 2 && others.length * 2 >= filled.length;
  const isProven = filled.some(
    (each) => FORMED.has(meaningOf(each)?.kind ?? "other") && hasOwnForm(each),
  );
  return !isProven && others.length >= 3 && others.length * 3 >= filled.length * 2;
}
