// Traces forward: the lots that were split from a lot and assembled of it, level by level, and the events built on an event.
import { ACTIONS } from "../../protocol/event/event.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { MAX_DESCENDANTS } from "../../api/lots.ts";
import { type Reader, seesEvents } from "../access/visibility.ts";
import type { Db } from "../storage/db.ts";

/** A lot that was made of the requested lot. */
export interface Descendant {
  lot: string;
  /** Its sources among the descendants and the requested lot, and the pieces of each that the event used. */
  from: { lot: string; quantity: number }[];
  how: "split" | "assemble";
  /** Pieces of which it was made. */
  made: number;
  /** The event that made it. */
  madeBy: string;
  /** Splits and assemblies between it and the requested lot. */
  steps: number;
}

/**
 * Finds the lots that were made of a lot, the nearest first, up to a bound. Follows only events that the reader sees or that
 * the ledger recorded.
 */
export async function descendantsOf(
  db: Db,
  reader: Reader,
  lot: string,
  max = MAX_DESCENDANTS,
): Promise<{ descendants: Descendant[]; truncated: boolean }> {
  const descendants = new Map<string, Descendant>();
  for (let steps = 1, level = [lot]; level.length > 0; steps++) {
    const next: string[] = [];
    for (const { from: source, made, event, used, action, pieces } of await madeOf(
      db,
      reader,
      level,
    )) {
      const from = { lot: source, quantity: Number(used) };
      const earlier = descendants.get(made);
      if (earlier) earlier.from.push(from);
      else if (descendants.size === max)
        return { descendants: [...descendants.values()], truncated: true };
      else {
        descendants.set(made, {
          lot: made,
          from: [from],
          how: action === ACTIONS.split ? "split" : "assemble",
          made: Number(pieces),
          madeBy: event,
          steps,
        });
        next.push(made);
      }
    }
    level = next;
  }
  return { descendants: [...descendants.values()], truncated: false };
}

/** A lot that an event made, and one that it took pieces of. */
interface Made {
  from: string;
  made: string;
  pieces: bigint;
  event: string;
  action: number;
  used: bigint;
}

function madeOf(db: Db, reader: Reader, lots: readonly string[]): Promise<Made[]> {
  return db.$queryRaw`
    SELECT used.lot AS from, made.lot AS made, made.quantity AS pieces, event.hash AS event, event.action, coalesce((
      SELECT before.quantity - used.quantity FROM entry before
      WHERE before.lot = used.lot AND before.word = used.previous LIMIT 1), 0) AS used
    FROM entry used
    JOIN event ON event.hash = used.event AND event.action IN (${ACTIONS.split}, ${ACTIONS.assemble})
    JOIN entry made ON made.event = event.hash AND made.previous = ${ZERO_HASH}
    LEFT JOIN settlement ON settlement.event = event.hash
    WHERE used.lot = ANY(${[...lots]}) AND used.live AND used.previous <> ${ZERO_HASH}
      AND (settlement.block IS NOT NULL OR ${seesEvents(reader)})
    ORDER BY event.sequence, made.lot`;
}

/** Finds events and all events that were built on the words they made. */
export async function withDescendants(db: Db, events: readonly string[]): Promise<string[]> {
  const rows = await db.$queryRaw<{ event: string }[]>`
    WITH RECURSIVE after(event) AS (
      SELECT unnest(${events}::text[])
      UNION
      SELECT next.event FROM after
      JOIN entry made ON made.event = after.event
      JOIN entry next ON next.lot = made.lot AND next.previous = made.word
    ) SELECT event FROM after`;
  return rows.map(({ event }) => event);
}
