// Cuts LCSC's bags: keys and values in braces, `{pbn:…,on:…,pc:…,pm:…,qty:…}`.
import { part, type Element, type OwnForm } from "../cut.ts";
import type { Meaning } from "../kinds.ts";

const KEYS: Readonly<Record<string, Meaning>> = {
  pbn: { kind: "packingList" },
  on: { kind: "salesOrder" },
  pc: { kind: "supplierReference" },
  pm: { kind: "mpn" },
  qty: { kind: "quantity" },
  mc: { kind: "customerPartNumber" },
};

export const lcsc: OwnForm = {
  name: "lcsc",
  cut(text) {
    if (!text.startsWith("{") || !text.endsWith("}")) return undefined;
    const elements: Element[] = [];
    let at = 1;
    // A part number may contain a comma. Only a comma before a key separates.
    for (const pair of text.slice(1, -1).split(/,(?=[a-z]{1,4}:)/)) {
      const colon = pair.indexOf(":");
      const key = pair.slice(0, Math.max(colon, 0));
      if (!/^[a-z]{1,4}$/.test(key)) return undefined;
      const data = pair.slice(colon + 1);
      elements.push(
        part(KEYS[key] ?? { kind: "other" }, data === "null" ? "" : data, at + colon + 1, key),
      );
      at += pair.length + 1;
    }
    // A key that comes twice belongs to another label.
    const keys = new Set(elements.map(({ di }) => di));
    return keys.has("pc") && keys.size === elements.length ? elements : undefined;
  },
};
