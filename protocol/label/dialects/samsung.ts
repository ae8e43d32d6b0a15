// Samsung Electro-Mechanics' reels: lot, part, date and quantity between slashes, or without the part run together.
import { groups, type OwnForm } from "../cut.ts";
import type { Meaning } from "../kinds.ts";

const lot: Meaning = { kind: "makerLot" };
// Four digits whose rule is Samsung's own: kept as they are, read as nothing.
const date: Meaning = { kind: "dateCode", dates: [] };
const quantity: Meaning = { kind: "quantity" };

const slashes = /^([A-Z0-9]{7})\/([A-Z0-9-]{5,30})\/(\d{4})\/(\d{7})$/d;
// 18 characters that nothing else looks like: a lot begins with two letters, a reel has hundreds of pieces.
const run = /^([A-Z]{2}[A-Z0-9]{5})(\d{4})(00\d{3}00)$/d;

export const samsung: OwnForm = {
  name: "samsung",
  cut(text) {
    const match = slashes.exec(text);
    if (match) return groups(match, [lot, { kind: "mpn" }, date, quantity]);
    const short = run.exec(text);
    return short ? groups(short, [lot, date, quantity]) : undefined;
  },
};
