// Writes a backup to a file that is whole or not there: under another name first, then checked, then renamed.
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { EXIT, Problem, usageProblem } from "../output/outcome.ts";

/** The name under which a backup is written until it is whole. */
export const partOf = (path: string): string => `${path}.part`;

/** @throws Problem FILE_EXISTS */
export async function refuseExisting(path: string): Promise<void> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  throw new Problem(
    "FILE_EXISTS",
    `The file ${path} already exists. Choose another name, or replace it with --overwrite.`,
    { field: "FILE" },
  );
}

/**
 * Writes a file in whole.
 * @param check of the written file, before it gets its name
 * @throws Problem CANNOT_WRITE, DISK_FULL; what the bytes and the check throw. There is no new file then
 */
export async function writeWhole<T>(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  check: (part: string) => Promise<T>,
): Promise<T> {
  const part = partOf(path);
  let file: FileHandle | undefined;
  try {
    // Another run may write to the part of that name: this one gets a file of its own.
    await rm(part, { force: true });
    file = await open(part, "wx", 0o600);
    for await (const piece of bytes) await file.writeFile(piece);
    await file.sync();
    const checked = await check(part);
    const [own, named] = [await file.stat(), await stat(part)];
    if (own.ino !== named.ino)
      throw new Problem("CANNOT_WRITE", `Another process writes to ${part}, too. Try again.`);
    await rename(part, path);
    await syncFolder(dirname(resolve(path)));
    return checked;
  } catch (error) {
    if (file) await rm(part, { force: true });
    throw writeFailure(path, error);
  } finally {
    await file?.close();
  }
}

function writeFailure(path: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT")
    return new Problem("DISK_FULL", `The disk has no room for ${path}. Nothing was kept.`, {
      field: "FILE",
      exit: EXIT.refused,
      cause: error,
    });
  if (syscall === undefined) return error;
  return usageProblem(
    "CANNOT_WRITE",
    `The file ${path} cannot be written (${code}).`,
    "FILE",
    error,
  );
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
