// Reads what a reader's facts are derived from, in one snapshot: the events of the lots that it sees, each lot up to the reader's
// own last handover, and when each event was known.
import { ACTIONS } from "../../protocol/event/event.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { type Sight, sightOf } from "../access/sight.ts";
import { type Reader, seesLots } from "../access/visibility.ts";
import type { Context } from "../context.ts";
import { placesOf } from "../log/places.ts";
import { Refusal } from "../refusal.ts";
import type { Db } from "../storage/db.ts";

/** Lots that one answer reads. */
const MAX_LOTS = 20_000;
/** Events that one answer reads. */
const MAX_EVENTS = 50_000;
/** Events whose rows are read at once. */
const PAGE = 5_000;

/** A row of an event, as far as facts need it. */
export interface EventRow {
  hash: string;
  sequence: bigint;
  bytes: string;
  details: string | null;
  secret: string | null;
  disclosure: string | null;
  restricted: string | null;
  actor: string;
  holder: string;
  consignee: string;
  state: string;
  block: number | null;
  /** Unix seconds of the block. */
  blockTime: bigint | null;
}

/** What was read, and how far the reader sees it. */
export interface Reading {
  /** The lots that the reader sees. */
  lots: ReadonlySet<string>;
  sight: Sight;
  /** The entries that it sees, also those that made the lots which its own were split from. */
  entries: readonly EntryRow[];
  /** The events of these entries, in the order of acceptance. */
  rows: readonly EventRow[];
  /** Unix seconds at which each event was known. Those that are not final yet are missing. */
  known: ReadonlyMap<string, number>;
}

/** Reads for a reader. What follows from it is derived after the snapshot, which holds a connection. @throws Refusal TOO_LARGE */
export async function readEvents(ctx: Context, db: Db, reader: Reader): Promise<Reading> {
  const lots = await seenLots(db, reader);
  const ids = [...lots];
  const sight = await sightOf(db, reader, ids);
  const own = await entriesOf(db, ids);
  const lineage = await ancestorsOf(db, ids);
  const entries = [
    ...own.filter(({ event, lot }) => !sight.isLaterToAll(event, [lot])),
    ...lineage.filter(({ lot }) => !lots.has(lot)),
  ];
  const hashes = [...new Set(entries.map(({ event }) => event))];
  if (hashes.length > MAX_EVENTS) throw tooLarge("events", MAX_EVENTS);
  const rows: EventRow[] = [];
  const known = new Map<string, number>();
  for (let at = 0; at < hashes.length; at += PAGE) {
    const page = await rowsOf(db, hashes.slice(at, at + PAGE));
    for (const row of page) rows.push(row);
    for (const [hash, time] of await knownTimes(ctx, db, page)) known.set(hash, time);
  }
  return {
    lots,
    sight,
    entries,
    rows: rows.sort((a, b) => Number(a.sequence - b.sequence)),
    known,
  };
}

const tooLarge = (what: string, most: number) =>
  new Refusal(
    "TOO_LARGE",
    413,
    `You see more than ${most.toLocaleString("en")} ${what}, and insight reads no more at once. Ask about single lots with their reach and their trail.`,
  );

/** The lots that a reader sees. */
async function seenLots(db: Db, reader: Reader): Promise<Set<string>> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM lot WHERE ${seesLots(reader)} LIMIT ${MAX_LOTS + 1}`;
  if (rows.length > MAX_LOTS) throw tooLarge("lots", MAX_LOTS);
  return new Set(rows.map(({ id }) => id));
}

/** An entry of an event, and the word that it left. */
export interface EntryRow {
  event: string;
  lot: string;
  word: string;
}

const entriesOf = (db: Db, lots: readonly string[]) =>
  db.$queryRaw<EntryRow[]>`
    SELECT event, lot, word FROM entry WHERE lot = ANY(${[...lots]}) AND live`;

/** The entries that made the lots which some were split from, and those of these splits: a trail shows them, too. By index. */
const ancestorsOf = (db: Db, lots: readonly string[]) =>
  db.$queryRaw<EntryRow[]>`
    WITH RECURSIVE ancestor(lot, event, source, word) AS (
      SELECT lot, NULL::text, NULL::text, NULL::text FROM unnest(${[...lots]}::text[]) AS lot
      UNION
      SELECT source.lot, made.event, source.lot, source.word FROM ancestor
      CROSS JOIN LATERAL (
        SELECT event FROM entry WHERE lot = ancestor.lot AND previous = ${ZERO_HASH} AND live OFFSET 0) made
      CROSS JOIN LATERAL (SELECT action FROM event WHERE hash = made.event OFFSET 0) maker
      CROSS JOIN LATERAL (SELECT lot, previous, word FROM entry WHERE event = made.event OFFSET 0) source
      WHERE maker.action = ${ACTIONS.split} AND source.previous <> ${ZERO_HASH}
    )
    SELECT entry.event, entry.lot, entry.word FROM ancestor
    JOIN entry ON entry.lot = ancestor.lot AND entry.previous = ${ZERO_HASH} AND entry.live
    UNION
    SELECT event, source, word FROM ancestor WHERE event IS NOT NULL`;

const rowsOf = (db: Db, hashes: readonly string[]) =>
  db.$queryRaw<EventRow[]>`
    SELECT event.hash, event.sequence, event.bytes, event.details, event.secret, event.disclosure, event.restricted,
      event.actor, event.holder, event.consignee, settlement.state::text AS state, settlement.block,
      block.time AS "blockTime"
    FROM event JOIN settlement ON settlement.event = event.hash LEFT JOIN block ON block.number = settlement.block
    WHERE event.hash = ANY(${[...hashes]}) ORDER BY event.sequence`;

/** When each event was known: at its final block, or at the block of the first anchored checkpoint that has it. */
async function knownTimes(
  ctx: Context,
  db: Db,
  rows: readonly EventRow[],
): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (const { hash, state, blockTime } of rows)
    if (state === "final" && blockTime !== null) times.set(hash, Number(blockTime));
  const logged = rows.filter(({ state }) => state === "logged");
  if (logged.length === 0) return times;
  const places = await placesOf(
    db,
    ctx.merkleLog,
    logged.map(({ hash, block }) => ({ hash, settlement: { block } })),
  );
  const numbers = [...new Set([...places.values()].map(({ block }) => block))];
  const blocks = await db.block.findMany({ where: { number: { in: numbers } } });
  const timeOf = new Map(blocks.map(({ number, time }) => [number, Number(time)]));
  for (const [hash, { block }] of places) {
    const time = timeOf.get(block);
    if (time !== undefined) times.set(hash, time);
  }
  return times;
}
