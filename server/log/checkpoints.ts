// Makes checkpoints of the log after so many events or so many seconds.
import { toHex } from "../../protocol/base/bytes.ts";
import { rootFrom } from "../../protocol/log/tiles.ts";
import type { Context } from "../context.ts";
import { type Anchored, checkOurs } from "./anchor.ts";
import { logSize, newestCheckpoint, readTiles } from "./stored.ts";

/**
 * One step: makes a checkpoint if one is due. It is stored before anyone can read it, and never changed.
 * @returns whether it made one
 * @throws ProtocolError BAD_PROOF if the stored tiles are not those of the stored leaves
 * @throws LogForked if the chain has a checkpoint that is not of this log: a second log is not published
 * @throws ProtocolError CHAIN_UNREACHABLE, NodeError if the node does not answer: the next step asks again
 */
export async function checkpointOnce(ctx: Anchored & Pick<Context, "clock">): Promise<boolean> {
  const { prisma, clock, merkleLog } = ctx;
  const size = await logSize(prisma);
  const newest = await newestCheckpoint(prisma);
  const now = clock() * 1000;
  const waited = now - (newest?.madeAt.getTime() ?? 0) >= merkleLog.seconds * 1000;
  const fresh = size - (newest?.size ?? 0);
  if (fresh <= 0 || (fresh < merkleLog.events && !waited)) return false;
  await checkOurs(ctx);
  const root = toHex(await rootFrom(size, readTiles(prisma, size)));
  const { count } = await prisma.checkpoint.createMany({
    data: [{ size, root, madeAt: new Date(now) }],
    skipDuplicates: true, // another replica made it too
  });
  return count > 0;
}
