// Runs fsck beside the service's work. On a PostgreSQL server it runs in a thread of its own, with a low priority and
// connections of its own. On the embedded database, which has one connection, it gives the connection back between the steps.
import { Worker } from "node:worker_threads";
import type { Config, Secrets } from "../config.ts";
import type { Context } from "../context.ts";
import { ALL_STEPS, type Fault, formatFault, fsck, type Report } from "../fsck/fsck.ts";
import { letOthersRun } from "../loop.ts";

type Found = Pick<Report, "faults" | "unlisted">;

/** What the thread needs to open the database and the chain again. */
export interface WorkerParts {
  config: Config;
  secrets: Omit<Secrets, "redact" | "alert">;
  /** The chain's node, also where the chain is embedded. */
  rpcUrl: string;
}

/**
 * Runs fsck in a thread.
 * @throws Error if the thread fails, or the signal aborts
 */
export function fsckInThread(parts: WorkerParts, signal: AbortSignal): Promise<Found> {
  const { promise, resolve, reject } = Promise.withResolvers<Found>();
  const worker = new Worker(new URL("./fsck-thread.ts", import.meta.url), { workerData: parts });
  const end = () => void worker.terminate();
  signal.addEventListener("abort", end);
  worker.once("message", resolve).once("error", reject);
  worker.once("exit", () => {
    signal.removeEventListener("abort", end);
    reject(new Error("the thread of fsck ended"));
  });
  return promise;
}

/**
 * Runs fsck step by step: each is a run by itself, on a snapshot of its own.
 * @throws Error if the signal aborts
 */
export async function fsckInSteps(ctx: Context, signal: AbortSignal): Promise<Found> {
  const faults = new Map<string, Fault>();
  let unlisted = 0;
  for (const step of ALL_STEPS) {
    signal.throwIfAborted();
    const report = await fsck(ctx, undefined, [step]);
    // What every run checks first is the same in each.
    for (const fault of report.faults) faults.set(formatFault(fault), fault);
    unlisted += report.unlisted;
    await letOthersRun();
  }
  return { faults: [...faults.values()], unlisted };
}
