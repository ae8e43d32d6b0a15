// Counts the pieces of the lot's manufacturer's lot that this service knows: commissioned by the manufacturer, and in open
// lots, by whose word they are of it.
import { ACTIONS } from "../../../protocol/event/event.ts";
import { MAX_INTEGER } from "../../../protocol/base/limits.ts";
import { ZERO_HASH } from "../../../protocol/base/values.ts";
import type { Voucher } from "../../../protocol/verdict/precedence.ts";
import { Prisma } from "../../../prisma/generated/client.ts";
import type { Db } from "../../storage/db.ts";
import type { Signed } from "../makers.ts";
import type { FactSource } from "./source.ts";

/** Lots that are counted, of each kind. With more, the sums are the least that there are. */
const MAX_LOTS = 20_000;

/**
 * Counts lots of the same manufacturer, part number and manufacturer's lot. A lot that was split off counts with the one that
 * it was split from, unless the split states other parts. The others are all lots that name the same parts, less those of the
 * manufacturer and of its authorised parties: any issuer of a lot can name any parts.
 */
export const circulation: FactSource = async ({ prisma }, { lot, maker, tells }) => {
  const { mpn, makerLot } = lot;
  if (mpn === null || makerLot === null || !tells.pieces) return {};
  const strong = [...maker.parties, ...maker.authorised];
  const same = sameParts(mpn, makerLot);
  const origins = (await originsIn(prisma, same, strong)).filter((each) => maker.isNamedBy(each));
  const by = (voucher: Voucher) =>
    origins.filter((each) => maker.voucherOf(each) === voucher).slice(0, MAX_LOTS);
  const [ofMaker, ofAuthorised] = [by("maker"), by("authorised")];
  const [made, authorised] = [
    await openInLines(prisma, ofMaker),
    await openInLines(prisma, ofAuthorised),
  ];
  const named = await openByName(prisma, same);
  const claimed = named.sums
    .filter((each) => maker.isNamedBy({ ...each, issuer: "" }))
    .reduce((sum, { pieces }) => sum + pieces, 0n);
  const other = claimed - made.named - authorised.named;
  const withheld = await withholding(prisma, mpn, maker.parties, maker.authorised);
  const isRead = origins.length <= MAX_LOTS;
  const complete: Voucher[] = [
    ...(isRead && made.isComplete ? (["maker"] as const) : []),
    ...(isRead && authorised.isComplete && !withheld.authorised ? (["authorised"] as const) : []),
    ...(named.isComplete && !withheld.other ? (["other"] as const) : []),
  ];
  const commissioned = ofMaker.reduce((sum, { quantity }) => sum + quantity, 0n);
  return {
    circulation: {
      commissioned: isRead && !withheld.maker ? clamped(commissioned) : null,
      open: {
        maker: clamped(made.pieces),
        authorised: clamped(authorised.pieces),
        other: clamped(other),
      },
      complete,
    },
  };
};

const clamped = (pieces: bigint): number =>
  Number(pieces < 0n ? 0n : pieces > MAX_INTEGER ? BigInt(MAX_INTEGER) : pieces);

/** A condition on `lot`: it has the part number and the manufacturer's lot. Repeats the expressions of the migration's index. */
const sameParts = (mpn: string, makerLot: string): Prisma.Sql =>
  Prisma.sql`upper(btrim(lot.maker_lot)) = upper(btrim(${makerLot})) AND upper(btrim(lot.mpn)) = upper(btrim(${mpn}))`;

interface OriginRow extends Signed {
  lot: string;
  issuer: string;
  manufacturer: string | null;
  /** Pieces made. */
  quantity: bigint;
}

/** The lots that these parties made, not by splitting others, one more than are counted. */
function originsIn(db: Db, same: Prisma.Sql, parties: readonly string[]): Promise<OriginRow[]> {
  return db.$queryRaw<OriginRow[]>`
    SELECT lot.id AS lot, lot.issuer, lot.manufacturer, event.action, event.actor, event.time, entry.quantity
    FROM lot JOIN event ON event.hash = lot.origin
      JOIN entry ON entry.event = lot.origin AND entry.lot = lot.id
    WHERE ${same} AND lot.issuer = ANY(${[...parties]}) AND event.action <> ${ACTIONS.split}
    LIMIT ${MAX_LOTS + 1}`;
}

interface Lines {
  pieces: bigint;
  /** Of these, those of lots that name a manufacturer. */
  named: bigint;
  isComplete: boolean;
}

/** The pieces in these lots and in all that were split from them as the same parts. */
async function openInLines(db: Db, origins: readonly OriginRow[]): Promise<Lines> {
  const [sums] = await db.$queryRaw<{ lots: bigint; pieces: string; named: string }[]>`
    WITH RECURSIVE line AS (
      SELECT id, manufacturer, mpn, maker_lot, quantity FROM lot WHERE id = ANY(${origins.map(({ lot }) => lot)})
      UNION ALL
      SELECT child.id, child.manufacturer, child.mpn, child.maker_lot, child.quantity
      FROM line JOIN entry source ON source.lot = line.id AND source.live AND source.previous <> ${ZERO_HASH}
        JOIN event split ON split.hash = source.event AND split.action = ${ACTIONS.split}
        JOIN entry made ON made.event = split.hash AND made.previous = ${ZERO_HASH}
        JOIN lot child ON child.id = made.lot AND child.origin = split.hash
          AND child.manufacturer IS NOT DISTINCT FROM line.manufacturer
          AND child.mpn = line.mpn AND child.maker_lot = line.maker_lot
    )
    SELECT count(*) AS lots, coalesce(sum(quantity), 0)::text AS pieces,
      coalesce(sum(quantity) FILTER (WHERE manufacturer IS NOT NULL), 0)::text AS named
    FROM (SELECT quantity, manufacturer FROM line LIMIT ${MAX_LOTS + 1}) AS counted`;
  const { lots, pieces, named } = sums!;
  return { pieces: BigInt(pieces), named: BigInt(named), isComplete: lots <= MAX_LOTS };
}

/** The pieces in all open lots that name these parts and a manufacturer, by the name. */
async function openByName(
  db: Db,
  same: Prisma.Sql,
): Promise<{ sums: { manufacturer: string; pieces: bigint }[]; isComplete: boolean }> {
  const rows = await db.$queryRaw<{ manufacturer: string; lots: bigint; pieces: string }[]>`
    SELECT manufacturer, count(*) AS lots, sum(quantity)::text AS pieces FROM (
      SELECT lot.manufacturer, lot.quantity FROM lot
      WHERE ${same} AND lot.manufacturer IS NOT NULL AND lot.quantity > 0 LIMIT ${MAX_LOTS + 1}
    ) AS open GROUP BY manufacturer`;
  const lots = rows.reduce((sum, row) => sum + row.lots, 0n);
  const sums = rows.map(({ manufacturer, pieces }) => ({ manufacturer, pieces: BigInt(pieces) }));
  return { sums, isComplete: lots <= MAX_LOTS };
}

/** Whether any of these parties, or any other, made lots of the part number whose manufacturer's lot it withholds. */
async function withholding(
  db: Db,
  mpn: string,
  makers: readonly string[],
  authorised: readonly string[],
): Promise<Record<Voucher, boolean>> {
  const isWithheld = (issuer: Prisma.Sql) => Prisma.sql`EXISTS (
    SELECT 1 FROM lot JOIN event ON event.hash = lot.origin
    WHERE upper(btrim(lot.mpn)) = upper(btrim(${mpn})) AND lot.maker_lot IS NULL AND ${issuer}
      AND (event.restricted LIKE '%"makerLot"%' OR event.disclosure IS NOT NULL))`;
  const [found] = await db.$queryRaw<Record<Voucher, boolean>[]>`
    SELECT ${isWithheld(Prisma.sql`lot.issuer = ANY(${[...makers]})`)} AS maker,
      ${isWithheld(Prisma.sql`lot.issuer = ANY(${[...authorised]})`)} AS authorised,
      ${isWithheld(Prisma.sql`lot.issuer <> ALL(${[...makers, ...authorised]})`)} AS other`;
  return found!;
}
