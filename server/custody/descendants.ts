// Traces a lot forward: the lots that were split from it and assembled of it, level by level.
import { ACTIONS } from "../../protocol/event/event.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { MAX_DESCENDANTS } from "../../api/lots.ts";
import type { Db } from "../storage/db.ts";

export interface Descendant {
  lot: string;
  /** The lots that it comes from, as far as they are descendants themselves or the lot asked for. */
  from: string[];
  /** The event that made it. */
  madeBy: string;
  /** Splits and assemblies between. */
  steps: number;
}

/** The lots that were made of a lot, the nearest first, up to a bound. */
export async function descendantsOf(
  db: Db,
  lot: string,
  max = MAX_DESCENDANTS,
): Promise<{ found: Descendant[]; truncated: boolean }> {
  const found = new Map<string, Descendant>();
  for (let steps = 1, level = [lot]; level.length > 0; steps++) {
    const next: string[] = [];
    for (const { from, made, event } of await madeOf(db, level)) {
      const known = found.get(made);
      if (known) known.from.push(from);
      else if (found.size === max) return { found: [...found.values()], truncated: true };
      else {
        found.set(made, { lot: made, from: [from], madeBy: event, steps });
        next.push(made);
      }
    }
    level = next;
  }
  return { found: [...found.values()], truncated: false };
}

function madeOf(
  db: Db,
  lots: readonly string[],
): Promise<{ from: string; made: string; event: string }[]> {
  return db.$queryRaw`
    SELECT used.lot AS from, made.lot AS made, event.hash AS event
    FROM entry used
    JOIN event ON event.hash = used.event AND event.action IN (${ACTIONS.split}, ${ACTIONS.assemble})
    JOIN entry made ON made.event = event.hash AND made.previous = ${ZERO_HASH}
    WHERE used.lot = ANY(${[...lots]}) AND used.live AND used.previous <> ${ZERO_HASH}
    ORDER BY event.sequence, made.lot`;
}
