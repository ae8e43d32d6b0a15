// Updates the columns of lots when the corrections that count for them change.
import { NOTICE_KINDS } from "../../protocol/event/notice.ts";
import type { Db } from "../storage/db.ts";
import { descendantsBySplit, relist } from "./relist.ts";
import { lockStates } from "./states.ts";

/**
 * The lots that these notices correct, or whose corrections they withdraw. Anyone may give and withdraw suspicions about a lot
 * that was split into thousands: only what its issuer corrects is worth the work.
 */
export async function lotsOfCorrections(db: Db, notices: readonly string[]): Promise<string[]> {
  if (notices.length === 0) return [];
  const rows = await db.$queryRaw<{ lot: string }[]>`
    SELECT DISTINCT lot FROM notice
    WHERE digest = ANY(${[...notices]}) AND left(lot, 42) = issuer
      AND (kind = ${NOTICE_KINDS.correction} OR kind = ${NOTICE_KINDS.withdrawal} AND EXISTS (
        SELECT 1 FROM notice corrected
        WHERE corrected.digest = notice.withdraws AND corrected.kind = ${NOTICE_KINDS.correction}))`;
  return rows.map(({ lot }) => lot);
}

/**
 * Updates the columns of the lots that notices correct, and of all lots split from them. Call it after the notices' rows have
 * changed, in the same transaction.
 */
export async function relistCorrected(tx: Db, notices: readonly string[]): Promise<void> {
  await relistLocked(tx, await lotsOfCorrections(tx, notices));
}

/** Locks lots and all lots split from them, then updates their columns: a split at the same time copies those of its parent. */
export async function relistLocked(tx: Db, lots: readonly string[]): Promise<void> {
  if (lots.length === 0) return;
  await lockStates(tx, [...lots, ...(await descendantsBySplit(tx, lots))]);
  await relist(tx, lots);
}
