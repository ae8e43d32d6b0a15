// Recognises Kyocera AVX's reels: its material number is in S, production and expiry are in 16D and 14D.
import type { Habits } from "../cut.ts";

export const kyocera: Habits = {
  name: "kyocera",
  guess: true,
  recognises: (data) => ["S", "14D", "16D", "V", "1T"].every((di) => data.has(di)),
  meanings: { S: { kind: "other" } },
};
