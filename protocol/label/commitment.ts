// Makes the secret code on a lot's own label, and the commitment to it in the details of the event that makes the lot. Nobody
// can guess the code: a person who shows it has the label, a copy of it, or the event's secret.
import { base32 } from "@scure/base";
import { concat, fromHex, toHex, utf8 } from "../base/bytes.ts";
import { hmacSha256, sha256 } from "../base/crypto.ts";

/** 120 random bits: 24 characters of base32 (RFC 4648), without padding. */
const CODE_BYTES = 15;
/** The form of a label code. */
export const LABEL_CODE = /^[A-Z2-7]{24}$/;

/** Keeps these hashes apart from all others of the protocol. */
const TAG = Uint8Array.of(0x4c);

/**
 * The code of a new lot: the first 15 bytes of HMAC-SHA-256(secret, "label code " ‖ index) in base32. Salts are
 * derived from the same secret and the JCS of a path, which begins with a bracket. So neither reveals anything about the other.
 * @param secret the 32 random bytes of the event that makes the lot
 * @param index the index of the lot's entry in that event
 */
export function labelCode(secret: Uint8Array, index: number): string {
  return base32.encode(hmacSha256(secret, utf8(`label code ${index}`)).subarray(0, CODE_BYTES));
}

/** The commitment to the code, as lower-case hex: SHA-256(0x4c ‖ lot ‖ code), with the code as ASCII in capitals. */
export function labelCommitment(lot: string, code: string): string {
  return toHex(sha256(concat(TAG, fromHex(lot), utf8(code))));
}
