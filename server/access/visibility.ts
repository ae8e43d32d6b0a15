// Decides who may see which lots, events, and fields of their details. No other file decides it.
import { fromHex } from "../../protocol/base/bytes.ts";
import type { Visibility } from "../../protocol/event/detail-fields.ts";
import {
  detailName,
  type DetailPath,
  Details,
  visibilityOf,
} from "../../protocol/event/details.ts";
import { disclose, Disclosure, openDetails, withhold } from "../../protocol/event/disclosure.ts";
import { issuerOf } from "../../protocol/event/lot.ts";
import { isWithin, Restrictions } from "../../protocol/event/restrict.ts";
import { type Event, type Lot, Prisma } from "../../prisma/generated/client.ts";
import type { Db } from "../storage/db.ts";
import { Refusal } from "../refusal.ts";
import { parsedBy } from "../../protocol/base/canonical.ts";
import {
  atEnd,
  type GrantScope,
  isInSight,
  isNoticeInSight,
  type Reader,
  sightOf,
  viewersOf,
} from "./sight.ts";

export type { GrantScope, Reader } from "./sight.ts";

/** A reader that sees nothing. */
export const NOBODY: Reader = { party: "", byGrant: true };

/** The reader that sees everything. */
export const OPERATOR: Reader = { party: null };

const isOperator = ({ party, byGrant }: Reader) => party === null && !byGrant;

/** A filter for the lots that a reader sees: those it issued, holds, held, or is to receive, and those granted to it. */
export function lotsFor(reader: Reader): Prisma.LotWhereInput {
  if (isOperator(reader)) return {};
  return {
    OR: viewersOf(reader).map(({ party, lots }) => ({
      interests: { some: { party } },
      ...(lots && { id: { in: [...lots] } }),
    })),
  };
}

/** The same as `lotsFor`, as a condition on `lot` in SQL. */
export const seesLots = (reader: Reader): Prisma.Sql =>
  anyOf(reader, ({ party, lots }) => {
    const granted = lots ? Prisma.sql`AND lot.id = ANY(${[...lots]})` : Prisma.empty;
    return Prisma.sql`EXISTS (
      SELECT 1 FROM interest WHERE interest.lot = lot.id AND interest.party = ${party} ${granted})`;
  });

/**
 * A condition on `event`: it names the reader, or the reader sees one of its lots, itself or by a grant. What came after the
 * reader's own handover of the lot is seen only if the ledger recorded it.
 */
export function seesEvents(reader: Reader): Prisma.Sql {
  const byLots = anyOf(reader, ({ party, lots }) => {
    const granted = lots ? Prisma.sql`AND entry.lot = ANY(${[...lots]})` : Prisma.empty;
    return Prisma.sql`EXISTS (
      SELECT 1 FROM entry JOIN interest ON interest.lot = entry.lot AND interest.party = ${party}
      JOIN lot ON lot.id = entry.lot
      WHERE entry.event = event.hash ${granted} AND ${isInSight(party)})`;
  });
  if (reader.byGrant || reader.party === null) return byLots;
  return Prisma.sql`(${reader.party} IN (event.actor, event.holder, event.consignee) OR ${byLots})`;
}

/** Finds which of these events a reader sees. */
export async function seenEvents(
  db: Db,
  reader: Reader,
  hashes: readonly string[],
): Promise<Set<string>> {
  const seen = await db.$queryRaw<{ hash: string }[]>`
    SELECT hash FROM event WHERE hash = ANY(${[...hashes]}) AND ${seesEvents(reader)}`;
  return new Set(seen.map(({ hash }) => hash));
}

/** Finds an event that a reader sees, with its entries; null for any other. Asks the same of the database for both. */
export async function eventFor(db: Db, reader: Reader, hash: string) {
  const seen = await seenEvents(db, reader, [hash]);
  if (!seen.has(hash)) return null;
  const include = { settlement: true, entries: true } as const;
  return db.event.findUniqueOrThrow({ where: { hash }, include });
}

/** Joins a condition for each party as which a reader sees. */
function anyOf(
  reader: Reader,
  condition: (viewer: ReturnType<typeof viewersOf>[number]) => Prisma.Sql,
): Prisma.Sql {
  if (isOperator(reader)) return Prisma.sql`TRUE`;
  const ways = viewersOf(reader).map(condition);
  return ways.length === 0 ? Prisma.sql`FALSE` : Prisma.sql`(${Prisma.join(ways, " OR ")})`;
}

/**
 * The refusal for a lot that a reader does not see, the same for one that does not exist.
 * @param field of the request that names the lot
 */
export const noSuchLot = (lot: string, field: string): Refusal =>
  new Refusal("NOT_FOUND", 404, `There is no lot ${lot}, or you may not see it.`, { field });

/** Finds a lot as a reader sees it. @throws Refusal NOT_FOUND for any other, as if it did not exist */
export async function lotFor(db: Db, reader: Reader, id: string): Promise<Lot> {
  const lot = await db.lot.findFirst({ where: { AND: [{ id }, lotsFor(reader)] } });
  if (!lot)
    throw new Refusal("NOT_FOUND", 404, "There is no such lot, or you may not see it.", {
      field: "lot",
    });
  return atEnd(await sightOf(db, reader, [id]), lot);
}

/** Finds which of these lots a reader sees. */
export async function seenAmong(
  db: Db,
  reader: Reader,
  ids: readonly string[],
): Promise<Set<string>> {
  if (isOperator(reader)) return new Set(ids);
  const seen = await db.$queryRaw<{ lot: string }[]>`
    SELECT lot.id AS lot FROM unnest(${[...new Set(ids)]}::text[]) AS lot(id) WHERE ${seesLots(reader)}`;
  return new Set(seen.map(({ lot }) => lot));
}

type Named = Pick<Event, "actor" | "holder" | "consignee"> & Partial<Pick<Event, "restricted">>;

const names = ({ actor, holder, consignee }: Named, party: string) =>
  [actor, holder, consignee].includes(party);

/** Whether an event names a reader as its actor, holder or consignee. */
export function isNamed(reader: Reader, event: Named): boolean {
  return isOperator(reader) || (!reader.byGrant && names(event, reader.party!));
}

/** A condition on `notice`: the reader's own notices, and those about lots that it sees or issued, unless they are void or refused. */
export function noticesFor(reader: Reader): Prisma.Sql {
  if (isOperator(reader)) return Prisma.sql`TRUE`;
  const party = reader.byGrant ? "" : reader.party!;
  return Prisma.sql`(notice.issuer = ${party} OR notice.live AND EXISTS (
    SELECT 1 FROM interest JOIN lot ON lot.id = interest.lot
    WHERE interest.lot = notice.lot AND interest.party = ${party} AND ${isNoticeInSight(party)})
    OR notice.live AND left(notice.lot, 42) = ${party} AND NOT EXISTS (SELECT 1 FROM lot WHERE lot.id = notice.lot))`;
}

/** Whether a reader may ask about a lot that the service does not know: only its issuer may. */
export const isIssuer = ({ party, byGrant }: Reader, lot: string): boolean =>
  !byGrant && issuerOf(lot) === party;

/**
 * Decides which fields of an event's details a reader sees: only entries visible to it, private fields only of events that
 * name it, and by grant those that the granter sees and grants.
 * @param event with its author's restrictions
 * @param visible the indexes of the entries whose lots the reader may see here
 * @param isLater whether the event is of a lot's life after a party handed it on: then that party sees what names it
 */
export function isOpenTo(
  reader: Reader,
  event: Named,
  visible: ReadonlySet<number>,
  isLater: (party: string) => boolean = () => false,
): (path: DetailPath) => boolean {
  const restricted = restrictionsOf(event);
  const { party, grants = [], byGrant } = reader;
  const sees = (who: string, visibility: Visibility) =>
    names(event, who) || (visibility !== "private" && !isLater(who));
  return (path) => {
    if (path.length === 3 && !visible.has(path[1])) return false;
    if (isOperator(reader)) return true;
    // Somebody altered the author's restrictions: then every field counts as private, so that none is shown too widely.
    const visibility = restricted === undefined ? "private" : visibilityOf(path, restricted);
    return (
      (!byGrant && sees(party!, visibility)) ||
      grants.some((grant) => sees(grant.granter, visibility) && isGranted(grant, path, visibility))
    );
  };
}

const isGranted = ({ upTo, fields }: GrantScope, path: DetailPath, visibility: Visibility) =>
  isWithin(visibility, upTo) || fields.includes(detailName(path));

/** The restrictions of an event's author; undefined if they cannot be read. */
export function restrictionsOf({
  restricted,
}: {
  restricted?: string | null;
}): Restrictions | undefined {
  return restricted === null || restricted === undefined ? {} : parsedBy(Restrictions, restricted);
}

/** The details that a reader sees: as plain fields, and as a disclosure that still proves its root. */
export interface VisibleDetails {
  details: Details;
  /** Null if the secret is not known here, so that nothing can be proven. */
  disclosure(): Disclosure | null;
}

/** The part of stored details that a reader sees; null if there are none here, or they are damaged. */
export function visibleDetails(
  { details, secret, disclosure }: Pick<Event, "details" | "secret" | "disclosure">,
  isOpen: (path: DetailPath) => boolean,
): VisibleDetails | null {
  const whole = details === null ? undefined : parsedBy(Details, details);
  if (whole) {
    return {
      details: openOnly(whole, isOpen),
      disclosure: () => (secret === null ? null : disclose(whole, fromHex(secret), isOpen)),
    };
  }
  const disclosed =
    details === null && disclosure !== null ? parsedBy(Disclosure, disclosure) : undefined;
  if (!disclosed) return null;
  const restricted = withhold(disclosed, isOpen);
  return { details: openDetails(restricted), disclosure: () => restricted };
}

function openOnly({ entries, ...shared }: Details, isOpen: (path: DetailPath) => boolean): Details {
  const open = (fields: object, pathTo: (name: string) => unknown[]) =>
    Object.fromEntries(
      Object.entries(fields).filter(([name]) => isOpen(pathTo(name) as DetailPath)),
    );
  return {
    ...open(shared, (name) => [name]),
    ...(entries && {
      entries: entries.map((fields, i) => open(fields, (name) => ["entries", i, name])),
    }),
  };
}
