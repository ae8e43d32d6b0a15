// Builds a lot's trail for one reader, to be verified elsewhere. Replaces closed fields and other lots' entries by their hashes.
import { type Disclosure, openDetails } from "../../protocol/event/disclosure.ts";
import { DOCUMENT_FIELDS } from "../../protocol/event/document.ts";
import type { Restrictions } from "../../protocol/event/restrict.ts";
import type { TrailJson } from "../../protocol/trail/trail.ts";
import type { Db } from "../storage/db.ts";
import { restrictionsOf, type Reader, seenAmong } from "../access/visibility.ts";
import { loadSeenTrail, readableEvents, trailFor } from "./reader-trail.ts";
import type { OfTrails, TrailRow } from "./trails.ts";

/** A trail for one reader, with what goes beside it in a bundle. */
export interface DisclosedTrail {
  trail: TrailJson;
  /** The authors' restrictions, by the events' hashes. */
  restricted: Record<string, Restrictions>;
  /** SHA-256 of the documents that open fields name, in the order of the trail. */
  documents: string[];
}

/**
 * Builds the trail of a lot for a reader. Rows that were altered and cannot be read are left out: the verifier reports the
 * gap.
 */
export async function disclosedTrail(
  db: Db,
  ctx: OfTrails,
  reader: Reader,
  lot: string,
): Promise<DisclosedTrail> {
  const { loaded, sight, later } = await loadSeenTrail(db, ctx, reader, lot);
  const readable = readableEvents(loaded.events);
  const { logged } = loaded;
  const whole = await lotsInWhole(db, reader, readable, logged);
  const trail = trailFor(ctx, reader, lot, loaded, {
    altered: "leave out",
    sight,
    later,
    isEntryShown: ({ row }, other) => logged.has(row.hash) && whole.has(other),
  }) as TrailJson;
  const details = [...trail.events, ...trail.notices].map((item) => item.details);
  return {
    trail,
    restricted: Object.fromEntries(
      readable.flatMap(({ row }) =>
        row.restricted === null || sight.isLaterToAll(row.hash, [lot])
          ? []
          : [[row.hash, restrictionsOf(row) ?? {}] as const],
      ),
    ),
    documents: [...new Set(details.flatMap((each) => (each ? documentsIn(each) : [])))],
  };
}

/**
 * The other lots of logged events that the reader may see, whatever the state of their settlement. Their entries are shown
 * whole: a service that imports the bundle cannot learn them from the chain.
 */
async function lotsInWhole(
  db: Db,
  reader: Reader,
  trail: readonly TrailRow[],
  logged: ReadonlyMap<string, unknown>,
): Promise<Set<string>> {
  const lots = trail
    .filter(({ row }) => logged.has(row.hash))
    .flatMap(({ event }) => event.entries.map(({ lot }) => lot));
  return lots.length === 0 ? new Set() : seenAmong(db, reader, [...new Set(lots)]);
}

function documentsIn(disclosure: Disclosure): string[] {
  const { entries = [], ...shared } = openDetails(disclosure);
  const fields = [shared, ...entries] as Partial<
    Record<(typeof DOCUMENT_FIELDS)[number], string>
  >[];
  return fields.flatMap((each) => DOCUMENT_FIELDS.flatMap((name) => each[name] ?? []));
}
