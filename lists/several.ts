// Reads cells in which people write several codes or a range of them: what can be split with certainty, and what cannot.

/** `codes`: each for itself, in their order. `unclear`: perhaps several, perhaps one. `range`: all from one code to another. */
export type Several = { kind: "codes"; codes: string[] } | { kind: "unclear" } | { kind: "range" };

/** The longest cell, and the longest piece of one, in which codes are looked for. */
const MAX_CELL = 32_768;
const MAX_PIECE = 256;
/** Signs that only separate codes. */
const SEPARATORS = /[;|\n\t]/;
/** Signs and words that separate codes if both sides look like codes. */
const LIKELY_SEPARATORS = /[;|\n\t]|,(?=\s)|(?<=\s)[&+](?=\s)|\s(?:and|und|et|y|e|or|oder)\s/i;
const RANGE_WORDS =
  /[<>\u2264\u2265~]|\.\.+\s*\S|\u2026\s*\S|(^|\s)(to|thru|through|until|till|up to|bis|ab|from|since|onwards?|and (later|earlier|above|below|up|more)|etc\.?|others?|ff\.?)(\s|$)/i;
/** Two codes with a dash between them. */
const DASHED = /^(\S+?)\s*(?:-|\u2013|\u2014)\s*(\S+)$/;

/** The kinds of characters in a code, each run as one: `L7101` is `A9`. */
const shapeOf = (code: string) =>
  code
    .toUpperCase()
    .replaceAll(/[A-Z]+/g, "A")
    .replaceAll(/\d+/g, "9");
const MIN_CODE = 3;

/** Whether texts are the same letters with different numbers: `L1`, `L22`. */
function areNumbered(codes: readonly string[]): boolean {
  const stems = codes.map((code) => /^(.*\D)\d+$/.exec(code)?.[1]);
  return stems[0] !== undefined && stems.every((stem) => stem === stems[0]);
}

/** Whether texts look like codes of one series: of the same shape and about the same length. */
function areAlike(codes: readonly string[]): boolean {
  const [one, ...others] = codes;
  if (one === undefined || others.length === 0) return false;
  if (areNumbered(codes)) return true;
  return (
    codes.every((code) => code.length >= MIN_CODE && /\d/.test(code)) &&
    others.every(
      (code) => shapeOf(code) === shapeOf(one) && Math.abs(code.length - one.length) <= 2,
    )
  );
}

/** Whether texts are a code and the changing ends of others: `L7101/02/03`. */
function areEndings([one = "", ...others]: readonly string[]): boolean {
  const digits = /\d+$/.exec(one)?.[0].length ?? 0;
  return (
    one.length >= MIN_CODE + 1 &&
    others.length > 0 &&
    others.every((end) => /^\d+$/.test(end) && end.length < digits)
  );
}

const split = (text: string, by: RegExp) => text.split(by).flatMap((part) => part.trim() || []);
const isLess = (one: string, other: string) =>
  one.length < other.length || (one.length === other.length && one < other);
/** Both ends have the same shape, or the second is the changed digits alone (`L7100-7110`), and the second is the greater one. */
function isSpan(from: string, to: string): boolean {
  if (areAlike([from, to])) return isLess(from, to);
  const digits = /\d+$/.exec(from)?.[0] ?? "";
  return (
    digits.length >= MIN_CODE && digits.length === to.length && /^\d+$/.test(to) && digits < to
  );
}

/**
 * Reads a cell that may hold several codes.
 * @returns undefined if it holds one
 */
export function severalIn(text: string): Several | undefined {
  if (text.length > MAX_CELL) return { kind: "unclear" };
  const parts = split(text, SEPARATORS);
  const listed = parts.map(piecesOf);
  const pieces = listed.flat();
  if (pieces.some((piece) => piece.length > MAX_PIECE)) return { kind: "unclear" };
  // `L7101 and later` is a range as a whole.
  if ([...pieces, ...parts.filter((part) => part.length <= MAX_PIECE)].some(isRange))
    return { kind: "range" };
  // A word without a digit beside a comma may be the rest of a sentence.
  const isClear = listed.every(
    (some) => some.length === 1 || some.every((each) => /\d/.test(each)),
  );
  if (!isClear || !pieces.every(isOne)) return { kind: "unclear" };
  return pieces.length === 0 || (pieces.length === 1 && pieces[0] === text)
    ? undefined
    : { kind: "codes", codes: pieces };
}

/** Splits a text without certain separators where both sides look like codes. */
function piecesOf(text: string): string[] {
  const likely = split(text, LIKELY_SEPARATORS);
  if (likely.length > 1) return likely;
  const listed = split(text, /[,&+]/);
  return areAlike(listed) ? listed : likely;
}

const isOne = (code: string): boolean =>
  ![/[/\\]/, / +/, /[,&+]/].some((by) => {
    const parts = split(code, by);
    return areAlike(parts) || areEndings(parts);
  });

function isRange(text: string): boolean {
  if (RANGE_WORDS.test(text)) return /\d/.test(text);
  const [, from, to] = DASHED.exec(text) ?? [];
  return from !== undefined && isSpan(from, to!);
}
