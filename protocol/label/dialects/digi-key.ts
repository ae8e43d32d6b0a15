// Digi-Key's bags, pre-packs and packing lists: the part number of its own stands in 30P, before 2019 in P.
import type { Habits } from "../cut.ts";
import type { Meaning } from "../kinds.ts";

const marks = ["11Z", "13Z", "20Z"];
/** The codes of a packing list have nothing but these. */
const orders = ["1K", "10K", "11K"];
const own: Record<string, Meaning> = {
  // YYWW as a rule; where a maker dates otherwise Digi-Key copies it.
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
