// Makes a zip while it is sent, piece by piece, so that the service answers other requests in between.
import { setImmediate } from "node:timers/promises";
import { Zip, ZipDeflate, ZipPassThrough } from "fflate";

/** Bytes that are deflated at once: a few milliseconds of work. */
const PIECE_BYTES = 64 * 1024;

export interface ZipFile {
  name: string;
  bytes: Uint8Array;
  /** It is compressed already. */
  stored?: boolean;
}

/**
 * Streams a zip of these files. Asks for each file once the one before it was sent.
 * @param mtime the time of the last change, for every file
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
