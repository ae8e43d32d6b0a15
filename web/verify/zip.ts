// Reads one file out of a zip that a stranger made. Believes no size that the zip declares: it counts what comes out.
import { Inflate } from "fflate";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { MAX_BUNDLE_DOCUMENTS } from "../../protocol/base/limits.ts";

/** What may come out of a zip. */
export interface ZipLimits {
  /** Bytes of the file. */
  maxBytes: number;
  /** Bytes for each byte of the zip, beyond the first mebibyte. JSON full of hashes has less than 20. */
  maxRatio: number;
}

/** Files in a zip: a bundle's documents, and what lies beside them. */
const MAX_FILES = MAX_BUNDLE_DOCUMENTS + 100;
const FREE_BYTES = 1024 * 1024;
/** Bytes that are inflated at once. Deflate makes at most 1,032 times as many of them. */
const PIECE_BYTES = 16 * 1024;

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const [END_BYTES, ENTRY_BYTES, LOCAL_BYTES] = [22, 46, 30];
const MAX_COMMENT_BYTES = 0xffff;
const [STORED, DEFLATED] = [0, 8];

const damaged = (why: string, cause?: unknown) =>
  new ProtocolError("BAD_JSON", `the zip is damaged: ${why}`, { cause });
const tooLarge = (what: string) => new ProtocolError("TOO_LARGE", `the zip has more than ${what}`);

/**
 * Reads the one file of this name.
 * @param name in ASCII
 * @throws ProtocolError BAD_JSON if the zip is damaged or does not have it exactly once; TOO_LARGE
 */
export function readZipped(zip: Uint8Array, name: string, limits: ZipLimits): Uint8Array {
  const [found, other] = filesOf(zip).filter((file) => file.name === name);
  if (!found || other)
    throw new ProtocolError("BAD_JSON", `the zip does not contain exactly one ${name}`);
  const packed = dataOf(zip, found);
  if (found.method === STORED) {
    if (packed.length > limits.maxBytes) throw tooLarge(`${limits.maxBytes} bytes in ${name}`);
    return packed;
  }
  if (found.method !== DEFLATED) throw damaged(`${name} is packed in an unknown way`);
  return inflated(packed, name, limits);
}

interface PackedFile {
  name: string;
  method: number;
  packedBytes: number;
  /** Where its local header begins. */
  at: number;
}

/** The files that the directory at the zip's end lists. */
function filesOf(zip: Uint8Array): PackedFile[] {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const end = endOf(view);
  const count = view.getUint16(end + 10, true);
  if (count > MAX_FILES) throw tooLarge(`${MAX_FILES} files`);
  let at = view.getUint32(end + 16, true);
  return Array.from({ length: count }, () => {
    if (at + ENTRY_BYTES > zip.length || view.getUint32(at, true) !== ENTRY)
      throw damaged("its directory is cut off");
    const nameBytes = view.getUint16(at + 28, true);
    const name = zip.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes);
    const file = {
      name: String.fromCharCode(...name.subarray(0, MAX_NAME_BYTES)),
      method: view.getUint16(at + 10, true),
      packedBytes: view.getUint32(at + 20, true),
      at: view.getUint32(at + 42, true),
    };
    at += ENTRY_BYTES + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    return file;
  });
}

/** Bytes of a name that are compared: more than that of the file that is wanted. */
const MAX_NAME_BYTES = 256;

/** Where the record at the zip's end begins. Only a comment may follow it. */
function endOf(view: DataView): number {
  const first = Math.max(0, view.byteLength - END_BYTES - MAX_COMMENT_BYTES);
  for (let at = view.byteLength - END_BYTES; at >= first; at--)
    if (view.getUint32(at, true) === END) return at;
  throw damaged("it has no directory");
}

function dataOf(zip: Uint8Array, { at, packedBytes }: PackedFile): Uint8Array {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  if (at + LOCAL_BYTES > zip.length || view.getUint32(at, true) !== LOCAL)
    throw damaged("a file is not where its directory says");
  const begin = at + LOCAL_BYTES + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (begin + packedBytes > zip.length) throw damaged("a file is cut off");
  return zip.subarray(begin, begin + packedBytes);
}

function inflated(packed: Uint8Array, name: string, { maxBytes, maxRatio }: ZipLimits): Uint8Array {
  const pieces: Uint8Array[] = [];
  let [size, isDone] = [0, false];
  const inflate = new Inflate((piece, isLast) => {
    size += piece.length;
    pieces.push(piece);
    isDone ||= isLast;
  });
  for (let at = 0; at < packed.length; at += PIECE_BYTES) {
    const read = Math.min(packed.length, at + PIECE_BYTES);
    try {
      inflate.push(packed.subarray(at, read), read === packed.length);
    } catch (cause) {
      throw damaged(`${name} cannot be unpacked`, cause);
    }
    if (size > maxBytes) throw tooLarge(`${maxBytes} bytes in ${name}`);
    if (size > FREE_BYTES + read * maxRatio)
      throw tooLarge(`${maxRatio} bytes for each of its own in ${name}`);
  }
  if (!isDone) throw damaged(`${name} is cut off`);
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
