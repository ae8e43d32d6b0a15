// Ends an embedded chain that a killed service left running. Saves it first.
import { readFileSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { kill } from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { connectNode } from "./node.ts";
import { saveSnapshot } from "./snapshots.ts";

/** Names the file with the process id and port of the running chain. */
export const pidFile = (folder: string) => join(folder, "chain.pid");

/** Saves and ends a chain that was left running: it has blocks that are newer than the last snapshot. */
export async function endLeftover(folder: string): Promise<void> {
  const left = await readFile(pidFile(folder), "utf8").then(
    (text) => JSON.parse(text) as { pid: number; port: number },
    () => undefined,
  );
  if (!left || !isChainOf(folder, left.pid, left.port)) return;
  await saveSnapshot(connectNode(`http://127.0.0.1:${left.port}`), folder).catch(() => undefined); // not anvil, or hung
  kill(left.pid, "SIGKILL");
  while (isChainOf(folder, left.pid, left.port)) await wait(10);
}

/**
 * Whether a process is the chain of this folder. It runs in the folder that it belongs to. The pid file alone proves nothing:
 * a copy of a folder has it too, and names a chain that another service uses; and the system reuses process ids.
 */
function isChainOf(folder: string, pid: number, port: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    if (stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z")) return false; // a zombie: it has ended and waits to be reaped
    const [own, its] = [statSync(folder), statSync(`/proc/${pid}/cwd`)];
    if (own.dev !== its.dev || own.ino !== its.ino) return false;
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(String(port));
  } catch {
    return false;
  }
}
