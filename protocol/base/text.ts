// Defines texts that people and machines read alike. Names and remarks may use all scripts, without characters that are not
// seen. Identifiers are printable ASCII: two of them that look the same are the same.
import { z } from "zod";
import { isAssigned } from "./unassigned-characters.ts";
import { UNICODE_VERSION, unwantedCharacters } from "./unwanted-characters.ts";

const UNWANTED = unwantedCharacters("u");

/** Printable ASCII with single blanks inside. */
export const IDENTIFIER = /^[!-~]+( [!-~]+)*$/;

const lengthFault = (text: string, min: number, max: number) => {
  const length = [...text].length;
  return length < min || length > max ? `must have ${min} to ${max} characters` : undefined;
};

/** Why a text is refused; undefined if it is fine. */
export function textFault(text: string, min: number, max: number): string | undefined {
  if (!text.isWellFormed()) return "has half of a character (a lone surrogate)";
  if (!isAssigned(text)) return `has a character that Unicode ${UNICODE_VERSION} does not have`;
  if (text !== text.normalize("NFC"))
    return "has an accent apart from its letter (write it in Unicode NFC)";
  if (UNWANTED.test(text))
    return "has a control or format character, an invisible one, or a blank other than the space";
  if (text !== text.trim()) return "has white space at its beginning or end";
  return lengthFault(text, min, max);
}

/** Why an identifier is refused; undefined if it is fine. */
function identifierFault(text: string, min: number, max: number): string | undefined {
  if (!IDENTIFIER.test(text))
    return "must have letters without accents, digits and common signs only, and single blanks only inside";
  return lengthFault(text, min, max);
}

/** A text's form: its schema and what people are told of it. */
function checkedBy(
  faultOf: typeof textFault,
  min: number,
  max: number,
  meta: { description: string; pattern?: string },
) {
  return z
    .string()
    .superRefine((text, issue) => {
      const message = faultOf(text, min, max);
      if (message) issue.addIssue({ code: "custom", message, params: { code: "BAD_TEXT" } });
    })
    .meta({ minLength: min, maxLength: max, ...meta });
}

/** A schema for a text of `min` to `max` code points. */
export const Text = (min: number, max: number) =>
  checkedBy(textFault, min, max, {
    description: "Unicode in NFC, trimmed, without control, format and invisible characters",
  });

/** A schema for an identifier of `min` to `max` characters: a number or name by which machines find something. */
export const Identifier = (min: number, max: number) =>
  checkedBy(identifierFault, min, max, {
    description: "Printable ASCII, with single blanks only inside",
    pattern: IDENTIFIER.source,
  });
