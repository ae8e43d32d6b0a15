// Reads a bundle from disk: a JSON file, or a zip that contains one.
import { parseBundle } from "../../protocol/trail/bundle.ts";
import { toHex } from "../../protocol/base/bytes.ts";
import { sha256 } from "../../protocol/base/crypto.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { BUNDLE_NAME, isZip, LIMITS, MAX_FILE_BYTES } from "./bundle-limits.ts";
import { readZipped } from "./zip.ts";

export interface BundleFile {
  name: string;
  /** The chosen file's size in bytes. */
  size: number;
  /** The SHA-256 of the chosen file. */
  sha256: string;
  /** The parsed JSON. */
  input: unknown;
}

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
