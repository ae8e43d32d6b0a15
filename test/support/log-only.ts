// Appends and anchors a test service's log, for tests of log-only lots.
import { appendOnce } from "../../server/log/append.ts";
import { checkpointOnce } from "../../server/log/checkpoints.ts";
import type { TestService } from "./service.ts";

/** Appends all that was accepted, makes a checkpoint of it, and anchors it in a final block. */
export async function anchorLog({
  ctx,
  settle,
}: Pick<TestService, "ctx" | "settle">): Promise<void> {
  while (await appendOnce(ctx));
  await checkpointOnce({ ...ctx, merkleLog: { ...ctx.merkleLog, events: 1 } });
  await settle();
}
