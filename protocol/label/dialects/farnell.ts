// Recognises Farnell's bags: its order code is in 3P.
import type { Habits } from "../cut.ts";

export const farnell: Habits = {
  name: "farnell",
  guess: true,
  recognises: (data) => /^\d{5,8}$/.test(data.get("3P") ?? "") && (data.has("4K") || data.has("K")),
  meanings: { "3P": { kind: "supplierReference" } },
};
