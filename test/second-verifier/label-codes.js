// Computes the code on a lot's own label as this service makes it, and what a code hashes to.
import { hex, hmac, join, sha256, unhex, utf8 } from "./bytes.js";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** What a code on the label of a lot hashes to. */
export const commitmentOf = (lot, code) =>
  hex(sha256(join(Buffer.from([0x4c]), unhex(lot), utf8(code))));

/** The code of the entry at an index, from the secret of the event that makes the lot. */
export function codeOf(secret, index) {
  const bits = [...hmac(unhex(secret), utf8(`label code ${index}`)).subarray(0, 15)]
    .map((byte) => byte.toString(2).padStart(8, "0"))
    .join("");
  return bits.replace(/.{5}/g, (five) => LETTERS[parseInt(five, 2)]);
}
