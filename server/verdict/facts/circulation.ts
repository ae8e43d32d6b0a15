// Counts the pieces of the lot's maker's lot that this service knows: commissioned by the maker, and in open lots.
import { ACTIONS } from "../../../protocol/event/event.ts";
import { MAX_INTEGER } from "../../../protocol/base/limits.ts";
import type { FactSource } from "./source.ts";

/** Lots of one maker's lot that are counted. With more, the sum is unknown. */
const MAX_LOTS = 20_000;

/**
 * Counts lots of the same maker's lot and part number. The manufacturers must match where both lots name one. Split lots
 * inherit these from their parent. Products are left out: only their assembler counts them.
 */
export const circulation: FactSource = async ({ prisma }, { lot }) => {
  const { manufacturer, mpn, makerLot } = lot;
  if (mpn === null || makerLot === null) return {};
  // A lot with a restricted maker's lot could belong to this one, so the sum is unknown.
  const hidden = await prisma.$queryRaw<unknown[]>`
    SELECT 1 FROM lot JOIN event ON event.hash = lot.origin
    WHERE lot.mpn = ${mpn} AND lot.maker_lot IS NULL AND event.restricted IS NOT NULL LIMIT 1`;
  if (hidden.length > 0) return {};
  const [sums] = await prisma.$queryRaw<{ lots: bigint; commissioned: string; open: string }[]>`
    WITH same AS (
      SELECT lot.id, lot.quantity, lot.origin FROM lot
      WHERE maker_lot = ${makerLot} AND upper(mpn) = upper(${mpn})
        AND (manufacturer IS NULL OR ${manufacturer}::text IS NULL OR lower(manufacturer) = lower(${manufacturer}))
      LIMIT ${MAX_LOTS + 1})
    SELECT count(*) AS lots, coalesce(sum(same.quantity), 0)::text AS open,
      coalesce(sum(entry.quantity) FILTER (WHERE event.action = ${ACTIONS.commission}), 0)::text AS commissioned
    FROM same JOIN event ON event.hash = same.origin
      JOIN entry ON entry.event = same.origin AND entry.lot = same.id
    WHERE event.action <> ${ACTIONS.assemble}`;
  if (!sums || sums.lots > MAX_LOTS) return {};
  const [commissioned, open] = [Number(sums.commissioned), Number(sums.open)];
  return Math.max(commissioned, open) > MAX_INTEGER ? {} : { circulation: { commissioned, open } };
};
