// Shows characters that would not be seen, or would act on a terminal: controls, escapes, line breaks, and characters that
// reorder a text. For everything that is printed: names come from ledgers and services of others.
import { unwantedCharacters } from "./unwanted-characters.ts";

const UNWANTED = unwantedCharacters("gu");

/** A text on one line, with every character that no text of the protocol has as an escape: `\u{1b}`. */
export const visible = (text: string): string =>
  text.replace(UNWANTED, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`);

/** JSON of the same value, with the escapes of JSON in the place of such characters. Keeps the line breaks between values. */
export const visibleJson = (json: string): string =>
  json.replace(UNWANTED, (char) => (char === "\n" ? char : char.split("").map(escapeOf).join("")));

const escapeOf = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
