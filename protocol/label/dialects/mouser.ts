// Recognises Mouser's bags: the invoice is in 11K, the line alone in 14K, the manufacturer's name in 1V. They have no lot and
// no date, and none of the packages' numbers of EIGP 114's complete label.
import type { Habits } from "../cut.ts";

const OF_EIGP = ["3S", "4S", "13Q", "1T", "9D", "10D", "30P"];

export const mouser: Habits = {
  name: "mouser",
  guess: true,
  recognises: (data) =>
    data.has("11K") &&
    !data.has("30P") &&
    (/^\d{1,4}$/.test(data.get("14K") ?? "") ||
      (data.has("1V") && OF_EIGP.every((di) => !data.has(di)))),
  meanings: {
    "11K": { kind: "invoice" },
    "14K": { kind: "purchaseOrderLine" },
  },
};
