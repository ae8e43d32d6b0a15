// Recognises Digi-Key's bags, pre-packs and packing lists: its own part number is in 30P, before 2019 in P.
import type { Habits } from "../cut.ts";
import type { Meaning } from "../kinds.ts";

const marks = ["11Z", "13Z", "20Z"];
/** The codes of a packing list have only these. */
const orders = ["1K", "10K", "11K"];
const own: Record<string, Meaning> = {
  // Usually YYWW. Digi-Key copies a manufacturer's date code even if it has another format.
  "9D": { kind: "dateCode" },
};

const looksLike = (data: ReadonlyMap<string, string>) =>
  marks.some((di) => data.has(di)) ||
  orders.every((di) => data.has(di)) ||
  /-ND$/.test(data.get("30P") ?? "");

export const digiKey: Habits = {
  name: "digi-key",
  guess: true,
  recognises: (data) => looksLike(data) && (data.has("30P") || !data.has("P")),
  meanings: own,
};

export const oldDigiKey: Habits = {
  name: "digi-key",
  guess: true,
  recognises: (data) => looksLike(data) && !data.has("30P") && data.has("P"),
  meanings: { ...own, P: { kind: "supplierReference" } },
};
