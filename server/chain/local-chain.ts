// Runs the embedded chain: anvil with its state kept in a folder or, where there is no anvil, Hardhat's node in memory.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { arch, platform } from "node:os";
import { dirname, join } from "node:path";
import { execPath, kill } from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { gunzip } from "node:zlib";
import { promisify } from "node:util";
import { fromHex } from "../../protocol/base/bytes.ts";
import { addressOfPrivateKey } from "../../protocol/base/crypto.ts";
import { lockFolder } from "../storage/lock.ts";
import { connectNode, type Request } from "./node.ts";

export interface LocalChain {
  url: string;
  request: Request;
  /** False where it lives in memory only and forgets everything when it stops. */
  lasting: boolean;
  /** Comes when the chain's process ends by itself. */
  died: Promise<Error>;
  stop(): Promise<void>;
}

export const LOCAL_CHAIN_ID = 31_337;
const SNAPSHOT_EVERY_MS = 1_000;
const START_TIMEOUT_MS = 30_000;

const require = createRequire(import.meta.url);

/** The anvil binary of this platform; undefined where there is none. */
export function anvilBinary(): string | undefined {
  const processor = arch() === "x64" ? "amd64" : arch();
  try {
    return require.resolve(`@foundry-rs/anvil-${platform()}-${processor}/bin/anvil`);
  } catch {
    return undefined;
  }
}

/**
 * Starts the chain where it was left in `folder`, which one process has at a time. A chain that a killed service left running is saved and ended first.
 * @param binary anvil's; null for the chain in memory
 * @param beginsAt the time of a new chain's first block, Unix seconds; now where it is missing
 */
export async function openLocalChain(
  folder: string,
  {
    binary = anvilBinary(),
    beginsAt,
  }: { binary?: string | null | undefined; beginsAt?: number | undefined } = {},
): Promise<LocalChain> {
  await mkdir(folder, { recursive: true });
  const release = lockFolder(folder);
  try {
    return await startChain(folder, binary, beginsAt, release);
  } catch (error) {
    release();
    throw error;
  }
}

async function startChain(
  folder: string,
  binary: string | null | undefined,
  beginsAt: number | undefined,
  release: () => void,
): Promise<LocalChain> {
  await endLeftover(folder);
  const port = await freePort();
  // Its messages go to a file: a chain that outlives a killed service must not hold on to the service's output.
  const messages = openSync(join(folder, "chain.log"), "w");
  const child = binary
    ? spawnAnvil(binary, folder, port, messages, beginsAt)
    : spawnHardhat(port, messages);
  closeSync(messages);
  const ended = new Promise<number | null>((resolve) => {
    child.once("exit", resolve);
    child.once("error", () => resolve(null));
  });
  const url = `http://127.0.0.1:${port}`;
  const request = connectNode(url);
  await writeFile(pidFile(folder), JSON.stringify({ pid: child.pid, port }));
  await answering(request, ended);

  const keeper = binary ? keepSnapshots(request, folder) : undefined;
  let stopping = false;
  return {
    url,
    request,
    lasting: typeof binary === "string",
    died: ended.then((code) =>
      stopping
        ? new Promise<never>(() => undefined)
        : new Error(`the local chain ended by itself (code ${code})`),
    ),
    async stop() {
      stopping = true;
      await keeper?.stop();
      child.kill("SIGTERM");
      const slow = setTimeout(() => child.kill("SIGKILL"), 5_000);
      await ended;
      clearTimeout(slow);
      await rm(pidFile(folder), { force: true });
      release();
    },
  };
}

const stateFile = (folder: string) => join(folder, "chain.json");
const pidFile = (folder: string) => join(folder, "chain.pid");

// detached: Ctrl-C reaches the whole process group of a terminal, and the chain must outlive it for the last snapshot.
function spawnAnvil(
  binary: string,
  folder: string,
  port: number,
  messages: number,
  beginsAt: number | undefined,
): ChildProcess {
  const state = stateFile(folder);
  const args = [
    "--port",
    String(port),
    "--chain-id",
    String(LOCAL_CHAIN_ID),
    "--accounts",
    "1",
    "--hardfork",
    "osaka",
    "--gas-limit",
    "60000000",
    "--enable-tx-gas-limit",
    "--prune-history",
    "128",
    "--no-cors",
    "--silent",
    ...(existsSync(state)
      ? ["--load-state", state]
      : beginsAt === undefined
        ? []
        : ["--timestamp", String(beginsAt)]),
  ];
  return spawn(binary, args, { stdio: ["ignore", "ignore", messages], detached: true });
}

function spawnHardhat(port: number, messages: number): ChildProcess {
  const cli = fileURLToPath(new URL("../../node_modules/hardhat/dist/src/cli.js", import.meta.url));
  const config = fileURLToPath(new URL("../../hardhat.config.ts", import.meta.url));
  return spawn(execPath, [cli, "node", "--port", String(port)], {
    cwd: dirname(config),
    stdio: ["ignore", "ignore", messages],
    detached: true,
  });
}

async function answering(request: Request, ended: Promise<unknown>): Promise<void> {
  const deadline = wait(START_TIMEOUT_MS, "late" as const, { ref: false });
  const dead = ended.then(() => "dead" as const);
  for (;;) {
    const state = await Promise.race([
      dead,
      deadline,
      request("eth_chainId").then(
        () => "up" as const,
        () => wait(25),
      ),
    ]);
    if (state === "up") return;
    if (state === "dead" || state === "late")
      throw new Error(`the local chain did not start (${state})`);
  }
}

/** A service that was killed leaves its chain running, with blocks newer than the last snapshot: they are kept. */
async function endLeftover(folder: string): Promise<void> {
  const left = await readFile(pidFile(folder), "utf8").then(
    (text) => JSON.parse(text) as { pid: number; port: number },
    () => undefined,
  );
  if (!left || !isOurs(left.pid, left.port)) return;
  await saveSnapshot(connectNode(`http://127.0.0.1:${left.port}`), folder).catch(() => undefined); // not anvil, or hung
  kill(left.pid, "SIGKILL");
  while (isOurs(left.pid, left.port)) await wait(10);
}

/** Whether a process is the one that was started with this port: process ids are used again. */
function isOurs(pid: number, port: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    if (stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z")) return false; // it is dead and waits to be reaped
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(String(port));
  } catch {
    return false;
  }
}

/** Saves the chain after each change, at most once a second, and once more at the end. */
function keepSnapshots(request: Request, folder: string) {
  let saved: unknown;
  let running = Promise.resolve();
  const save = async () => {
    const head = ((await request("eth_getBlockByNumber", ["latest", false])) as { hash: string })
      .hash;
    if (head === saved) return;
    await saveSnapshot(request, folder);
    saved = head;
  };
  const next = () => (running = running.then(save).catch(() => undefined)); // the next turn tries again
  const timer = setInterval(() => void next(), SNAPSHOT_EVERY_MS);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await next();
    },
  };
}

const unzip = promisify(gunzip);

/** anvil's own way truncates its file in place; here the file is always a whole snapshot, the old one or the new. */
async function saveSnapshot(request: Request, folder: string): Promise<void> {
  const dump = (await request("anvil_dumpState")) as string;
  const file = stateFile(folder);
  const handle = await open(`${file}.new`, "w");
  try {
    await handle.writeFile(await unzip(Buffer.from(dump.slice(2), "hex")));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve((address as { port: number }).port));
    });
  });
}

const MUCH_ETHER = "0x21e19e0c9bab2400000"; // 10,000 ether, which cost nothing on an embedded chain

/** Gives accounts of the embedded chain the ether for their transactions. */
export async function fundAccounts(
  request: Request,
  privateKeys: readonly string[],
): Promise<void> {
  for (const privateKey of privateKeys)
    await request("hardhat_setBalance", [addressOfPrivateKey(fromHex(privateKey)), MUCH_ETHER]);
}
