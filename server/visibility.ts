// Who may see what: the one place that decides, for lots, events, and the fields of their details.
import { concat, fromHex, toHex, utf8 } from "../protocol/bytes.ts";
import { canonicalize } from "../protocol/canonical.ts";
import { sha256 } from "../protocol/crypto.ts";
import { type DetailPath, Details, disclose, Disclosure, openDetails, visibilityOf } from "../protocol/details.ts";
import { issuerOf } from "../protocol/lot.ts";
import { type Event, type Lot, Prisma } from "../prisma/generated/client.ts";
import type { Db } from "./db.ts";
import { Refusal } from "./refusal.ts";

/** Who reads: a party, or (null) the operator of the service, who sees everything. */
export interface Reader {
  party: string | null;
}

/** The lots that a reader sees: those it issued, holds, held, or is to receive. */
export function lotsFor({ party }: Reader): Prisma.LotWhereInput {
  return party === null ? {} : { interests: { some: { party } } };
}

/** A lot that a reader sees. @throws Refusal NOT_FOUND for any other, as if it did not exist */
export async function lotFor(db: Db, reader: Reader, id: string): Promise<Lot> {
  const lot = await db.lot.findFirst({ where: { AND: [{ id }, lotsFor(reader)] } });
  if (!lot) throw new Refusal("NOT_FOUND", 404, "there is no such lot", { field: "lot" });
  return lot;
}

/** Which of these lots a reader sees. */
export async function seenAmong(db: Db, reader: Reader, ids: readonly string[]): Promise<Set<string>> {
  if (reader.party === null) return new Set(ids);
  const seen = await db.interest.findMany({
    where: { party: reader.party, lot: { in: [...new Set(ids)] } },
    select: { lot: true },
  });
  return new Set(seen.map(({ lot }) => lot));
}

type Named = Pick<Event, "actor" | "holder" | "consignee">;

/** Whether an event names a reader: as the one who signed it, holds the lots after it, or is to receive them. */
export function isNamed({ party }: Reader, { actor, holder, consignee }: Named): boolean {
  return party === null || [actor, holder, consignee].includes(party);
}

/** As a condition on `notice`: the reader's own, and those about lots that it sees or issued. */
export function noticesFor({ party }: Reader): Prisma.Sql {
  if (party === null) return Prisma.sql`TRUE`;
  return Prisma.sql`(notice.issuer = ${party} OR left(notice.lot, 42) = ${party}
    OR EXISTS (SELECT 1 FROM interest WHERE interest.lot = notice.lot AND interest.party = ${party}))`;
}

/** Whether a reader may ask about a lot that nobody has ever told the service of: its issuer may. */
export const isIssuer = ({ party }: Reader, lot: string): boolean => issuerOf(lot) === party;

/**
 * Which fields of an event's details a reader sees: of entries, those shown to it; of private fields, those of events
 * that name it.
 * @param shown the indexes of the entries whose lots the reader may see here
 */
export function isOpenTo(reader: Reader, event: Named, shown: ReadonlySet<number>): (path: DetailPath) => boolean {
  const named = isNamed(reader, event);
  return (path) => (path.length === 1 || shown.has(path[1])) && (named || visibilityOf(path) !== "private");
}

/** Details as far as a reader sees them: as plain fields, and as a disclosure that still proves its root. */
export interface Shown {
  details: Details;
  /** Null where the secret is not known here, so that nothing can be proven. */
  disclosure(): Disclosure | null;
}

/** What a reader sees of stored details; null where there are none here, or what is stored are no details (any more). */
export function shownDetails(
  { details, secret, disclosure }: Pick<Event, "details" | "secret" | "disclosure">,
  isOpen: (path: DetailPath) => boolean,
): Shown | null {
  const whole = details === null ? undefined : read(Details, details);
  if (whole) {
    return {
      details: openOnly(whole, isOpen),
      disclosure: () => (secret === null ? null : disclose(whole, fromHex(secret), isOpen)),
    };
  }
  const disclosed = details === null && disclosure !== null ? read(Disclosure, disclosure) : undefined;
  if (!disclosed) return null;
  const narrowed = withhold(disclosed, isOpen);
  return { details: openDetails(narrowed), disclosure: () => narrowed };
}

function read<T>(schema: { safeParse(value: unknown): { data?: T | undefined } }, json: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined; // somebody altered the row: the verdict names it
  }
}

function openOnly({ entries, ...shared }: Details, isOpen: (path: DetailPath) => boolean): Details {
  const open = (fields: object, pathTo: (name: string) => unknown[]) =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => isOpen(pathTo(name) as DetailPath)));
  return {
    ...open(shared, (name) => [name]),
    ...(entries && { entries: entries.map((fields, i) => open(fields, (name) => ["entries", i, name])) }),
  };
}

/** Withholds more of a disclosure: what stays open proves the same root. */
function withhold({ open, withheld }: Disclosure, isOpen: (path: DetailPath) => boolean): Disclosure {
  const hidden = open
    .filter(({ path }) => !isOpen(path))
    .map(({ path, value, salt }) => ({
      path,
      inner: toHex(sha256(concat(fromHex(salt), utf8(canonicalize(value))))),
    }));
  const key = ({ path }: { path: DetailPath }) => canonicalize(path);
  return {
    open: open.filter(({ path }) => isOpen(path)),
    withheld: [...withheld, ...hidden].sort((a, b) => (key(a) < key(b) ? -1 : 1)),
  };
}
