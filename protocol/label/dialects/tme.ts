// Cuts TME's bags: words with keys in the QR code; data identifiers between blanks, or without separators, in the Data Matrix.
import { groups, part, type Element, type OwnForm } from "../cut.ts";
import type { Meaning } from "../kinds.ts";

/** TME's own order and its line: `18416227/6`. */
const order: Meaning = {
  kind: "salesOrder",
  inner: (raw) => {
    const match = /^(\d+)\/(\d+)$/.exec(raw);
    return match
      ? [
          { raw: match[1]!, meaning: { kind: "salesOrder" } },
          { raw: match[2]!, meaning: { kind: "salesOrderLine" } },
        ]
      : [];
  },
};
const supplierReference: Meaning = { kind: "supplierReference" };
const mpn: Meaning = { kind: "mpn" };
const quantity: Meaning = { kind: "quantity" };
const country: Meaning = { kind: "countryOfOrigin" };

const KEYS: Readonly<Record<string, Meaning>> = {
  QTY: quantity,
  PN: supplierReference,
  MPN: mpn,
  PO: order,
  MFR: { kind: "manufacturer" },
  CPO: { kind: "purchaseOrder" },
  CPN: { kind: "customerPartNumber" },
  COO: country,
  ROHS: { kind: "rohs" },
};

/** `QTY:5 PN:… PO:… MFR:… MPN:… RoHS https://www.tme.eu/details/…`, in any order. */
export const tmeWords: OwnForm = {
  name: "tme",
  cut(text) {
    if (!/^[A-Za-z]{2,3}:/.test(text)) return undefined;
    const elements: Element[] = [];
    let at = 0;
    for (const word of text.split(" ")) {
      const key = /^[A-Za-z]{2,3}(?=:)/.exec(word)?.[0];
      const start = key === undefined ? 0 : key.length + 1;
      const meaning = KEYS[key?.toUpperCase() ?? (word === "RoHS" ? "ROHS" : "")] ?? {
        kind: "other",
      };
      if (word !== "") elements.push(part(meaning, word.slice(start), at + start, key ?? null));
      at += word.length + 1;
    }
    // A key that comes twice belongs to another label.
    const keys = elements.flatMap(({ di }) => di?.toUpperCase() ?? []);
    return ["QTY", "PN"].every((key) => keys.includes(key)) && new Set(keys).size === keys.length
      ? elements
      : undefined;
  },
};

/** `P… 1P… Q… 4L… K…/…`: blanks instead of GS. */
const blanks = /^P(\S+) 1P(\S+) Q(\d{1,9})(?: 4L([A-Z]{2}))? K(\d+\/\d+)$/d;
export const tmeBlanks: OwnForm = {
  name: "tme",
  cut(text) {
    const match = blanks.exec(text);
    return match
      ? withIdentifiers(groups(match, [supplierReference, mpn, quantity, country, order]))
      : undefined;
  },
};

const tail = /Q(\d{1,9})(?:4L([A-Z]{2}))?K(\d{1,12}\/\d{1,4})$/d;
/**
 * `P…1P…Q…K…/…` without separators. The cut is certain only if TME's number is the MPN, because then the same text appears
 * twice in front.
 */
export const tmeRun: OwnForm = {
  name: "tme",
  cut(text) {
    // The end has a limited length, so only that much of the text is searched.
    const from = Math.max(0, text.length - 40);
    const match = tail.exec(text.slice(from));
    if (!match || !text.startsWith("P")) return undefined;
    const front = text.slice(0, from + match.index);
    const length = (front.length - 3) / 2;
    const name = front.slice(1, 1 + length);
    if (!Number.isInteger(length) || length < 2 || front !== `P${name}1P${name}`) return undefined;
    const ends = groups(match, [quantity, country, order]).map((element) => ({
      ...element,
      at: from + element.at,
    }));
    return withIdentifiers([
      part(supplierReference, name, 1),
      part(mpn, name, 3 + length),
      ...ends,
    ]);
  },
};

const IDENTIFIERS = new Map<Meaning, string>([
  [supplierReference, "P"],
  [mpn, "1P"],
  [quantity, "Q"],
  [country, "4L"],
  [order, "K"],
]);
const withIdentifiers = (elements: readonly Element[]): Element[] =>
  elements.map((element) => ({ ...element, di: IDENTIFIERS.get(element.meaning!) ?? null }));
