// Keeps what many suites start from (a migrated database, a test world, the played sample) and
// makes it only once. It is in node_modules/.cache under a hash of everything that decides its
// content, so a change to the code makes it again.
import { createHash } from "node:crypto";
import { cpSync, existsSync, readFileSync, readdirSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { lockFolder } from "../../server/storage/lock.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CACHE = join(ROOT, "node_modules/.cache/reelproof-tests");

/** What decides the content: code, schema, contracts, dependencies. */
const SOURCES = [
  "api",
  "lists",
  "package-lock.json",
  "prisma/migrations",
  "artifacts/contracts",
  "protocol",
  "sample",
  "server",
  "test/support/database.ts",
  "test/support/empty-folder.ts",
  "test/support/life.ts",
  "test/support/log-only.ts",
  "test/support/prepared.ts",
  "test/support/process.ts",
  "test/support/sample-folder.ts",
  "test/support/service.ts",
  "test/support/temporary.ts",
];

/** The contents of earlier code go when they have lain there for this long. */
const STALE_MS = 60 * 60 * 1000;

let key: string | undefined;

/** The name of the code's state: the same in every process that runs it. */
export function preparedKey(): string {
  if (key !== undefined) return key;
  const hash = createHash("sha256");
  for (const source of SOURCES) {
    const path = join(ROOT, source);
    const names = source.includes(".") ? [""] : filesIn(path);
    for (const name of names)
      hash.update(`${source}/${name}\0`).update(readFileSync(join(path, name)));
  }
  return (key = hash.digest("hex").slice(0, 16));
}

const filesIn = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length))
    .sort();

/**
 * The folder with what `make` put into it, now or in an earlier run. One process makes it while others wait.
 * @param isWhole whether everything that a kept folder depends on still exists
 */
export async function prepared(
  kind: string,
  make: (folder: string) => Promise<void>,
  isWhole: (folder: string) => Promise<boolean> = () => Promise.resolve(true),
): Promise<string> {
  const folder = join(CACHE, `${preparedKey()}-${kind}`);
  const isThere = async () => existsSync(folder) && (await isWhole(folder));
  if (await isThere()) return folder;
  const release = await lockInTurn(folder);
  try {
    if (await isThere()) return folder;
    await removeStale();
    await rm(folder, { recursive: true, force: true });
    const fresh = `${folder}.new`;
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh);
    await make(fresh);
    await rename(fresh, folder);
    return folder;
  } finally {
    release();
  }
}

/** Copies a kept folder. A database has a thousand files, for which `cp` of fs/promises takes ten times as long. */
export const copyFolder = (from: string, to: string): void => cpSync(from, to, { recursive: true });

async function lockInTurn(folder: string): Promise<() => void> {
  for (;;) {
    try {
      return lockFolder(folder);
    } catch {
      await wait(20);
    }
  }
}

async function removeStale(): Promise<void> {
  for (const name of await readdir(CACHE)) {
    if (name.startsWith(preparedKey())) continue;
    const path = join(CACHE, name);
    const made = await stat(path).catch(() => undefined); // another process may have removed it
    if (made && Date.now() - made.mtimeMs > STALE_MS)
      await rm(path, { recursive: true, force: true });
  }
}
