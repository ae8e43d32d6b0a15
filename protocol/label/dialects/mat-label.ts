// Recognises MAT-Label 2.6 of Bosch, Siemens, Hella, Continental, Zollner and others. 12S states its version, so it is not a
// guess.
import type { Habits } from "../cut.ts";

export const matLabel: Habits = {
  name: "mat-label",
  guess: false,
  recognises: (data) => /^\d{4}$/.test(data.get("12S") ?? ""),
  meanings: {
    "12S": { kind: "labelVersion" },
    "31P": { kind: "orderCode" },
    "12V": { kind: "other" },
    "10V": { kind: "other" },
    "20P": { kind: "partDescription" },
    "6D": { kind: "productionDate", dates: ["YYYYMMDD"] },
    "30P": { kind: "rohs" },
    Z: { kind: "msl" },
    "20T": { kind: "other" },
    "1Z": { kind: "other" },
  },
};
