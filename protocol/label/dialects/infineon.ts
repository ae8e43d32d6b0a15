// Recognises Infineon's reels: the type's name is in 50P, and 1P has its order number, SP and nine digits.
import type { Habits } from "../cut.ts";

export const infineon: Habits = {
  name: "infineon",
  guess: true,
  recognises: (data) => /^SP\d{9}$/.test(data.get("1P") ?? ""),
  meanings: {
    "1P": { kind: "orderCode" },
    "50P": { kind: "mpn" },
    "9D": { kind: "dateCode", dates: ["YYWW"] },
  },
};
