// Writes files that the caller names.
import { writeFile } from "node:fs/promises";
import { usageProblem } from "./outcome.ts";

/** A file with details of lots: for its owner alone, whatever the umask. */
const PRIVATE = 0o600;

/**
 * Writes a new file. Never overwrites one.
 * @param mode before the umask; by default for the owner alone
 * @throws Problem CANNOT_WRITE
 */
export async function writeNewFile(
  path: string,
  content: string | Uint8Array,
  mode = PRIVATE,
): Promise<void> {
  await writeFile(path, content, { flag: "wx", mode }).catch((cause: NodeJS.ErrnoException) => {
    const why =
      cause.code === "EEXIST"
        ? `The file ${path} already exists.`
        : `The file ${path} cannot be written (${cause.code ?? cause.message}).`;
    throw usageProblem("CANNOT_WRITE", why, "--out", cause);
  });
}
