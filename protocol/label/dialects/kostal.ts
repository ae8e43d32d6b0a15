// Cuts Kostal's labels: keys of two letters behind a running number in hexadecimal, in the envelope of format 06.
import { part, type Element, type KeyedForm } from "../cut.ts";
import type { Meaning } from "../kinds.ts";

const other: Meaning = { kind: "other" };
const KEYS: Readonly<Record<string, Meaning>> = {
  PN: { kind: "customerPartNumber" },
  MP: { kind: "mpn" },
  DT: { kind: "dateCode", dates: ["YYWW"] },
  CU: { kind: "customerCode" },
  MS: { kind: "msl" },
  QT: { kind: "quantity" },
  LT: { kind: "makerLot" },
  PO: { kind: "purchaseOrder" },
};
/** Fewer fields could be numbered by chance. */
const FEWEST = 5;

export const kostal: KeyedForm = {
  name: "kostal",
  cut(pieces) {
    const elements: Element[] = [];
    for (const { data, at } of pieces) {
      if (data.trim() === "") continue;
      const number = elements.length.toString(16).toUpperCase();
      const key = /^[A-Z]{2}/.exec(data.slice(1))?.[0];
      if (data[0] !== number || key === undefined) return undefined;
      elements.push(part(KEYS[key] ?? other, data.slice(3), at + 3, data.slice(0, 3)));
    }
    const keys = new Set(elements.map(({ di }) => di!.slice(1)));
    const isTheirs = ["PN", "MP", "QT"].every((key) => keys.has(key));
    return isTheirs && keys.size === elements.length && elements.length >= FEWEST
      ? elements
      : undefined;
  },
};
