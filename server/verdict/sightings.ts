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

/** A place at which a lot was scanned. */
export interface Place {
  party: string;
  place: string;
  /** Unix seconds of the first and of the last scan. */
  first: number;
  last: number;
}

/** The places at which parties that see a lot scanned it, the newest first. */
export async function placesOf(db: Db, lot: string, most: number): Promise<Place[]> {
  const rows = await db.$queryRaw<{ party: string; place: string; first: bigint; last: bigint }[]>`
    SELECT party, place, first, last FROM sighting JOIN interest USING (lot, party)
    WHERE lot = ${lot} ORDER BY last DESC, party, place LIMIT ${most}`;
  return rows.map(({ first, last, ...place }) => ({
    ...place,
    first: Number(first),
    last: Number(last),
  }));
}

/** The places at which one party scanned a lot, the newest first. */
export async function ownPlaces(db: Db, lot: string, party: string): Promise<Place[]> {
  const rows = await db.sighting.findMany({
    where: { lot, party },
    orderBy: [{ last: "desc" }, { place: "asc" }],
  });
  return rows.map(({ place, first, last }) => ({
    party,
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
