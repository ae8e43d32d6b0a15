// Runs the embedded chain: anvil with its state in a folder or, on a platform without anvil, Hardhat's node in memory.
import { closeSync, openSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { CannotOpen } from "../storage/cannot-open.ts";
import { lockFolder } from "../storage/lock.ts";
import { connectNode, type Request } from "./node.ts";
import { keepSnapshots } from "./snapshots.ts";
import { endLeftover, pidFile } from "./leftover.ts";
import { anvilBinary, spawnAnvil, spawnHardhat } from "./spawn.ts";

/** A running embedded chain. */
export interface LocalChain {
  url: string;
  request: Request;
  /** False if it is in memory only and forgets everything when it stops. */
  lasting: boolean;
  /** Resolves when the chain's process ends by itself. */
  died: Promise<Error>;
  stop(): Promise<void>;
}

const ASK_EVERY_MS = 25;
/** Counted in questions, not in seconds: a busy machine gets longer. On an idle one these are 30 seconds. */
const MAX_QUESTIONS = 1_200;

/**
 * Starts the chain from its state in `folder`, which one process may use at a time. First saves and ends a chain that a
 * killed service left running.
 * @param binary anvil's; null for the chain in memory
 * @param beginsAt the time of a new chain's first block, Unix seconds; now if it is missing
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
  // Its messages go to a file: a chain that outlives a killed service must not keep the service's output open.
  const messages = openSync(join(folder, "chain.log"), "w");
  const child = binary
    ? spawnAnvil(binary, folder, port, messages, beginsAt)
    : spawnHardhat(folder, port, messages);
  closeSync(messages);
  const ended = new Promise<number | null>((resolve) => {
    child.once("exit", resolve);
    child.once("error", () => resolve(null));
  });
  const url = `http://127.0.0.1:${port}`;
  const request = connectNode(url);
  await writeFile(pidFile(folder), JSON.stringify({ pid: child.pid, port }));
  await waitForAnswer(request, ended);

  const keeper = binary ? keepSnapshots(request, folder) : undefined;
  let stopping = false;
  return {
    url,
    request,
    lasting: typeof binary === "string",
    died: ended.then((code) =>
      stopping
        ? new Promise<never>(() => undefined)
        : new CannotOpen(
            "CHAIN_ENDED",
            "DATA_DIR",
            `The embedded chain ended by itself (code ${code}). Read chain/chain.log in the data folder, then start the service again.`,
          ),
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

/** Asks until the chain answers. @throws CannotOpen if it ends first, or does not answer */
async function waitForAnswer(request: Request, ended: Promise<unknown>): Promise<void> {
  let state: "silent" | "up" | "dead" = "silent";
  const dead = ended.then(() => "dead" as const);
  for (let asked = 0; asked < MAX_QUESTIONS && state === "silent"; asked++)
    state = await Promise.race([
      dead,
      request("eth_chainId").then(
        () => "up" as const,
        () => wait(ASK_EVERY_MS, "silent" as const),
      ),
    ]);
  if (state !== "up")
    throw new CannotOpen(
      "CHAIN_ENDED",
      "DATA_DIR",
      `The embedded chain did not start (${state}). Read chain/chain.log in the data folder.`,
    );
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
