// One linear code with its identifier in front, as makers print beside the two-dimensional one.
import type { Cut, Element } from "./cut.ts";
import { HABITS } from "./dialects.ts";
import { IDENTIFIERS, MONETARY } from "./identifiers.ts";
import { valueOf, type Meaning } from "./kinds.ts";

/** Characters of a linear code; more do not fit on a label. */
const MAX_LINEAR_LENGTH = 64;
/** Part numbers that begin as an identifier does: transistors and diodes of JIS C 7012, 2SC1815 and 3SK293. */
const JIS_PART = /^[123]S[A-Z]{0,2}\d/;

function cutLinear(
  text: string,
  identifier: RegExp,
  meaningsOf: (di: string) => readonly Meaning[],
): Cut | undefined {
  const di = text.length <= MAX_LINEAR_LENGTH ? identifier.exec(text)?.[0] : undefined;
  if (di === undefined) return undefined;
  const element: Element = { di, data: text.slice(di.length), at: di.length };
  // Data that are not of the identifier's form show that it is none.
  const fits =
    MONETARY.has(di) || meaningsOf(di).some((meaning) => valueOf(element.data, meaning) !== null);
  return fits ? { elements: [element], end: text.length, mended: [], linear: true } : undefined;
}

const standard = (di: string) => (IDENTIFIERS[di] ? [IDENTIFIERS[di]] : []);
const anyones = (di: string) => [
  ...standard(di),
  ...HABITS.flatMap(({ meanings }) => meanings[di] ?? []),
];

/**
 * A code that tells by itself what it is: an identifier with a digit in front whose data are of its form, or a Q with
 * nothing but digits. A single letter could as well be the first of a part number.
 */
export function cutIdentifier(text: string): Cut | undefined {
  return JIS_PART.test(text)
    ? undefined
    : cutLinear(text, /^(?:\d{1,3}[A-Z]|Q(?=\d{1,9}$))/, standard);
}

/**
 * The same where other linear codes of the label have shown that this label's have identifiers: any that is known, and of
 * the single letters a date and a lot. P, S, J or E would be believed of too many part numbers.
 */
export function cutIdentifierAmongOthers(text: string): Cut | undefined {
  return cutLinear(text, /^(?:\d{1,3}[A-Z]|[DT])/, anyones);
}
