// Writes files that the caller names.
import { writeFile } from "node:fs/promises";
import { usageProblem } from "./outcome.ts";

/** Writes a new file. Never overwrites one. @throws Problem CANNOT_WRITE */
export async function writeNewFile(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path, content, { flag: "wx" }).catch((cause: NodeJS.ErrnoException) => {
    const why =
      cause.code === "EEXIST"
        ? `The file ${path} already exists.`
        : `The file ${path} cannot be written (${cause.code ?? cause.message}).`;
    throw usageProblem("CANNOT_WRITE", why, "--out", cause);
  });
}
