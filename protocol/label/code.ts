// Finds the codes in what a scanner sent, and the form of each; cuts each code into its elements.
import { withoutLineEnd, type Cut, type Element } from "./cut.ts";
import { OWN_FORMS } from "./dialects.ts";
import { cutEnvelope, cutHeaderless } from "./envelope.ts";
import { cutGs1 } from "./gs1.ts";
import { cutIdentifier } from "./identifier.ts";
import { IDENTIFIERS } from "./identifiers.ts";
import { isMistyped, isOtherLayout } from "./keyboard.ts";
import { MAX_LABEL_FIELDS, MAX_LABEL_LENGTH } from "./limits.ts";
import { cutLink, isLink } from "./link.ts";
import type { Dialect, RefusalCode, Repair } from "./reading.ts";

/** One code, cut into elements or refused. */
export interface Code {
  /** The prefix with which the scanner names the symbology, such as `]d1`. */
  prefix: string;
  /** The rest of the text. The elements' positions count from its start. */
  text: string;
  cut: Cut | RefusalCode;
}

const HEADER = "[)>";
/** The most characters in front of the header that are ignored. */
const MAX_JUNK = 8;
/** What stands in front of the header is ignored if it cannot be a code: signs, and at most one digit. */
const JUNK = /^[^A-Za-z0-9]*[0-9]?[^A-Za-z0-9]*$/;
/** An escape of a character set whose backslash was swallowed or exchanged: other characters were as well. */
const HALF_ESCAPE = /^\D?000\d{3}/;
/** Symbology identifiers of GS1: Data Matrix, QR, Code 128, DataBar (ISO/IEC 15424). */
const GS1_PREFIX = /^\](?:d[25]|Q[34]|C1|e\d)$/;
const PREFIX = /^\][A-Za-z][0-9A-Za-z]/;

const refused = (cut: RefusalCode): Code => ({ prefix: "", text: "", cut });

/** Reads an input: one code, or several codes that the scanner sent together. */
export function readCodes(input: unknown): Code[] {
  if (typeof input !== "string") return [refused("NOT_TEXT")];
  if (input.length > MAX_LABEL_LENGTH) return [refused("TOO_LONG")];
  const { texts, repairs } = separateCodes(input);
  return texts.length === 0 ? [refused("EMPTY")] : texts.map((each) => readCode(each, repairs));
}

/** Reads the text of one code. */
function readCode(whole: string, repairs: readonly Repair[]): Code {
  const prefix = PREFIX.exec(whole)?.[0] ?? "";
  const text = whole.slice(prefix.length);
  const cut = cutText(text, prefix);
  if (typeof cut === "string") return { prefix, text, cut };
  if (cut.elements.length > MAX_LABEL_FIELDS) return refused("TOO_LONG");
  if (isDamaged(cut)) return { prefix, text, cut: "KEYBOARD_LAYOUT" };
  const first: Repair[] = [...(prefix === "" ? [] : ["AIM_PREFIX" as const]), ...repairs];
  return { prefix, text, cut: { ...cut, repairs: [...first, ...cut.repairs] } };
}

/* CHARACTER SETS */

/** An escape of AIM's extended channel interpretation: a backslash and six digits, of which those in use begin with 000. */
const ECI = /\\000\d{3}/g;

/**
 * The text without what only says how to read it: the escapes with which a scanner names the character set, and pictures of
 * blanks and line ends beside those of separators.
 */
function withoutEscapes(input: string): { text: string; repairs: Repair[] } {
  let text = input.replace(/^\ufeff+/, "");
  if (/[\u241d\u241e]/.test(text))
    text = text
      .replaceAll("\u2420", " ")
      .replaceAll("\u2409", "\t")
      .replaceAll("\u240d", "\r")
      .replaceAll(/[\u240a\u2424]/g, "\n");
  const plain = text.replaceAll(ECI, "");
  if (plain === text) return { text, repairs: [] };
  // Where such escapes are on, a backslash of the data is doubled.
  return { text: plain.replaceAll("\\\\", "\\"), repairs: ["ECI"] };
}

/* SEPARATING */

const LINE_ENDS = /[\r\n\t]+/;
/** Between two codes in braces with nothing between. */
const BETWEEN_BRACES = /(?<=\})(?=\{[a-z]{1,4}:)/;
/** Less behind a code than this is junk if it does not read as a code. */
const MIN_CODE_LENGTH = 4;

/**
 * Separates the codes in an input. A scanner sends several with line ends, tabs or nothing between. What follows a complete code is
 * a code of its own: somebody could have stuck another label beside it.
 * @returns the texts of the codes, without escapes of character sets
 */
export function separateCodes(input: string): { texts: string[]; repairs: Repair[] } {
  const { text, repairs } = withoutEscapes(input);
  const starts = headersIn(text);
  const bounds = [0, ...starts.filter((at) => at > 0), text.length];
  const chunks = bounds.slice(1).map((end, i) => text.slice(bounds[i], end));
  const texts = chunks.flatMap((chunk) =>
    chunk.trim() === "" ? [] : chunk.includes(HEADER) ? separateLabel(chunk) : separateLines(chunk),
  );
  return { texts, repairs };
}

/** Where the codes with a header begin: at the symbology's identifier, or at junk that cannot be a code. */
function headersIn(text: string): number[] {
  const starts: number[] = [];
  for (let at = text.indexOf(HEADER); at >= 0; at = text.indexOf(HEADER, at + 1)) {
    const before = text.slice(Math.max(0, at - MAX_JUNK), at);
    const isFirst = starts.length === 0 && at <= MAX_JUNK;
    const rest = before.replace(PREFIX, "");
    const junk = isFirst && (JUNK.test(rest) || HALF_ESCAPE.test(rest)) ? before : "";
    starts.push(at - (/\][A-Za-z][0-9A-Za-z]$/.exec(before)?.[0] ?? junk).length);
  }
  // A scanner's prefix stands in front of the junk.
  if (starts[0] !== undefined && starts[0] > 0 && starts[0] <= MAX_JUNK && PREFIX.test(text))
    if (JUNK.test(text.slice(3, starts[0]))) starts[0] = 0;
  return starts;
}

/** Separates a code with a header from what follows it. */
function separateLabel(chunk: string): string[] {
  const { prefix, text, cut } = readCode(chunk, []);
  const end = typeof cut === "string" ? firstLine(chunk) : prefix.length + cut.end;
  const rest = chunk.slice(end);
  if (rest.trim() === "" || text === "") return [chunk];
  const codes = separateLines(rest);
  const isCode =
    /^[\r\n\t]/.test(rest) ||
    rest.trim().length >= MIN_CODE_LENGTH ||
    codes.some((each) => typeof readCode(each, []).cut !== "string");
  return isCode ? [chunk.slice(0, end), ...codes] : [chunk];
}

/** The end of the first line, behind the header. */
function firstLine(chunk: string): number {
  const header = chunk.indexOf(HEADER);
  const line = chunk.slice(header).search(LINE_ENDS);
  return line < 0 ? chunk.length : header + line;
}

/** Separates codes without a header: one on each line. */
function separateLines(text: string): string[] {
  const whole = withoutLineEnd(text);
  const lines = whole
    .split(LINE_ENDS)
    .flatMap((line) => line.split(BETWEEN_BRACES))
    .filter((line) => line.trim() !== "");
  if (lines.length <= 1 && !whole.includes("://")) return lines;
  if (lines.length > 1 && isOneCode(whole)) return [whole];
  return lines.flatMap(separateLinks);
}

/** Whether several lines are one code: a form that has lines, or a GS1 code whose separator is a line end or a tab. */
function isOneCode(text: string): boolean {
  const prefix = PREFIX.exec(text)?.[0] ?? "";
  const rest = text.slice(prefix.length);
  if (isLink(rest)) return false;
  if (OWN_FORMS.some(({ hasLines, cut }) => hasLines && cut(rest) !== undefined)) return true;
  const gs1 = cutGs1(rest, GS1_PREFIX.test(prefix));
  return gs1 !== undefined && typeof gs1 !== "string" && gs1.repair === "TYPED_SEPARATORS";
}

/** Separates links from what stands before and behind them on a line. A link has no blanks, and does not hold another link. */
function separateLinks(line: string): string[] {
  if (cutOwnForm(line)) return [line];
  const parts = line.split(/(?<!=|^\][A-Za-z][0-9A-Za-z])(?=https?:\/\/)/i);
  return parts
    .flatMap((part) => (isLink(part.replace(PREFIX, "")) ? part.split(/\s+/) : [part]))
    .filter((part) => part.trim() !== "");
}

/* FORMS */

function cutText(text: string, prefix: string): Cut | RefusalCode {
  if (text.trim() === "") return "EMPTY";
  const header = text.slice(0, MAX_JUNK + HEADER.length).indexOf(HEADER);
  if (header >= 0) {
    if (HALF_ESCAPE.test(text)) return "KEYBOARD_LAYOUT";
    const cut = cutEnvelope(text, header);
    if (typeof cut === "string") return cut;
    const isJunkBehind = text.slice(cut.end).trim() !== "";
    return {
      ...cut,
      repairs: [
        ...(header > 0 ? ["LEADING_JUNK" as const] : []),
        ...cut.repairs,
        ...(isJunkBehind ? ["TRAILING_JUNK" as const] : []),
      ],
    };
  }
  if (isOtherLayout(text)) return "KEYBOARD_LAYOUT";
  if (isLink(text)) {
    const link = cutLink(text.trim());
    return typeof link === "string"
      ? link
      : wholeCut(text, link.elements, { name: link.name, guess: false });
  }
  return (
    asCut(text, prefix) ??
    cutOwnForm(text) ??
    cutHeaderless(text) ??
    cutIdentifier(text) ??
    "NO_IDENTIFIER"
  );
}

const wholeCut = (
  text: string,
  elements: Element[],
  dialect: Dialect,
  repairs: Repair[] = [],
): Cut => ({ elements, end: text.length, repairs, dialect });

function cutOwnForm(text: string): Cut | undefined {
  for (const { name, cut } of OWN_FORMS) {
    const elements = cut(text);
    if (elements) return wholeCut(text, elements, { name, guess: true });
  }
  return undefined;
}

function asCut(text: string, prefix: string): Cut | RefusalCode | undefined {
  const gs1 = cutGs1(text, GS1_PREFIX.test(prefix));
  if (gs1 === undefined || typeof gs1 === "string") return gs1;
  const { elements, isCertain, repair } = gs1;
  return wholeCut(
    text,
    elements,
    { name: "gs1", guess: !isCertain },
    repair === undefined ? [] : [repair],
  );
}

/** A field whose identifier has another alphabet's letter. */
const FOREIGN_IDENTIFIER = /^\d{0,3}(?![A-Za-z])\p{L}/u;

const isDamaged = ({ elements, dialect }: Cut): boolean =>
  dialect === undefined &&
  elements.some(
    ({ di, data }) =>
      isMistyped(IDENTIFIERS[di ?? ""]?.kind ?? "other", data) ||
      (di === null && FOREIGN_IDENTIFIER.test(data)),
  );
