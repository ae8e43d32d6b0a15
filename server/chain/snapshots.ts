// Saves the embedded chain to a file after each change. The file is always a whole snapshot.
import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import { gunzip } from "node:zlib";
import { promisify } from "node:util";
import type { Request } from "./node.ts";

const SNAPSHOT_EVERY_MS = 1_000;

/** Names the file of the newest snapshot. */
export const stateFile = (folder: string) => join(folder, "chain.json");

/** Saves the chain after each change, at most once a second, and once more at the end. */
export function keepSnapshots(request: Request, folder: string) {
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

/** Saves one snapshot. anvil itself truncates its file in place; here a crash leaves the old snapshot or the new one. */
export async function saveSnapshot(request: Request, folder: string): Promise<void> {
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
