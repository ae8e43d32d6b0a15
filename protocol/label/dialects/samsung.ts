// Cuts Samsung Electro-Mechanics' reels: lot, part, date and quantity between slashes; or lot, date and quantity without
// separators.
import { groups, type OwnForm } from "../cut.ts";
import type { Meaning } from "../kinds.ts";

const lot: Meaning = { kind: "makerLot" };
// Four digits in Samsung's own format. They are kept, but not interpreted.
const date: Meaning = { kind: "dateCode", dates: [] };
const quantity: Meaning = { kind: "quantity" };

const slashes = /^([A-Z0-9]{7})\/([A-Z0-9-]{5,30})\/(\d{4})\/(\d{7})$/d;
// 18 characters in a form that is found nowhere else: a lot begins with two letters, a reel has hundreds of pieces.
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
