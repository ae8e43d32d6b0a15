// Applies the notices that the ledger took: ours, and another service's. A withdrawal that it took voids our other withdrawals
// of the same notice, until its block is rolled back.
import type { NoticeTaken } from "../../protocol/chain/ledger-log.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { Notice, NOTICE_KINDS, noticeDigest } from "../../protocol/event/notice.ts";
import { relistCorrected } from "../custody/corrections.ts";
import { insertFollowedNotices } from "../custody/followed.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { markMined, settlementStates } from "./mined.ts";

/** Applies recorded notices: ours, or another service's. */
export async function applyNotices(
  ctx: Context,
  tx: Db,
  logs: readonly NoticeTaken[],
): Promise<void> {
  if (logs.length === 0) return;
  const digests = logs.map(({ digest }) => digest);
  const known = await settlementStates(tx, digests);
  await voidRivals(tx, logs);
  const unknown = logs.filter(({ digest }) => !known.has(digest));
  await insertFollowedNotices(
    tx,
    unknown.map((log) => ({ notice: rebuildNotice(ctx, log), digest: log.digest })),
  );
  await tx.notice.updateMany({
    where: { digest: { in: digests }, live: false },
    data: { live: true },
  });
  await markMined(tx, "notice", logs);
  await relistCorrected(tx, digests); // the ledger's order of corrections is the one that counts
}

/** @throws ProtocolError CHAIN_INCONSISTENT */
function rebuildNotice({ domain }: Context, log: NoticeTaken): Notice {
  const { digest, lot, kind, issuer, time, withdraws, details } = log;
  const notice = Notice.parse({ lot, kind, issuer, time, withdraws, details });
  if (noticeDigest(domain, notice) !== digest) {
    throw new ProtocolError(
      "CHAIN_INCONSISTENT",
      `The log of notice ${digest} is not what was signed. Use another node.`,
    );
  }
  return notice;
}

/** Voids live withdrawals of notices that the ledger has taken another withdrawal of: it takes one. */
async function voidRivals(tx: Db, logs: readonly NoticeTaken[]): Promise<void> {
  const taken = logs.filter(({ kind }) => kind === NOTICE_KINDS.withdrawal);
  await tx.$executeRaw`
    WITH lost AS (
      UPDATE notice SET live = false
      FROM unnest(
        ${taken.map(({ digest }) => digest)}::text[], ${taken.map(({ withdraws }) => withdraws)}::text[],
        ${taken.map(({ blockHash }) => blockHash)}::text[]
      ) AS taken(digest, withdraws, block_hash)
      WHERE notice.kind = 3 AND notice.live AND notice.withdraws = taken.withdraws AND notice.digest <> taken.digest
      RETURNING notice.digest, taken.digest AS rival, taken.block_hash
    )
    UPDATE settlement SET state = 'void', updated_at = now(),
      reason = jsonb_build_object('name', 'Rival', 'args', jsonb_build_array(lost.rival), 'blockHash', lost.block_hash)
    FROM lost WHERE settlement.id = lost.digest`;
}

/** Revives withdrawals that lost to these, whose blocks were reorged, unless another one is live. */
export async function reviveWithdrawals(tx: Db, taken: readonly string[]): Promise<void> {
  const revived = await tx.$queryRaw<{ digest: string }[]>`
    WITH revived AS (
      UPDATE notice SET live = true
      WHERE digest IN (
        SELECT DISTINCT ON (lost.withdraws) lost.digest
        FROM notice lost JOIN settlement ON settlement.notice = lost.digest
        WHERE settlement.state = 'void' AND settlement.reason->>'name' = 'Rival'
          AND settlement.reason->'args'->>0 = ANY(${[...taken]})
          AND NOT EXISTS (
            SELECT 1 FROM notice rival WHERE rival.withdraws = lost.withdraws AND rival.kind = 3 AND rival.live)
        ORDER BY lost.withdraws, settlement.sequence)
      RETURNING digest
    )
    UPDATE settlement SET state = 'queued', reason = NULL, updated_at = now()
    FROM revived WHERE settlement.id = revived.digest RETURNING revived.digest`;
  await relistCorrected(
    tx,
    revived.map(({ digest }) => digest),
  );
}
