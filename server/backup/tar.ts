// Writes and reads a backup's container: a plain tar (POSIX ustar) of files, so that any tool can list and unpack it.
import type { FileHandle } from "node:fs/promises";
import { BackupError } from "./error.ts";

const BLOCK = 512;
const EMPTY_BLOCK = new Uint8Array(BLOCK);
const MAX_NAME = 100;

/** The header of a file in a tar. @param size bytes of the file; up to 8 GiB, which is all that ustar can say */
export function tarHeader(name: string, size: number, mtime: Date): Uint8Array {
  if (name.length > MAX_NAME || size >= 8 ** 11) throw new Error(`${name} does not fit in a tar`); // a bug of ours
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number) =>
    header.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, "latin1");
  header.write(name, 0, "latin1");
  octal(0o600, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(Math.floor(mtime.getTime() / 1000), 136, 12);
  header.write("0", 156, "latin1");
  header.write("ustar\x0000", 257, "latin1");
  octal(checksumOf(header), 148, 7);
  header.write(" ", 155, "latin1");
  return header;
}

/** What follows a file of so many bytes in a tar. */
export const tarPadding = (size: number): Uint8Array =>
  EMPTY_BLOCK.subarray(0, (BLOCK - (size % BLOCK)) % BLOCK);

/** What stands at the end of a tar. */
export const TAR_END: Uint8Array = new Uint8Array(2 * BLOCK);

/** A file in a tar, and where its bytes begin. */
export interface TarEntry {
  name: string;
  size: number;
  at: number;
}

/**
 * Reads the headers of a tar in order, without what lies between them.
 * @throws BackupError BACKUP_DAMAGED if the tar breaks off, a header is altered, or it holds anything but plain files
 */
export async function* tarEntries(file: FileHandle): AsyncGenerator<TarEntry> {
  const { size: end } = await file.stat();
  for (let at = 0; ;) {
    const header = await readAt(file, at, BLOCK);
    if (header.every((byte) => byte === 0)) {
      const rest = await readAt(file, at + BLOCK, BLOCK);
      if (rest.every((byte) => byte === 0)) return;
      throw damaged(`There is something after the end of the archive, at byte ${at}.`);
    }
    const entry = {
      name: textAt(header, 0, MAX_NAME),
      size: octalAt(header, 124, 12),
      at: at + BLOCK,
    };
    const isFile = header[156] === "0".charCodeAt(0) && textAt(header, 257, 5) === "ustar";
    const isIntact = octalAt(header, 148, 8) === checksumOf(header) && entry.size >= 0;
    if (!isFile || !isIntact || textAt(header, 345, 155) !== "")
      throw damaged(`There is no valid file header at byte ${at}.`);
    at = entry.at + entry.size + tarPadding(entry.size).length;
    if (at > end) throw damaged(`It breaks off in ${entry.name}.`);
    yield entry;
  }
}

/** Reads so many bytes. @throws BackupError BACKUP_DAMAGED if there are fewer */
export async function readAt(file: FileHandle, at: number, size: number): Promise<Buffer> {
  const buffer = Buffer.alloc(size);
  for (let done = 0; done < size;) {
    const { bytesRead } = await file.read(buffer, done, size - done, at + done);
    if (bytesRead === 0) throw damaged(`It breaks off at byte ${at + done}.`);
    done += bytesRead;
  }
  return buffer;
}

/** The error for a file that is not a whole backup. */
export const damaged = (why: string, cause?: unknown): BackupError =>
  new BackupError(
    "BACKUP_DAMAGED",
    `The file is damaged, or it is not a backup. ${why} Use another backup.`,
    cause,
  );

/** The sum of the header's bytes, in which the checksum itself counts as spaces. */
function checksumOf(header: Uint8Array): number {
  const spaces = 8 * " ".charCodeAt(0);
  return header.reduce((sum, byte, i) => (i >= 148 && i < 156 ? sum : sum + byte), spaces);
}

function textAt(header: Buffer, at: number, length: number): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString("latin1", 0, end < 0 ? length : end);
}

function octalAt(header: Buffer, at: number, length: number): number {
  const text = textAt(header, at, length).trim();
  return /^[0-7]{1,11}$/.test(text) ? Number.parseInt(text, 8) : NaN;
}
