// Reads a bundle from disk: a JSON file, or a zip that contains one.
import { parseBundle } from "../../protocol/trail/bundle.ts";
import { toHex } from "../../protocol/base/bytes.ts";
import { sha256 } from "../../protocol/base/crypto.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { MAX_BUNDLE_BYTES } from "../../protocol/base/limits.ts";
import { readZipped, type ZipLimits } from "./zip.ts";

export interface BundleFile {
  name: string;
  /** The chosen file's size in bytes. */
  size: number;
  /** The SHA-256 of the chosen file. */
  sha256: string;
  /** The parsed JSON. */
  input: unknown;
}

/** The bundle's name inside a zip. */
const BUNDLE_NAME = "bundle.json";
/** A zip may hold documents beside the bundle. */
const MAX_FILE_BYTES = 8 * MAX_BUNDLE_BYTES;
const LIMITS: ZipLimits = { maxBytes: MAX_BUNDLE_BYTES, maxRatio: 200 };

/**
 * Reads a file that should be a bundle. The verifier decides whether it is one.
 * @throws ProtocolError BAD_JSON, TOO_LARGE, BAD_TEXT, BAD_FIELD; other errors if the file cannot be read
 */
export async function readBundleFile(file: File): Promise<BundleFile> {
  if (file.size > MAX_FILE_BYTES) throw tooLarge(MAX_FILE_BYTES);
  const bytes = new Uint8Array(await file.arrayBuffer());
  // In this thread: a worker would need a weaker content security policy.
  const json = isZip(bytes) ? readZipped(bytes, BUNDLE_NAME, LIMITS) : bytes;
  return {
    name: file.name,
    size: bytes.length,
    sha256: toHex(sha256(bytes)),
    input: parseBundle(json),
  };
}

const tooLarge = (most: number) =>
  new ProtocolError("TOO_LARGE", `the file has more than ${most} bytes`);

/** Recognises a zip by its first bytes. JSON never begins like this. */
const isZip = (bytes: Uint8Array) => bytes[0] === 0x50 && bytes[1] === 0x4b;
