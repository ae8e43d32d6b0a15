// A code cut into elements, before anyone asks what they mean; and whose dialect it may be.
import type { Meaning } from "./kinds.ts";
import type { Dialect, DialectName, Mending } from "./reading.ts";

/** One element: its identifier, its data, and where the data stands in the text. */
export interface Element {
  di: string | null;
  data: string;
  at: number;
  /** The data with escapes taken back, where the code has any. */
  decoded?: string;
  /** Where the form of the whole code already tells what the element is. */
  meaning?: Meaning;
  /** Money: its data are thrown away. */
  monetary?: boolean;
}

export interface Cut {
  elements: Element[];
  /** The text up to here is the code; what comes after is not kept. */
  end: number;
  mended: Mending[];
  /** Where the form of the code tells whose it is. Otherwise the elements have data identifiers, and those show it. */
  dialect?: Dialect;
  /** A linear code with one identifier: it says little by itself, and is read as the label's other codes are. */
  linear?: true;
}

/** A way of writing that is not made of data identifiers. Whose it is is a guess: the code does not say so. */
export interface OwnForm {
  name: DialectName;
  /** The elements, or undefined where the text is not of this form. */
  cut(text: string): Element[] | undefined;
}

/** A maker's or distributor's habits with data identifiers. */
export interface Habits {
  name: DialectName;
  /** The label does not say whose it is. */
  guess: boolean;
  /** Whether a code with these elements (the first of each identifier) looks like theirs. */
  recognises(data: ReadonlyMap<string, string>): boolean;
  /** Identifiers that mean something else here than in the standard. */
  meanings: Readonly<Record<string, Meaning>>;
}

/** An element found by its place in a match. */
export function part(
  meaning: Meaning,
  data: string,
  at: number,
  di: string | null = null,
): Element {
  return { di, data, at, meaning };
}

/** The text without the line ends that scanners put after a code. */
export function withoutLineEnd(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\r" || text[end - 1] === "\n") end--;
  return text.slice(0, end);
}

/** Cuts text at every separator; each piece with its place. */
export function pieces(
  text: string,
  separator: string,
  from = 0,
  to = text.length,
): { data: string; at: number }[] {
  const found: { data: string; at: number }[] = [];
  for (let at = from; at <= to;) {
    const next = text.indexOf(separator, at);
    const end = next < 0 || next > to ? to : next;
    found.push({ data: text.slice(at, end), at });
    at = end + separator.length;
    if (end === to) break;
  }
  return found;
}

/** The elements of a match of one whole text, by capture group: the n-th meaning is the n-th group's. */
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
