// Makes a zip while it is sent, piece by piece, so that other requests are answered in between.
import { setImmediate } from "node:timers/promises";
import { Zip, ZipDeflate, ZipPassThrough } from "fflate";

/** Deflated at once: some milliseconds. */
const PIECE_BYTES = 64 * 1024;

export interface ZipFile {
  name: string;
  bytes: Uint8Array;
  /** It is compressed already. */
  stored?: boolean;
}

/**
 * The bytes of a zip of these files, each of which is asked for once the one before it was sent.
 * @param mtime when they were last changed
 */
export async function* zipped(
  files: AsyncIterable<ZipFile>,
  mtime: Date,
): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const failures: Error[] = [];
  const zip = new Zip((error, data) => void (error ? failures.push(error) : ready.push(data)));
  for await (const { name, bytes, stored } of files) {
    const entry = stored ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
    entry.mtime = mtime;
    zip.add(entry);
    for (let at = 0, isLast = false; !isLast; at += PIECE_BYTES) {
      isLast = at + PIECE_BYTES >= bytes.length;
      entry.push(bytes.subarray(at, at + PIECE_BYTES), isLast);
      if (failures[0]) throw failures[0];
      yield* ready.splice(0);
      await setImmediate();
    }
  }
  zip.end();
  yield* ready.splice(0);
}
