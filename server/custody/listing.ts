// Derives the columns by which lots are searched from the details of the events that made them.
import { type Details, entryDetail, type EntryDetails } from "../../protocol/event/details.ts";
import { ACTIONS } from "../../protocol/event/event.ts";
import type { Restrictions } from "../../protocol/event/restrict.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Db } from "../storage/db.ts";
import { restrictionsOf, visibleDetails } from "../access/visibility.ts";
import { type CorrectedFacts, correctedFacts, type UpTo } from "./corrected-facts.ts";
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
  /** Whether its issuer, or that of a lot that it was split from, corrected facts of it. */
  corrected: boolean;
}

/** The columns that state what the parts are. */
const IDENTITY = ["manufacturer", "mpn", "makerLot", "dateCode"] as const;

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
  return {
    ...numbers,
    ...identity,
    text: searchText(words),
    corrected: parent?.corrected ?? false,
  };
}

/** The columns of a lot now, and as they would be without any correction. */
export interface Columns {
  now: SearchColumns;
  first: SearchColumns;
}

/**
 * Derives a lot's columns from the event that made it, what it was split from, and its corrections. No stored column counts.
 * @param upTo leaves out later corrections
 * @returns undefined where the event that made the lot has no row
 */
export async function columnsOf(db: Db, lot: string, upTo?: UpTo): Promise<Columns | undefined> {
  const lineage: Made[] = [];
  for (let at: string | null = lot; at !== null;) {
    const [made]: Made[] = await madeBy(db, [at]);
    if (!made) break;
    lineage.push(made);
    at = made.parent;
  }
  const done = new Map<string, Columns>();
  await derive(db, lineage.reverse(), done, upTo);
  return done.get(lot);
}

/**
 * Derives the columns of lots, in few requests.
 * @param lineage each lot after the one that it was split from
 * @param done the columns of lots; it is added to
 */
export async function derive(
  db: Db,
  lineage: readonly Made[],
  done: Map<string, Columns>,
  upTo?: UpTo,
): Promise<void> {
  const lots = lineage.map(({ lot }) => lot);
  const corrected = await correctedFacts(db, lots, upTo);
  const hashes = [...new Set(lineage.map(({ hash }) => hash))];
  const rows = await db.event.findMany({ where: { hash: { in: hashes } } });
  const events = new Map(
    rows.map((row) => [
      row.hash,
      { details: visibleDetails(row, () => true)?.details, restricted: restrictionsOf(row) },
    ]),
  );
  for (const { lot, hash, index, parent } of lineage) {
    const { details, restricted } = events.get(hash)!;
    const above = done.get(parent ?? "");
    done.set(lot, columnsFrom(details, index, above, restricted, corrected.get(lot)));
  }
}

/** A lot's columns as its row has them, if no correction is in them. */
export async function uncorrected(db: Db, lot: string): Promise<Columns | undefined> {
  const row = await db.lot.findUnique({ where: { id: lot } });
  return row && !row.corrected ? { now: row, first: row } : undefined;
}

/** Derives a lot's columns. @param above those of the lot that it was split from */
export function columnsFrom(
  details: Details | undefined,
  index: number,
  above: Columns | undefined,
  restricted: Restrictions | undefined,
  facts: CorrectedFacts = new Map(),
): Columns {
  const first = searchColumns(details, index, above?.first ?? null, restricted);
  const now = { ...searchColumns(details, index, above?.now ?? null, restricted) };
  for (const name of IDENTITY) {
    const own = details && entryDetail(details, index, name);
    // A split that repeats what was corrected is corrected with it.
    if (above && own !== undefined && own === above.first[name]) now[name] = above.now[name];
    // What a split does not state is for the party that stated it to correct.
    const mayCorrect = !above || own !== undefined;
    if (facts.has(name) && mayCorrect && restricted?.[name] === undefined)
      now[name] = facts.get(name) === undefined ? null : String(facts.get(name));
  }
  const corrected = facts.size > 0 || (above?.now.corrected ?? false);
  // What was stated first is on labels, so that it is searched for, too.
  const words = [now.text, ...IDENTITY.flatMap((name) => now[name] ?? [])];
  return {
    first,
    now: corrected ? { ...now, corrected, text: searchText([...words, first.text]) } : now,
  };
}

/** How a lot was made. */
export interface Made {
  lot: string;
  hash: string;
  index: number;
  /** The lot that it was split from. */
  parent: string | null;
}

/** How lots were made. Lots of which the event has no row are absent. */
export function madeBy(db: Db, lots: readonly string[]): Promise<Made[]> {
  return db.$queryRaw`
    SELECT lot.id AS lot, event.hash, entry.index, parent.lot AS parent
    FROM lot JOIN event ON event.hash = lot.origin JOIN entry ON entry.event = event.hash AND entry.lot = lot.id
    LEFT JOIN entry parent
      ON parent.event = event.hash AND event.action = ${ACTIONS.split} AND parent.previous <> ${ZERO_HASH}
    WHERE lot.id = ANY(${[...lots]})`;
}
