// Recognises Mouser's bags: the invoice is in 11K, the line alone in 14K, the maker's name in 1V. They have no lot and no date.
import type { Habits } from "../cut.ts";

export const mouser: Habits = {
  name: "mouser",
  guess: true,
  recognises: (data) => data.has("11K") && (data.has("14K") || data.has("1V")) && !data.has("30P"),
  meanings: {
    "11K": { kind: "invoice" },
    "14K": { kind: "purchaseOrderLine" },
  },
};
