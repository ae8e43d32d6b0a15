// Updates the search columns of lots and of all lots split from them.
import { ACTIONS } from "../../protocol/event/event.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { readByParts } from "../storage/chunks.ts";
import type { Db } from "../storage/db.ts";
import { correctedFacts } from "./corrected-facts.ts";
import {
  type Columns,
  columnsOf,
  derive,
  type Made,
  madeBy,
  type SearchColumns,
  uncorrected,
} from "./listing.ts";

/** Lots that are derived and stored together: a few requests for all of them, and the events of so many in memory. */
const AT_ONCE = 500;

/**
 * Updates the search columns of lots and of all lots split from them, after more is known about the events that made
 * them, or after their issuers corrected what these state. One correction may bear on thousands of lots.
 */
export async function relist(db: Db, lots: readonly string[]): Promise<void> {
  const affected = [...new Set([...lots, ...(await descendantsBySplit(db, lots))])];
  const lineage = parentsFirst(await readByParts(affected, (some) => madeBy(db, some)));
  const done = new Map<string, Columns>();
  for (let start = 0; start < lineage.length; start += AT_ONCE) {
    const some = lineage.slice(start, start + AT_ONCE);
    const own = new Set(some.map(({ lot }) => lot));
    for (const { parent } of some) {
      if (parent === null || done.has(parent) || own.has(parent)) continue;
      const above = (await uncorrected(db, parent)) ?? (await columnsOf(db, parent));
      if (above) done.set(parent, above);
    }
    await derive(db, some, done);
    await store(
      db,
      some.map(({ lot }) => ({ lot, columns: done.get(lot)!.now })),
    );
  }
}

/** Sorts lots so that each comes after the lot that it was split from. */
function parentsFirst(lots: readonly Made[]): Made[] {
  const open = new Map(lots.map((made) => [made.lot, made]));
  const sorted: Made[] = [];
  for (const { lot } of lots) {
    const above: Made[] = [];
    for (let made = open.get(lot); made; made = open.get(made.parent ?? "")) {
      above.push(made);
      open.delete(made.lot);
    }
    sorted.push(...above.reverse());
  }
  return sorted;
}

/** Writes the columns of lots in one statement. */
async function store(
  db: Db,
  rows: readonly { lot: string; columns: SearchColumns }[],
): Promise<void> {
  const column = <N extends keyof SearchColumns>(name: N) =>
    rows.map(({ columns }) => columns[name]);
  await db.$executeRaw`
    UPDATE lot SET lot_number = fresh.lot_number, package_id = fresh.package_id,
      manufacturer = fresh.manufacturer, mpn = fresh.mpn, maker_lot = fresh.maker_lot,
      date_code = fresh.date_code, text = fresh.text, corrected = fresh.corrected
    FROM unnest(
      ${rows.map(({ lot }) => lot)}::text[], ${column("lotNumber")}::text[], ${column("packageId")}::text[],
      ${column("manufacturer")}::text[], ${column("mpn")}::text[], ${column("makerLot")}::text[],
      ${column("dateCode")}::text[], ${column("text")}::text[], ${column("corrected")}::boolean[]
    ) AS fresh(id, lot_number, package_id, manufacturer, mpn, maker_lot, date_code, text, corrected)
    WHERE lot.id = fresh.id`;
}

/** Updates the columns of new lots that corrections bear on: a split may repeat a fact, and a correction may come first. */
export async function relistNew(
  db: Db,
  created: readonly { id: string; corrected: boolean }[],
): Promise<void> {
  const early = await correctedFacts(
    db,
    created.map(({ id }) => id),
  );
  const affected = created.filter(({ id, corrected }) => corrected || early.has(id));
  if (affected.length > 0)
    await relist(
      db,
      affected.map(({ id }) => id),
    );
}

/** The lots that were split from some lots, at any distance. */
export async function descendantsBySplit(db: Db, lots: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (let level = await splitFrom(db, lots); level.length > 0;) {
    const fresh = level.filter((lot) => !found.has(lot));
    for (const lot of fresh) found.add(lot);
    level = fresh.length > 0 ? await splitFrom(db, fresh) : [];
  }
  return [...found];
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
