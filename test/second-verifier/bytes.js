// Handles bytes and hex, the two hash functions, and the 32-byte slots in which typed data is
// hashed.
import { createHash, createHmac } from "node:crypto";
import sha3 from "js-sha3";

export const ZERO_HASH = `0x${"00".repeat(32)}`;
export const ZERO_ADDRESS = `0x${"00".repeat(20)}`;

/** Hex with 0x, in lower case. */
export const hex = (bytes) => `0x${Buffer.from(bytes).toString("hex")}`;

/** The bytes of hex with 0x. */
export const unhex = (text) => Buffer.from(text.slice(2), "hex");

/** The bytes of a text in UTF-8. */
export const utf8 = (text) => Buffer.from(text, "utf8");

/** Several byte strings, joined. */
export const join = (...parts) => Buffer.concat(parts);

/** Keccak-256, as Ethereum has it. */
export const keccak256 = (bytes) => Buffer.from(sha3.keccak256.arrayBuffer(bytes));

/** SHA-256. */
export const sha256 = (bytes) => createHash("sha256").update(bytes).digest();

/** HMAC with SHA-256. */
export const hmac = (key, bytes) => createHmac("sha256", key).update(bytes).digest();

/** 32 bytes of a number, a truth value, or hex (an address or a hash), zeros before. */
export function slot(value) {
  const digits = typeof value === "string" ? value.slice(2) : BigInt(value).toString(16);
  return Buffer.from(digits.padStart(64, "0"), "hex");
}
