// Lets parties take turns: decides in which order queued settlements go to the chain. However much one party queues, every
// other party is in the next transaction or the one after it.
import type { Db } from "../storage/db.ts";

/** A queued settlement whose turn it is. */
export interface Waiting {
  id: string;
  isNotice: boolean;
}

/**
 * Finds queued settlements in the order of their turns: the first of each party, then the second of each, and so on. The
 * party that waited longest goes first. An event stands after those that it follows, and a party's own in their order.
 * @param most settlements
 */
export async function inTurn(db: Db, most: number): Promise<Waiting[]> {
  const fair = await db.$queryRaw<Waiting[]>`
    WITH RECURSIVE waiting(party) AS (
      (SELECT party FROM settlement WHERE state = 'queued' ORDER BY party LIMIT 1)
      UNION ALL
      SELECT (
        SELECT next.party FROM settlement next
        WHERE next.state = 'queued' AND next.party > waiting.party ORDER BY next.party LIMIT 1)
      FROM waiting WHERE waiting.party IS NOT NULL
    )
    SELECT first.id, first.notice IS NOT NULL AS "isNotice"
    FROM waiting LEFT JOIN turn ON turn.party = waiting.party
    CROSS JOIN LATERAL (
      SELECT id, notice, sequence, row_number() OVER (ORDER BY sequence) AS place
      FROM (
        SELECT id, notice, sequence FROM settlement
        WHERE state = 'queued' AND party = waiting.party ORDER BY sequence LIMIT ${most}
      ) AS own
    ) AS first
    WHERE waiting.party IS NOT NULL
    ORDER BY first.place, turn.served NULLS FIRST, first.sequence LIMIT ${most}`;
  const ready = afterPredecessors(fair, await queuedPredecessors(db, fair));
  // With more parties than one transaction has room for, all of these may follow events that are not among them.
  return fair.length > 0 && ready.length === 0 ? oldest(db) : ready;
}

/** The queued events that queued events follow directly. */
async function queuedPredecessors(
  db: Db,
  waiting: readonly Waiting[],
): Promise<Map<string, string[]>> {
  const rows = await db.$queryRaw<{ event: string; before: string }[]>`
    SELECT DISTINCT entry.event, prior.event AS before
    FROM entry JOIN entry prior ON prior.lot = entry.lot AND prior.word = entry.previous
    JOIN settlement ON settlement.event = prior.event AND settlement.state = 'queued'
    WHERE entry.event = ANY(${waiting.map(({ id }) => id)})`;
  const before = new Map<string, string[]>();
  for (const row of rows) before.set(row.event, [...(before.get(row.event) ?? []), row.before]);
  return before;
}

/** Puts each after its predecessors. Leaves out those whose predecessors are not among them. */
function afterPredecessors(
  waiting: readonly Waiting[],
  before: ReadonlyMap<string, readonly string[]>,
): Waiting[] {
  const placed = new Map<string, Waiting>();
  for (let rest = waiting, size = -1; size < placed.size;) {
    size = placed.size;
    rest = rest.filter((one) => {
      if ((before.get(one.id) ?? []).some((id) => !placed.has(id))) return true;
      placed.set(one.id, one);
      return false;
    });
  }
  return [...placed.values()];
}

/** The settlement that was queued first: it follows nothing that is queued. */
function oldest(db: Db): Promise<Waiting[]> {
  return db.$queryRaw`
    SELECT id, notice IS NOT NULL AS "isNotice" FROM settlement WHERE state = 'queued' ORDER BY sequence LIMIT 1`;
}

/** Notes that parties had their turn, by what a transaction carries of theirs. */
export async function markServed(tx: Db, ids: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO turn (party, served)
    SELECT DISTINCT party, (SELECT coalesce(max(served), 0) + 1 FROM turn) FROM settlement WHERE id = ANY(${[...ids]})
    ON CONFLICT (party) DO UPDATE SET served = excluded.served`;
}
