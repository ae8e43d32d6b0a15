// Between hex, bytes and the 32-byte slots of Solidity's ABI.
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

export { concatBytes as concat, utf8ToBytes as utf8 };

/** Bytes of a `0x…` string. The caller has checked it: see values.ts. */
export function fromHex(hex: string): Uint8Array {
  return hexToBytes(hex.slice(2));
}

/** Lower-case `0x…` string of bytes. */
export function toHex(bytes: Uint8Array): string {
  return `0x${bytesToHex(bytes)}`;
}

/**
 * Solidity's ABI encoding of static values: 32 bytes each, numbers and addresses on the right.
 * @param values safe integers, booleans, addresses or 32-byte hashes as hex
 */
export function abiSlots(values: readonly (string | number | boolean)[]): Uint8Array {
  const out = new Uint8Array(32 * values.length);
  values.forEach((value, i) => {
    const bytes = fromHex(
      typeof value === "string" ? value : `0x${Number(value).toString(16).padStart(16, "0")}`,
    );
    out.set(bytes, 32 * (i + 1) - bytes.length);
  });
  return out;
}
