// A thread that opens the database and the chain by itself, runs fsck once, and ends.
import { constants, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { fsck } from "../fsck/fsck.ts";
import { openContext } from "../open.ts";
import type { WorkerParts } from "./background-fsck.ts";

const { config, secrets, rpcUrl } = workerData as WorkerParts;

try {
  // On Linux that of this thread alone. The lowest would keep the snapshot open for ever on a busy machine.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
} catch {
  // A platform without priorities runs it like everything else.
}

const { ctx, close } = await openContext(
  { ...config, logLevel: "silent" },
  { ...secrets, alert: undefined, redact: (text) => text },
  { create: false, rpcUrl },
);
try {
  const { faults, unlisted } = await fsck(ctx);
  parentPort!.postMessage({ faults, unlisted });
} finally {
  await close();
}
