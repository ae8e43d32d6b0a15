// Checks single values (texts, integers, hex and days), and objects with exactly the listed
// members.
import { readFileSync } from "node:fs";
import { below, Refused } from "./refused.js";

const protocol = readFileSync(new URL("../../docs/protocol.md", import.meta.url), "utf8");

const unassigned = readFileSync(
  new URL("../../docs/unassigned-characters.txt", import.meta.url),
  "utf8",
);

/** The ranges of characters that are in no text: those that the page lists, and those that nothing is assigned to. */
const ranges = [
  ...protocol.split("\n").filter((line) => /^ {4}U\+/.test(line)),
  ...unassigned.split("\n").filter((line) => line.startsWith("U+")),
]
  .flatMap((line) => line.trim().split(" "))
  .map((range) => range.split("-").map((point) => parseInt(point.replace("U+", ""), 16)));
const isBad = (point) => ranges.some(([first, last = first]) => point >= first && point <= last);

/** A check that refuses with BAD_FIELD where a condition does not hold. */
const form = (holds) => (value, path) => {
  if (!holds(value)) throw new Refused("BAD_FIELD", path);
};

/** A check of texts that match a pattern as a whole. */
export const matching = (pattern) =>
  form((value) => typeof value === "string" && pattern.test(value));

/** A check of integers within bounds. */
export const integer = (least = 0, most = Number.MAX_SAFE_INTEGER) =>
  form((value) => Number.isSafeInteger(value) && value >= least && value <= most);

/** A check of values that are in a list. */
export const oneOf = (...values) => form((value) => values.includes(value));

export const address = matching(/^0x[0-9a-f]{40}$/);
export const hash = matching(/^0x[0-9a-f]{64}$/);
export const boolean = form((value) => typeof value === "boolean");

/** Refuses a text that is not a day of the calendar as YYYY-MM-DD. */
export const day = form((value) => {
  const parts = typeof value === "string" && /^(\d{4})-(\d\d)-(\d\d)$/.exec(value);
  if (!parts) return false;
  const [year, month, date] = parts.slice(1).map(Number);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return year >= 1 && month >= 1 && month <= 12 && date >= 1 && date <= days[month - 1];
});

/** A check of the protocol's texts, of so many code points. */
export const text = (least, most) => (value, path) => {
  if (typeof value !== "string") throw new Refused("BAD_FIELD", path);
  const points = [...value].map((point) => point.codePointAt(0));
  const good = value.normalize("NFC") === value && value.trim() === value && !points.some(isBad);
  if (!good || points.length < least || points.length > most) throw new Refused("BAD_TEXT", path);
};

/** A check of identifiers of so many characters. */
export const identifier = (least, most) => (value, path) => {
  if (typeof value !== "string") throw new Refused("BAD_FIELD", path);
  const good = value.split(" ").every((part) => /^[\x21-\x7e]+$/.test(part));
  if (!good || value.length < least || value.length > most) throw new Refused("BAD_TEXT", path);
};

/** A check of arrays of so many items. */
export const list =
  (item, least = 0, most = Infinity) =>
  (value, path) => {
    if (!Array.isArray(value) || value.length < least) throw new Refused("BAD_FIELD", path);
    if (value.length > most) throw new Refused("TOO_LARGE", path);
    value.forEach((each, index) => item(each, below(path, index)));
  };

/** A check of values that may be null instead. */
export const orNull = (check) => (value, path) => {
  if (value !== null) check(value, path);
};

/** A check of objects that have all required members, perhaps optional ones, and no others. */
export const object =
  (required, optional = {}) =>
  (value, path) => {
    if (value === null || typeof value !== "object" || Array.isArray(value))
      throw new Refused("BAD_FIELD", path);
    for (const [name, check] of Object.entries({ ...required, ...optional })) {
      if (Object.hasOwn(value, name)) check(value[name], below(path, name));
      else if (Object.hasOwn(required, name)) throw new Refused("BAD_FIELD", below(path, name));
    }
    for (const name of Object.keys(value)) {
      const known = Object.hasOwn(required, name) || Object.hasOwn(optional, name);
      if (!known) throw new Refused("BAD_FIELD", below(path, name));
    }
  };
