// Limits a lot's search columns to what a reader with nothing but grants may see.
import type { DetailPath } from "../../protocol/event/details.ts";
import type { Lot } from "../../prisma/generated/client.ts";
import type { Db } from "../storage/db.ts";
import { trailRows } from "./trails.ts";
import { isTrailTooLong } from "./trail-bounds.ts";
import { isOpenTo, restrictionsOf, type Reader } from "../access/visibility.ts";

const COLUMNS = ["lotNumber", "packageId", "manufacturer", "mpn", "makerLot", "dateCode"] as const;
type Columns = Pick<Lot, Exclude<(typeof COLUMNS)[number], "packageId">>;

/** A lot's search columns for a reader. Every party of the lot sees all of them: private fields are not among them. */
export async function columnsFor(db: Db, reader: Reader, lot: Lot): Promise<Columns> {
  const { lotNumber, manufacturer, mpn, makerLot, dateCode } = await visibleLot(db, reader, lot);
  return { lotNumber, manufacturer, mpn, makerLot, dateCode };
}

/** A lot in which the columns that the reader may not see are null. */
export async function visibleLot(db: Db, reader: Reader, lot: Lot): Promise<Lot> {
  if (!reader.byGrant || !reader.grants?.length) return lot;
  // The columns come from the origin of the lot or of those it was split from: an author that restricted one hides it.
  const rows = await trailRows(db, lot.id).catch((error: unknown) => {
    if (!isTrailTooLong(error)) throw error;
  });
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
