// Finds the form of one code's text, and cuts the text into its elements.
import { withoutLineEnd, type Cut, type Element } from "./cut.ts";
import { OWN_FORMS } from "./dialects.ts";
import { cutEnvelope, cutHeaderless } from "./envelope.ts";
import { couldHideElement, cutBracketed, cutElementString } from "./gs1.ts";
import { cutIdentifier } from "./identifier.ts";
import { MAX_LABEL_FIELDS, MAX_LABEL_LENGTH } from "./limits.ts";
import { cutLink, isLink } from "./link.ts";
import type { Dialect, RefusalCode } from "./reading.ts";

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
/** `[)>` typed by a scanner that is set to a US layout on a keyboard of Central or Northern Europe, or of France. */
const OTHER_LAYOUT = /^(?:[^A-Za-z0-9]=:.{0,2}0[56]|\^0\/.{0,2}à-)/;
/** Symbology identifiers of GS1: Data Matrix, QR, Code 128, DataBar (ISO/IEC 15424). */
const GS1_PREFIX = /^\](?:d2|Q3|C1|e\d)$/;

/** Reads the text of one code. */
export function readCode(input: unknown): Code {
  if (typeof input !== "string") return { prefix: "", text: "", cut: "NOT_TEXT" };
  if (input.length > MAX_LABEL_LENGTH) return { prefix: "", text: "", cut: "TOO_LONG" };
  const whole = withoutLineEnd(input);
  const prefix = /^\][A-Za-z][0-9A-Za-z]/.exec(whole)?.[0] ?? "";
  const text = whole.slice(prefix.length);
  const cut = cutText(text, prefix);
  if (typeof cut !== "string" && cut.elements.length > MAX_LABEL_FIELDS)
    return { prefix: "", text: "", cut: "TOO_LONG" };
  if (prefix !== "" && typeof cut !== "string") cut.repairs.unshift("AIM_PREFIX");
  return { prefix, text, cut };
}

function cutText(text: string, prefix: string): Cut | RefusalCode {
  if (text.trim() === "") return "EMPTY";
  const header = text.slice(0, MAX_JUNK + HEADER.length).indexOf(HEADER);
  if (header >= 0 && !/[A-Za-z0-9]/.test(text.slice(0, header))) {
    const cut = cutEnvelope(text, header);
    if (header > 0 && typeof cut !== "string") cut.repairs.unshift("LEADING_JUNK");
    return cut;
  }
  if (OTHER_LAYOUT.test(text)) return "KEYBOARD_LAYOUT";
  if (isLink(text)) {
    const link = cutLink(text);
    return typeof link === "string"
      ? link
      : wholeCut(text, link.elements, { name: link.name, guess: false });
  }
  return (
    cutGs1(text, GS1_PREFIX.test(prefix)) ??
    cutOwnForm(text) ??
    cutHeaderless(text) ??
    cutIdentifier(text) ??
    "NO_IDENTIFIER"
  );
}

const wholeCut = (text: string, elements: Element[], dialect: Dialect): Cut => ({
  elements,
  end: text.length,
  repairs: [],
  dialect,
});

function cutOwnForm(text: string): Cut | undefined {
  for (const { name, cut } of OWN_FORMS) {
    const elements = cut(text);
    if (elements) return wholeCut(text, elements, { name, guess: true });
  }
  return undefined;
}

/** The start of a shipping or a trade item. Other digits could be anything. */
const GS1_START = /^(?:01\d{14}|00\d{18})/;

/** @param isGs1 whether the scanner says that the code is a GS1 code */
function cutGs1(text: string, isGs1: boolean): Cut | RefusalCode | undefined {
  const bracketed = text.startsWith("(") ? cutBracketed(text) : undefined;
  if (bracketed) return wholeCut(text, bracketed, { name: "gs1", guess: false });
  const gs = ["\x1d", "\u241d", "{GS}", "<GS>"].find((each) => text.includes(each));
  const startsWithGs = gs !== undefined && text.startsWith(gs);
  if (!isGs1 && !startsWithGs && !GS1_START.test(text)) return undefined;
  const elements = cutElementString(text, gs ?? "\x1d", 0, text.length);
  if (elements === undefined || elements.length === 0) return isGs1 ? "GS1_MALFORMED" : undefined;
  if (!isGs1 && gs === undefined && elements.some(couldHideElement)) return "SEPARATORS_LOST";
  // One in ten numbers has a valid check digit by chance. So without FNC1 this is only a guess.
  return wholeCut(text, elements, { name: "gs1", guess: !isGs1 && !startsWithGs });
}
