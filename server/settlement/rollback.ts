// Undoes what a reorged block did, in pieces from its last log on: its events and notices wait for settlement again, those
// that it voided are revived, and its logs about parties and keys no longer count.
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Context } from "../context.ts";
import { lotsOfCorrections, relistCorrected, relistLocked } from "../custody/corrections.ts";
import { projectInterests, projectLotsFrom } from "../custody/states.ts";
import { undoAnchorings } from "../log/anchor.ts";
import { letOthersRun } from "../loop.ts";
import type { Db } from "../storage/db.ts";
import { BLOCK_PIECE, lockFollower, REGISTRATION_COST, topOf } from "./piece.ts";
import { undoRegistrations } from "./registrations.ts";
import { reviveWithdrawals } from "./notices.ts";
import { reviveVoid } from "./rivals.ts";

/** Rolls one block back. If this stops halfway, the block's row says how far it came. */
export async function rollBack({ prisma }: Context, hash: string): Promise<void> {
  while (await prisma.$transaction((tx) => undoPiece(tx, hash))) await letOthersRun();
}

/** @returns whether there is more to undo */
async function undoPiece(tx: Db, blockHash: string): Promise<boolean> {
  await lockFollower(tx);
  if ((await topOf(tx))?.hash !== blockHash) return false; // another process was faster
  const from = await lastPieceOf(tx, blockHash);
  if (from === undefined) {
    await tx.block.deleteMany({ where: { hash: blockHash } });
    return false;
  }
  await undoSettlements(tx, blockHash, from);
  await undoAnchorings(tx, blockHash, from);
  await undoRegistrations(tx, blockHash, from);
  await tx.block.updateMany({ where: { hash: blockHash }, data: { applied: from } });
  return true;
}

/** The log with which the block's last piece begins; undefined if no log of it is applied. */
async function lastPieceOf(db: Db, blockHash: string): Promise<number | undefined> {
  const rows = await db.$queryRaw<{ index: number; cost: number }[]>`
    SELECT log_index AS index, cost::int FROM (
      SELECT log_index, 1 + (SELECT count(*) FROM entry WHERE entry.event = settlement.event) AS cost
      FROM settlement WHERE block_hash = ${blockHash}
      UNION ALL SELECT log_index, ${REGISTRATION_COST}::int FROM registration WHERE block_hash = ${blockHash}
      UNION ALL SELECT log_index, 1 FROM anchoring WHERE block_hash = ${blockHash}
    ) AS applied ORDER BY log_index DESC LIMIT ${BLOCK_PIECE}`;
  let [from, cost] = [rows[0]?.index, 0];
  for (const row of rows) {
    cost += row.cost;
    if (row.index !== rows[0]!.index && cost > BLOCK_PIECE) break;
    from = row.index;
  }
  return from;
}

interface Settled {
  id: string;
  /** The event or notice is known only from the chain. */
  followed: boolean;
  carried: boolean;
}

/** Undoes the settlements of a reorged block from one of its logs on. */
async function undoSettlements(tx: Db, blockHash: string, from: number): Promise<void> {
  const settled = await tx.$queryRaw<Settled[]>`
    SELECT settlement.id, coalesce(event.accepted_at, notice.accepted_at) IS NULL AS followed,
           EXISTS (SELECT 1 FROM carried WHERE carried.settlement = settlement.id) AS carried
    FROM settlement LEFT JOIN event ON event.hash = settlement.event LEFT JOIN notice ON notice.digest = settlement.notice
    WHERE settlement.block_hash = ${blockHash} AND settlement.log_index >= ${from}
    ORDER BY settlement.log_index DESC`;
  const ids = settled.map(({ id }) => id);
  const forgotten = await unneeded(tx, settled);
  await tx.$executeRaw`
    UPDATE settlement SET block = NULL, block_hash = NULL, transaction = NULL, log_index = NULL, updated_at = now(),
      state = CASE WHEN EXISTS (SELECT 1 FROM carried WHERE carried.settlement = settlement.id)
        THEN 'signed' ELSE 'queued' END::"SettlementState"
    WHERE id = ANY(${ids.filter((id) => !forgotten.has(id))})`;
  await tx.$executeRaw`
    UPDATE attempt SET closed_at = NULL, sent_at = NULL
    FROM carried WHERE carried.attempt = attempt.hash AND carried.settlement = ANY(${ids})`;
  await forget(tx, [...forgotten]);
  await reviveVoid(tx, ids);
  await reviveWithdrawals(tx, ids);
  await relistCorrected(tx, ids);
}

/**
 * Those that are known only from the reorged block and that nothing else here is built on. What others follow must be
 * settled again before them, whatever its source.
 * @param settled the latest first
 */
async function unneeded(db: Db, settled: readonly Settled[]): Promise<Set<string>> {
  const followed = settled.filter(({ followed }) => followed).map(({ id }) => id);
  const rows = await db.$queryRaw<{ event: string; next: string }[]>`
    SELECT DISTINCT made.event, next.event AS next
    FROM entry made JOIN entry next ON next.lot = made.lot AND next.previous = made.word
    WHERE made.event = ANY(${followed})`;
  const next = Map.groupBy(rows, ({ event }) => event);
  const found = new Set<string>();
  for (const id of followed)
    if ((next.get(id) ?? []).every((row) => found.has(row.next))) found.add(id);
  return found;
}

/** Removes events and notices that were known only from the reorged block. */
async function forget(tx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const entries = await tx.$queryRaw<{ lot: string; previous: string; word: string }[]>`
    SELECT lot, previous, word FROM entry WHERE event = ANY(${[...ids]})`;
  await tx.$executeRaw`DELETE FROM settlement WHERE id = ANY(${[...ids]})`;
  await tx.$executeRaw`DELETE FROM entry WHERE event = ANY(${[...ids]})`;
  await tx.$executeRaw`DELETE FROM event WHERE hash = ANY(${[...ids]})`;
  const corrected = await lotsOfCorrections(tx, ids);
  await tx.$executeRaw`DELETE FROM notice WHERE digest = ANY(${[...ids]})`;
  const words = new Set(entries.map(({ lot, word }) => lot + word));
  const before = entries.filter(({ lot, previous }) => !words.has(lot + previous));
  const isNew = ({ previous }: { previous: string }) => previous === ZERO_HASH;
  const lots = [...new Set(entries.map(({ lot }) => lot))];
  await projectLotsFrom(
    tx,
    before.filter((entry) => !isNew(entry)).map(({ lot, previous }) => ({ lot, word: previous })),
  );
  await tx.$executeRaw`
    DELETE FROM lot WHERE id = ANY(${before.filter(isNew).map(({ lot }) => lot)})
      AND NOT EXISTS (SELECT 1 FROM entry WHERE entry.lot = lot.id AND entry.live)`;
  await projectInterests(tx, lots);
  await relistLocked(tx, corrected);
}
