// Checks the canonical form of signatures, and recovers their signers.
import secp256k1 from "secp256k1";
import { hex, keccak256, unhex } from "./bytes.js";
import { Refused } from "./refused.js";

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const FORM = /^0x([0-9a-f]{64})([0-9a-f]{64})(1b|1c)$/;

/** The address of the key that signed a digest. Refuses a signature that is not in the canonical form. */
export function signerOf(digest, signature) {
  const parts = typeof signature === "string" ? FORM.exec(signature) : null;
  if (parts === null) throw new Refused("BAD_SIGNATURE", "signature");
  const [r, s] = [BigInt(`0x${parts[1]}`), BigInt(`0x${parts[2]}`)];
  if (r === 0n || r >= ORDER || s === 0n || s > (ORDER - 1n) / 2n)
    throw new Refused("BAD_SIGNATURE", "signature");
  let key;
  try {
    const bytes = unhex(signature);
    key = secp256k1.ecdsaRecover(bytes.subarray(0, 64), bytes[64] - 27, unhex(digest), false);
  } catch {
    throw new Refused("BAD_SIGNATURE", "signature");
  }
  return hex(keccak256(key.subarray(1)).subarray(12));
}
