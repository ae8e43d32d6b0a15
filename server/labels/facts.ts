// Collects the facts on record about a lot, as far as a reader sees it: from the event that made it, back through splits.
import { type Details, type EntryDetails, entryDetail } from "../../protocol/event/details.ts";
import { ACTIONS, CustodyEvent } from "../../protocol/event/event.ts";
import { DATE_FIELDS, isInherited } from "../../protocol/trail/lineage.ts";
import { sourceOf } from "../../protocol/trail/trail.ts";
import type { Lot } from "../../prisma/generated/client.ts";
import type { Db } from "../storage/db.ts";
import { isOpenTo, type Reader, shownDetails } from "../access/visibility.ts";
import { parsedBy } from "../../protocol/base/canonical.ts";

/** The facts of a lot that are read, but for its date. */
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
/** Facts of a lot; what is unknown or withheld is not there. */
export type LotFacts = { -readonly [N in FactName]?: EntryDetails[N] };

/** Splits that are gone back through. */
const MAX_SPLITS = 64;

/** The facts of a lot. Altered rows end the way back: what they did to the lot is for the verdict to say. */
export async function factsOf(
  db: Db,
  reader: Reader,
  { id, origin }: Pick<Lot, "id" | "origin">,
): Promise<LotFacts> {
  const facts: LotFacts = {};
  let made: Made | null = { lot: id, origin };
  for (let back = 0; made !== null && back <= MAX_SPLITS; back++) {
    const told: Told | null = await tell(db, reader, made);
    if (told === null) break;
    take(facts, told.facts, back === 0 ? FIELDS : INHERITED_FIELDS);
    if (facts.dateCode === undefined) take(facts, told.facts, DATE_FIELDS);
    made = told.parent === null ? null : await madeBy(db, told.parent);
  }
  return facts;
}

interface Made {
  lot: string;
  origin: string;
}
interface Told {
  facts: LotFacts;
  /** The lot that this one was split from; null where it was not. */
  parent: string | null;
}

function take(into: LotFacts, from: LotFacts, names: readonly FactName[]): void {
  for (const name of names)
    if (into[name] === undefined && from[name] !== undefined) assign(into, name, from[name]);
}

function assign<N extends FactName>(into: LotFacts, name: N, value: LotFacts[N]): void {
  into[name] = value;
}

async function madeBy(db: Db, lot: string): Promise<Made | null> {
  const row = await db.lot.findUnique({ where: { id: lot }, select: { origin: true } });
  return row && { lot, origin: row.origin };
}

/** What the event that made a lot says of it. */
async function tell(db: Db, reader: Reader, { lot, origin }: Made): Promise<Told | null> {
  const row = await db.event.findUnique({ where: { hash: origin } });
  const event = row && parsedBy(CustodyEvent, row.bytes);
  const index = event ? event.entries.findIndex((entry) => entry.lot === lot) : -1;
  if (!event || index < 0) return null;
  const shown = shownDetails(row, isOpenTo(reader, event, new Set([index])));
  return {
    facts: shown ? factsIn(shown.details, index) : {},
    parent: (event.action === ACTIONS.split ? sourceOf(event) : undefined) ?? null,
  };
}

function factsIn(details: Details, index: number): LotFacts {
  const facts: LotFacts = {};
  const said = <N extends FactName>(name: N) =>
    assign(facts, name, entryDetail(details, index, name) as LotFacts[N]);
  for (const name of [...FIELDS, ...DATE_FIELDS]) said(name);
  return facts;
}
