// Reads JSON strictly, and writes it in the canonical form of RFC 8785 (JCS).
import serialize from "canonicalize";
import type { z } from "zod";
import { type ErrorCode, ProtocolError } from "./errors.ts";
import { maxJsonValues, scanJson } from "./json-scan.ts";
import { faultsIn } from "./json-fault.ts";
import { checkValue, errorOf, walkInput } from "./json-walk.ts";
import { MAX_JSON_BYTES } from "./limits.ts";
import { faultOf } from "./words.ts";

/**
 * Writes a value in the form of RFC 8785.
 * @param value a JSON value: text, a finite number, a boolean, null, an array or an object
 * @throws ProtocolError BAD_TEXT (a lone surrogate), BAD_FIELD (not a JSON value, or a member `__proto__`), TOO_LARGE (too
 * many levels)
 */
export function canonicalize(value: unknown): string {
  checkValue(value);
  return serialize(value)!;
}

/**
 * Reads JSON that must be in the form of RFC 8785, byte for byte. Each value has exactly one accepted text.
 * @throws ProtocolError BAD_JSON, TOO_LARGE, NON_CANONICAL (also duplicate keys and integers beyond 2^53 - 1), BAD_TEXT,
 * BAD_FIELD (a member `__proto__`)
 */
export function parseCanonical(text: string | Uint8Array): unknown {
  const { source, value } = parseText(text, MAX_JSON_BYTES, maxJsonValues(MAX_JSON_BYTES));
  if (walkInput(value).isSound && serialize(value) === source) return value;
  const { first } = faultsIn(source, "NON_CANONICAL");
  if (first) throw errorOf(first);
  throw new ProtocolError("NON_CANONICAL", "the JSON is not in canonical form (RFC 8785)");
}

/**
 * Reads JSON as people and programs write it: any order of keys, any white space. Refuses what JSON readers disagree on.
 * @param maxBytes longer input is not parsed
 * @param maxValues nor is input with more values
 * @throws ProtocolError BAD_JSON, TOO_LARGE, BAD_TEXT, BAD_FIELD (a duplicate key, an integer beyond 2^53 - 1, a member
 * `__proto__`)
 */
export function parseJson(
  text: string | Uint8Array,
  maxBytes = MAX_JSON_BYTES,
  maxValues = maxJsonValues(maxBytes),
): unknown {
  const { source, value, membersWritten } = parseText(text, maxBytes, maxValues);
  const { isSound, members } = walkInput(value);
  if (isSound && members === membersWritten) return value;
  const { first, twice } = faultsIn(source, "BAD_FIELD");
  throw errorOf((first ?? twice)!);
}

/**
 * Checks a value against a schema.
 * @param codeDefault the error code, unless the schema names one in `params.code`, as text.ts does
 * @throws ProtocolError with that code and the path of the first field at fault; TOO_LARGE for an array that is too long
 */
export function parseWith<S extends z.ZodType>(
  schema: S,
  value: unknown,
  codeDefault: ErrorCode = "BAD_FIELD",
): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const named =
    issue.code === "custom" ? (issue.params?.["code"] as ErrorCode | undefined) : undefined;
  const tooLong = issue.code === "too_big" && issue.origin === "array" ? "TOO_LARGE" : undefined;
  const { field, sentence } = faultOf(issue);
  throw new ProtocolError(named ?? tooLong ?? codeDefault, sentence, { field });
}

/**
 * Reads a stored text; undefined if it is not JSON that fits the schema. For callers that continue without the value. Read
 * input from others with `parseJson` or `parseCanonical`, which say what is wrong.
 */
export function parsedBy<S extends z.ZodType>(schema: S, text: string): z.infer<S> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function parseText(
  text: string | Uint8Array,
  maxBytes: number,
  maxValues: number,
): { source: string; value: unknown; membersWritten: number } {
  // A text has at least as many bytes as UTF-16 units. So this check also bounds the encoding below.
  const tooLong = () => new ProtocolError("TOO_LARGE", `the input has more than ${maxBytes} bytes`);
  if (text.length > maxBytes) throw tooLong();
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  if (bytes.length > maxBytes) throw tooLong();
  const { members: membersWritten } = scanJson(bytes, maxValues);
  const source = typeof text === "string" ? text : decodeUtf8(text);
  try {
    return { source, value: JSON.parse(source) as unknown, membersWritten };
  } catch (cause) {
    throw new ProtocolError("BAD_JSON", "this is not JSON", { cause });
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ProtocolError("BAD_JSON", "this is not UTF-8", { cause });
  }
}
