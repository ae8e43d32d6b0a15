// Reads and moves the settlements of events and notices that the ledger recorded, many at a time.
import type { EventRecorded, NoticeTaken } from "../../protocol/chain/ledger-log.ts";
import type { SettlementState } from "../../prisma/generated/client.ts";
import type { Db } from "../storage/db.ts";

/** The states of settlements that exist. */
export async function settlementStates(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, SettlementState>> {
  const rows = await db.$queryRaw<{ id: string; state: SettlementState }[]>`
    SELECT id, state FROM settlement WHERE id = ANY(${[...ids]})`;
  return new Map(rows.map(({ id, state }) => [id, state]));
}

/** Stores where the ledger recorded events or notices. */
export async function markMined(
  tx: Db,
  kind: "event" | "notice",
  logs: readonly (EventRecorded | NoticeTaken)[],
): Promise<void> {
  const digests = logs.map(({ digest }) => digest);
  const parties = logs.map((log) => (log.name === "EventRecorded" ? log.actor : log.issuer));
  const none = digests.map(() => null);
  const [events, notices] = kind === "event" ? [digests, none] : [none, digests];
  await tx.$executeRaw`
    INSERT INTO settlement (id, event, notice, party, state, block, block_hash, transaction, log_index)
    SELECT id, event, notice, party, 'mined', block::int, block_hash, transaction, log_index::int
    FROM unnest(
      ${digests}::text[], ${events}::text[], ${notices}::text[], ${parties}::text[],
      ${logs.map(({ block }) => String(block))}::text[], ${logs.map(({ blockHash }) => blockHash)}::text[],
      ${logs.map(({ transaction }) => transaction)}::text[], ${logs.map(({ logIndex }) => String(logIndex))}::text[]
    ) WITH ORDINALITY AS row(id, event, notice, party, block, block_hash, transaction, log_index, place)
    ORDER BY place
    ON CONFLICT (id) DO UPDATE SET state = 'mined', block = excluded.block, block_hash = excluded.block_hash,
      transaction = excluded.transaction, log_index = excluded.log_index, reason = NULL, updated_at = now()`;
}
