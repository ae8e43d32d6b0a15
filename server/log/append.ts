// Appends accepted events to the log as leaves, in the order of acceptance, and updates the tiles.
import { fromHex } from "../../protocol/base/bytes.ts";
import { appendLeaves, edgeOf } from "../../protocol/log/tiles.ts";
import { leafHash } from "../../protocol/base/merkle.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { LogForked } from "./anchor.ts";
import { logSize, readTiles } from "./stored.ts";

/** Leaves in one transaction: about as many rows, and a dozen tiles. */
const MOST_AT_ONCE = 1_000;
/** The advisory lock under which leaves are appended. */
const LOCK = 76_111_103;

/** Waits until nobody else appends, until the transaction ends. */
export const lockLog = (tx: Db) => tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK})`;

/**
 * One step: appends up to a thousand waiting events in one transaction. Replicas take turns.
 * @returns whether there may be more
 * @throws LogForked if the chain has a checkpoint of more events: leaves were lost, and no others may take their place
 * @throws ProtocolError BAD_PROOF if the stored tiles are not those of the stored leaves: nothing is built on them
 */
export async function appendOnce({ prisma }: Pick<Context, "prisma">): Promise<boolean> {
  if ((await prisma.unlogged.findFirst()) === null) return false;
  return prisma.$transaction(async (tx) => {
    await lockLog(tx);
    const waiting = await tx.unlogged.findMany({
      orderBy: { sequence: "asc" },
      take: MOST_AT_ONCE,
    });
    const events = waiting.map(({ event }) => event);
    const size = await logSize(tx);
    const anchored = await tx.anchoring.findFirst({ orderBy: { size: "desc" } });
    if (anchored && Number(anchored.size) > size)
      throw new LogForked({ ...anchored, size: Number(anchored.size) }, size);
    const edge = await readTiles(tx)(edgeOf(size));
    const { tiles } = appendLeaves(
      size,
      edge,
      events.map((event) => leafHash(fromHex(event))),
    );
    await tx.$executeRaw`
      INSERT INTO leaf (index, event)
      SELECT ${BigInt(size)} + position - 1, event FROM unnest(${events}::text[]) WITH ORDINALITY AS of(event, position)`;
    for (const { level, index, hashes } of tiles)
      await tx.$executeRaw`
        INSERT INTO tile (level, index, hashes) VALUES (${level}, ${BigInt(index)}, ${hashes})
        ON CONFLICT (level, index) DO UPDATE SET hashes = excluded.hashes`;
    await tx.unlogged.deleteMany({ where: { event: { in: events } } });
    return events.length === MOST_AT_ONCE;
  });
}
