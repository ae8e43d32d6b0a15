// Cuts an assembler's own label: words of three letters, each followed by its value, in a fixed order.
import { part, type Element, type OwnForm } from "../cut.ts";
import type { Meaning } from "../kinds.ts";

const other: Meaning = { kind: "other" };
const WORDS: readonly (readonly [word: string, meaning: Meaning])[] = [
  ["UID", other],
  ["PID", { kind: "customerPartNumber" }],
  ["TIM", other],
  ["SPL", other],
  ["LID", { kind: "makerLot" }],
  ["SPN", { kind: "mpn" }],
  ["QTY", { kind: "quantity" }],
  ["DCD", { kind: "dateCode", dates: ["YYWW", "YYMMDD"] }],
  ["MSD", { kind: "msl" }],
  ["COO", { kind: "countryOfOrigin" }],
  ["ESD", other],
  ["ROH", other],
  ["SER", other],
];

export const assemblyHouse: OwnForm = {
  name: "assembly-house",
  cut(text) {
    if (!text.startsWith("UID")) return undefined;
    const starts = WORDS.map(([word]) => text.indexOf(word));
    // If a word appears twice, it could be part of a value. Then the end of the value is uncertain.
    const certain = starts.every(
      (at, i) =>
        at >= 0 && at === text.lastIndexOf(WORDS[i]![0]) && (i === 0 || at > starts[i - 1]! + 2),
    );
    if (!certain) return undefined;
    return WORDS.map(([word, meaning], i): Element => {
      const from = starts[i]! + word.length;
      return part(meaning, text.slice(from, starts[i + 1] ?? text.length), from, word);
    });
  },
};
