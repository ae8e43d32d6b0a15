// Hashes files and folders by name and content, so that a change of one byte shows.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** The hash of these files and folders under `root`. One that is missing counts as empty. */
export function hashOf(root: string, paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths)
    for (const name of filesIn(root, path)) {
      const content = readFileSync(join(root, name));
      hash.update(`${name}\0${content.length}\0`).update(content);
    }
  return hash.digest("hex");
}

function filesIn(root: string, path: string): string[] {
  const whole = join(root, path);
  if (!existsSync(whole)) return [];
  if (!statSync(whole).isDirectory()) return [path];
  return readdirSync(whole, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, "/").length))
    .sort();
}
