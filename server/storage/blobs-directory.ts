// Keeps documents in a directory, DATA_DIR/documents/ab/ab…: one file for each hash, written whole or not at all.
import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { checked, type DocumentStore, MOST_BYTES, placeOf, tooLong, unreachable } from "./blobs.ts";

const TEMPORARY = "tmp";
/** No upload takes this long: a crash left an older temporary file behind. */
const LEFT_BEHIND_AFTER_MS = 60 * 60 * 1000;

/** The store in a folder. Makes the folder if it is missing. */
export function directoryStore(folder: string): DocumentStore {
  const fileOf = (hash: string) => {
    const { shard, name } = placeOf(hash);
    return join(folder, shard, name);
  };
  return {
    async put(hash, bytes) {
      const { shard } = placeOf(hash);
      const temporary = join(folder, TEMPORARY, randomBytes(16).toString("hex"));
      try {
        const made = await mkdir(join(folder, shard), { recursive: true, mode: 0o700 });
        if (made !== undefined)
          for (const parent of [dirname(made), folder]) await syncFolder(parent);
        await mkdir(join(folder, TEMPORARY), { recursive: true, mode: 0o700 });
        await writeDurably(temporary, bytes);
        await rename(temporary, fileOf(hash));
        await syncFolder(join(folder, shard));
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined);
        throw unreachable(hash, error);
      }
    },
    async get(hash) {
      const file = fileOf(hash);
      const bytes = await orUndefined(hash, () => readWhole(file));
      if (bytes === TOO_LONG) throw tooLong(hash);
      return bytes && checked(hash, bytes);
    },
    async has(hash) {
      const file = fileOf(hash);
      const stats = await orUndefined(hash, () => stat(file, { bigint: true }));
      // The kernel sets the time of the last change itself: a writer of the file cannot set it back.
      return (
        stats && {
          size: Number(stats.size),
          mark: [stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join("-"),
        }
      );
    },
  };
}

/**
 * Removes files that a crash left half written.
 * @param now milliseconds
 * @returns how many files there were
 */
export async function removeLeftBehind(folder: string, now: number): Promise<number> {
  const temporary = join(folder, TEMPORARY);
  let removed = 0;
  for (const name of await readdir(temporary).catch(() => [])) {
    const stats = await stat(join(temporary, name)).catch(() => undefined);
    if (!stats || now - stats.mtimeMs < LEFT_BEHIND_AFTER_MS) continue;
    await rm(join(temporary, name), { force: true });
    removed++;
  }
  return removed;
}

/** Writes a file. Its contents are on the disk before any name leads to them. */
async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  await using file = await open(path, "wx", 0o600);
  await file.writeFile(bytes);
  await file.sync();
}

/** Syncs a folder: a new name in it is durable only then. */
async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, "r");
  await folder.sync();
}

const TOO_LONG = Symbol("too long");

async function readWhole(path: string): Promise<Uint8Array | typeof TOO_LONG> {
  await using file: FileHandle = await open(path, "r");
  return (await file.stat()).size > MOST_BYTES ? TOO_LONG : await file.readFile();
}

async function orUndefined<T>(hash: string, task: () => Promise<T>): Promise<T | undefined> {
  try {
    return await task();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreachable(hash, error);
  }
}
