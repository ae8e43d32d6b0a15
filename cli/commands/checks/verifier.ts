// `verifier`: writes the page that verifies bundles in a browser, with no other part of Reelproof.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { writeNewFile } from "../../output/files.ts";
import { Problem } from "../../output/outcome.ts";
import { pieces } from "../../output/terminal.ts";
import type { AddCommand, Command } from "../../service/command.ts";

export const verifier: AddCommand = (program, act) =>
  program
    .command("verifier")
    .description("write the page that verifies bundles in a browser, as a file of its own")
    .requiredOption("--out <file>", "the file to write; it must not exist yet")
    .action(act((command, options: { out: string }) => writeVerifier(command, options)));

const PAGE = fileURLToPath(new URL("../../../web/dist/verify.html", import.meta.url));

/**
 * Writes this installation's page into a new file.
 * @returns the file, its size, and its SHA-256 as 64 hex digits
 * @throws Problem NOT_BUILT, CANNOT_WRITE
 */
export async function writeVerifier(
  { terminal }: Pick<Command, "terminal">,
  { out }: { out: string },
  page = PAGE,
) {
  const bytes = await readFile(page).catch((cause: unknown) => {
    throw new Problem("NOT_BUILT", "The page is not built. Run: npm run build", { cause });
  });
  await writeNewFile(out, bytes, 0o666);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  terminal.line(`${out}  ${pieces(bytes.length)} bytes`);
  terminal.line(`SHA-256  ${sha256}`);
  terminal.line(
    terminal.style(
      "dim",
      "Open it in a browser. Every installation of this version writes the same bytes.",
    ),
  );
  return { file: out, size: bytes.length, sha256 };
}
