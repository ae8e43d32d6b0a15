// Defines text that people and machines read alike: well-formed, NFC, trimmed, without control characters, bounded.
import { z } from "zod";

// Control characters, and those that could make two texts look the same or run backwards: format, surrogate, private use,
// line separators.
const UNWANTED = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;

/** Why a text is refused; undefined if it is fine. */
export function textFault(text: string, min: number, max: number): string | undefined {
  if (!text.isWellFormed()) return "has a lone surrogate";
  if (text !== text.normalize("NFC")) return "is not in Unicode NFC";
  if (UNWANTED.test(text)) return "has a control or format character";
  if (text !== text.trim()) return "begins or ends with white space";
  const length = [...text].length;
  if (length < min || length > max) return `must have ${min} to ${max} characters`;
  return undefined;
}

/** A schema for a text of `min` to `max` code points. */
export function Text(min: number, max: number) {
  return z
    .string()
    .superRefine((text, issue) => {
      const message = textFault(text, min, max);
      if (message) issue.addIssue({ code: "custom", message, params: { code: "BAD_TEXT" } });
    })
    .meta({
      minLength: min,
      maxLength: max,
      description: "Unicode in NFC, trimmed, without control and format characters",
    });
}
