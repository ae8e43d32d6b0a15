// Bounds the events behind a lot, so that every verifier can read its trail. The bounds of acceptance are far below the
// verifier's: a holder could otherwise make the lot unverifiable with events that cost nothing, and all that is made of it.
import { MAX_BUNDLE_BYTES } from "../../protocol/base/limits.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { ACTIONS, type CustodyEvent } from "../../protocol/event/event.ts";
import { MAX_TRAIL_EVENTS, makesLotsOfLots } from "../../protocol/trail/trail.ts";
import { Prisma } from "../../prisma/generated/client.ts";
import { Refusal } from "../refusal.ts";
import type { Db } from "../storage/db.ts";

/** Events of one lot, from which on only those are accepted that end something. A reel has about ten. */
export const MAX_LOT_EVENTS = 1_000;
/** Events behind a lot when it is made of others: with its own it stays below what a verifier reads. */
export const MAX_EVENTS_BEHIND = 8_000;
/** Steps from an event back to those before it, one for each lot in both. */
const MAX_STEPS = 100_000;
/** Bytes of the events and details of a trail. As a bundle, with salts and signatures, they are about twice as many. */
const MAX_TRAIL_BYTES = MAX_BUNDLE_BYTES / 2;

/** The refusal of a trail that no verifier would read. */
const trailTooLong = () =>
  new Refusal(
    "TRAIL_TOO_LONG",
    422,
    `More than ${MAX_TRAIL_EVENTS} events, or ${MAX_TRAIL_BYTES} bytes of them, are behind this lot: no verifier reads so many. Read the lots that it was made from.`,
    { field: "lot" },
  );

export const isTrailTooLong = (error: unknown): boolean =>
  error instanceof Refusal && error.code === "TRAIL_TOO_LONG";

/** An event of a trail, and one that follows it; null for the last. */
export interface Link {
  event: string;
  next: string | null;
}

/** A condition on `entry`: it made its lot's last live word. */
const LAST = Prisma.sql`
  NOT EXISTS (SELECT 1 FROM entry next WHERE next.lot = entry.lot AND next.previous = entry.word AND next.live)`;

/**
 * Walks from the last live words of lots to all events that lead to them. The database stops as soon as it has `most` steps. Each
 * step looks its entries up by index (`OFFSET 0` keeps the planner from joining the whole table at every step).
 */
const linksBehind = (lots: readonly string[], most: number, from = LAST): Prisma.Sql => Prisma.sql`
  WITH RECURSIVE back(lot, word, event, next) AS (
    SELECT lot, word, event, NULL::text FROM entry
    WHERE lot = ANY(${[...lots]}) AND live AND ${from}
    UNION
    SELECT prior.lot, prior.word, prior.event, back.event
    FROM back
    CROSS JOIN LATERAL (
      SELECT previous FROM entry WHERE event = back.event AND lot = back.lot OFFSET 0) made
    CROSS JOIN LATERAL (SELECT lot, previous FROM entry WHERE event = back.event OFFSET 0) source
    CROSS JOIN LATERAL (
      SELECT lot, word, event FROM entry WHERE lot = source.lot AND word = source.previous OFFSET 0) prior
    WHERE source.previous <> ${ZERO_HASH}
      AND (source.lot = back.lot OR made.previous = ${ZERO_HASH})
  ) SELECT event, next FROM back LIMIT ${most}`;

/**
 * Finds the events of a lot and of its ancestors that lead to the lot's last live word.
 * @param end an earlier event of the lot to begin at
 * @throws Refusal TRAIL_TOO_LONG before it reads more than a verifier would
 */
export async function trailLinks(db: Db, lot: string, end?: string): Promise<Link[]> {
  const from = end === undefined ? LAST : Prisma.sql`event = ${end}`;
  const links = await db.$queryRaw<Link[]>(linksBehind([lot], MAX_STEPS + 1, from));
  const events = new Set(links.map(({ event }) => event));
  if (links.length > MAX_STEPS || events.size > MAX_TRAIL_EVENTS) throw trailTooLong();
  const [{ bytes } = { bytes: 0 }] = await db.$queryRaw<{ bytes: number }[]>`
    SELECT coalesce(sum(octet_length(bytes) + coalesce(octet_length(details), 0) + coalesce(octet_length(disclosure), 0)), 0)
      ::float8 AS bytes
    FROM event WHERE hash = ANY(${[...events]})`;
  if (bytes > MAX_TRAIL_BYTES) throw trailTooLong();
  return links;
}

/** Actions that can follow a lot's last event only once: refusing them would leave the lot without an exit. */
const ENDING: readonly number[] = [
  ACTIONS.receive,
  ACTIONS.refuse,
  ACTIONS.cancel,
  ACTIONS.release,
];

/** The entries of an event whose lots' trails it makes longer: none where it ends something. */
const lengthened = ({ action, entries }: CustodyEvent) =>
  ENDING.includes(action) ? [] : entries.filter(({ previous }) => previous !== ZERO_HASH);

/**
 * Refuses an event of a lot that has as many as it may have.
 * @param eventsOf the number of a lot's live events; more than the bound need not be counted
 * @throws Refusal TRAIL_TOO_LONG
 */
export function checkLotLengths(event: CustodyEvent, eventsOf: (lot: string) => number): void {
  // One that takes all pieces of a lot is the lot's last.
  const long = lengthened(event).find(
    ({ lot, quantity }) => quantity > 0 && eventsOf(lot) >= MAX_LOT_EVENTS,
  );
  if (!long) return;
  throw new Refusal(
    "TRAIL_TOO_LONG",
    422,
    `Lot ${long.lot} has ${MAX_LOT_EVENTS} events already. Its holder can still use up or scrap all of its pieces, or split them all off.`,
    { field: `entries.${event.entries.indexOf(long)}.lot` },
  );
}

/** The lots of which an event makes others: the events behind them are behind these too. */
export const sourcesOf = (event: CustodyEvent): string[] =>
  makesLotsOfLots(event) ? lengthened(event).map(({ lot }) => lot) : [];

/**
 * Refuses an event that makes lots of others with so many events behind them that nobody would verify what it makes.
 * @throws Refusal TRAIL_TOO_LONG
 */
export async function checkEventsBehind(db: Db, event: CustodyEvent): Promise<void> {
  const sources = sourcesOf(event);
  if (sources.length === 0) return;
  const [{ steps, events } = { steps: 0, events: 0 }] = await db.$queryRaw<
    { steps: number; events: number }[]
  >`SELECT count(*)::int AS steps, count(DISTINCT event)::int AS events FROM (${linksBehind(sources, MAX_STEPS / 2)}) AS link`;
  if (steps < MAX_STEPS / 2 && events < MAX_EVENTS_BEHIND) return;
  throw new Refusal(
    "TRAIL_TOO_LONG",
    422,
    `More than ${MAX_EVENTS_BEHIND} events are behind these lots, so nobody could verify what is made of them. Use lots with fewer events.`,
    { field: "entries" },
  );
}
