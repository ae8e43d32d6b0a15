// Collects the facts on record about a lot, as far as a reader sees them: from the event that made it, back through splits.
import { type Details, type EntryDetails, entryDetail } from "../../protocol/event/details.ts";
import { ACTIONS, CustodyEvent } from "../../protocol/event/event.ts";
import { DATE_FIELDS } from "../../protocol/event/detail-fields.ts";
import { isInherited } from "../../protocol/trail/lineage.ts";
import { sourceOf } from "../../protocol/trail/trail.ts";
import type { Lot } from "../../prisma/generated/client.ts";
import { correctedFacts, type UpTo } from "../custody/corrected-facts.ts";
import type { Db } from "../storage/db.ts";
import { sightOf } from "../access/sight.ts";
import { isOpenTo, type Reader, visibleDetails } from "../access/visibility.ts";
import { parsedBy } from "../../protocol/base/canonical.ts";

/** The facts of a lot that are read, except its date. */
const FIELDS = [
  "lotNumber",
  "parentPackageId",
  "manufacturer",
  "mpn",
  "partRevision",
  "makerLot",
  "expiryDate",
  "countryOfOrigin",
  "msl",
  "environmentalCategory",
] as const;
const INHERITED_FIELDS = FIELDS.filter(isInherited);

type FactName = (typeof FIELDS)[number] | (typeof DATE_FIELDS)[number];
/** Facts of a lot. Unknown and withheld ones are absent. */
export type LotFacts = { -readonly [N in FactName]?: EntryDetails[N] };

/** Splits that are followed back. */
const MAX_SPLITS = 64;

/** Collects the facts of a lot. Stops at an altered row: the verdict names it. */
export async function factsOf(
  db: Db,
  reader: Reader,
  { id, origin }: Pick<Lot, "id" | "origin">,
): Promise<LotFacts> {
  const facts: LotFacts = {};
  const end = (await sightOf(db, reader, [id])).endOf(id);
  const upTo = end && { sequence: end.upTo, by: reader.byGrant ? null : reader.party };
  let creation: Creation | null = { lot: id, origin };
  for (let back = 0; creation !== null && back <= MAX_SPLITS; back++) {
    const record: CreationRecord | null = await readCreation(db, reader, creation);
    if (record === null) break;
    await correct(db, creation.lot, record, upTo);
    addMissing(facts, record.facts, back === 0 ? FIELDS : INHERITED_FIELDS);
    if (facts.dateCode === undefined) addMissing(facts, record.facts, DATE_FIELDS);
    creation = record.parent === null ? null : await creationOf(db, record.parent);
  }
  return facts;
}

/** Puts corrected facts in the place of those that a lot's first event states. A split states what it repeats alone. */
async function correct(
  db: Db,
  lot: string,
  { facts, parent }: CreationRecord,
  upTo: UpTo | undefined,
): Promise<void> {
  const corrected = (await correctedFacts(db, [lot], upTo)).get(lot);
  for (const name of [...FIELDS, ...DATE_FIELDS])
    if (corrected?.has(name) && (parent === null || facts[name] !== undefined))
      assign(facts, name, corrected.get(name) as LotFacts[typeof name]);
}

/** A lot, and the event that made it. */
interface Creation {
  lot: string;
  origin: string;
}
interface CreationRecord {
  facts: LotFacts;
  /** The lot that this one was split from. Null where it was not split from one. */
  parent: string | null;
}

function addMissing(into: LotFacts, from: LotFacts, names: readonly FactName[]): void {
  for (const name of names)
    if (into[name] === undefined && from[name] !== undefined) assign(into, name, from[name]);
}

function assign<N extends FactName>(into: LotFacts, name: N, value: LotFacts[N]): void {
  into[name] = value;
}

async function creationOf(db: Db, lot: string): Promise<Creation | null> {
  const row = await db.lot.findUnique({ where: { id: lot }, select: { origin: true } });
  return row && { lot, origin: row.origin };
}

/** Reads the event that made a lot. Null where it is missing or altered. */
async function readCreation(
  db: Db,
  reader: Reader,
  { lot, origin }: Creation,
): Promise<CreationRecord | null> {
  const row = await db.event.findUnique({ where: { hash: origin } });
  const event = row && parsedBy(CustodyEvent, row.bytes);
  const index = event ? event.entries.findIndex((entry) => entry.lot === lot) : -1;
  if (!event || index < 0) return null;
  const visible = visibleDetails(row, isOpenTo(reader, event, new Set([index])));
  return {
    facts: visible ? factsIn(visible.details, index) : {},
    parent: (event.action === ACTIONS.split ? sourceOf(event) : undefined) ?? null,
  };
}

function factsIn(details: Details, index: number): LotFacts {
  const facts: LotFacts = {};
  const read = <N extends FactName>(name: N) =>
    assign(facts, name, entryDetail(details, index, name) as LotFacts[N]);
  for (const name of [...FIELDS, ...DATE_FIELDS]) read(name);
  return facts;
}
