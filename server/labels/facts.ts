// What the record says of a lot, as far as a reader sees it: from the event that made it, back through splits.
import { type Details, type EntryDetails, entryDetail } from "../../protocol/event/details.ts";
import { ACTIONS, CustodyEvent } from "../../protocol/event/event.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Lot } from "../../prisma/generated/client.ts";
import type { Db } from "../storage/db.ts";
import { isOpenTo, type Reader, shownDetails } from "../access/visibility.ts";
import { parsedBy } from "../../protocol/base/canonical.ts";

/** What a package has for itself, and does not pass on to what is split from it. */
const OF_PACKAGE = ["lotNumber", "parentPackageId"] as const;
/** What pieces keep when they are split from a lot, where the split says nothing else. */
const OF_PIECES = [
  ...(["manufacturer", "mpn", "partRevision", "makerLot", "expiryDate"] as const),
  ...(["countryOfOrigin", "msl", "environmentalCategory"] as const),
] as const;
/** A date code means something by its format only: they stay together. */
const OF_DATE = ["dateCode", "dateCodeNewest", "dateCodeFormat"] as const;

type FactName = (typeof OF_PACKAGE)[number] | (typeof OF_PIECES)[number] | (typeof OF_DATE)[number];
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
    if (back === 0) take(facts, told.facts, OF_PACKAGE);
    take(facts, told.facts, OF_PIECES);
    if (facts.dateCode === undefined) take(facts, told.facts, OF_DATE);
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
  const source = event.entries.find(({ previous }) => previous !== ZERO_HASH);
  return {
    facts: shown ? factsIn(shown.details, index) : {},
    parent: (event.action === ACTIONS.split && source?.lot) || null,
  };
}

function factsIn(details: Details, index: number): LotFacts {
  const facts: LotFacts = {};
  const said = <N extends FactName>(name: N) =>
    assign(facts, name, entryDetail(details, index, name) as LotFacts[N]);
  for (const name of [...OF_PACKAGE, ...OF_PIECES, ...OF_DATE]) said(name);
  return facts;
}
