// Reads the facts that issuers corrected, from the notices that count here.
import { CORRECTABLE, DATE_FIELDS, type DetailName } from "../../protocol/event/detail-fields.ts";
import type { Details, EntryDetails, Scalar } from "../../protocol/event/details.ts";
import { NOTICE_KINDS } from "../../protocol/event/notice.ts";
import { type Notice, Prisma } from "../../prisma/generated/client.ts";
import { visibleDetails } from "../access/visibility.ts";
import type { Db } from "../storage/db.ts";

/** The corrected facts of a lot, by name. Undefined: the fact is left out, as the newest of several dates. */
export type CorrectedFacts = ReadonlyMap<DetailName, Scalar | undefined>;

/** Corrections up to a place among all that the service settles, and those by one party whenever they came. */
export interface UpTo {
  sequence: bigint;
  by: string | null;
}

/** The corrected facts of lots, by lot. Lots without any are absent. */
export async function correctedFacts(
  db: Db,
  lots: readonly string[],
  upTo?: UpTo,
): Promise<Map<string, CorrectedFacts>> {
  const isInTime = upTo
    ? (of: Prisma.Sql) => Prisma.sql`(${of}.issuer = ${upTo.by ?? ""} OR EXISTS (
        SELECT 1 FROM settlement place WHERE place.notice = ${of}.digest AND place.sequence <= ${upTo.sequence}))`
    : () => Prisma.sql`TRUE`;
  const rows = await db.$queryRaw<
    (Pick<Notice, "lot" | "details" | "disclosure"> & { secret: string | null })[]
  >`
    SELECT notice.lot, notice.details, notice.secret, notice.disclosure
    FROM notice LEFT JOIN settlement ON settlement.notice = notice.digest
    WHERE notice.kind = ${NOTICE_KINDS.correction} AND notice.lot = ANY(${[...lots]}) AND notice.live
      AND left(notice.lot, 42) = notice.issuer
      AND NOT EXISTS (
        SELECT 1 FROM notice later
        WHERE later.kind = ${NOTICE_KINDS.withdrawal} AND later.withdraws = notice.digest AND later.live
          AND ${isInTime(Prisma.sql`later`)})
      AND ${isInTime(Prisma.sql`notice`)}
    ORDER BY settlement.block NULLS LAST, settlement.log_index, notice.sequence`;
  const facts = new Map<string, Map<DetailName, Scalar | undefined>>();
  for (const { lot, ...row } of rows) {
    const details = visibleDetails(row, () => true)?.details;
    if (!details) continue; // known from the chain alone
    const own = facts.get(lot) ?? new Map<DetailName, Scalar | undefined>();
    for (const [name, value] of factsIn(details)) own.set(name, value);
    facts.set(lot, own);
  }
  return facts;
}

/** The facts that a correction's details state anew. Date code, newest and format are corrected together. */
export function factsIn(details: Details): Map<DetailName, Scalar | undefined> {
  const stated = details as EntryDetails;
  const hasDate = stated.dateCode !== undefined;
  const isOfDate = (name: DetailName) => (DATE_FIELDS as readonly DetailName[]).includes(name);
  const names = CORRECTABLE.filter((name) =>
    isOfDate(name) ? hasDate : stated[name as keyof EntryDetails] !== undefined,
  );
  return new Map(names.map((name) => [name, stated[name as keyof EntryDetails]]));
}
