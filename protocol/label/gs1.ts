// Cuts GS1 element strings: application identifiers with their data, in brackets or as the scanner delivers them.
import type { Element } from "./cut.ts";
import { aiAt, application, FOREIGN, listedApplication } from "./gs1-identifiers.ts";
import type { RefusalCode, Repair } from "./reading.ts";
import { canSeparate, isLetter, namedSeparator } from "./separators.ts";

/** The element of an application identifier; undefined if the identifier is unknown or its data break its rules. */
export function applicationElement(
  ai: string,
  data: string,
  at: number,
  decoded = data,
): Element | undefined {
  const rules = application(ai);
  if (rules === undefined || !rules.accepts(decoded)) return undefined;
  const element = { di: ai, data, at, meaning: rules.meaning, monetary: rules.isMonetary };
  return decoded === data ? element : { ...element, decoded };
}

/** Cuts consecutive elements. A separator ends those of variable length. Undefined if an element breaks a rule. */
export function cutElementString(
  text: string,
  gs: string,
  from: number,
  to: number,
): Element[] | undefined {
  const elements: Element[] = [];
  let at = from;
  while (at < to) {
    if (text.startsWith(gs, at)) {
      at += gs.length;
      continue;
    }
    const ai = aiAt(text, at);
    const rules = ai === undefined ? undefined : application(ai);
    if (ai === undefined || rules === undefined) return undefined;
    const start = at + ai.length;
    const separator = rules.isSelfEnding
      ? -1
      : text.slice(start, Math.min(to, start + rules.max + gs.length)).indexOf(gs);
    const end = rules.isSelfEnding ? start + rules.max : separator < 0 ? to : start + separator;
    const element = end <= to ? applicationElement(ai, text.slice(start, end), start) : undefined;
    if (element === undefined) return undefined;
    elements.push(element);
    at = end;
  }
  return elements;
}

/**
 * Cuts `(01)09506000134352(10)ABC`, the form that people write. A bracket in the data is written as `\(`.
 * @returns undefined if the text does not have this form, or an element breaks a rule
 */
export function cutBracketed(text: string): Element[] | undefined {
  const elements: Element[] = [];
  let at = 0;
  while (at < text.length) {
    const close = text.startsWith("(", at) ? text.slice(at, at + 6).indexOf(")") : -1;
    if (close < 0) return undefined;
    const start = at + close + 1;
    // Some leave the brackets of data as they are. Only one with an identifier inside begins the next element.
    let end = text.indexOf("(", start);
    while (end >= 0 && (text[end - 1] === "\\" || !/^\(\d{2,4}\)/.test(text.slice(end, end + 6))))
      end = text.indexOf("(", end + 1);
    if (end < 0) end = text.length;
    const data = text.slice(start, end);
    const ai = text.slice(at + 1, at + close);
    const element = applicationElement(ai, data, start, data.replaceAll("\\(", "("));
    if (element === undefined) return undefined;
    elements.push(element);
    at = end;
  }
  return elements.length > 0 ? elements : undefined;
}

/** More characters do not fit in one element, so a longer run is not searched for hidden ones. */
const MAX_RUN = 128;

/**
 * Where a run of elements could begin that ends with the text, if separators were lost in it. No identifier may come twice.
 * @param used identifiers that stand elsewhere in the code
 */
function startsOfElements(text: string, used: ReadonlySet<string>): boolean[] {
  const starts = Array<boolean>(text.length + 1).fill(false);
  if (text.length > MAX_RUN) return starts;
  starts[text.length] = true;
  for (let at = text.length - 1; at >= 0; at--) {
    const ai = aiAt(text, at);
    const rules = ai === undefined || used.has(ai) ? undefined : listedApplication(ai);
    if (ai === undefined || rules === undefined) continue;
    const start = at + ai.length;
    for (let end = start + 1; end <= Math.min(text.length, start + rules.max); end++)
      if (starts[end] && rules.accepts(text.slice(start, end))) {
        starts[at] = true;
        break;
      }
  }
  return starts;
}

/** Whether data of variable length could hide further elements, if the scanner dropped the separators. */
function couldHideElements(elements: readonly Element[]): boolean {
  const used = new Set(elements.map(({ di }) => di ?? ""));
  return elements.some(({ di, data }) => {
    const rules = application(di ?? "");
    if (rules === undefined || rules.isSelfEnding) return false;
    const starts = startsOfElements(data, used);
    return starts.some((isStart, at) => {
      const isInside = at > 0 && at < data.length;
      return isStart && isInside && rules.accepts(data.slice(0, at));
    });
  });
}

/** The start of a shipping or a trade item. Other digits could be anything. */
const START = /^(?:01\d{14}|00\d{18})/;

/** A GS1 code, cut into its elements. */
export interface Gs1Cut {
  elements: Element[];
  /** Whether FNC1 or the scanner says that this is a GS1 code. One in ten numbers has a right check digit by chance. */
  isCertain: boolean;
  repair?: Repair | undefined;
}

/**
 * Cuts a GS1 code as the scanner delivers it.
 * @param isGs1 whether the scanner says that the code is a GS1 code
 * @returns undefined if the text is not a GS1 code
 */
export function cutGs1(text: string, isGs1: boolean): Gs1Cut | RefusalCode | undefined {
  if (/^\(\d{2,4}\)/.test(text)) {
    const elements = cutBracketed(text);
    return elements ? { elements, isCertain: true } : faultOf(text.replaceAll("\\(", "("));
  }
  const gs = separatorOf(text);
  const first = gs && text.startsWith(gs.token) ? text.slice(gs.token.length) : undefined;
  const isCertain = isGs1 || /^\d\d/.test(first ?? "");
  if (!isCertain && !startsAsItem(text)) return undefined;
  const elements = cutElementString(text, gs?.token ?? "\x1d", 0, text.length);
  if (elements === undefined || elements.length === 0 || isContradictory(elements)) {
    const fault = faultOf(gs ? text.replaceAll(gs.token, "") : text);
    if (fault !== "GS1_MALFORMED") return fault;
    if (gs?.repair === "TYPED_SEPARATORS" || (!gs && startsOfElements(text, new Set())[0]))
      return "SEPARATORS_LOST";
    return isCertain ? fault : undefined;
  }
  if (gs === undefined && couldHideElements(elements)) return "SEPARATORS_LOST";
  return { elements, isCertain, repair: gs?.repair };
}

/** Whether an identifier comes twice with different data: then this is more than one code. */
function isContradictory(elements: readonly Element[]): boolean {
  const data = new Map(elements.map((element) => [element.di, element.data]));
  return elements.some((element) => data.get(element.di) !== element.data);
}

function startsAsItem(text: string): boolean {
  const start = START.exec(text)?.[0];
  return start !== undefined && !!applicationElement(start.slice(0, 2), start.slice(2), 2);
}

/** Why a text that begins as a GS1 code cannot be cut. */
function faultOf(text: string): RefusalCode {
  const foreign = FOREIGN.exec(text)?.[0];
  if (foreign === undefined) return "GS1_MALFORMED";
  return isLetter(foreign) ? "KEYBOARD_LAYOUT" : "SEPARATORS_LOST";
}

/**
 * What stands for FNC1. Every character outside GS1's 82 was changed on the way: where it is always the same one, it can only be
 * the separator. Those that manufacturers print in lot codes all the same (a blank, #) are not taken for one.
 */
function separatorOf(text: string): { token: string; repair?: Repair } | undefined {
  if (text.includes("\x1d")) return { token: "\x1d" };
  if (text.includes("\u241d")) return { token: "\u241d", repair: "CONTROL_PICTURES" };
  const named = namedSeparator(text);
  if (named !== undefined) return { token: named, repair: "NAMED_SEPARATORS" };
  const [token, other] = new Set(text.match(/[^!"%-?A-Z_a-z]+/gu));
  return token !== undefined && other === undefined && canSeparate(token)
    ? { token, repair: "TYPED_SEPARATORS" }
    : undefined;
}
