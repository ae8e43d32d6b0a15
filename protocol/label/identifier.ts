// One linear code with its identifier in front, as makers print beside the two-dimensional one.
import type { Cut, Element } from "./cut.ts";
import { IDENTIFIERS, MONETARY } from "./identifiers.ts";
import { valueOf } from "./kinds.ts";

/** Characters of a linear code; more do not fit on a label. */
const MAX_LINEAR_LENGTH = 64;
/** Part numbers that begin as an identifier does: transistors and diodes of JIS C 7012, 2SC1815 and 3SK293. */
const JIS_PART = /^[123]S[A-Z]{0,2}\d/;

function elementOf(text: string, identifier: RegExp): Element | undefined {
  const di = text.length <= MAX_LINEAR_LENGTH ? identifier.exec(text)?.[0] : undefined;
  if (di === undefined) return undefined;
  const meaning = IDENTIFIERS[di];
  const element: Element = { di, data: text.slice(di.length), at: di.length };
  if (MONETARY.has(di)) return element;
  return meaning && valueOf(element.data, meaning) !== null ? element : undefined;
}

const cutOf = (element: Element | undefined): Cut | undefined =>
  element && { elements: [element], end: element.at + element.data.length, mended: [], linear: true };

/**
 * A code that tells by itself what it is: an identifier with a digit in front whose data are of its form, or a Q with
 * nothing but digits. A single letter could as well be the first of a part number.
 */
export function cutIdentifier(text: string): Cut | undefined {
  return JIS_PART.test(text) ? undefined : cutOf(elementOf(text, /^(?:\d{1,3}[A-Z]|Q(?=\d{1,9}$))/));
}

/** The same where other linear codes of the label have shown that this label's codes have identifiers. */
export function cutIdentifierAmongOthers(text: string): Cut | undefined {
  return cutOf(elementOf(text, /^[A-Z]/));
}
