// Reads, locks and projects the states of lots in the database.
import type { CustodyEvent } from "../../protocol/event/event.ts";
import { type LotState, wordOf } from "../../protocol/event/lot.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../protocol/base/values.ts";
import { Prisma } from "../../prisma/generated/client.ts";
import { endGrantsOf } from "../access/grants.ts";
import { sightOf } from "../access/sight.ts";
import { OPERATOR, type Reader, seesLots } from "../access/visibility.ts";
import type { Db } from "../storage/db.ts";

/** A lot's state as a query returns it. */
export interface StateRow {
  lot: string;
  last_event: string;
  holder: string;
  consignee: string;
  quantity: bigint;
  held: boolean;
}

export const stateOf = ({ last_event, holder, consignee, quantity, held }: StateRow): LotState => ({
  lastEvent: last_event,
  holder,
  consignee,
  quantity: Number(quantity),
  held,
});

/** A condition on `lot`: a party holds it, or is to receive it. */
const isHeldBy = (party: string): Prisma.Sql => Prisma.sql`${party} IN (lot.holder, lot.consignee)`;

/** The newest block that is followed as a whole; null before the first. */
export function headOf(db: Db): Promise<{ number: number; hash: string; time: bigint } | null> {
  return db.block.findFirst({ where: { applied: null }, orderBy: { number: "desc" } });
}

/**
 * Locks lots until the transaction ends, in ascending order so that two events never wait for each other.
 * @param reader limits them to those that it sees. It must not wait for the others either: the wait would reveal them. For
 * the same reason a lot that it handed on is not locked, and is as it was then: the reader can do nothing with it.
 */
export async function lockStates(
  db: Db,
  lots: readonly string[],
  reader: Reader = OPERATOR,
): Promise<Map<string, LotState>> {
  const isCurrent = reader.party === null ? Prisma.sql`TRUE` : isHeldBy(reader.party);
  const rows = await db.$queryRaw<StateRow[]>`
    SELECT id AS lot, last_event, holder, consignee, quantity, held
    FROM lot WHERE id = ANY(${[...lots]}) AND ${seesLots(reader)} AND ${isCurrent} ORDER BY id FOR UPDATE`;
  const states = new Map(rows.map((row) => [row.lot, stateOf(row)]));
  const rest = reader.party === null ? [] : lots.filter((lot) => !states.has(lot));
  for (const [lot, state] of await statesSeen(db, reader, rest)) states.set(lot, state);
  return states;
}

/** The states of lots as a reader sees them, without a lock: a lot that it handed on is as it was then. */
export async function statesSeen(
  db: Db,
  reader: Reader,
  lots: readonly string[],
): Promise<Map<string, LotState>> {
  const states = new Map<string, LotState>();
  if (lots.length === 0) return states;
  const seen = await db.$queryRaw<StateRow[]>`
    SELECT id AS lot, last_event, holder, consignee, quantity, held
    FROM lot WHERE id = ANY(${[...lots]}) AND ${seesLots(reader)}`;
  const sight = await sightOf(db, reader, lots);
  for (const row of seen) {
    const end = sight.endOf(row.lot);
    states.set(row.lot, end ? { ...end, quantity: Number(end.quantity) } : stateOf(row));
  }
  return states;
}

/** The states behind the `previous` words of an event's entries: null for a new lot, undefined if unknown. */
export async function statesBefore(
  db: Db,
  { entries }: CustodyEvent,
): Promise<(LotState | null | undefined)[]> {
  const rows = await db.$queryRaw<(StateRow & { word: string })[]>`
    SELECT entry.lot, entry.word, entry.event AS last_event, event.holder, event.consignee, entry.quantity, entry.held
    FROM entry JOIN event ON event.hash = entry.event
    WHERE (entry.lot, entry.word) IN (
      SELECT * FROM unnest(${entries.map(({ lot }) => lot)}::text[], ${entries.map(({ previous }) => previous)}::text[]))`;
  const byWord = new Map(rows.map((row) => [row.lot + row.word, stateOf(row)]));
  return entries.map(({ lot, previous }) =>
    previous === ZERO_HASH ? null : byWord.get(lot + previous),
  );
}

/** Sets lots to the state after their last live entry. Deletes a lot without live entries. */
export async function projectLots(db: Db, lots: readonly string[]): Promise<void> {
  await db.$executeRaw`
    UPDATE lot SET last_event = entry.event, holder = event.holder, consignee = event.consignee,
                   quantity = entry.quantity, held = entry.held
    FROM entry JOIN event ON event.hash = entry.event
    WHERE lot.id = ANY(${lots}) AND entry.lot = lot.id AND entry.live
      AND NOT EXISTS (SELECT 1 FROM entry next WHERE next.lot = entry.lot AND next.previous = entry.word AND next.live)`;
  await db.$executeRaw`
    DELETE FROM lot WHERE id = ANY(${lots}) AND NOT EXISTS (SELECT 1 FROM entry WHERE entry.lot = lot.id AND entry.live)`;
}

/**
 * As `projectLots`, for lots of which a live entry near the end is known: reads that entry and those after it, not all
 * entries of the lots.
 * @param entries one lot each, with the word after that entry
 */
export async function projectLotsFrom(
  db: Db,
  entries: readonly { lot: string; word: string }[],
): Promise<void> {
  await db.$executeRaw`
    WITH RECURSIVE path(lot, event, word) AS (
      SELECT entry.lot, entry.event, entry.word
      FROM entry JOIN unnest(${entries.map(({ lot }) => lot)}::text[], ${entries.map(({ word }) => word)}::text[])
        AS start(lot, word) ON entry.lot = start.lot AND entry.word = start.word AND entry.live
      UNION ALL
      SELECT next.lot, next.event, next.word
      FROM path JOIN entry next ON next.lot = path.lot AND next.previous = path.word AND next.live
    )
    UPDATE lot SET last_event = event.hash, holder = event.holder, consignee = event.consignee,
                   quantity = entry.quantity, held = entry.held
    FROM path JOIN event ON event.hash = path.event JOIN entry ON entry.event = path.event AND entry.lot = path.lot
    WHERE lot.id = path.lot AND NOT EXISTS (
      SELECT 1 FROM entry next WHERE next.lot = path.lot AND next.previous = path.word AND next.live)`;
}

/** A query for the last event with which each holder handed a lot on, among these entries. Its form is that of `interestsIn`. */
const handovers = (among: Prisma.Sql): Prisma.Sql => Prisma.sql`(
  SELECT DISTINCT ON (entry.lot, before.holder) entry.lot, before.holder, true, entry.event
  FROM entry JOIN event ON event.hash = entry.event JOIN lot ON lot.id = entry.lot
    JOIN entry prior ON prior.lot = entry.lot AND prior.word = entry.previous
    JOIN event before ON before.hash = prior.event
  WHERE ${among} AND entry.live AND before.holder <> event.holder
  ORDER BY entry.lot, before.holder, event.sequence DESC, entry.event)`;

/**
 * A query for who may see lots: the issuer, everyone who held a lot by a live event, and the consignee of a lot that is in
 * transit. So a consignee that did not receive the lot sees it no longer, and a void event shows it to nobody. An actor is
 * not enough: the party that refuses a shipment acts on a lot that it never held. `lasting` is not set for those who see the
 * lot only as its consignee. `until` is the event with which a party last handed the lot on.
 */
export const interestsIn = (lots: readonly string[]): Prisma.Sql => Prisma.sql`
  SELECT lot, party, bool_or(lasting) AS lasting, max(until) AS until FROM (
    SELECT id AS lot, left(id, 42) AS party, true AS lasting, NULL AS until FROM lot WHERE id = ANY(${[...lots]})
    UNION SELECT entry.lot, event.holder, true, NULL
      FROM entry JOIN event ON event.hash = entry.event JOIN lot ON lot.id = entry.lot
      WHERE entry.lot = ANY(${[...lots]}) AND entry.live
    UNION ${handovers(Prisma.sql`entry.lot = ANY(${[...lots]})`)}
    UNION SELECT entry.lot, event.consignee, false, NULL
      FROM entry JOIN event ON event.hash = entry.event JOIN lot ON lot.id = entry.lot
      WHERE entry.lot = ANY(${[...lots]}) AND entry.live AND event.consignee <> ${ZERO_ADDRESS}
        AND NOT EXISTS (
          SELECT 1 FROM entry next WHERE next.lot = entry.lot AND next.previous = entry.word AND next.live)
  ) AS named GROUP BY lot, party`;

/**
 * Stores interests, and removes others of the same lots that the condition matches. Ends what those parties granted.
 * @param until the handover of an interest that is stored already
 */
async function storeInterests(
  db: Db,
  named: Prisma.Sql,
  isOver: Prisma.Sql,
  until: Prisma.Sql,
): Promise<void> {
  const removed = await db.$queryRaw<{ lot: string; party: string }[]>`
    WITH named AS (${named}), stored AS (
      INSERT INTO interest (lot, party, lasting, until) SELECT lot, party, lasting, until FROM named
      ON CONFLICT (lot, party) DO UPDATE SET lasting = excluded.lasting, until = ${until}
      WHERE interest.lasting <> excluded.lasting OR interest.until IS DISTINCT FROM ${until}
    )
    DELETE FROM interest WHERE ${isOver} AND (lot, party) NOT IN (SELECT lot, party FROM named)
    RETURNING lot, party`;
  await endGrantsOf(db, removed);
}

/** Projects who may see lots, after their states, from all of their events. */
export async function projectInterests(db: Db, lots: readonly string[]): Promise<void> {
  const isOver = Prisma.sql`lot = ANY(${[...lots]})`;
  await storeInterests(db, interestsIn(lots), isOver, Prisma.sql`excluded.until`);
}

/**
 * As `projectInterests`, after new live events at the end of lots: reads only these, whatever was before. Only those who saw a
 * lot as its consignee can see it no longer.
 */
export async function extendInterests(
  db: Db,
  lots: readonly string[],
  events: readonly string[],
): Promise<void> {
  const ids = [...lots];
  const named = Prisma.sql`
    SELECT lot, party, bool_or(lasting) AS lasting, max(until) AS until FROM (
      SELECT id AS lot, left(id, 42) AS party, true AS lasting, NULL AS until FROM lot WHERE id = ANY(${ids})
      UNION SELECT entry.lot, event.holder, true, NULL
        FROM entry JOIN event ON event.hash = entry.event JOIN lot ON lot.id = entry.lot
        WHERE entry.event = ANY(${[...events]}) AND entry.live
      UNION ${handovers(Prisma.sql`entry.event = ANY(${[...events]})`)}
      UNION SELECT lot.id, lot.consignee, coalesce(interest.lasting, false), NULL
        FROM lot LEFT JOIN interest ON interest.lot = lot.id AND interest.party = lot.consignee
        WHERE lot.id = ANY(${ids}) AND lot.consignee <> ${ZERO_ADDRESS}
    ) AS named GROUP BY lot, party`;
  const until = Prisma.sql`coalesce(excluded.until, interest.until)`;
  await storeInterests(db, named, Prisma.sql`lot = ANY(${ids}) AND NOT lasting`, until);
}

/** The word of a state; zero if there is no state. */
export const wordOrZero = (state: LotState | null | undefined): string =>
  state ? wordOf(state) : ZERO_HASH;

/** The state behind each entry's previous word; undefined unless all are known. */
export async function knownStatesBefore(
  db: Db,
  event: CustodyEvent,
): Promise<(LotState | null)[] | undefined> {
  const states = await statesBefore(db, event);
  return states.every((state) => state !== undefined) ? states : undefined;
}
