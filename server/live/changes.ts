// Reads what is new since a moment, as a reader sees it: accepted events in the order of the log, notices, and the followed block.
import type { LiveChange } from "../../api/live.ts";
import { type Reader, noticesFor, seenAmong, seesEvents } from "../access/visibility.ts";
import type { Db } from "../storage/db.ts";

/** How far somebody has read: the log's newest leaf, the newest notice, and the block. */
export interface Mark {
  leaf: bigint;
  notice: bigint;
  block: number;
}

/** Changes that are read at once. */
const MOST_AT_ONCE = 200;

/** The newest of each. -1 where there is none. */
export async function newestMark(db: Db): Promise<Mark> {
  const [row] = await db.$queryRaw<
    { leaf: bigint | null; notice: bigint | null; block: number | null }[]
  >`
    SELECT (SELECT max(index) FROM leaf) AS leaf, (SELECT max(sequence) FROM notice) AS notice,
      (SELECT max(number) FROM block) AS block`;
  return { leaf: row!.leaf ?? -1n, notice: row!.notice ?? -1n, block: row!.block ?? -1 };
}

/** What a reader sees of what is new. */
export interface Changes {
  items: LiveChange[];
  /** How far this went: less than was asked for, where there is much. */
  upTo: Mark;
}

/**
 * Reads what is new between two marks. What the reader may not see is passed over in silence.
 * @param from read already; `to` is included
 */
export async function changesBetween(
  db: Db,
  reader: Reader,
  from: Mark,
  to: Mark,
): Promise<Changes> {
  // Never backwards: `to` may be of a replica that is behind the database which gave `from`.
  const leaf = max(from.leaf, min(to.leaf, from.leaf + BigInt(MOST_AT_ONCE)));
  const notice = max(from.notice, min(to.notice, from.notice + BigInt(MOST_AT_ONCE)));
  const events = await db.$queryRaw<{ id: string; lots: string[] }[]>`
    SELECT event.hash AS id, ARRAY(SELECT lot FROM entry WHERE entry.event = event.hash ORDER BY lot) AS lots
    FROM leaf JOIN event ON event.hash = leaf.event
    WHERE leaf.index > ${from.leaf} AND leaf.index <= ${leaf} AND ${seesEvents(reader)}
    ORDER BY leaf.index`;
  const notices = await db.$queryRaw<{ id: string; lot: string }[]>`
    SELECT digest AS id, lot FROM notice
    WHERE sequence > ${from.notice} AND sequence <= ${notice} AND ${noticesFor(reader)}
    ORDER BY sequence`;
  const seen = await seenAmong(db, reader, [
    ...events.flatMap(({ lots }) => lots),
    ...notices.map(({ lot }) => lot),
  ]);
  const items: LiveChange[] = [
    ...events.map(({ id, lots }) => ({
      kind: "event" as const,
      id,
      lots: lots.filter((lot) => seen.has(lot)),
    })),
    ...notices.map(({ id, lot }) => ({
      kind: "notice" as const,
      id,
      lots: seen.has(lot) ? [lot] : [],
    })),
    ...(to.block === from.block ? [] : [{ kind: "block" as const, number: to.block }]),
  ];
  return { items, upTo: { leaf, notice, block: to.block } };
}

const max = (a: bigint, b: bigint) => (a > b ? a : b);
const min = (a: bigint, b: bigint) => (a < b ? a : b);
