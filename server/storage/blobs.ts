// Defines a document store: bytes under their SHA-256, and what every store promises.
import { createHash } from "node:crypto";

/** Bytes under their hash, 0x and 64 hex digits. */
export interface DocumentStore {
  /**
   * Keeps bytes under their hash. Once it returns they are durable: they survive a crash of the machine (directory), or
   * the store has acknowledged them (S3). Before that there is nothing under the hash, or what was there before. The same
   * again succeeds, and puts right what was altered.
   * @throws StoreError STORE_UNREACHABLE
   */
  put(hash: string, bytes: Uint8Array): Promise<void>;
  /**
   * The bytes, hashed again; undefined where there are none.
   * @throws StoreError DOCUMENT_ALTERED where they do not have this hash, STORE_UNREACHABLE
   */
  get(hash: string): Promise<Uint8Array | undefined>;
  /** What is under a hash, without reading it; undefined where there is nothing. @throws StoreError STORE_UNREACHABLE */
  has(hash: string): Promise<Kept | undefined>;
}

export interface Kept {
  /** Bytes. */
  size: number;
  /** Stays as it is as long as nobody writes there: two looks with one mark looked at the same bytes. */
  mark: string;
}

/** More than any document has, in bytes: what is longer under a hash is not read to its end. */
export const MOST_BYTES = 100 * 1024 * 1024;

export class StoreError extends Error {
  readonly code: "DOCUMENT_ALTERED" | "STORE_UNREACHABLE";
  /** The document that was asked for. */
  readonly hash: string;

  constructor(code: StoreError["code"], hash: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "StoreError";
    this.code = code;
    this.hash = hash;
  }
}

/** SHA-256 of bytes, as hashes are written here. */
export const hashOf = (bytes: Uint8Array): string =>
  `0x${createHash("sha256").update(bytes).digest("hex")}`;

/** Bytes that have this hash. @throws StoreError DOCUMENT_ALTERED */
export function checked(hash: string, bytes: Uint8Array): Uint8Array {
  if (hashOf(bytes) === hash) return bytes;
  throw new StoreError(
    "DOCUMENT_ALTERED",
    hash,
    `what is kept as document ${hash} does not have this hash`,
  );
}

export const tooLong = (hash: string) =>
  new StoreError(
    "DOCUMENT_ALTERED",
    hash,
    `what is kept as document ${hash} is longer than any document`,
  );

export const unreachable = (hash: string, cause: unknown) =>
  new StoreError(
    "STORE_UNREACHABLE",
    hash,
    "the document store does not answer as it should",
    cause,
  );

/** Where a document is kept: made of its hash alone, the same in every store, so that one can be copied to another. */
export function placeOf(hash: string): { shard: string; name: string } {
  const [, name] = /^0x([0-9a-f]{64})$/.exec(hash) ?? [];
  if (name === undefined) throw new Error("no hash"); // a mistake of ours: callers have parsed it
  return { shard: name.slice(0, 2), name };
}
