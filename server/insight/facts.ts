// Gathers the facts that one reader's answers are computed from: the events of the lots that it sees, each lot up to the
// reader's own last handover, with the fields that it may see. Nothing else enters any figure.
import { parsedBy } from "../../protocol/base/canonical.ts";
import { ACTIONS, CustodyEvent, withheldEntry } from "../../protocol/event/event.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { deriveFacts, type Earlier, type Recorded } from "../../protocol/insight/derive.ts";
import type { Facts, Movement, Origin, Passage, Use } from "../../protocol/insight/facts.ts";
import { Prisma } from "../../prisma/generated/client.ts";
import { type Sight, sightOf } from "../access/sight.ts";
import { isOpenTo, type Reader, seesLots, visibleDetails } from "../access/visibility.ts";
import type { Context } from "../context.ts";
import { placesOf } from "../log/places.ts";
import { Refusal } from "../refusal.ts";
import type { Db } from "../storage/db.ts";

/** Lots that one answer reads. A reader with more names the lots that it asks about. */
export const MAX_LOTS = 50_000;
/** Events that one answer reads. */
export const MAX_EVENTS = 200_000;
/** Events whose rows are read at once. */
const PAGE = 5_000;

/** A reader's facts, and what they rest on. */
export interface Gathered {
  facts: Facts;
  /** The lots that the reader sees. Of those that they were split from, it has the origin alone. */
  lots: ReadonlySet<string>;
  /** The hashes of the events that were used. */
  events: readonly string[];
  /** Lots that the reader sees, of which events are not final yet: these are left out. */
  unsettled: number;
}

/** A row of an event, as far as facts need it. */
interface Row {
  hash: string;
  sequence: bigint;
  bytes: string;
  details: string | null;
  secret: string | null;
  disclosure: string | null;
  restricted: string | null;
  action: number;
  actor: string;
  holder: string;
  consignee: string;
  state: string;
  block: number | null;
  /** Unix seconds of the block. */
  blockTime: bigint | null;
}

/**
 * Gathers a reader's facts.
 * @param cut Unix seconds: only what was known then
 * @param lots only these; undefined for all that the reader sees
 * @throws Refusal TOO_LARGE
 */
export async function gatherFacts(
  ctx: Context,
  db: Db,
  reader: Reader,
  { cut, lots }: { cut: number; lots?: readonly string[] },
): Promise<Gathered> {
  const seen = await seenLots(db, reader, lots);
  const ids = [...seen];
  const sight = await sightOf(db, reader, ids);
  const entries = await entriesOf(db, ids);
  const lineage = await ancestorsOf(db, ids);
  const kept = [
    ...entries.filter(({ event, lot }) => !sight.isLaterToAll(event, [lot])),
    ...lineage.filter(({ lot }) => !seen.has(lot)),
  ];
  const lotsOf = Map.groupBy(kept, ({ event }) => event);
  if (lotsOf.size > MAX_EVENTS) throw tooLarge("events", MAX_EVENTS);
  const unsettled = new Set<string>();
  const recorded: Recorded[] = [];
  for (let at = 0; at < lotsOf.size; at += PAGE) {
    const hashes = [...lotsOf.keys()].slice(at, at + PAGE);
    const rows = await rowsOf(db, hashes);
    const known = await knownTimes(ctx, db, rows);
    for (const row of rows) {
      const own = new Set(lotsOf.get(row.hash)!.map(({ lot }) => lot));
      const time = known.get(row.hash);
      if (time === undefined) own.forEach((lot) => seen.has(lot) && unsettled.add(lot));
      else if (time <= cut) {
        const one = recordedFor(reader, row, own, time, sight);
        if (one) recorded.push(one);
      }
    }
  }
  const words = new Map(kept.map(({ event, lot, word }) => [`${event}${lot}`, word]));
  const { movements, ...facts } = factsOf(recorded, words);
  return {
    facts: { ...facts, movements: movements.filter(({ lot }) => seen.has(lot)) },
    lots: seen,
    events: recorded.map(({ hash }) => hash),
    unsettled: unsettled.size,
  };
}

const tooLarge = (what: string, most: number) =>
  new Refusal(
    "TOO_LARGE",
    413,
    `The answer would need more than ${most.toLocaleString("en")} ${what}. Name the lots or the part that you ask about.`,
  );

/** The lots that a reader sees. */
async function seenLots(
  db: Db,
  reader: Reader,
  lots: readonly string[] | undefined,
): Promise<Set<string>> {
  const among = lots ? Prisma.sql`lot.id = ANY(${[...lots]}) AND` : Prisma.empty;
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM lot WHERE ${among} ${seesLots(reader)} LIMIT ${MAX_LOTS + 1}`;
  if (rows.length > MAX_LOTS) throw tooLarge("lots", MAX_LOTS);
  return new Set(rows.map(({ id }) => id));
}

interface EntryRow {
  event: string;
  lot: string;
  word: string;
}

const entriesOf = (db: Db, lots: readonly string[]) =>
  db.$queryRaw<EntryRow[]>`
    SELECT event, lot, word FROM entry WHERE lot = ANY(${[...lots]}) AND live`;

/** The entries that made the lots which some were split from, and those of these splits: a trail shows them, too. */
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
  db.$queryRaw<Row[]>`
    SELECT event.hash, event.sequence, event.bytes, event.details, event.secret, event.disclosure, event.restricted,
      event.action, event.actor, event.holder, event.consignee, settlement.state::text AS state, settlement.block,
      block.time AS "blockTime"
    FROM event JOIN settlement ON settlement.event = event.hash LEFT JOIN block ON block.number = settlement.block
    WHERE event.hash = ANY(${[...hashes]}) ORDER BY event.sequence`;

/** When each event was known: at its final block, or at the block of the first anchored checkpoint that has it. */
async function knownTimes(
  ctx: Context,
  db: Db,
  rows: readonly Row[],
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

/** An event as the reader sees it. Entries of other lots are withheld. Undefined if the row cannot be read. */
function recordedFor(
  reader: Reader,
  row: Row,
  own: ReadonlySet<string>,
  known: number,
  sight: Sight,
): Recorded | undefined {
  const event = parsedBy(CustodyEvent, row.bytes);
  if (!event) return undefined;
  const visible = new Set(event.entries.keys().filter((i) => own.has(event.entries[i]!.lot)));
  const isOpen = isOpenTo(reader, row, visible, (party) =>
    sight.isLater(party, row.hash, [...own]),
  );
  return {
    hash: row.hash,
    sequence: Number(row.sequence),
    event: {
      ...event,
      entries: event.entries.map((entry) => (own.has(entry.lot) ? entry : withheldEntry(""))),
    },
    details: visibleDetails(row, isOpen)?.details,
    known,
  };
}

/** Derives the facts of events, each after those that it builds on. @param words the word of each lot after an event */
function factsOf(recorded: readonly Recorded[], words: ReadonlyMap<string, string>): Facts {
  const states = new Map<string, ReturnType<Earlier["stateOf"]>>();
  const passages = new Map<string, Passage>();
  const origins = new Map<string, Origin>();
  const movements: Movement[] = [];
  const uses: Use[] = [];
  for (const one of inOrder(recorded, words)) {
    const { event, hash } = one;
    const previous = new Map(event.entries.map((entry) => [entry.lot, entry.previous]));
    const derived = deriveFacts(one, {
      stateOf: (lot) => states.get(lot + previous.get(lot)!),
      passageOf: (lot) => passages.get(states.get(lot + previous.get(lot)!)?.lastEvent + lot),
      originOf: (lot) => origins.get(lot),
    });
    movements.push(...derived.movements);
    uses.push(...derived.uses);
    for (const origin of derived.origins) origins.set(origin.lot, origin);
    for (const passage of derived.passages) passages.set(passage.ship + passage.lot, passage);
    for (const { ship, lot, ...end } of derived.endings) {
      const passage = passages.get(ship + lot);
      if (passage) passages.set(ship + lot, { ...passage, ...end });
    }
    const { holder, consignee } = event;
    for (const { lot, quantity } of event.entries)
      states.set(lot + words.get(hash + lot)!, { lastEvent: hash, holder, consignee, quantity });
  }
  return { movements, passages: [...passages.values()], uses, origins: [...origins.values()] };
}

/**
 * Orders events by acceptance, but each after those that left its lots' words: an event that the chain dropped and recorded
 * again is younger here than those built on it.
 */
function inOrder(recorded: readonly Recorded[], words: ReadonlyMap<string, string>): Recorded[] {
  const made = new Set<string>();
  const awaited = new Set(
    recorded.flatMap(({ hash, event }) =>
      event.entries.flatMap(({ lot }) => {
        const word = words.get(hash + lot);
        return word === undefined ? [] : [lot + word];
      }),
    ),
  );
  const ordered: Recorded[] = [];
  let waiting = [...recorded];
  while (waiting.length > 0) {
    const rest: Recorded[] = [];
    for (const one of waiting) {
      const { hash, event } = one;
      const isReady = event.entries.every(
        ({ lot, previous, ...entry }) =>
          "withheld" in entry ||
          previous === ZERO_HASH ||
          made.has(lot + previous) ||
          !awaited.has(lot + previous),
      );
      if (!isReady) {
        rest.push(one);
        continue;
      }
      ordered.push(one);
      for (const { lot } of event.entries) {
        const word = words.get(hash + lot);
        if (word !== undefined) made.add(lot + word);
      }
    }
    if (rest.length === waiting.length) return [...ordered, ...rest]; // altered rows: nothing follows from them
    waiting = rest;
  }
  return ordered;
}
