// Reads the events behind the log's leaves: digests for everyone, the events themselves for readers who may see them.
import { fromHex, toHex } from "../../protocol/base/bytes.ts";
import { writeEntries } from "../../protocol/log/entries.ts";
import { TILE_WIDTH } from "../../protocol/log/tiles.ts";
import { leafHash } from "../../protocol/base/merkle.ts";
import type { Db } from "../storage/db.ts";
import { isNamed, type Reader, seenAmong, seenEvents } from "../access/visibility.ts";

/** A leaf of the log, and the event behind it. */
export interface LogEntry {
  index: number;
  /** The leaf's hash. */
  leaf: string;
  /** The event's digest. */
  event: string;
  /** The event's canonical JSON as it was signed; null for a reader that may not see all of it. */
  bytes: string | null;
  signature: string | null;
}

/** Reads entries of the log. Includes an event if the reader may see all of its lots. */
export async function entriesFor(
  db: Db,
  reader: Reader,
  from: number,
  to: number,
): Promise<LogEntry[]> {
  const leaves = await db.leaf.findMany({
    where: { index: { gte: from, lt: to } },
    orderBy: { index: "asc" },
    include: { of: { include: { entries: { select: { lot: true } } } } },
  });
  const lots = leaves.flatMap(({ of }) => of.entries.map(({ lot }) => lot));
  const seen = await seenAmong(db, reader, [...new Set(lots)]);
  const events = await seenEvents(
    db,
    reader,
    leaves.map(({ event }) => event),
  );
  return leaves.map(({ index, event, of }) => {
    const isOpen =
      isNamed(reader, of) ||
      (events.has(event) && of.entries.length > 0 && of.entries.every(({ lot }) => seen.has(lot)));
    return {
      index: Number(index),
      leaf: toHex(leafHash(fromHex(event))),
      event,
      bytes: isOpen ? of.bytes : null,
      signature: isOpen ? of.signature : null,
    };
  });
}

/**
 * Reads the digests behind a tile of leaves in the form of C2SP tlog-tiles: each after its length in two bytes.
 * @param width the number of digests
 */
export async function entryBundle(db: Db, index: number, width: number): Promise<Uint8Array> {
  const start = index * TILE_WIDTH;
  const leaves = await db.leaf.findMany({
    where: { index: { gte: start, lt: start + width } },
    orderBy: { index: "asc" },
  });
  return writeEntries(leaves.map(({ event }) => event));
}
