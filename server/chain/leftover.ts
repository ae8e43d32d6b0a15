// Ends an embedded chain that a killed service left running. Saves it first.
import { readFileSync } from "node:fs";
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
  if (!left || !isOurs(left.pid, left.port)) return;
  await saveSnapshot(connectNode(`http://127.0.0.1:${left.port}`), folder).catch(() => undefined); // not anvil, or hung
  kill(left.pid, "SIGKILL");
  while (isOurs(left.pid, left.port)) await wait(10);
}

/** Whether a process was started with this port: the system reuses process ids. */
function isOurs(pid: number, port: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    if (stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z")) return false; // a zombie: it has ended and waits to be reaped
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(String(port));
  } catch {
    return false;
  }
}
