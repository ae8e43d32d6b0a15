// Records where lots' labels were scanned. Rules count sightings. Nobody can list them.
import type { Db } from "../storage/db.ts";
import type { Reader } from "../access/visibility.ts";
import { DAY_SECONDS, HOUR_SECONDS } from "../../protocol/base/time.ts";

/** Sightings of one lot stored for one party within a day, so that nobody can fill the table. */
const MAX_SIGHTINGS_A_DAY = 100;

/** The name under which a reader's sightings are stored. */
export const sightingParty = ({ party }: Reader): string => party ?? "operator";

export interface NewSighting {
  lot: string;
  reader: Reader;
  /** The party's name for the place. Empty where it gives none. */
  place: string;
  /** Unix seconds. */
  time: number;
}

/**
 * Stores that a lot's label was scanned, if the service has the lot: one statement, whether it has. A party's scans of a lot
 * at one place within an hour count as one.
 */
export async function keepSighting(
  db: Db,
  { lot, reader, place, time }: NewSighting,
): Promise<void> {
  const party = sightingParty(reader);
  const hour = Math.floor(time / HOUR_SECONDS);
  await db.$executeRaw`
    INSERT INTO sighting (lot, party, place, hour, time)
    SELECT ${lot}, ${party}, ${place}, ${hour}::int, ${time}::bigint
    WHERE EXISTS (SELECT 1 FROM lot WHERE id = ${lot}) AND NOT EXISTS (
      SELECT 1 FROM sighting WHERE lot = ${lot} AND party = ${party} AND place = ${place}
        AND time > ${time - HOUR_SECONDS}::bigint)
    AND (SELECT count(*) FROM sighting WHERE lot = ${lot} AND party = ${party}
        AND time > ${time - DAY_SECONDS}::bigint) < ${MAX_SIGHTINGS_A_DAY}
    ON CONFLICT DO NOTHING`;
}

/** A place at which a lot was scanned. */
export interface Place {
  party: string;
  place: string;
  first: number;
  last: number;
}

/** The places at which a lot was scanned, one row per party and place, the newest first. */
export async function placesOf(db: Db, lot: string, most: number): Promise<Place[]> {
  const rows = await db.$queryRaw<{ party: string; place: string; first: bigint; last: bigint }[]>`
    SELECT party, place, min(time) AS first, max(time) AS last FROM sighting
    WHERE lot = ${lot} GROUP BY party, place ORDER BY max(time) DESC, party, place LIMIT ${most}`;
  return rows.map(({ party, place, first, last }) => ({
    party,
    place,
    first: Number(first),
    last: Number(last),
  }));
}
