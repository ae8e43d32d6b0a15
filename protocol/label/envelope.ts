// Cuts the envelope of ISO/IEC 15434 as scanners deliver it: whole, without its control characters, or with replacements.
import { pieces, withoutLineEnd, type Cut, type Element } from "./cut.ts";
import { cutKeyed } from "./dialects.ts";
import { cutElementString } from "./gs1.ts";
import { hasOtherKeys, hasOwnForm } from "./keys.ts";
import type { Dialect, Repair, RefusalCode } from "./reading.ts";
import { recordSeparatorAt, type Separators, separatorsAt, shownSeparators } from "./separators.ts";

/** The most envelopes in one code. What comes after them is ignored. */
const MAX_ENVELOPES = 4;

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

/** A line end or a tab ends a code, unless it is the code's separator: it cannot be part of a field. */
const LINE_END = /[\r\n\t]/;

/** The end of the data (`to`), and the end of the code with its trailer (`end`). */
function findEnd(
  text: string,
  from: number,
  { gs, ends, lastEnds = [] }: Separators,
): { to: number; end: number; trailer: boolean } {
  const at = ends.map((token) => text.indexOf(token, from)).filter((found) => found >= 0);
  if (at.length > 0) {
    const to = Math.min(...at);
    let end = to;
    for (let token = first(text, ends, end); token !== undefined; token = first(text, ends, end))
      end += token.length;
    return { to, end, trailer: true };
  }
  const line = LINE_END.test(gs) ? -1 : text.slice(from).search(LINE_END);
  const length = line < 0 ? text.length : from + line;
  const whole = text.slice(0, length);
  const token = lastEnds.find((each) => whole.endsWith(each));
  return token && length - token.length >= from
    ? { to: length - token.length, end: length, trailer: true }
    : { to: length, end: length, trailer: false };
}

/** The number of a format of ISO/IEC 15434, and what stands for RS in front of it. */
function formatAt(text: string, at: number): { rs: string; format: string } | undefined {
  const rs = recordSeparatorAt(text, at) ?? "";
  const format = /^\d\d/.exec(text.slice(at + rs.length, at + rs.length + 2))?.[0];
  if (format !== undefined) return { rs, format };
  const [, shown, number] =
    /^([^\p{L}\p{N}].{0,7}?)(0[56])(?![\p{L}\p{N}])/u.exec(text.slice(at, at + 12)) ?? [];
  return shown === undefined || number === undefined ? undefined : { rs: shown, format: number };
}

/** Whether a piece between separators begins with a data or application identifier. */
const isField = (piece: string) =>
  /^\s*(?:\d{1,3}[A-Z]|[BDEIJKLNPQSTVXZ])/.test(piece) || /^\d{4}/.test(piece);

/**
 * Cuts `[)>` RS format GS data GS data … RS EOT into its elements. Also reads further envelopes of the same kind.
 * @param at the position of `[)>`
 */
export function cutEnvelope(text: string, at: number): Cut | RefusalCode {
  const repairs: Repair[] = [];
  const opening = formatAt(text, at + 3);
  if (opening === undefined)
    return text.slice(at + 3).trim() === "" ? "NO_FIELDS" : "SEPARATORS_LOST";
  const { rs } = opening;
  if (rs === "") repairs.push("RECORD_SEPARATOR_MISSING");
  let position = at + 3 + rs.length;

  const elements: Element[] = [];
  let dialect: Dialect | undefined;
  let opened = true;
  for (let envelopes = 0; opened && envelopes < MAX_ENVELOPES; envelopes++) {
    const format = text.slice(position, position + 2);
    const isReadable = format === "05" || format === "06";
    const separators = isReadable ? separatorsAt(text, position + 2, rs, isField) : undefined;
    if (separators === undefined && envelopes > 0) break;
    if (!isReadable) return "UNKNOWN_FORMAT";
    if (separators === undefined)
      return text.slice(position + 2).trim() === "" ? "NO_FIELDS" : "SEPARATORS_LOST";

    const { gs, repair } = separators;
    const from = position + 2 + gs.length;
    const { to, end, trailer } = findEnd(text, from, separators);
    const keyed = format === "06" ? cutKeyed(pieces(text, gs, from, to)) : undefined;
    const inner =
      keyed?.elements ??
      (format === "06" ? elementsOf(text, gs, from, to) : cutElementString(text, gs, from, to));
    if (inner === undefined) return "GS1_MALFORMED";
    if (keyed === undefined && format === "06" && hasOtherKeys(inner)) return "UNKNOWN_KEYS";
    if (keyed) dialect = { name: keyed.name, guess: true };
    elements.push(...inner);
    if (repair && !repairs.includes(repair)) repairs.push(repair);
    if (!trailer) repairs.push("TRAILER_MISSING");
    opened = trailer;
    position = end;
  }
  if (elements.length === 0) return "NO_FIELDS";
  const cut = { elements, end: position, repairs };
  if (dialect) return { ...cut, dialect };
  const isGs1 = elements.every(({ meaning }) => meaning !== undefined);
  return isGs1 ? { ...cut, dialect: { name: "gs1", guess: false } } : withUpperCase(text, cut);
}

/**
 * Cuts data identifiers between separators, without an envelope. Each piece must have an identifier, and at least one the form of
 * its kind: other words have capitals in front, too.
 */
export function cutHeaderless(text: string): Cut | undefined {
  const separators = shownSeparators(text);
  if (separators === undefined) return undefined;
  const { to, end } = findEnd(text, 0, separators);
  const elements = elementsOf(text, separators.gs, 0, to);
  if (elements.length < 2 || elements.some(({ di }) => di === null)) return undefined;
  const { repair } = separators;
  const repairs: Repair[] = ["HEADER_MISSING", ...(repair ? [repair] : [])];
  const cut = withUpperCase(text, { elements, end, repairs, isGuess: true });
  return hasOtherKeys(cut.elements) || !cut.elements.some(hasOwnForm) ? undefined : cut;
}
