// Cuts the envelope of ISO/IEC 15434 as scanners deliver it: whole, without its control characters, or with replacements.
import { pieces, withoutLineEnd, type Cut, type Element } from "./cut.ts";
import { cutElementString } from "./gs1.ts";
import type { Repair, RefusalCode } from "./reading.ts";

/** The most envelopes in one code. What comes after them is ignored. */
const MAX_ENVELOPES = 4;

interface Separator {
  gs: string;
  repair?: Repair;
}
const named = ["{GS}", "{gs}", "<GS>", "<gs>", "[GS]", "\\x1d", "\\x1D", "\\u001d", "\\u001D"];
// Characters that scanners are set to type for GS, and that part numbers do not contain. `#` and `;` are left out because part
// numbers contain them.
const typed = ["^]", "]", "@", "|", "~", "\t", "\r\n", "\n", "\r"];
const SEPARATORS: readonly Separator[] = [
  { gs: "\x1d" },
  { gs: "\u241d", repair: "CONTROL_PICTURES" },
  ...named.map((gs): Separator => ({ gs, repair: "NAMED_SEPARATORS" })),
  ...typed.map((gs): Separator => ({ gs, repair: "TYPED_SEPARATORS" })),
];
/** The texts that stand for RS in front of the format's number, longer ones first. */
const RECORD_SEPARATORS = [
  "\x1e",
  "\u241e",
  "{RS}",
  "{rs}",
  "<RS>",
  "<rs>",
  "[RS]",
  "\\x1e",
  "\\x1E",
  "\\u001e",
  "\\u001E",
  "^^",
  "^",
  "@",
  "|",
  "~",
  "\t",
  "\r\n",
  "\n",
  "\r",
];
/** The characters that always end the data. */
const ENDS = ["\x1e", "\x04", "\u241e", "\u2404"];
const NAMED_ENDS = [
  "{RS}",
  "{EOT}",
  "{rs}",
  "{eot}",
  "<RS>",
  "<EOT>",
  "<rs>",
  "<eot>",
  "[RS]",
  "[EOT]",
  "\\x1e",
  "\\x1E",
  "\\x04",
  "\\u001e",
  "\\u001E",
  "\\u0004",
];
/** RS and EOT as typed. With Ctrl, the keys ^ and D produce them. */
const TYPED_ENDS = ["^^^D", "^^^d", "^d", "^D", "^^", "^"];

const first = (text: string, tokens: readonly string[], at: number) =>
  tokens.find((token) => text.startsWith(token, at));

const isDigit = (character: string | undefined) =>
  character !== undefined && character >= "0" && character <= "9";

/** An identifier of MH10.8.2: up to three digits and a letter. */
function identifierLength(segment: string): number {
  let digits = 0;
  while (digits < 3 && isDigit(segment[digits])) digits++;
  return /^[A-Za-z]/.test(segment.slice(digits, digits + 1)) ? digits + 1 : 0;
}

/** The elements between separators: identifier and data. Data without an identifier is kept without one. */
function elementsOf(text: string, gs: string, from: number, to: number): Element[] {
  return pieces(text, gs, from, to).flatMap(({ data, at }) => {
    const skipped = data.length - data.trimStart().length;
    const segment = withoutLineEnd(data.slice(skipped));
    if (segment === "") return [];
    const length = identifierLength(segment);
    const di = length > 0 ? segment.slice(0, length) : null;
    return [{ di, data: segment.slice(length), at: at + skipped + length }];
  });
}

const isUpper = (character: string) => character >= "A" && character <= "Z";
const isLower = (character: string) => character >= "a" && character <= "z";
/** Swaps the case of ASCII letters. Other letters may change their length when their case changes. */
function turnCase(text: string): string {
  return text.replace(/[A-Za-z]+/g, (letters) =>
    [...letters]
      .map((letter) => (isUpper(letter) ? letter.toLowerCase() : letter.toUpperCase()))
      .join(""),
  );
}

/**
 * Puts identifiers in upper case. With caps lock on, a keyboard scanner types some or all letters in the other case. If there
 * is no upper-case letter, the case of the whole text is swapped; otherwise only the identifiers change.
 */
function withUpperCase(text: string, cut: Cut): Cut {
  const marks = cut.elements.flatMap(({ di }) => di?.at(-1) ?? []);
  if (!marks.some(isLower)) return cut;
  if (marks.length >= 3 && !/[A-Z]/.test(text.slice(0, cut.end))) {
    const turned = turnCase(text);
    const elements = cut.elements.map((element) => ({
      ...element,
      di: element.di?.toUpperCase() ?? null,
      data: turned.slice(element.at, element.at + element.data.length),
    }));
    return { ...cut, elements, repairs: [...cut.repairs, "CAPS_LOCK"] };
  }
  const elements = cut.elements.map((element) => ({
    ...element,
    di: element.di?.toUpperCase() ?? null,
  }));
  return { ...cut, elements, repairs: [...cut.repairs, "LOWER_CASE_IDENTIFIERS"] };
}

/** The end of the data (`to`), and the end of the code with its trailer (`end`). */
function findEnd(
  text: string,
  from: number,
  { repair }: Separator,
): { to: number; end: number; trailer: boolean } {
  const tokens = repair === "NAMED_SEPARATORS" ? [...ENDS, ...NAMED_ENDS] : ENDS;
  const ends = tokens.map((token) => text.indexOf(token, from)).filter((at) => at >= 0);
  if (ends.length > 0) {
    const to = Math.min(...ends);
    let end = to;
    for (
      let token = first(text, tokens, end);
      token !== undefined;
      token = first(text, tokens, end)
    )
      end += token.length;
    return { to, end, trailer: true };
  }
  const length = text.length;
  const token =
    repair === "TYPED_SEPARATORS" ? TYPED_ENDS.find((each) => text.endsWith(each)) : undefined;
  return token && length - token.length >= from
    ? { to: length - token.length, end: length, trailer: true }
    : { to: length, end: length, trailer: false };
}

/**
 * Cuts `[)>` RS format GS data GS data … RS EOT into its elements. Also reads further envelopes of the same kind.
 * @param at the position of `[)>`
 */
export function cutEnvelope(text: string, at: number): Cut | RefusalCode {
  const repairs: Repair[] = [];
  let position = at + 3;
  const rs = first(text, RECORD_SEPARATORS, position);
  if (rs === undefined) repairs.push("RECORD_SEPARATOR_MISSING");
  else position += rs.length;

  const elements: Element[] = [];
  let opened = true;
  for (let envelopes = 0; opened && envelopes < MAX_ENVELOPES; envelopes++) {
    const format = text.slice(position, position + 2);
    const separator = SEPARATORS.find(({ gs }) => text.startsWith(gs, position + 2));
    const readable = (format === "05" || format === "06") && separator !== undefined;
    if (!readable && envelopes > 0) break;
    if (format !== "05" && format !== "06") return "UNKNOWN_FORMAT";
    if (separator === undefined)
      return text.slice(position + 2).trim() === "" ? "NO_FIELDS" : "SEPARATORS_LOST";

    const from = position + 2 + separator.gs.length;
    const { to, end, trailer } = findEnd(text, from, separator);
    const inner =
      format === "06"
        ? elementsOf(text, separator.gs, from, to)
        : cutElementString(text, separator.gs, from, to);
    if (inner === undefined) return "GS1_MALFORMED";
    elements.push(...inner);
    if (separator.repair && !repairs.includes(separator.repair)) repairs.push(separator.repair);
    if (!trailer) repairs.push("TRAILER_MISSING");
    opened = trailer;
    position = end;
  }
  if (elements.length === 0) return "NO_FIELDS";
  if (text.slice(position).trim() !== "") repairs.push("TRAILING_JUNK");
  const gs1 = elements.every(({ meaning }) => meaning !== undefined);
  return gs1
    ? { elements, end: position, repairs, dialect: { name: "gs1", guess: false } }
    : withUpperCase(text, { elements, end: position, repairs });
}

/** Cuts data identifiers between separators, without an envelope. Each piece must have an identifier. */
export function cutHeaderless(text: string): Cut | undefined {
  const separator = SEPARATORS.find(
    ({ gs, repair }) => repair !== "TYPED_SEPARATORS" && text.includes(gs),
  );
  if (separator === undefined) return undefined;
  const { to, end } = findEnd(text, 0, separator);
  const elements = elementsOf(text, separator.gs, 0, to);
  if (elements.length < 2 || elements.some(({ di }) => di === null)) return undefined;
  const repairs: Repair[] = ["HEADER_MISSING", ...(separator.repair ? [separator.repair] : [])];
  if (text.slice(end).trim() !== "") repairs.push("TRAILING_JUNK");
  return withUpperCase(text, { elements, end, repairs });
}
