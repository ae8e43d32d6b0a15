// Recognises Würth Elektronik's reels and bags: part, quantity, lot of 15 digits and day of production only.
import type { Habits } from "../cut.ts";

const all = ["1P", "Q", "1T", "16D"];

export const wuerth: Habits = {
  name: "wuerth",
  guess: true,
  recognises: (data) =>
    data.size === all.length &&
    all.every((di) => data.has(di)) &&
    /^\d{15}$/.test(data.get("1T") ?? ""),
  meanings: {},
};
