// Encrypts the positions in lists that callers get as cursors. A position is a number of the whole service, such as the
// order of acceptance: a reader of two of them would learn how much others did in between.
import { createCipheriv, createDecipheriv, createHmac } from "node:crypto";
import { ProtocolError } from "../../protocol/base/errors.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** The position is filled up to a multiple of this many bytes, because its length tells the size of a number. */
const BLOCK_BYTES = 64;
const MAX_LENGTH = 1_000;

/** Turns positions into cursors and back, for one caller on one list. */
export interface Cursors {
  /** The same position gets the same cursor. */
  seal(position: string): string;
  /** @throws ProtocolError BAD_FIELD if the cursor is of another list, caller or service */
  open(cursor: string): string;
}

/**
 * The cursors of a list.
 * @param key 32 bytes, the same in every process of the service
 * @param place names the list and the caller: a cursor opens only there
 */
export function cursorsOf(key: Uint8Array, place: string): Cursors {
  const derived = (text: string) => createHmac("sha256", key).update(text).digest();
  const cipherKey = derived("cipher");
  const aad = Buffer.from(place);
  return {
    seal(position) {
      const length = Math.ceil(Buffer.byteLength(position) / BLOCK_BYTES) * BLOCK_BYTES;
      const plain = Buffer.alloc(length, " ");
      plain.write(position);
      // Derived from what it encrypts, so no nonce serves two texts, and equal answers stay equal.
      const nonce = derived(JSON.stringify(["nonce", place, position])).subarray(0, NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", cipherKey, nonce).setAAD(aad);
      const sealed = [nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()];
      return Buffer.concat(sealed).toString("base64url");
    },
    open(cursor) {
      try {
        const bytes = Buffer.from(cursor.slice(0, MAX_LENGTH), "base64url");
        const nonce = bytes.subarray(0, NONCE_BYTES);
        const decipher = createDecipheriv("aes-256-gcm", cipherKey, nonce, {
          authTagLength: TAG_BYTES,
        }).setAAD(aad);
        decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
        const plain = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
        return Buffer.concat([plain, decipher.final()]).toString().trimEnd();
      } catch (cause) {
        throw new ProtocolError(
          "BAD_FIELD",
          "The cursor belongs to another list. Leave it out to start at the first page.",
          { field: "cursor", cause },
        );
      }
    },
  };
}
