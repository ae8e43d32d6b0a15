// Records where the parties of lots scanned their labels. A sighting is only its party's word, so that party can take it back.
import type { Db } from "../storage/db.ts";

/** Places of one party that are kept for a lot. A package passes few, so nobody can fill the table. */
export const MAX_PLACES_OF_PARTY = 20;

export interface NewSighting {
  lot: string;
  party: string;
  /** The party's name for the place. Empty where it gives none. */
  place: string;
  /** Unix seconds. */
  time: number;
}

/**
 * Stores that a party scanned a lot's label, if the party sees the lot: a stranger could scan a copy, or none at all. Of each
 * place the first and the last scan are kept.
 */
export async function keepSighting(
  db: Db,
  { lot, party, place, time }: NewSighting,
): Promise<void> {
  await db.$executeRaw`
    INSERT INTO sighting (lot, party, place, first, last)
    SELECT ${lot}, ${party}, ${place}, ${time}::bigint, ${time}::bigint
    WHERE EXISTS (SELECT 1 FROM interest WHERE lot = ${lot} AND party = ${party})
      AND (SELECT count(*) FROM sighting WHERE lot = ${lot} AND party = ${party} AND place <> ${place})
        < ${MAX_PLACES_OF_PARTY}
    ON CONFLICT (lot, party, place) DO UPDATE
      SET first = least(sighting.first, excluded.first), last = greatest(sighting.last, excluded.last)`;
}

/** A place at which a party scanned a lot. */
export interface Place {
  place: string;
  /** Unix seconds of the first and of the last scan. */
  first: number;
  last: number;
}

/** A party that scanned a lot. */
export interface Scanner {
  party: string;
  /** Unix seconds of its last scan, and of its last one at a place that it named. */
  last: number;
  lastNamed: number | null;
}

/** The parties that see a lot and scanned it, the newest first. */
export async function scannersOf(db: Db, lot: string, most: number): Promise<Scanner[]> {
  const rows = await db.$queryRaw<{ party: string; last: bigint; named: bigint | null }[]>`
    SELECT party, max(last) AS last, max(last) FILTER (WHERE place <> '') AS named
    FROM sighting JOIN interest USING (lot, party)
    WHERE lot = ${lot} GROUP BY party ORDER BY last DESC, party LIMIT ${most}`;
  return rows.map(({ party, last, named }) => ({
    party,
    last: Number(last),
    lastNamed: named === null ? null : Number(named),
  }));
}

/** The places at which one party scanned a lot, the newest first. */
export async function ownPlaces(db: Db, lot: string, party: string): Promise<Place[]> {
  const rows = await db.sighting.findMany({
    where: { lot, party },
    orderBy: [{ last: "desc" }, { place: "asc" }],
  });
  return rows.map(({ place, first, last }) => ({
    place,
    first: Number(first),
    last: Number(last),
  }));
}

/** Takes back a party's sightings of a lot: all of them, or those of one place. */
export async function dropSightings(
  db: Db,
  lot: string,
  party: string,
  place?: string,
): Promise<void> {
  await db.sighting.deleteMany({ where: { lot, party, ...(place !== undefined && { place }) } });
}
