// Finds the lots that a standing recall or suspicion touches.
import { NOTICE_KINDS } from "../../protocol/event/notice.ts";
import { noticesFor, type Reader } from "../access/visibility.ts";
import type { Db } from "../storage/db.ts";
import type { Gathered } from "./facts.ts";

/**
 * The lots that a standing recall or suspicion touches, as known at a moment: those that it is about, and all that was split
 * off them or made of them.
 */
export async function touchedLots(
  db: Db,
  reader: Reader,
  { facts: { origins, uses } }: Gathered,
  cut: number,
): Promise<Set<string>> {
  const lots = origins.map(({ lot }) => lot);
  const kinds = [NOTICE_KINDS.recall, NOTICE_KINDS.suspicion];
  const notices = await db.$queryRaw<{ digest: string; lot: string }[]>`
    SELECT notice.digest, notice.lot FROM notice JOIN settlement ON settlement.notice = notice.digest
    JOIN block ON block.number = settlement.block
    WHERE notice.lot = ANY(${lots}) AND notice.kind = ANY(${kinds}) AND notice.live AND block.time <= ${cut}
      AND ${noticesFor(reader)} AND NOT EXISTS (
        SELECT 1 FROM notice withdrawal JOIN settlement taken ON taken.notice = withdrawal.digest
        JOIN block mined ON mined.number = taken.block
        WHERE withdrawal.withdraws = notice.digest AND withdrawal.live AND mined.time <= ${cut})`;
  const children = Map.groupBy(origins, ({ parent }) => parent);
  const products = Map.groupBy(uses, ({ input }) => input);
  const touched = new Set(notices.map(({ lot }) => lot));
  for (const lot of touched) {
    for (const child of children.get(lot) ?? []) touched.add(child.lot);
    for (const { product } of products.get(lot) ?? []) touched.add(product);
  }
  return touched;
}
