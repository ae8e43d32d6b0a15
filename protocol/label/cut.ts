// Defines a code cut into elements, before their meaning is known, and the habits that show whose dialect it is.
import type { Meaning } from "./kinds.ts";
import type { Dialect, DialectName, Repair } from "./reading.ts";

/** One element: its identifier, its data, and the position of the data in the text. */
export interface Element {
  di: string | null;
  data: string;
  at: number;
  /** The data without escapes, if the code has any. */
  decoded?: string;
  /** The meaning, if the form of the whole code decides it. */
  meaning?: Meaning;
  /** An amount of money: its data are dropped. */
  monetary?: boolean;
}

/** A code cut into elements. */
export interface Cut {
  elements: Element[];
  /** The end of the code in the text. What comes after is not kept. */
  end: number;
  repairs: Repair[];
  /** The dialect, if the form of the code decides it. Otherwise the data identifiers of the elements decide it. */
  dialect?: Dialect;
  /** Nothing in the code states the standard that its identifiers follow. */
  isGuess?: true;
  /** A linear code with one identifier. It says little by itself, so it is read like the label's other codes. */
  linear?: true;
}

/** A form of writing without data identifiers. The code does not name its manufacturer, so the dialect is a guess. */
export interface OwnForm {
  name: DialectName;
  /** Whether its text goes over several lines. */
  hasLines?: true;
  /** The elements; undefined if the text does not have this form. */
  cut(text: string): Element[] | undefined;
}

/** A piece of a code between separators, with its position. */
export interface Piece {
  data: string;
  at: number;
}

/** A form of writing in the envelope of format 06, but with keys of its own instead of data identifiers. */
export interface KeyedForm {
  name: DialectName;
  /** The elements; undefined if the pieces do not have this form. */
  cut(pieces: readonly Piece[]): Element[] | undefined;
}

/** A manufacturer's or distributor's habits with data identifiers. */
export interface Habits {
  name: DialectName;
  /** The label does not say whose it is. */
  guess: boolean;
  /** Whether a code with these elements (the first of each identifier) looks like one of theirs. */
  recognises(data: ReadonlyMap<string, string>): boolean;
  /** Identifiers that have another meaning here than in the standard. */
  meanings: Readonly<Record<string, Meaning>>;
}

/** Makes an element that its position in a form identifies. */
export function part(
  meaning: Meaning,
  data: string,
  at: number,
  di: string | null = null,
): Element {
  return { di, data, at, meaning };
}

/** The text without the line ends that scanners append to a code. */
export function withoutLineEnd(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\r" || text[end - 1] === "\n") end--;
  return text.slice(0, end);
}

/** Cuts text at every separator. Returns each piece with its position. */
export function pieces(text: string, separator: string, from = 0, to = text.length): Piece[] {
  const parts: Piece[] = [];
  for (let at = from; at <= to;) {
    const next = text.indexOf(separator, at);
    const end = next < 0 || next > to ? to : next;
    parts.push({ data: text.slice(at, end), at });
    at = end + separator.length;
    if (end === to) break;
  }
  return parts;
}

/** The elements of a match, one per capture group: the n-th meaning belongs to the n-th group. */
export function groups(
  match: RegExpExecArray,
  meanings: readonly (Meaning | undefined)[],
): Element[] {
  return meanings.flatMap((meaning, i) => {
    const [at, end] = match.indices?.[i + 1] ?? [];
    return meaning && at !== undefined && end !== undefined
      ? [part(meaning, match[i + 1]!, at)]
      : [];
  });
}
