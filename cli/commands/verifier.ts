// `verifier`: the page that verifies bundles, as a file for whoever has nothing else of ours.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Command } from "../service/command.ts";
import { EXIT, Problem } from "../output/outcome.ts";
import { pieces } from "../output/terminal.ts";

const PAGE = fileURLToPath(new URL("../../web/dist/verify.html", import.meta.url));

/**
 * Writes the page of this installation into a new file.
 * @returns the file, its bytes, and their SHA-256 as 64 hex digits
 * @throws Problem NOT_BUILT, CANNOT_WRITE
 */
export async function writeVerifier({ terminal }: Command, { out }: { out: string }, page = PAGE) {
  const bytes = await readFile(page).catch((cause: unknown) => {
    throw new Problem("NOT_BUILT", "the page is not built here: npm run build:web", { cause });
  });
  await writeFile(out, bytes, { flag: "wx" }).catch((cause: NodeJS.ErrnoException) => {
    const why =
      cause.code === "EEXIST" ? "is there already" : `cannot be written: ${cause.code ?? ""}`;
    throw new Problem("CANNOT_WRITE", `${out} ${why}`, { field: "--out", exit: EXIT.usage, cause });
  });
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  terminal.line(`${out}  ${pieces(bytes.length)} bytes`);
  terminal.line(`SHA-256  ${sha256}`);
  terminal.line(
    terminal.style(
      "dim",
      "Open it in a browser; every installation of this version writes the same bytes.",
    ),
  );
  return { file: out, size: bytes.length, sha256 };
}
