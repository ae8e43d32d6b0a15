// Converts between hex, bytes and the 32-byte slots of Solidity's ABI.
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

export { concatBytes as concat, utf8ToBytes as utf8 };

/** The bytes of a `0x…` string. The caller has checked the string with values.ts. */
export function fromHex(hex: string): Uint8Array {
  return hexToBytes(hex.slice(2));
}

/** Bytes as a lower-case `0x…` string. */
export function toHex(bytes: Uint8Array): string {
  return `0x${bytesToHex(bytes)}`;
}

/** Bytes of one slot of Solidity's ABI. */
export const SLOT_BYTES = 32;
/** The same in hex digits. */
export const SLOT_DIGITS = 2 * SLOT_BYTES;

/**
 * Encodes static values as Solidity's ABI does: one slot each, numbers and addresses on the right.
 * @param values safe integers, booleans, addresses or 32-byte hashes as hex
 */
export function abiSlots(values: readonly (string | number | boolean)[]): Uint8Array {
  const out = new Uint8Array(SLOT_BYTES * values.length);
  values.forEach((value, i) => {
    const bytes = fromHex(
      typeof value === "string" ? value : `0x${Number(value).toString(16).padStart(16, "0")}`,
    );
    out.set(bytes, SLOT_BYTES * (i + 1) - bytes.length);
  });
  return out;
}
