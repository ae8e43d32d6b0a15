// Compares part numbers: finds lookalikes (confusable characters, one or two typing errors) and other suffixes.

/** Confusable characters, and the one that stands for each group. */
const ALIKE: Readonly<Record<string, string>> = {
  O: "0",
  Q: "0",
  D: "0",
  I: "1",
  L: "1",
  S: "5",
  B: "8",
  Z: "2",
  G: "6",
};
/** The most typing errors with which two numbers still look alike. */
const MAX_EDITS = 2;
/** The fewest characters in a part number's stem. */
const MIN_STEM = 4;

/** How alike two part numbers are: see `likeness`. */
export type Likeness = "same" | "lookalike" | "suffix" | "different";

/** Case does not count, because people type orders in either case. */
const plain = (mpn: string) => mpn.trim().toUpperCase();
const skeleton = (mpn: string) => mpn.replace(/[OQDILSBZG]/g, (character) => ALIKE[character]!);

/**
 * A part number without the suffix for packing or grade: letters at the end, or up to four characters after the last
 * separator. More characters are part of the number.
 */
function stem(mpn: string): string {
  const parted = mpn.replace(/[-/#+.,_ ][A-Z0-9]{0,4}$/, "");
  return parted === mpn ? mpn.replace(/[A-Z]{1,6}\d?$/, "") : parted;
}

function isOtherSuffix(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (short.length >= MIN_STEM && long.startsWith(short)) return true;
  const [a, b] = [stem(one), stem(other)];
  return a === b && a.length >= MIN_STEM;
}

/** Whether at most MAX_EDITS insertions, deletions or exchanges turn one into the other. Linear in the length. */
function isWithinEdits(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > MAX_EDITS) return false;
  let before = Array.from({ length: other.length + 1 }, (_, j) => j);
  for (let i = 1; i <= one.length; i++) {
    const row = Array<number>(other.length + 1).fill(MAX_EDITS + 1);
    if (i <= MAX_EDITS) row[0] = i;
    for (let j = Math.max(1, i - MAX_EDITS); j <= Math.min(other.length, i + MAX_EDITS); j++) {
      const exchanged = before[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1);
      row[j] = Math.min(exchanged, before[j]! + 1, row[j - 1]! + 1);
    }
    if (Math.min(...row) > MAX_EDITS) return false;
    before = row;
  }
  return before[other.length]! <= MAX_EDITS;
}

/**
 * How alike two part numbers are. lookalike: people can confuse them (O and 0, S and 5), or one or two characters differ.
 * suffix: the same part in another package, packing or grade.
 */
export function likeness(one: string, other: string): Likeness {
  const [a, b] = [plain(one), plain(other)];
  if (a === b) return "same";
  if (skeleton(a) === skeleton(b)) return "lookalike";
  if (isOtherSuffix(a, b)) return "suffix";
  return isWithinEdits(a, b) ? "lookalike" : "different";
}
