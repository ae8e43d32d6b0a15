// Cuts TE Connectivity's reels: keys of two letters in the envelope of format 06.
import { part, type Element, type KeyedForm } from "../cut.ts";
import type { Meaning } from "../kinds.ts";

const KEYS: Readonly<Record<string, Meaning>> = {
  LT: { kind: "traceNumber" },
  PN: { kind: "mpn" },
  RV: { kind: "partRevision" },
  QT: { kind: "quantity" },
  PO: { kind: "purchaseOrder" },
  BT: { kind: "makerLot" },
  BX: { kind: "other" },
  // Year, week and the day in the week.
  DC: { kind: "dateCode", dates: ["YYWW+1"] },
};

export const teConnectivity: KeyedForm = {
  name: "te-connectivity",
  cut(pieces) {
    const elements: Element[] = [];
    for (const { data, at } of pieces) {
      if (data.trim() === "") continue;
      const key = data.slice(0, 2);
      const meaning = KEYS[key];
      if (meaning === undefined || elements.some(({ di }) => di === key)) return undefined;
      elements.push(part(meaning, data.slice(2), at + 2, key));
    }
    const dataOf = (key: string) => elements.find(({ di }) => di === key)?.data ?? "";
    const isWhole = ["LT", "PN", "BT"].every((key) => dataOf(key) !== "");
    return isWhole && /^\d{1,9}$/.test(dataOf("QT")) && /^\d{5}$/.test(dataOf("DC"))
      ? elements
      : undefined;
  },
};
