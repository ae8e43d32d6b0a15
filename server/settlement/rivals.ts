// Voids the rivals of a recorded event, with all events built on them. Keeps them as evidence, and revives them when the
// recorded event's block is rolled back.
import type { CustodyEvent } from "../../protocol/event/event.ts";
import { Prisma } from "../../prisma/generated/client.ts";
import { restoreLots } from "../custody/store.ts";
import type { Db } from "../storage/db.ts";
import { queueFollowing } from "./promote.ts";
import { projectInterests, projectLots } from "../custody/states.ts";
import { withDescendants } from "../custody/descendants.ts";

/** Matches void settlements of events that were log-only before. */
const WAS_LOG_ONLY = { path: ["logged"], equals: true };

/** Voids accepted events that follow the same word as a recorded one, and their descendants: they lost the race. */
export async function voidRivals(
  tx: Db,
  { entries }: CustodyEvent,
  recorded: string,
  blockHash: string,
): Promise<void> {
  const lots = entries.map(({ lot }) => lot);
  const previous = entries.map((entry) => entry.previous);
  const rivals = await tx.$queryRaw<{ event: string }[]>`
    SELECT DISTINCT event FROM entry
    WHERE live AND event <> ${recorded}
      AND (lot, previous) IN (SELECT * FROM unnest(${lots}::text[], ${previous}::text[]))`;
  if (rivals.length === 0) return;
  const lost = await withDescendants(
    tx,
    rivals.map(({ event }) => event),
  );
  await setLive(tx, lost, false);
  const logOnly = await tx.settlement.findMany({
    where: { id: { in: lost }, OR: [{ state: "logged" }, { state: "void", reason: WAS_LOG_ONLY }] },
    select: { id: true },
  });
  const wereLogged = new Set(logOnly.map(({ id }) => id));
  for (const logged of [true, false]) {
    const reason = { name: "Rival", args: [recorded], blockHash, ...(logged && { logged }) };
    const ids = lost.filter((id) => wereLogged.has(id) === logged);
    await tx.settlement.updateMany({ where: { id: { in: ids } }, data: { state: "void", reason } });
  }
}

/** Sets whether events count, and moves their lots accordingly. */
export async function setLive(tx: Db, events: readonly string[], live: boolean): Promise<void> {
  await tx.entry.updateMany({ where: { event: { in: [...events] } }, data: { live } });
  if (live) {
    const ordered = await tx.event.findMany({
      where: { hash: { in: [...events] } },
      orderBy: { sequence: "asc" },
    });
    for (const { hash } of ordered) await restoreLots(tx, hash);
  }
  const entries = await tx.entry.findMany({
    where: { event: { in: [...events] } },
    select: { lot: true },
    distinct: ["lot"],
  });
  const lots = entries.map(({ lot }) => lot);
  await projectLots(tx, lots);
  await projectInterests(tx, lots);
}

/** Revives events that a reorged block made void, unless they still have rivals. */
export async function reviveVoid(tx: Db, blockHash: string): Promise<void> {
  const lost = await tx.settlement.findMany({
    where: { state: "void", reason: { path: ["blockHash"], equals: blockHash } },
  });
  const ids = lost.map(({ id }) => id);
  if (ids.length === 0 || (await haveRivals(tx, ids))) return;
  await setLive(tx, ids, true);
  const again = (state: "logged" | "queued", where: Prisma.SettlementWhereInput) =>
    tx.settlement.updateMany({
      where: { id: { in: ids }, ...where },
      data: { state, reason: Prisma.DbNull },
    });
  await again("logged", { reason: WAS_LOG_ONLY });
  await again("queued", { state: "void" });
  await queueFollowing(tx, ids);
}

/** Whether another live event follows a word that one of these follows. */
async function haveRivals(db: Db, events: readonly string[]): Promise<boolean> {
  const rivals = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM entry lost
    JOIN entry rival ON rival.lot = lost.lot AND rival.previous = lost.previous AND rival.live
    WHERE lost.event = ANY(${events}) LIMIT 1`;
  return rivals.length > 0;
}
