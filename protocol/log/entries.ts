// Writes and reads what the leaves of a tile are of, as C2SP tlog-tiles has it: each digest behind its length.
import { concat, fromHex, toHex } from "../base/bytes.ts";
import { HASH_BYTES } from "../base/values.ts";

const LENGTH = Uint8Array.of(0, HASH_BYTES);

/** Writes digests, each with its length in two bytes before it. */
export const writeEntries = (digests: readonly string[]): Uint8Array =>
  concat(...digests.flatMap((digest) => [LENGTH, fromHex(digest)]));

/** Reads the digests. Undefined if the bytes are anything else: every entry of a log here has 32 bytes. */
export function readEntries(bytes: Uint8Array): string[] | undefined {
  const step = LENGTH.length + HASH_BYTES;
  if (bytes.length % step !== 0) return undefined;
  const digests: string[] = [];
  for (let at = 0; at < bytes.length; at += step) {
    if (bytes[at] !== LENGTH[0] || bytes[at + 1] !== LENGTH[1]) return undefined;
    digests.push(toHex(bytes.subarray(at + LENGTH.length, at + step)));
  }
  return digests;
}
