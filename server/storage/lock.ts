// Locks a folder. The system drops the lock when the process ends, however it ends.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CannotOpen } from "./cannot-open.ts";

/**
 * Locks a folder for this process alone, with a lock file beside it.
 * @returns a function that releases the lock
 * @throws CannotOpen if another process has the lock
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(dirname(folder), { recursive: true });
  const lock = new DatabaseSync(`${folder}.lock`);
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    throw new CannotOpen(
      "FOLDER_IN_USE",
      "DATA_DIR",
      `${folder} is in use by another process. Stop that process, or set another DATA_DIR.`,
      cause,
    );
  }
  return () => lock.close();
}
