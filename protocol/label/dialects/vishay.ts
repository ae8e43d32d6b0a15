// Cuts Vishay's reels: columns of fixed width, padded with blanks.
import { part, type Element, type OwnForm } from "../cut.ts";
import type { Meaning } from "../kinds.ts";

const other: Meaning = { kind: "other" };
const COLUMNS: readonly (readonly [from: number, to: number, meaning: Meaning])[] = [
  [0, 18, { kind: "mpn" }],
  [18, 28, { kind: "makerLot" }],
  [28, 36, other],
  [36, 46, { kind: "furtherLot" }],
  [46, 99, { kind: "traceNumber" }],
  [99, 112, { kind: "quantity" }],
  [112, 126, other],
  [141, 145, { kind: "dateCode", dates: ["YYWW"] }],
  [149, 153, other],
  [153, 157, other],
  [161, 191, other],
  [191, 221, other],
  [272, 297, { kind: "partDescription" }],
  [297, 325, { kind: "serialNumber" }],
];

export const vishay: OwnForm = {
  name: "vishay",
  cut(text) {
    if (text.length < 298 || text.length > 326 || !/^ *\d{1,7}\.000$/.test(text.slice(99, 112)))
      return undefined;
    // The part number is there twice. If the two agree, these are the right columns.
    const mpn = text.slice(0, 18).trim();
    if (mpn.length < 3 || text.slice(227, 272).trim() !== mpn) return undefined;
    return COLUMNS.flatMap(([from, to, meaning]): Element[] => {
      const column = text.slice(from, to);
      const data = column.trim();
      if (data === "") return [];
      const element = part(meaning, data, from + column.indexOf(data));
      // The quantity has three decimals here, all of them zeros.
      return meaning.kind === "quantity"
        ? [{ ...element, decoded: data.replace(/\.000$/, "") }]
        : [element];
    });
  },
};
