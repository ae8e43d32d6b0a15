// Cuts Nippon Chemi-Con's reels: 28 digits, or 32 of varistors. The item is a number of the manufacturer's own and not the
// part number.
import { groups, type OwnForm } from "../cut.ts";
import type { Meaning } from "../kinds.ts";

const other: Meaning = { kind: "other" };
const MEANINGS: readonly Meaning[] = [
  other,
  other,
  { kind: "makerLot" },
  other,
  { kind: "quantity" },
  other,
];
// Item, year and month, lot, packing, quantity, number. The month and a round quantity tell them from other numbers.
const capacitors = /^(\d{6})(\d(?:0[1-9]|1[0-2]))(\d{7})(\d{3})(0\d{3}0)(\d{4})$/d;
const varistors = /^(\d{10})(\d(?:0[1-9]|1[0-2]))(\d{7})(\d\d)(0\d{4}0)(\d{4})$/d;

export const chemiCon: OwnForm = {
  name: "chemi-con",
  cut(text) {
    const match = capacitors.exec(text) ?? varistors.exec(text);
    return match && Number(match[5]) > 0 ? groups(match, MEANINGS) : undefined;
  },
};
