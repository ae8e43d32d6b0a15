// Lots that live by the log alone: the steps that keep and anchor a test service's log.
import { appendOnce } from "../../server/log/append.ts";
import { checkpointOnce } from "../../server/log/checkpoints.ts";
import type { TestService } from "./service.ts";

/** Appends all that was accepted, makes a checkpoint of it, and anchors it for good. */
export async function anchorLog({
  ctx,
  settle,
}: Pick<TestService, "ctx" | "settle">): Promise<void> {
  while (await appendOnce(ctx));
  await checkpointOnce({ ...ctx, merkleLog: { ...ctx.merkleLog, events: 1 } });
  await settle();
}
