// Cuts a linear code with one identifier in front, as manufacturers print beside the two-dimensional code.
import type { Cut, Element } from "./cut.ts";
import { HABITS } from "./dialects.ts";
import { IDENTIFIERS, MONETARY } from "./identifiers.ts";
import { isMistyped } from "./keyboard.ts";
import { type Meaning, type Value, valueOf } from "./kinds.ts";
import type { Repair } from "./reading.ts";

/** The most characters of a linear code. More do not fit on a label. */
const MAX_LINEAR_LENGTH = 64;
/** How often a scanner may send a code. */
const MAX_REPEATS = 4;
/** Part numbers that begin like an identifier: transistors and diodes of JIS C 7012, such as 2SC1815 and 3SK293. */
const JIS_PART = /^[123]S[A-Z]{0,2}\d/;

/* THE FRAME OF A LINEAR CODE */

/** What scanners and printers put around a code: control characters, and the start and stop of Code 39. */
const BEFORE = /^(?:[\0-\x20\u2400-\u241f]|\{(?:STX|SOH|GS|RS)\})+/;
const AFTER = /(?:[\0-\x20\u2400-\u241f]|\{(?:ETX|EOT|GS|RS|CR|LF)\})+$/;

interface Framed {
  /** The code, without its frame. */
  text: string;
  /** Its position. */
  at: number;
  repairs: Repair[];
}

function withoutFrame(whole: string): Framed {
  let at = BEFORE.exec(whole)?.[0].length ?? 0;
  let text = whole.slice(at).replace(AFTER, "");
  if (/^\*[^*]+\*$/.test(text)) {
    text = text.slice(1, -1);
    at++;
  }
  const repairs: Repair[] = [
    ...(at > 0 ? ["LEADING_JUNK" as const] : []),
    ...(at + text.length < whole.length ? ["TRAILING_JUNK" as const] : []),
  ];
  if (text.length > MAX_LINEAR_LENGTH * MAX_REPEATS) return { text, at, repairs };
  // The text begins again behind its first period.
  const period = `${text}${text}`.indexOf(text, 1);
  return period > 0 && period < text.length
    ? { text: text.slice(0, period), at, repairs: [...repairs, "REPEATED"] }
    : { text, at, repairs };
}

/* SEVERAL FIELDS IN ONE */

/** Identifiers that part numbers rarely contain, with data of their form. Two of them are no accident. */
const INNER =
  /1T(?=[A-Z0-9]{3})|(?:9D|10D)(?=\d{4})|(?<!7)4L(?=[A-Z]{2})|11K(?=\d{5})|14K(?=\d)|1V(?=[A-Z])|30P|1[13]Z|Q\d{1,7}(?=\d{0,2}[A-Z]|$)/g;

/** Whether data hold further fields: the separators were dropped, or are blanks. */
function hasFields(di: string, data: string): boolean {
  // Digi-Key's numbers end in -ND. Only 30P holds one alone.
  if ((di === "30P" ? /-ND./ : /-ND/).test(data) || data.includes("://")) return true;
  if ((data.match(INNER)?.length ?? 0) >= 2) return true;
  return data
    .split(/\s+/)
    .slice(1)
    .some((word) => LEADING.test(word) && cutLinear(word, LEADING, standard) !== undefined);
}

/* IDENTIFIERS */

function cutLinear(
  whole: string,
  identifier: RegExp,
  meaningsOf: (di: string) => readonly Meaning[],
): Cut | "SEPARATORS_LOST" | "KEYBOARD_LAYOUT" | undefined {
  const { text, at, repairs } = withoutFrame(whole);
  if (text.length > MAX_LINEAR_LENGTH || JIS_PART.test(text)) return undefined;
  const bracketed = /^(?:\((\d{0,3}[A-Z])\)|\[(\d{0,3}[A-Z])\])/.exec(text);
  const di = bracketed ? (bracketed[1] ?? bracketed[2]!) : identifier.exec(text)?.[0];
  if (di === undefined) return undefined;
  const start = bracketed ? bracketed[0].length : di.length;
  const element: Element = { di, data: text.slice(start), at: at + start };
  const meanings = meaningsOf(di);
  if (meanings.some(({ kind }) => isMistyped(kind, element.data))) return "KEYBOARD_LAYOUT";
  // If the data do not have the identifier's form, it is not an identifier.
  const isForm = (value: Value | null) =>
    value !== null && (typeof value !== "object" || value.certainty !== "unreadable");
  const fits =
    MONETARY.has(di) || meanings.some((meaning) => isForm(valueOf(element.data, meaning)));
  if (!fits) return undefined;
  if (hasFields(di, element.data)) return "SEPARATORS_LOST";
  return { elements: [element], end: at + text.length, repairs, linear: true };
}

const standard = (di: string) => (IDENTIFIERS[di] ? [IDENTIFIERS[di]] : []);
const anyones = (di: string) => [
  ...standard(di),
  ...HABITS.flatMap(({ meanings }) => meanings[di] ?? []),
];

const LEADING = /^(?:\d{1,3}[A-Z]|Q(?=\d{1,9}$))/;

/**
 * Cuts a code that identifies itself: an identifier that begins with a digit or stands in brackets, and whose data have its form;
 * or a Q with digits only. Any other single letter could be the first letter of a part number.
 */
export const cutIdentifier = (text: string) => cutLinear(text, LEADING, standard);

/**
 * The same for a label whose other linear codes have shown that its codes have identifiers. Accepts every listed identifier,
 * and of the single letters D (date) and T (lot). P, S, J and E would match too many part numbers.
 */
export const cutIdentifierAmongOthers = (text: string) =>
  cutLinear(text, /^(?:\d{1,3}[A-Z]|[DT])/, anyones);
