// Recognises Taiyo Yuden's reels: the lot is in T, the week in 11D, the customer's part number in P.
import type { Habits } from "../cut.ts";

export const taiyoYuden: Habits = {
  name: "taiyo-yuden",
  guess: true,
  recognises: (data) => ["11D", "Q", "T"].every((di) => data.has(di)) && !data.has("1T"),
  meanings: { T: { kind: "makerLot" } },
};
