// Murata's reels: the date in 9D as DDMMYYYY, a part number for its own use in 6P.
import type { Habits } from "../cut.ts";

export const murata: Habits = {
  name: "murata",
  guess: true,
  recognises: (data) => data.has("6P") && data.has("99P"),
  meanings: {
    "9D": { kind: "dateCode", dates: ["DDMMYYYY", "YYWW"] },
  },
};
