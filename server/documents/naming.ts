// Finds the events and notices that name a document by its hash, as far as a reader sees them.
import type { Details } from "../../protocol/event/details.ts";
import { DOCUMENT_FIELDS, type DocumentField } from "../../protocol/event/document.ts";
import { ZERO_ADDRESS } from "../../protocol/base/values.ts";
import { Prisma } from "../../prisma/generated/client.ts";
import type { Db } from "../storage/db.ts";
import { laterNotices, sightOf } from "../access/sight.ts";
import {
  isNamed,
  isOpenTo,
  noticesFor,
  seesEvents,
  type Reader,
  seenAmong,
  visibleDetails,
} from "../access/visibility.ts";

/** A field of an event or a notice that names a document. */
export interface Naming {
  event?: string;
  notice?: string;
  /** The party that signed it. */
  by: string;
  field: DocumentField;
  /** The lots that the field applies to. */
  lots: string[];
}

/** Matches rows whose details may name a document. Repeats the expressions of the migration's indexes, so that they are used. */
const mayName = (hash: string) =>
  Prisma.sql`document_hashes(details, disclosure) && ARRAY[${hash}]
    AND (details LIKE '%Hash"%' OR disclosure LIKE '%Hash"%')`;

/** Rows that are read at once. Details can be long. */
const ROWS_AT_ONCE = 20;

/**
 * Finds what names a document, events first, in the order of their acceptance.
 * @param besides leaves out events that are only about these lots
 */
export async function* namingsOf(
  db: Db,
  reader: Reader,
  hash: string,
  besides: readonly string[] = [],
): AsyncGenerator<Naming> {
  yield* eventsNaming(db, reader, hash, besides);
  yield* noticesNaming(db, reader, hash);
}

/** Events that name a document. */
export async function* eventsNaming(
  db: Db,
  reader: Reader,
  hash: string,
  besides: readonly string[] = [],
): AsyncGenerator<Naming> {
  for (let after = 0n; ;) {
    // First everything that the index finds: ordering by sequence would make the planner read every event. Then in order,
    // and only as many rows as are needed.
    const page = await db.$queryRaw<{ hash: string; sequence: bigint }[]>`
      WITH indexed AS MATERIALIZED (
        SELECT hash, sequence, actor, holder, consignee FROM event WHERE ${mayName(hash)}
      ) SELECT hash, sequence FROM (SELECT * FROM indexed WHERE sequence > ${after} ORDER BY sequence OFFSET 0) event
      WHERE ${seesEvents(reader)} AND ${isAboutOthers(besides)}
      ORDER BY sequence LIMIT ${ROWS_AT_ONCE}`;
    const rows = await db.event.findMany({
      where: { hash: { in: page.map((row) => row.hash) } },
      include: { entries: { select: { lot: true, index: true } } },
      orderBy: { sequence: "asc" },
    });
    const visible = await seenAmong(
      db,
      reader,
      rows.flatMap(({ entries }) => entries.map(({ lot }) => lot)),
    );
    const sight = await sightOf(db, reader, [...visible]);
    for (const row of rows) {
      const isOpen = (lot: string) =>
        isNamed(reader, row) || (visible.has(lot) && !sight.isLaterToAll(row.hash, [lot]));
      const entries = row.entries.filter(({ lot }) => isOpen(lot));
      if (entries.length === 0 && row.entries.length > 0) continue;
      const lotAt = new Map(entries.map(({ index, lot }) => [index, lot]));
      const lots = [...lotAt.values()];
      const isLater = (party: string) => sight.isLater(party, row.hash, lots);
      const details = visibleDetails(
        row,
        isOpenTo(reader, row, new Set(lotAt.keys()), isLater),
      )?.details;
      for (const { field, index } of details ? fieldsNaming(details, hash) : []) {
        yield {
          event: row.hash,
          by: row.actor,
          field,
          lots: index === undefined ? lots : [lotAt.get(index)!],
        };
      }
    }
    const last = page.at(-1);
    if (last === undefined || page.length < ROWS_AT_ONCE) return;
    after = last.sequence;
  }
}

async function* noticesNaming(db: Db, reader: Reader, hash: string): AsyncGenerator<Naming> {
  for (let after = 0n; ;) {
    const page = await db.$queryRaw<{ digest: string; sequence: bigint }[]>`
      WITH notice AS MATERIALIZED (SELECT digest, sequence, lot, issuer, live FROM notice WHERE ${mayName(hash)})
      SELECT digest, sequence FROM notice WHERE sequence > ${after} AND ${noticesFor(reader)}
      ORDER BY sequence LIMIT ${ROWS_AT_ONCE}`;
    const rows = await db.notice.findMany({
      where: { digest: { in: page.map(({ digest }) => digest) } },
      orderBy: { sequence: "asc" },
    });
    const later = await laterNotices(db, reader, rows);
    for (const row of rows) {
      if (later.has(row.digest)) continue;
      const named = { actor: row.issuer, holder: ZERO_ADDRESS, consignee: ZERO_ADDRESS };
      const details = visibleDetails(row, isOpenTo(reader, named, new Set()))?.details;
      for (const { field } of details ? fieldsNaming(details, hash) : []) {
        yield { notice: row.digest, by: row.issuer, field, lots: [row.lot] };
      }
    }
    const last = page.at(-1);
    if (last === undefined || page.length < ROWS_AT_ONCE) return;
    after = last.sequence;
  }
}

/** Parties whose own view is looked at before a document stays closed: each costs some queries. */
const MAX_ASKED = 16;

/**
 * Whether a reader may read a document because an event or notice that it sees names it. Its signer must be a party that may
 * read the document itself: one that uploaded it, or one to which such a party named it, and so on. Otherwise anyone who
 * learns a hash could name it, or have an accomplice name it, and read the document.
 * @param owners the parties that uploaded it
 */
export async function isOpened(
  db: Db,
  reader: Reader,
  hash: string,
  owners: readonly string[],
): Promise<boolean> {
  const asked = new Set<string>();
  const open: Reader[] = [reader];
  for (let next = open.shift(); next; next = open.shift()) {
    for await (const { by } of namingsOf(db, next, hash)) {
      if (owners.includes(by)) return true;
      if (asked.has(by) || asked.size === MAX_ASKED) continue;
      asked.add(by);
      open.push({ party: by });
    }
  }
  return false;
}

function fieldsNaming(
  { entries = [], ...shared }: Details,
  hash: string,
): { field: DocumentField; index?: number }[] {
  const inFields = (fields: Partial<Record<DocumentField, unknown>>) =>
    DOCUMENT_FIELDS.filter((field) => fields[field] === hash);
  return [
    ...inFields(shared).map((field) => ({ field })),
    ...entries.flatMap((fields, index) => inFields(fields).map((field) => ({ field, index }))),
  ];
}

function isAboutOthers(lots: readonly string[]): Prisma.Sql {
  if (lots.length === 0) return Prisma.sql`TRUE`;
  return Prisma.sql`EXISTS (SELECT 1 FROM entry WHERE entry.event = event.hash AND entry.lot <> ALL(${[...lots]}))`;
}
