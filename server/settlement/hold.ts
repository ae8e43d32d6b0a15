// Holds events and notices for a person to decide, and queues them again on request.
import { Prisma } from "../../prisma/generated/client.ts";
import type { Db } from "../storage/db.ts";
import { withDescendants } from "../custody/descendants.ts";

/** The reason of an event that is held because an earlier one is. */
const PREDECESSOR_HELD = "PredecessorHeld";

/** Holds an event or a notice for a person, with all events that came after it. */
export async function holdBack(
  tx: Db,
  id: string,
  why: { name: string; args: readonly (string | number)[] },
): Promise<void> {
  const waiting = { state: { in: ["queued", "signed"] as ("queued" | "signed")[] } };
  const reason = { name: why.name, args: [...why.args] };
  const { count } = await tx.settlement.updateMany({
    where: { id, ...waiting },
    data: { state: "held", reason },
  });
  if (count === 0) return;
  const after = (await withDescendants(tx, [id])).filter((event) => event !== id);
  await tx.$executeRaw`
    UPDATE settlement SET state = 'held', updated_at = now(),
      reason = ${JSON.stringify({ name: PREDECESSOR_HELD, args: [id] })}::jsonb
    WHERE id = ANY(${after}) AND state IN ('queued', 'signed')`;
}

/**
 * Queues a held event or notice again, and the events that were held only because of it.
 * @returns how many are queued again; 0 if it was not held
 */
export async function requeueHeld(tx: Db, id: string): Promise<number> {
  const { count } = await tx.settlement.updateMany({
    where: { id, state: "held" },
    data: { state: "queued", reason: Prisma.DbNull },
  });
  if (count === 0) return 0;
  const after = (await withDescendants(tx, [id])).filter((event) => event !== id);
  const followed = await tx.$executeRaw`
    UPDATE settlement SET state = 'queued', reason = NULL, updated_at = now()
    WHERE id = ANY(${after}) AND state = 'held' AND reason->>'name' = ${PREDECESSOR_HELD}`;
  return count + followed;
}
