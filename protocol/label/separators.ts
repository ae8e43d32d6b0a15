// Finds what stands for the control characters GS, RS and EOT in a text: the characters themselves, their pictures or escapes,
// or a text that the scanner was set to type.
import type { Repair } from "./reading.ts";

/** What stands for the control characters in one code. */
export interface Separators {
  gs: string;
  /** RS and EOT, wherever they end the data. */
  ends: readonly string[];
  /** RS and EOT, if they only count at the end of the text: elsewhere the same characters could be data. */
  lastEnds?: readonly string[];
  repair?: Repair;
}

/** Whether a text has a letter outside ASCII. Labels' data have none: another keyboard layout makes them. */
export const isLetter = (text: string): boolean => /(?![A-Za-z])\p{L}/u.test(text);

const CONTROLS = ["\x1e", "\x04", "\u241e", "\u2404", "\u25b2", "\u2666"];

/* ESCAPES */

type Write = (name: string, hex: string, decimal: string, octal: string) => string;
const pair = (text: (inner: string) => string): Write[] => [
  (name) => text(name),
  (_, hex) => text(hex),
  (_, hex) => text(`0x${hex}`),
  (_, _hex, decimal) => text(decimal),
  (_, _hex, decimal) => text(decimal.padStart(3, "0")),
];
/** The ways to write a control character with printable ones. */
const ESCAPES: readonly Write[] = [
  ...pair((inner) => `{${inner}}`),
  ...pair((inner) => `<${inner}>`),
  ...pair((inner) => `[${inner}]`),
  (name) => `|${name}|`,
  (_, hex) => `\\x${hex}`,
  (_, hex) => `\\u00${hex}`,
  (_, hex) => `\\u{${hex}}`,
  (_, hex) => `%${hex}`,
  (_, hex) => `_x00${hex}_`, // as spreadsheets store it
  (_, hex) => `&#x${hex};`,
  (_, _hex, decimal) => `&#${decimal};`,
  (_, _hex, decimal) => `&#${decimal.padStart(3, "0")};`,
  // As keys: Alt and the number, and the forms of printer languages.
  (_, _hex, decimal) => `^${decimal.padStart(3, "0")}`,
  (_, _hex, decimal) => `~${decimal.padStart(3, "0")}`,
  (_, _hex, decimal) => `~d${decimal.padStart(3, "0")}`,
  (_, _hex, decimal) => `\\d${decimal.padStart(3, "0")}`,
  (_, _hex, _decimal, octal) => `\\${octal}`,
  (_, _hex, _decimal, octal) => `\\0${octal}`,
  (name) => `^${name}`,
  (name) => `\\${name}`,
  (name) => `~${name}`,
];
const lower = (text: string) => text.toLowerCase();
const NAMED: readonly Separators[] = ESCAPES.flatMap((write) =>
  [String, lower].map((cased) => ({
    gs: cased(write("GS", "1D", "29", "035")),
    ends: [
      cased(write("RS", "1E", "30", "036")),
      cased(write("EOT", "04", "04", "004")),
      cased(write("EOT", "4", "4", "004")),
      ...CONTROLS,
    ],
    repair: "NAMED_SEPARATORS" as const,
  })),
);
/** Names of GS1's separator. */
const FNC1 = ["{FNC1}", "<FNC1>", "[FNC1]", "^FNC1", "\\FNC1", "~FNC1"];

/** The first way in which a text names GS or FNC1. */
export const namedSeparator = (text: string): string | undefined =>
  NAMED.find(({ gs }) => text.includes(gs))?.gs ?? FNC1.find((name) => text.includes(name));

/* TYPED CHARACTERS */

// Characters that scanners are set to type for GS, and that part numbers do not contain. `#` and `;` are left out because part
// numbers contain them.
const TYPED_GS = ["^]", "]", "@", "|", "~", "\t", "\r\n", "\n", "\r"];
/** RS and EOT as typed. With Ctrl, the keys ^ and D produce them. */
const TYPED_ENDS = ["^^^D", "^^^d", "^d", "^D", "^^", "^"];

const LISTED: readonly Separators[] = [
  { gs: "\x1d", ends: CONTROLS },
  { gs: "\u241d", ends: CONTROLS, repair: "CONTROL_PICTURES" },
  ...NAMED,
  ...TYPED_GS.map((gs): Separators => ({
    gs,
    ends: CONTROLS,
    lastEnds: TYPED_ENDS,
    repair: "TYPED_SEPARATORS",
  })),
  // Some scanners and printers write RS for every separator.
  { gs: "\x1e", ends: ["\x04", "\u2404"], repair: "TYPED_SEPARATORS" },
  { gs: "\u241e", ends: ["\x04", "\u2404"], repair: "CONTROL_PICTURES" },
];

/** The separators of a text that show themselves: control characters, their pictures and their names. */
export const shownSeparators = (text: string): Separators | undefined =>
  LISTED.find(({ gs, lastEnds }) => lastEnds === undefined && text.includes(gs));

const RECORD_SEPARATORS = [
  "\x1e",
  "\u241e",
  ...NAMED.map(({ ends }) => ends[0]!),
  "^^",
  "^",
  "@",
  "|",
  "~",
  "]",
  "\t",
  "\r\n",
  "\n",
  "\r",
];
/** What stands for RS at a position. */
export const recordSeparatorAt = (text: string, at: number): string | undefined =>
  RECORD_SEPARATORS.find((rs) => text.startsWith(rs, at));

/* SEPARATORS THAT THE TEXT ITSELF SHOWS */

/** Characters of part numbers. No separator has one at its ends. */
const OF_DATA = /[\p{L}\p{N} \-/.,#+_;:*()&%='"$]/u;
const MAX_TOKEN = 6;

/** Whether a text can be nothing but a separator: characters that data do not have, perhaps with a name or number between. */
export function canSeparate(token: string): boolean {
  const characters = [...token];
  if (characters.length > MAX_TOKEN) return false;
  const [first, last] = [characters[0]!, characters.at(-1)!];
  if (OF_DATA.test(first) || OF_DATA.test(last)) return false;
  return characters.every((each) => !OF_DATA.test(each) || /[A-Za-z0-9]/.test(each));
}

/**
 * What stands for GS behind the format's number: listed characters, or any text that data cannot contain and that stands before
 * each identifier.
 * @param at the position behind the format's number
 * @param rs what stands in front of it
 * @param isField whether a piece between separators begins with an identifier
 */
export function separatorsAt(
  text: string,
  at: number,
  rs: string,
  isField: (piece: string) => boolean,
): Separators | undefined {
  const listed = LISTED.find(({ gs }) => text.startsWith(gs, at));
  if (listed) return listed;
  for (let length = MAX_TOKEN; length > 0; length--) {
    const gs = text.slice(at, at + length);
    if (gs.length < length || !canSeparate(gs)) continue;
    const ends = rs !== "" && rs !== gs ? [rs, ...CONTROLS] : CONTROLS;
    const until = ends.map((end) => text.indexOf(end, at)).filter((found) => found >= 0);
    const pieces = text
      .slice(at, Math.min(text.length, ...until))
      .replace(/[^\p{L}\p{N}\p{ASCII}]+$/u, "")
      .split(gs)
      .filter((piece) => piece.trim() !== "");
    if (pieces.length > 0 && pieces.every(isField)) return { gs, ends, repair: "TYPED_SEPARATORS" };
  }
  return undefined;
}
