// Shows rows of lots as one reader sees them: as they stood at its own handover, and without columns that a grant hides.
import type { DetailPath } from "../../protocol/event/details.ts";
import type { Lot } from "../../prisma/generated/client.ts";
import type { Db } from "../storage/db.ts";
import { trailRows } from "./trails.ts";
import { columnsOf } from "./listing.ts";
import { isTrailTooLong } from "./trail-bounds.ts";
import { atEnd, sightOf, type Sight } from "../access/sight.ts";
import { isOpenTo, restrictionsOf, type Reader } from "../access/visibility.ts";

const COLUMNS = ["lotNumber", "packageId", "manufacturer", "mpn", "makerLot", "dateCode"] as const;

/** Rows of lots as a reader sees them, in the same order. */
export async function visibleLots(db: Db, reader: Reader, lots: readonly Lot[]): Promise<Lot[]> {
  const ids = lots.map(({ id }) => id);
  const sight = await sightOf(db, reader, ids);
  const seen: Lot[] = [];
  for (const lot of lots)
    seen.push(await withoutHidden(db, reader, sight, await asOf(db, reader, sight, lot)));
  return seen;
}

/** A row of a lot as a reader sees it. */
export async function visibleLot(db: Db, reader: Reader, lot: Lot): Promise<Lot> {
  return (await visibleLots(db, reader, [lot]))[0]!;
}

/** A row as it stood at the reader's handover. Later corrections by others are not in it. */
async function asOf(db: Db, reader: Reader, sight: Sight, lot: Lot): Promise<Lot> {
  const end = sight.endOf(lot.id);
  if (!end) return lot;
  const upTo = { sequence: end.upTo, by: reader.byGrant ? null : reader.party };
  const columns = lot.corrected ? await columnsOf(db, lot.id, upTo) : undefined;
  return { ...atEnd(sight, lot), ...columns?.now };
}

/** A row in which the columns that a reader with nothing but grants may not see are null. */
async function withoutHidden(db: Db, reader: Reader, sight: Sight, lot: Lot): Promise<Lot> {
  if (!reader.byGrant || !reader.grants?.length) return lot;
  // The columns come from the origin of the lot or of those it was split from: an author that restricted one hides it.
  const rows = await trailRows(db, lot.id, sight.endOf(lot.id)?.lastEvent).catch(
    (error: unknown) => {
      if (!isTrailTooLong(error)) throw error;
    },
  );
  const restricted = rows?.filter(({ row }) => row.restricted !== null);
  const hidden = COLUMNS.filter(
    (name) =>
      // Nobody can say what the authors restrict of a lot whose trail is too long to be read.
      !restricted ||
      restricted.some(({ row }) => {
        const isRestricted = Object.hasOwn(restrictionsOf(row) ?? lot, name);
        return isRestricted && !isOpenTo(reader, row, new Set())([name] as unknown as DetailPath);
      }),
  );
  return { ...lot, ...Object.fromEntries(hidden.map((name) => [name, null])) };
}
