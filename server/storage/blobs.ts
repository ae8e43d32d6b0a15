// Defines a document store: bytes under their SHA-256, and what every store promises.
import { createHash } from "node:crypto";

/** Bytes under their hash, 0x and 64 hex digits. */
export interface DocumentStore {
  /**
   * Keeps bytes under their hash. Once it returns they are durable: they survive a crash of the machine (directory), or
   * the store has acknowledged them (S3). Until then the hash has no bytes, or those it had before. Putting them again
   * succeeds, and repairs altered bytes.
   * @throws StoreError STORE_UNREACHABLE
   */
  put(hash: string, bytes: Uint8Array): Promise<void>;
  /**
   * The bytes, hashed again; undefined if there are none.
   * @throws StoreError DOCUMENT_ALTERED if they do not have this hash, STORE_UNREACHABLE
   */
  get(hash: string): Promise<Uint8Array | undefined>;
  /** Size and mark of a document, without reading it; undefined if there is none. @throws StoreError STORE_UNREACHABLE */
  has(hash: string): Promise<DocumentStats | undefined>;
}

/** The size and mark of a stored document. */
export interface DocumentStats {
  /** Bytes. */
  size: number;
  /** Changes whenever the bytes are written: two checks with the same mark saw the same bytes. */
  mark: string;
}

/** Bytes of the longest document. Anything longer under a hash is not read to its end. */
export const MOST_BYTES = 100 * 1024 * 1024;

/** An error of the store: it does not answer, or a document was altered. */
export class StoreError extends Error {
  readonly code: "DOCUMENT_ALTERED" | "STORE_UNREACHABLE";
  /** The requested document. */
  readonly hash: string;

  constructor(code: StoreError["code"], hash: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "StoreError";
    this.code = code;
    this.hash = hash;
  }
}

/** SHA-256 of bytes, 0x and 64 hex digits. */
export const hashOf = (bytes: Uint8Array): string =>
  `0x${createHash("sha256").update(bytes).digest("hex")}`;

/** Returns bytes that have this hash. @throws StoreError DOCUMENT_ALTERED */
export function checked(hash: string, bytes: Uint8Array): Uint8Array {
  if (hashOf(bytes) === hash) return bytes;
  throw new StoreError(
    "DOCUMENT_ALTERED",
    hash,
    `The bytes stored as document ${hash} do not have this hash. Upload it again, or restore it from a backup.`,
  );
}

/** The error for stored bytes that are longer than any document. */
export const tooLong = (hash: string) =>
  new StoreError(
    "DOCUMENT_ALTERED",
    hash,
    `The bytes stored as document ${hash} are longer than any document. Upload it again, or restore it from a backup.`,
  );

/** The error for a store that does not answer, or not correctly. */
export const unreachable = (hash: string, cause: unknown) =>
  new StoreError(
    "STORE_UNREACHABLE",
    hash,
    "The document store does not answer correctly. Try again later, or ask the operator of this service.",
    cause,
  );

/** The place of a document, from its hash alone: the same in every store, so that one store can be copied to another. */
export function placeOf(hash: string): { shard: string; name: string } {
  const [, name] = /^0x([0-9a-f]{64})$/.exec(hash) ?? [];
  if (name === undefined) throw new Error("invalid hash"); // a bug of ours: callers have parsed it
  return { shard: name.slice(0, 2), name };
}
