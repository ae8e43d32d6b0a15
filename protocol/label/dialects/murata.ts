// Recognises Murata's reels: the date is in 9D as DDMMYYYY, and a part number for Murata's own use is in 6P.
import type { Habits } from "../cut.ts";

export const murata: Habits = {
  name: "murata",
  guess: true,
  recognises: (data) => data.has("6P") && data.has("99P"),
  meanings: {
    "9D": { kind: "dateCode", dates: ["DDMMYYYY", "YYWW"] },
  },
};
