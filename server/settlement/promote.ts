// Moves log-only lots to the ledger: queues their events, and all that is connected with them.
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { spendIn } from "../budgets/spend.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { Refusal } from "../refusal.ts";
import { lockStates } from "../custody/states.ts";
import { inTurn, type Waiting } from "./turns.ts";
import { lotFor, type Reader, seenAmong, seenEvents } from "../access/visibility.ts";

/** Events that one request may settle: some minutes of transactions. */
const MOST_AT_ONCE = 10_000;
/** Log-only events that one step of the relay queues. */
const MOST_PER_STEP = 1_000;

/** Log-only events that settle together, and the lots that they share. */
export interface ConnectedEvents {
  lots: string[];
  events: string[];
}

/**
 * Collects the log-only events of some lots, of all lots that share one of them, and so on: an event settles with all
 * its lots.
 * @param most stops as soon as there are more events
 * @returns undefined if there are more
 */
async function connectedWith(
  db: Db,
  lots: readonly string[],
  most: number,
): Promise<ConnectedEvents | undefined> {
  const connected = { lots: new Set<string>(), events: new Set<string>() };
  for (let fresh = new Set(lots); fresh.size > 0;) {
    for (const lot of fresh) connected.lots.add(lot);
    const rows = await db.$queryRaw<{ event: string }[]>`
      SELECT DISTINCT entry.event FROM entry JOIN settlement ON settlement.event = entry.event
      WHERE entry.lot = ANY(${[...fresh]}) AND entry.live AND settlement.state = 'logged'`;
    const events = rows.map(({ event }) => event).filter((event) => !connected.events.has(event));
    for (const event of events) connected.events.add(event);
    if (connected.events.size > most) return undefined;
    if (events.length === 0) break;
    const theirs = await db.$queryRaw<
      { lot: string }[]
    >`SELECT DISTINCT lot FROM entry WHERE event = ANY(${events})`;
    fresh = new Set(theirs.map(({ lot }) => lot).filter((lot) => !connected.lots.has(lot)));
  }
  return { lots: [...connected.lots], events: [...connected.events] };
}

/**
 * Settles a log-only lot, with every lot it shares events with. The relay sends the events in the order of acceptance.
 * @returns what is queued now, as far as the reader sees it; no events if the lot was settled before, or is about to be
 * @throws Refusal NOT_FOUND; FORBIDDEN unless the reader is the operator or the party that holds the lot;
 * TOO_MANY_CONNECTED; BUDGET_SPENT; NOT_WHOLE if a part of one of the events is missing here
 */
export async function settleLot(
  ctx: Pick<Context, "prisma" | "budgets" | "clock">,
  reader: Reader,
  id: string,
): Promise<ConnectedEvents> {
  const { prisma } = ctx;
  const lot = await lotFor(prisma, reader, id);
  // An issuer that handed the lot on must not publish who bought it later, and how much.
  const maySettle = !reader.byGrant && (reader.party === null || lot.holder === reader.party);
  if (!maySettle)
    throw new Refusal(
      "FORBIDDEN",
      403,
      "Only the party that holds a lot, or the operator, can settle it. Ask its holder.",
      { field: "lot" },
    );
  return prisma.$transaction(async (tx) => {
    const connected = await lockConnected(tx, [id], MOST_AT_ONCE);
    if (!connected) {
      const why = `More than ${MOST_AT_ONCE} events are connected with the lot: too many to settle at once.`;
      throw new Refusal("TOO_MANY_CONNECTED", 422, why, { field: "lot" });
    }
    await checkWhole(tx, reader, connected.events);
    await queue(tx, connected.events);
    await spendIn(tx, ctx, reader.party, "submissions", connected.events.length);
    const lots = await seenAmong(tx, reader, connected.lots);
    return { lots: [...lots], events: [...(await seenEvents(tx, reader, connected.events))] };
  });
}

/**
 * Queues log-only events among these and those that directly follow them, if they follow queued or settled events: a few
 * rows at most. The relay queues the rest: it sends nothing whose lots still have log-only events.
 */
export async function queueFollowing(tx: Db, events: readonly string[]): Promise<void> {
  const made = await tx.entry.findMany({
    where: { event: { in: [...events] } },
    select: { lot: true },
  });
  // A transaction that adds a log-only event to them must end first: its rows are not visible yet.
  await lockStates(
    tx,
    made.map(({ lot }) => lot),
  );
  await tx.$executeRaw`
    WITH near(event) AS (
      SELECT unnest(${[...events]}::text[])
      UNION
      SELECT next.event FROM entry made
      JOIN entry next ON next.lot = made.lot AND next.previous = made.word AND next.live
      WHERE made.event = ANY(${[...events]})
    )
    UPDATE settlement SET state = 'queued', updated_at = now()
    FROM near
    JOIN entry ON entry.event = near.event AND entry.live
    JOIN entry prior ON prior.lot = entry.lot AND prior.word = entry.previous AND prior.live
    JOIN settlement before ON before.event = prior.event AND before.state <> 'logged'
    WHERE settlement.id = near.event AND settlement.state = 'logged'`;
}

/**
 * Finds the queued settlements whose turn it is. While a lot of theirs has log-only events, queues some of those instead. So
 * connected events are all queued before any of them is sent, and after those that they follow.
 * @param most events and notices
 * @returns their settlements; undefined if events had to be queued first: the next step continues
 */
export async function readyToSend(tx: Db, most: number): Promise<Waiting[] | undefined> {
  const waiting = await inTurn(tx, most);
  const ids = waiting.map(({ id }) => id);
  const theirs = await tx.$queryRaw<
    { lot: string }[]
  >`SELECT DISTINCT lot FROM entry WHERE event = ANY(${ids})`;
  const lots = theirs.map(({ lot }) => lot);
  await lockStates(tx, lots);
  const queued = await tx.$executeRaw`
    UPDATE settlement SET state = 'queued', updated_at = now()
    WHERE id IN (
      SELECT id FROM settlement
      WHERE state = 'logged' AND event IN (SELECT event FROM entry WHERE lot = ANY(${lots}) AND live)
      ORDER BY sequence LIMIT ${MOST_PER_STEP})`;
  return queued > 0 ? undefined : waiting;
}

/** Collects connected events and locks their lots, so that nobody can add a log-only event to them. */
async function lockConnected(
  tx: Db,
  lots: readonly string[],
  most: number,
): Promise<ConnectedEvents | undefined> {
  for (let locked = 0; ;) {
    const connected = await connectedWith(tx, lots, most);
    if (connected === undefined || connected.lots.length === locked) return connected;
    await lockStates(tx, connected.lots);
    locked = connected.lots.length;
  }
}

/**
 * Checks that each event has its signature and the states before it: the ledger records no event without them.
 * @param reader who is told which event and lot it is, if it sees them
 */
async function checkWhole(db: Db, reader: Reader, events: readonly string[]): Promise<void> {
  const [lacking] = await db.$queryRaw<{ hash: string; lot: string | null }[]>`
    SELECT event.hash, entry.lot FROM event
    LEFT JOIN entry ON entry.event = event.hash AND entry.previous <> ${ZERO_HASH}
      AND NOT EXISTS (SELECT 1 FROM entry prior WHERE prior.lot = entry.lot AND prior.word = entry.previous)
    WHERE event.hash = ANY(${[...events]}) AND (event.signature IS NULL OR entry.lot IS NOT NULL) LIMIT 1`;
  if (!lacking) return;
  const { hash, lot } = lacking;
  const seen = await seenEvents(db, reader, [hash]);
  const event = seen.has(hash) ? `Event ${hash}` : "An event that is connected with the lot";
  const named =
    lot !== null && (await seenAmong(db, reader, [lot])).has(lot) ? `lot ${lot}` : "another lot";
  const part = lot === null ? "its signature" : `the state of ${named} before it`;
  const why = `${event} is incomplete here: ${part} is missing. The party that made it can settle it.`;
  throw new Refusal("NOT_WHOLE", 409, why, { field: "lot" });
}

async function queue(tx: Db, events: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE settlement SET state = 'queued', updated_at = now() WHERE id = ANY(${[...events]}) AND state = 'logged'`;
}
