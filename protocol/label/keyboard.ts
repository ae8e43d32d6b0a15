// Recognises texts that a scanner typed on a computer with another keyboard layout: other characters are exchanged as well, unseen.
import type { KindName } from "./kinds.ts";

/**
 * `[)>` and the format's number, as the keys of a US keyboard write them in other layouts. The keys of `[` and `)` write a letter,
 * an accent, `=` or a digit there; the upper row may have letters in place of 0, 5 and 6.
 */
const HEADERS: readonly RegExp[] = [
  // German, Nordic, Spanish, Italian, Portuguese, Turkish, Polish, Dutch, Russian and many others.
  /^(?:[^\x00-\x7f]|[`^+'"~¨´])[^A-Za-z0-9[\]\s]{1,2}.{0,2}0[56]/u,
  // French and Belgian.
  /^\^0[/.].{0,2}à[-§(]/u,
  // Czech, Slovak and Hungarian: accents or letters in the upper row.
  /^[úőÚŐ](?:[0)Ö]|:)[:.?]?.{0,2}(?:é[žř]|0[56]|ö[56])/u,
  // Japanese: the key of `[` writes @, and 0 with shift nothing.
  /^@[~)0]?>.{0,2}0[56]/u,
];

/** `http://` and `https://`, with other characters for the colon and the slashes. */
const LINK = /^(?:https|http(?!s))(?!:\/\/)\S{0,2}[^A-Za-z0-9\s]{2}/i;
/** An escape of the character set without its backslash, in front of a link. */
const ESCAPE = /^\D?000\d{3}https?/i;

/** Whether a text begins as a label or a link does in another keyboard layout. */
export const isOtherLayout = (text: string): boolean =>
  HEADERS.some((header) => header.test(text)) || LINK.test(text) || ESCAPE.test(text);

/** Kinds in which people write names and words, in their own letters. */
const IN_WORDS: ReadonlySet<KindName> = new Set<KindName>([
  "manufacturer",
  "partDescription",
  "other",
]);
const OUTSIDE_ASCII = /(?!\p{ASCII})[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z}]/u;

/** Whether a field's data have letters or signs that data identifiers do not know: the other characters cannot be trusted either. */
export const isMistyped = (kind: KindName, data: string): boolean =>
  !IN_WORDS.has(kind) && OUTSIDE_ASCII.test(data);
