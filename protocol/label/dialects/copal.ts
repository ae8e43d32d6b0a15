// Cuts Nidec Copal's reels: columns of fixed width, padded with blanks.
import { part, type Element, type OwnForm } from "../cut.ts";
import type { Meaning } from "../kinds.ts";

const LENGTH = 111;
const other: Meaning = { kind: "other" };
const COLUMNS: readonly (readonly [from: number, to: number, meaning: Meaning])[] = [
  [0, 12, other],
  [28, 48, { kind: "mpn" }],
  [48, 68, other],
  [68, 74, { kind: "quantity" }],
  [74, 80, other],
  [80, 89, other],
  [89, LENGTH, { kind: "serialNumber" }],
];
const form = /^\d{12} {16}[A-Z0-9].{39}\d{1,6} *\d{1,6} *[A-Z0-9]{1,9} *[A-Z0-9]{5,22} *$/;

export const copal: OwnForm = {
  name: "copal",
  cut(text) {
    if (text.length !== LENGTH || !form.test(text)) return undefined;
    const columns = COLUMNS.map(([from, to]) => text.slice(from, to));
    // Each column begins with its value, so a shifted text is not cut in the wrong place.
    if (!columns.every((column, i) => i === 2 || /^[A-Z0-9]/.test(column))) return undefined;
    // A resistance beside the part's name belongs to the part number, in a form that only the manufacturer knows.
    const isWhole = columns[2]!.trim() === "" && !columns[1]!.trim().includes("  ");
    return COLUMNS.flatMap(([from, , meaning], i): Element[] => {
      const data = columns[i]!.trim();
      const own = meaning.kind === "mpn" && !isWhole ? other : meaning;
      return data === "" ? [] : [part(own, data, from + columns[i]!.indexOf(data))];
    });
  },
};
