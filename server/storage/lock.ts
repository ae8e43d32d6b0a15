// Locks a folder. The system drops the lock when the process ends, however it ends.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** A folder that another process uses. */
export class FolderInUse extends Error {
  readonly code = "FOLDER_IN_USE";

  constructor(folder: string, cause: unknown) {
    super(`${folder} is in use by another process. Stop that process, or set another DATA_DIR.`, {
      cause,
    });
    this.name = "FolderInUse";
  }
}

/**
 * Locks a folder for this process alone, with a lock file beside it.
 * @returns a function that releases the lock
 * @throws FolderInUse if another process has the lock
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(dirname(folder), { recursive: true });
  const lock = new DatabaseSync(`${folder}.lock`);
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    throw new FolderInUse(folder, cause);
  }
  return () => lock.close();
}
