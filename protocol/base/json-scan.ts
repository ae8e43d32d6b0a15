// Scans the bytes of JSON before they are parsed: bounds levels and values, and counts members.
import { ProtocolError } from "./errors.ts";
import { BYTES_PER_JSON_VALUE, MAX_JSON_DEPTH, MIN_JSON_VALUES } from "./limits.ts";

/** The values that JSON of at most so many bytes may have: real data is not denser, and each value costs more than its bytes. */
export const maxJsonValues = (maxBytes: number): number =>
  Math.max(MIN_JSON_VALUES, Math.floor(maxBytes / BYTES_PER_JSON_VALUE));

/** The refusal of JSON with too many levels. */
export const tooDeep = () =>
  new ProtocolError("TOO_LARGE", `the JSON has more than ${MAX_JSON_DEPTH} levels`);

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Scans JSON in UTF-8. An attacker could exhaust the stack with levels, and time and memory with small values: `[0,0,…]` takes
 * fifty times its bytes once it is parsed. Values count as the commas and opening brackets outside of texts.
 * @returns the values; and the colons outside of texts: in JSON, the number of members written. If the parsed value has fewer,
 * a key appeared twice.
 * @throws ProtocolError TOO_LARGE
 */
export function scanJson(
  bytes: Uint8Array,
  maxValues: number,
): { values: number; members: number } {
  let depth = 0;
  let members = 0;
  let values = 0;
  let inText = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inText) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (byte === COLON) members++;
    else if (byte === COMMA) values++;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (++depth > MAX_JSON_DEPTH) throw tooDeep();
      values++;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth--;
    if (values > maxValues)
      throw new ProtocolError("TOO_LARGE", `the JSON has more than ${maxValues} values`);
  }
  return { values, members };
}
