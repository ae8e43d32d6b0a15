// Cuts a linear code with one identifier in front, as makers print beside the two-dimensional code.
import type { Cut, Element } from "./cut.ts";
import { HABITS } from "./dialects.ts";
import { IDENTIFIERS, MONETARY } from "./identifiers.ts";
import { valueOf, type Meaning } from "./kinds.ts";

/** The most characters of a linear code. More do not fit on a label. */
const MAX_LINEAR_LENGTH = 64;
/** Part numbers that begin like an identifier: transistors and diodes of JIS C 7012, such as 2SC1815 and 3SK293. */
const JIS_PART = /^[123]S[A-Z]{0,2}\d/;

function cutLinear(
  text: string,
  identifier: RegExp,
  meaningsOf: (di: string) => readonly Meaning[],
): Cut | undefined {
  const di = text.length <= MAX_LINEAR_LENGTH ? identifier.exec(text)?.[0] : undefined;
  if (di === undefined) return undefined;
  const element: Element = { di, data: text.slice(di.length), at: di.length };
  // If the data do not have the identifier's form, it is not an identifier.
  const fits =
    MONETARY.has(di) || meaningsOf(di).some((meaning) => valueOf(element.data, meaning) !== null);
  return fits ? { elements: [element], end: text.length, repairs: [], linear: true } : undefined;
}

const standard = (di: string) => (IDENTIFIERS[di] ? [IDENTIFIERS[di]] : []);
const anyones = (di: string) => [
  ...standard(di),
  ...HABITS.flatMap(({ meanings }) => meanings[di] ?? []),
];

/**
 * Cuts a code that identifies itself: an identifier that begins with a digit and whose data have its form, or a Q with digits
 * only. Any other single letter could be the first letter of a part number.
 */
export function cutIdentifier(text: string): Cut | undefined {
  return JIS_PART.test(text)
    ? undefined
    : cutLinear(text, /^(?:\d{1,3}[A-Z]|Q(?=\d{1,9}$))/, standard);
}

/**
 * The same for a label whose other linear codes have shown that its codes have identifiers. Accepts every listed identifier,
 * and of the single letters D (date) and T (lot). P, S, J and E would match too many part numbers.
 */
export function cutIdentifierAmongOthers(text: string): Cut | undefined {
  return cutLinear(text, /^(?:\d{1,3}[A-Z]|[DT])/, anyones);
}
