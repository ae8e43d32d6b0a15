// Voids the rivals of a recorded event, with all events built on them. Keeps them as evidence, and revives them when the
// recorded event's block is rolled back.
import type { CustodyEvent } from "../../protocol/event/event.ts";
import { setLive } from "../custody/live.ts";
import type { Db } from "../storage/db.ts";
import { queueFollowing } from "./promote.ts";
import { withDescendants } from "../custody/descendants.ts";

/** An event that the ledger recorded. */
interface Recorded {
  hash: string;
  event: CustodyEvent;
}

/** Voids accepted events that follow the same words as recorded ones, and their descendants: they lost the race. */
export async function voidRivals(
  tx: Db,
  recorded: readonly Recorded[],
  blockHash: string,
): Promise<void> {
  const entries = recorded.flatMap(({ hash, event }) =>
    event.entries.map(({ lot, previous }) => ({ hash, lot, previous })),
  );
  const rows = await tx.$queryRaw<{ hash: string }[]>`
    SELECT DISTINCT recorded.hash
    FROM unnest(
      ${entries.map(({ hash }) => hash)}::text[], ${entries.map(({ lot }) => lot)}::text[],
      ${entries.map(({ previous }) => previous)}::text[]
    ) AS recorded(hash, lot, previous)
    JOIN entry ON entry.lot = recorded.lot AND entry.previous = recorded.previous AND entry.live
      AND entry.event <> recorded.hash`;
  const haveRivals = new Set(rows.map(({ hash }) => hash));
  for (const one of recorded) if (haveRivals.has(one.hash)) await voidRivalsOf(tx, one, blockHash);
}

async function voidRivalsOf(
  tx: Db,
  { hash: recorded, event: { entries } }: Recorded,
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
  const reason = { name: "Rival", args: [recorded], blockHash };
  // All values on the right are those before the update: an event that was log-only keeps that in its reason.
  await tx.$executeRaw`
    UPDATE settlement SET state = 'void', updated_at = now(),
      reason = ${JSON.stringify(reason)}::jsonb
        || CASE WHEN state = 'logged' OR (state = 'void' AND reason->'logged' = 'true') THEN '{"logged": true}'::jsonb
           ELSE '{}'::jsonb END
    WHERE id = ANY(${lost})`;
}

/** Revives events that lost to these, whose blocks were reorged, unless they still have rivals. */
export async function reviveVoid(tx: Db, recorded: readonly string[]): Promise<void> {
  const lost = await tx.$queryRaw<{ id: string; rival: string }[]>`
    SELECT id, reason->'args'->>0 AS rival FROM settlement
    WHERE state = 'void' AND event IS NOT NULL AND reason->>'name' = 'Rival'
      AND reason->'args'->>0 = ANY(${[...recorded]})
    ORDER BY sequence`;
  for (const theirs of Map.groupBy(lost, ({ rival }) => rival).values())
    await revive(
      tx,
      theirs.map(({ id }) => id),
    );
}

/** Revives events that are void only because these were held: the ledger recorded these after all. */
export async function reviveFollowing(tx: Db, recorded: readonly string[]): Promise<void> {
  if (recorded.length === 0) return;
  const after = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM settlement
    WHERE id = ANY(${await withDescendants(tx, recorded)}) AND NOT id = ANY(${[...recorded]})
      AND state = 'void' AND reason->>'name' IN ('Yielded', 'GivenUp')
    ORDER BY sequence`;
  await revive(
    tx,
    after.map(({ id }) => id),
  );
}

async function revive(tx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0 || (await haveRivals(tx, ids))) return;
  await setLive(tx, ids, true);
  await tx.$executeRaw`
    UPDATE settlement SET reason = NULL, updated_at = now(),
      state = CASE WHEN reason->'logged' = 'true' THEN 'logged' ELSE 'queued' END::"SettlementState"
    WHERE id = ANY(${[...ids]}) AND state = 'void'`;
  await queueFollowing(tx, ids);
}

/** Whether another live event follows a word that one of these follows. */
async function haveRivals(db: Db, events: readonly string[]): Promise<boolean> {
  const rivals = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM entry lost
    JOIN entry rival ON rival.lot = lost.lot AND rival.previous = lost.previous AND rival.live
    WHERE lost.event = ANY(${[...events]}) LIMIT 1`;
  return rivals.length > 0;
}
