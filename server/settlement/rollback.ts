// Undoes what a reorged block settled: its events and notices wait for settlement again, and those it voided are revived.
import type { Db } from "../storage/db.ts";
import { projectInterests, projectLots } from "../custody/states.ts";
import { withDescendants } from "../custody/descendants.ts";
import { reviveVoid } from "./rivals.ts";

/** Rolls back the settlements of a reorged block: what it recorded is queued again, and what it voided is revived. */
export async function undoSettlements(tx: Db, blockHash: string): Promise<void> {
  const settled = await tx.settlement.findMany({
    where: { blockHash },
    orderBy: { logIndex: "desc" },
    include: { ofEvent: true, ofNotice: true, carried: true },
  });
  for (const { id, ofEvent, ofNotice, carried } of settled) {
    if ((ofEvent ?? ofNotice)!.acceptedAt === null && !(await isBuiltOn(tx, id))) {
      await forget(tx, id);
      continue;
    }
    const state = carried.length > 0 ? "signed" : "queued";
    const noPlace = { block: null, blockHash: null, transaction: null, logIndex: null };
    await tx.settlement.update({ where: { id }, data: { state, ...noPlace } });
    const attempts = carried.map(({ attempt }) => attempt);
    await tx.attempt.updateMany({
      where: { hash: { in: attempts } },
      data: { closedAt: null, sentAt: null },
    });
  }
  await reviveVoid(tx, blockHash);
}

/** Whether other events follow this one: then it must be settled again before them, whatever its source. */
async function isBuiltOn(db: Db, event: string): Promise<boolean> {
  return (await withDescendants(db, [event])).length > 1;
}

/** Removes an event or notice that was known only from the reorged block. */
async function forget(tx: Db, id: string): Promise<void> {
  const lots = (await tx.entry.findMany({ where: { event: id }, select: { lot: true } })).map(
    ({ lot }) => lot,
  );
  await tx.settlement.delete({ where: { id } });
  await tx.entry.deleteMany({ where: { event: id } });
  await tx.event.deleteMany({ where: { hash: id } });
  await tx.notice.deleteMany({ where: { digest: id } });
  await projectLots(tx, lots);
  await projectInterests(tx, lots);
}
