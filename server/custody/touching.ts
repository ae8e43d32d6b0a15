// Finds the recalls and suspicions that touch what a party holds: those about its lots, and about the lots that these were made
// from. Of a lot that it handed on, it sees no later notice before the ledger has recorded it.
import { ACTIONS } from "../../protocol/event/event.ts";
import { NOTICE_KINDS } from "../../protocol/event/notice.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { isNoticeInSight } from "../access/sight.ts";
import type { Db } from "../storage/db.ts";

/** A notice that touches lots of a party. */
export interface Touching {
  digest: string;
  sequence: bigint;
  /** The party's open lots that it touches, in order. */
  lots: string[];
}

/**
 * Finds notices that touch the open lots that a party holds or is to receive, in the order of acceptance. The cost follows the
 * party's own holdings: strangers' notices about other lots cost nothing.
 * @param after the sequence after which they begin
 */
export function noticesTouching(
  db: Db,
  party: string,
  after: bigint,
  limit: number,
): Promise<Touching[]> {
  const kinds = [NOTICE_KINDS.recall, NOTICE_KINDS.suspicion];
  return db.$queryRaw`
    WITH RECURSIVE origin(held, lot) AS (
      SELECT id, id FROM lot WHERE (holder = ${party} OR consignee = ${party}) AND quantity > 0
      UNION
      SELECT origin.held, used.lot FROM origin
      CROSS JOIN LATERAL (
        SELECT event FROM entry WHERE lot = origin.lot AND previous = ${ZERO_HASH} AND live OFFSET 0) made
      CROSS JOIN LATERAL (SELECT action FROM event WHERE hash = made.event OFFSET 0) maker
      CROSS JOIN LATERAL (SELECT lot, previous FROM entry WHERE event = made.event OFFSET 0) used
      WHERE maker.action IN (${ACTIONS.split}, ${ACTIONS.assemble}) AND used.previous <> ${ZERO_HASH}
    )
    SELECT notice.digest, notice.sequence, array_agg(origin.held ORDER BY origin.held) AS lots
    FROM origin JOIN notice ON notice.lot = origin.lot JOIN lot ON lot.id = notice.lot
    LEFT JOIN interest ON interest.lot = notice.lot AND interest.party = ${party}
    WHERE (interest.party IS NULL OR ${isNoticeInSight(party)}) AND notice.live AND notice.kind = ANY(${kinds}) AND notice.sequence > ${after}
    GROUP BY notice.digest, notice.sequence ORDER BY notice.sequence LIMIT ${limit}`;
}
