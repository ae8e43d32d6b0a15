// Defines the only error that the protocol throws, and the closed list of its codes.

/** Why input was refused. A broken custody rule is a result, not an error: see violation.ts. */
export type ErrorCode =
  /** Not JSON, or not UTF-8. */
  | "BAD_JSON"
  /** JSON, but not in the canonical form of RFC 8785 (order, numbers, escapes, duplicate keys, white space). */
  | "NON_CANONICAL"
  /** More bytes, levels, fields or entries than limits.ts allows. */
  | "TOO_LARGE"
  /** A field is missing, unknown, or not of its type. */
  | "BAD_FIELD"
  /** A text is not well-formed, not NFC, has control characters, or has a wrong length. */
  | "BAD_TEXT"
  /** A signature is not 65 bytes with v 27 or 28 and a low s, or recovers to no key. */
  | "BAD_SIGNATURE"
  /** The states before an event do not match its entries. */
  | "BEFORE_MISMATCH"
  /** A Merkle proof does not fit this root, index or size. */
  | "BAD_PROOF"
  /** A field of the details appears twice, or its path does not belong to the event. */
  | "BAD_PATH"
  /** The chain's node did not answer. */
  | "CHAIN_UNREACHABLE"
  /** The chain's node gave an answer that contradicts itself, or does not answer the question. */
  | "CHAIN_INCONSISTENT";

/** Refused input: a code for programs, the dotted path of the field at fault, and a sentence for people. */
export class ProtocolError extends Error {
  readonly code: ErrorCode;
  readonly field: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { field?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "ProtocolError";
    this.code = code;
    this.field = options.field;
  }
}
