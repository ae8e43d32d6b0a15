// Builds what the sources have changed since the last build, and nothing else. A start that finds everything current
// writes nothing and loads no compiler.
import { spawn } from "node:child_process";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { env, execPath } from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { CannotOpen } from "../../server/storage/cannot-open.ts";
import { lockFolder } from "../../server/storage/lock.ts";
import { hashOf } from "./hash.ts";
import { type Product, PRODUCTS, ROOT } from "./products.ts";

/** Nothing can be built here. The message says why, and what to do. */
export class CannotBuild extends Error {
  readonly code: "NOT_BUILT" | "NOT_READABLE" | "NOT_WRITABLE" | "BUILD_FAILED";
  constructor(code: CannotBuild["code"], message: string) {
    super(message);
    this.name = "CannotBuild";
    this.code = code;
  }
}

/** What each product was made of, and what came out: two hashes by the product's name. */
type Stamps = Record<string, { sources: string; outputs: string } | undefined>;

const CACHE = "node_modules/.cache";
const LOCK_PAUSE_MS = 100;

/** The file with the stamps. It lies beside the products, so that a new `npm ci` builds nothing again. */
const stampFile = (root: string) => join(root, "artifacts", "built.json");

/**
 * Builds the products that are not current.
 * @param onStart is called once, before the first command runs
 * @param root the installation's folder
 * @throws CannotBuild
 */
export async function build(onStart: () => void = () => undefined, root = ROOT): Promise<void> {
  if (staleProducts(root).length === 0) return;
  refuseReadOnly(root);
  const release = await lockInTurn(join(root, CACHE, "reelproof-build"));
  try {
    const stale = staleProducts(root);
    if (stale.length === 0) return; // another process has built meanwhile
    onStart();
    const ends = await Promise.allSettled(stale.map((product) => make(product, root)));
    const failure = ends.find((end) => end.status === "rejected");
    if (failure) throw failure.reason;
    writeStamps(root, stale);
  } finally {
    release();
  }
}

/**
 * The products that were never built, or whose sources or files have changed since.
 * @throws CannotBuild if this user may not read them
 */
export function staleProducts(root = ROOT): Product[] {
  const stamps = readStamps(root);
  return PRODUCTS.filter(({ name, sources, outputs }) => {
    const stamp = stamps[name];
    try {
      return stamp?.sources !== hashOf(root, sources) || stamp.outputs !== hashOf(root, outputs);
    } catch (error) {
      throw refuseUnreadable(error, root);
    }
  });
}

/** Words that this user may not read the installation: it was made under a umask that closes files to others. */
function refuseUnreadable(error: unknown, root: string): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code !== "EACCES") return error;
  return new CannotBuild(
    "NOT_READABLE",
    `This user cannot read ${path ?? root}. Run chmod -R a+rX ${root} as the user who installed Reelproof.`,
  );
}

function readStamps(root: string): Stamps {
  try {
    return JSON.parse(readFileSync(stampFile(root), "utf8")) as Stamps;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EACCES") throw refuseUnreadable(error, root);
    return {}; // nothing was built yet
  }
}

function writeStamps(root: string, made: readonly Product[]): void {
  const stamps = readStamps(root);
  for (const { name, sources, outputs } of made)
    stamps[name] = { sources: hashOf(root, sources), outputs: hashOf(root, outputs) };
  const fresh = `${stampFile(root)}.new`;
  mkdirSync(dirname(fresh), { recursive: true });
  writeFileSync(fresh, `${JSON.stringify(stamps, undefined, 2)}\n`);
  renameSync(fresh, stampFile(root));
}

/** @throws CannotBuild if this user may not write where the products go */
function refuseReadOnly(root: string): void {
  const places = [CACHE, "artifacts", "cache", ...PRODUCTS.flatMap(({ outputs }) => outputs)];
  for (const place of places) {
    let nearest = join(root, place);
    while (!existsSync(nearest)) nearest = dirname(nearest);
    try {
      accessSync(nearest, constants.W_OK);
    } catch {
      throw new CannotBuild(
        "NOT_WRITABLE",
        `Reelproof in ${root} is not built, or its files have changed since, and this user cannot write there. Run npm run build in it as the user who installed it.`,
      );
    }
  }
}

async function lockInTurn(folder: string): Promise<() => void> {
  for (;;) {
    try {
      return lockFolder(folder);
    } catch (error) {
      if (!(error instanceof CannotOpen)) throw error;
      await wait(LOCK_PAUSE_MS); // another process builds
    }
  }
}

/** Runs a product's command. Its output is shown only if it fails. */
async function make({ name, command: [script, ...args] }: Product, root: string): Promise<void> {
  const tool = join(root, "node_modules", script);
  if (!existsSync(tool))
    throw new CannotBuild(
      "NOT_BUILT",
      `Reelproof in ${root} is not built, and the tools for it are not installed. Run npm ci in it, without omitting anything.`,
    );
  const { code, output } = await outputOf(tool, args, root);
  if (code !== 0)
    throw new CannotBuild("BUILD_FAILED", `The ${name} cannot be built:\n${output.trimEnd()}`);
}

function outputOf(tool: string, args: string[], cwd: string) {
  return new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    const child = spawn(execPath, [tool, ...args], {
      cwd,
      env: { ...env, HARDHAT_DISABLE_TELEMETRY: "true" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}
