// Derives the columns by which lots are searched from the details of the events that made them.
import { type Details, entryDetail, type EntryDetails } from "../../protocol/event/details.ts";
import { ACTIONS } from "../../protocol/event/event.ts";
import type { Restrictions } from "../../protocol/event/restrict.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Db } from "../storage/db.ts";
import { restrictionsOf, visibleDetails } from "../access/visibility.ts";
import { searchText } from "./search.ts";

/** The columns of a lot that can be searched. */
export interface SearchColumns {
  lotNumber: string | null;
  /** The package's id if it differs from the lot number. */
  packageId: string | null;
  manufacturer: string | null;
  mpn: string | null;
  makerLot: string | null;
  dateCode: string | null;
  text: string;
}

/** Fields that a person may search for. None is private, unless the author restricts it: then it is left out. */
const SEARCHED = [
  "lotNumber",
  "packageId",
  "manufacturer",
  "mpn",
  "makerLot",
  "dateCode",
  "partDescription",
  "productName",
] as const;

/**
 * The search columns of a new lot.
 * @param details of the event that made it; undefined if they are not known here
 * @param index of the lot's entry
 * @param parent the lot that it was split from: its fields count where the child has none
 * @param restricted the fields that the event's author restricts; every reader of the lot sees these columns
 */
export function searchColumns(
  details: Details | undefined,
  index: number,
  parent: SearchColumns | null,
  restricted: Restrictions | undefined = {},
): SearchColumns {
  const field = (name: keyof EntryDetails) => {
    const value =
      restricted[name] === "private" ? undefined : details && entryDetail(details, index, name);
    return value === undefined ? null : String(value);
  };
  const identity = {
    manufacturer: field("manufacturer") ?? parent?.manufacturer ?? null,
    mpn: field("mpn") ?? parent?.mpn ?? null,
    makerLot: field("makerLot") ?? parent?.makerLot ?? null,
    dateCode: field("dateCode") ?? parent?.dateCode ?? null,
  };
  const words = [...SEARCHED.map(field), ...Object.values(identity)].filter(
    (word) => word !== null,
  );
  const numbers = { lotNumber: field("lotNumber"), packageId: field("packageId") };
  return { ...numbers, ...identity, text: searchText(words) };
}

/**
 * Updates the search columns of lots and of all lots split from them, after more is known about the events that made
 * them.
 */
export async function relist(db: Db, lots: readonly string[]): Promise<void> {
  const done = new Set<string>();
  for (let level = [...lots]; level.length > 0;) {
    for (const { lot, hash, index, parent } of await madeBy(db, level)) {
      const row = await db.event.findUniqueOrThrow({ where: { hash } });
      const above = parent === null ? null : await db.lot.findUnique({ where: { id: parent } });
      const details = visibleDetails(row, () => true)?.details;
      await db.lot.updateMany({
        where: { id: lot },
        data: searchColumns(details, index, above, restrictionsOf(row)),
      });
      done.add(lot);
    }
    level = (await splitFrom(db, level)).filter((lot) => !done.has(lot));
  }
}

interface Made {
  lot: string;
  hash: string;
  index: number;
  /** The lot that it was split from. */
  parent: string | null;
}

function madeBy(db: Db, lots: readonly string[]): Promise<Made[]> {
  return db.$queryRaw`
    SELECT lot.id AS lot, event.hash, entry.index, parent.lot AS parent
    FROM lot JOIN event ON event.hash = lot.origin JOIN entry ON entry.event = event.hash AND entry.lot = lot.id
    LEFT JOIN entry parent
      ON parent.event = event.hash AND event.action = ${ACTIONS.split} AND parent.previous <> ${ZERO_HASH}
    WHERE lot.id = ANY(${[...lots]})`;
}

async function splitFrom(db: Db, lots: readonly string[]): Promise<string[]> {
  const rows = await db.$queryRaw<{ lot: string }[]>`
    SELECT DISTINCT made.lot
    FROM entry source
    JOIN event ON event.hash = source.event AND event.action = ${ACTIONS.split}
    JOIN entry made ON made.event = event.hash AND made.previous = ${ZERO_HASH}
    WHERE source.lot = ANY(${[...lots]}) AND source.previous <> ${ZERO_HASH}`;
  return rows.map(({ lot }) => lot);
}
