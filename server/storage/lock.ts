// Locks a folder. The system drops the lock when the process ends, however it ends.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Takes a folder for this process alone, by a lock file beside it.
 * @returns what gives it back
 * @throws Error where another process has it
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(dirname(folder), { recursive: true });
  const held = new DatabaseSync(`${folder}.lock`);
  try {
    held.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (cause) {
    held.close();
    throw new Error(`${folder} is in use by another process`, { cause });
  }
  return () => held.close();
}
