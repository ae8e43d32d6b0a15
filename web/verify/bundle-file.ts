// Reads a bundle from disk: a JSON file, or the zip that holds one.
import { type UnzipFileInfo, unzipSync } from "fflate";
import { parseBundle } from "../../protocol/trail/bundle.ts";
import { toHex } from "../../protocol/base/bytes.ts";
import { sha256 } from "../../protocol/base/crypto.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { MAX_BUNDLE_BYTES } from "../../protocol/base/limits.ts";

export interface BundleFile {
  name: string;
  /** Bytes of the file as it was chosen. */
  size: number;
  /** SHA-256 of these bytes. */
  sha256: string;
  /** What JSON.parse made of it. */
  input: unknown;
}

/** The file in a zip that is the bundle. */
const BUNDLE_NAME = "bundle.json";
/** A zip may hold documents beside the bundle. */
const MAX_FILE_BYTES = 8 * MAX_BUNDLE_BYTES;

/**
 * Reads a file that should be a bundle; whether it is one is for the verifier.
 * @throws ProtocolError BAD_JSON, TOO_LARGE, BAD_TEXT, BAD_FIELD; other errors where the file cannot be read
 */
export async function readBundleFile(file: File): Promise<BundleFile> {
  if (file.size > MAX_FILE_BYTES) throw tooLarge(MAX_FILE_BYTES);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const json = isZip(bytes) ? unzipBundle(bytes) : bytes;
  return {
    name: file.name,
    size: bytes.length,
    sha256: toHex(sha256(bytes)),
    input: parseBundle(json),
  };
}

const tooLarge = (most: number) =>
  new ProtocolError("TOO_LARGE", `there are more than ${most} bytes`);

/** A zip's first bytes: no JSON begins like this. */
const isZip = (bytes: Uint8Array) => bytes[0] === 0x50 && bytes[1] === 0x4b;

/** In this thread: a worker would need a policy that lets more run. */
function unzipBundle(bytes: Uint8Array): Uint8Array {
  let seen = 0;
  const isBundle = ({ name, originalSize }: UnzipFileInfo) => {
    if (name !== BUNDLE_NAME) return false;
    if (originalSize > MAX_BUNDLE_BYTES) throw tooLarge(MAX_BUNDLE_BYTES);
    seen += 1;
    return true;
  };
  try {
    const json = unzipSync(bytes, { filter: isBundle })[BUNDLE_NAME];
    if (json && seen === 1) return json;
  } catch (cause) {
    if (cause instanceof ProtocolError) throw cause;
    throw new ProtocolError("BAD_JSON", "the zip cannot be read", { cause });
  }
  throw new ProtocolError("BAD_JSON", `the zip does not hold one ${BUNDLE_NAME}`);
}
