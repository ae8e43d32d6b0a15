// Trails out of the database: a lot's events back to its origin, with signatures, details and notices, ready to be verified.
import { fromHex } from "../protocol/bytes.ts";
import { Details, disclose, type Disclosure } from "../protocol/details.ts";
import type { CustodyEvent } from "../protocol/event.ts";
import { TRAIL_VERSION, lotsOfTrail, type TrailEvent, trailOf } from "../protocol/trail.ts";
import type { Domain } from "../protocol/event.ts";
import { ZERO_HASH } from "../protocol/values.ts";
import type { Event, Notice, Settlement } from "../prisma/generated/client.ts";
import type { Db } from "./db.ts";

export type StoredEvent = Event & { settlement: Settlement | null };

/** An event of a trail beside the row that it was read from. */
export interface TrailRow {
  row: StoredEvent;
  /** As the bytes say; undefined where they are not even JSON. */
  event: CustodyEvent;
}

/**
 * The stored events of a lot and of its ancestors that lead to the lot's last live word, each after its predecessors.
 * Rows are taken as they are: whether they are what was signed is for the verifier to say.
 */
export async function trailRows(db: Db, lot: string): Promise<TrailRow[]> {
  const reached = await db.$queryRaw<{ lot: string; word: string; event: string }[]>`
    WITH RECURSIVE back(lot, word, event) AS (
      SELECT lot, word, event FROM entry
      WHERE lot = ${lot} AND live
        AND NOT EXISTS (SELECT 1 FROM entry next WHERE next.lot = entry.lot AND next.previous = entry.word AND next.live)
      UNION
      SELECT prior.lot, prior.word, prior.event
      FROM back
      JOIN entry made ON made.event = back.event AND made.lot = back.lot
      JOIN event ON event.hash = made.event
      JOIN entry source ON source.event = made.event AND source.previous <> ${ZERO_HASH}
        AND (source.lot = made.lot OR (made.previous = ${ZERO_HASH} AND event.action IN (7, 8)))
      JOIN entry prior ON prior.lot = source.lot AND prior.word = source.previous
    ) SELECT lot, word, event FROM back`;
  const hashes = [...new Set(reached.map(({ event }) => event))];
  const rows = await db.event.findMany({ where: { hash: { in: hashes } }, include: { settlement: true } });
  const byHash = new Map(rows.map((row) => [row.hash, { row, event: parseOr(row.bytes, {}) as CustodyEvent }]));
  const byWord = new Map(reached.map(({ lot: of, word, event }) => [of + word, byHash.get(event)]));
  const last = reached[0];
  const ordered = last ? trailOf(lot, last.word, (of, word) => readable(byWord.get(of + word))) : [];
  // What cannot be read leads nowhere, yet belongs in the trail: the verifier has to see it to name it.
  const missing = [...byHash.values()].filter((one) => !ordered.includes(one));
  return [...missing, ...ordered].sort((a, b) => Number(a.row.sequence - b.row.sequence));
}

const readable = (row: TrailRow | undefined) => (Array.isArray(row?.event.entries) ? row : undefined);

function parseOr<T>(text: string, otherwise: T): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
}

/**
 * A trail as `verify` takes it: everything the database has about a lot, altered rows included. Its type is unknown
 * because nothing in it is to be relied on before it is verified.
 */
export async function loadTrail(db: Db, { chainId, ledger }: Domain, lot: string): Promise<unknown> {
  const rows = await trailRows(db, lot);
  const events = rows.map(trailEvent);
  const notices = await noticesOf(db, lotsToWatch(lot, events));
  return { version: TRAIL_VERSION, chainId, ledger, lot, events, notices: notices.map(trailNotice) };
}

/** Lots whose notices bear on this one. Where the events are too broken to tell, the lot's own are what is left. */
function lotsToWatch(lot: string, events: unknown[]): string[] {
  try {
    return lotsOfTrail(lot, events as TrailEvent[]);
  } catch {
    return [lot];
  }
}

function noticesOf(db: Db, lots: string[]): Promise<(Notice & { settlement: Settlement | null })[]> {
  return db.notice.findMany({
    where: { lot: { in: lots } },
    orderBy: { sequence: "asc" },
    include: { settlement: true },
  });
}

function trailEvent({ row, event }: TrailRow): unknown {
  const { transaction, block } = row.settlement ?? {};
  const settled = transaction && block !== null ? { settled: { transaction, block } } : {};
  return { event, signature: row.signature, details: fullDisclosure(row), ...settled };
}

function trailNotice(row: Notice): unknown {
  return { notice: parseOr(row.bytes, {}), signature: row.signature, details: fullDisclosure(row) };
}

/** All that is known of the details, opened; what is too broken to open is handed on as it is. */
export function fullDisclosure(row: Pick<Event, "details" | "secret" | "disclosure">): unknown {
  if (row.details === null) return row.disclosure === null ? null : parseOr(row.disclosure, row.disclosure);
  try {
    return disclose(
      Details.parse(JSON.parse(row.details)),
      fromHex(row.secret ?? "0x"),
      () => true,
    ) satisfies Disclosure;
  } catch {
    return row.details;
  }
}
