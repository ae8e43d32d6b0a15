// Judges a notice by the rules that the ledger will apply, before it is accepted. What the service has accepted and not settled
// yet counts as taken: it is sent first.
import { NOTICE_KINDS, type Notice } from "../../protocol/event/notice.ts";
import { type NoticeViolation, noticeViolation } from "../../protocol/event/notice-rules.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Notice as NoticeRow } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { Refusal, refuseViolation } from "../refusal.ts";
import { rulesFor } from "./judge.ts";

/**
 * Judges a notice as the ledger would.
 * @param digest of a notice that was not accepted before
 * @throws Refusal NOTHING_TO_WITHDRAW, SUSPICION_STANDS, or the code of the broken rule
 */
export async function judgeNotice(
  ctx: Context,
  tx: Db,
  notice: Notice,
  digest: string,
  signer: string | undefined,
): Promise<void> {
  const { issuer, withdraws, lot } = notice;
  const rules = await rulesFor(ctx, tx, [issuer], signer, () => ZERO_HASH);
  const named = await standingNotice(tx, withdraws);
  const suspicion = await standingSuspicion(tx, lot, issuer);
  const violation = noticeViolation(
    {
      ...rules,
      standing: () => named ?? undefined,
      suspicion: () => suspicion,
      isTaken: () => false,
    },
    { notice, digest, signer },
  );
  if (violation) throw refusalOf(violation, notice);
}

/** The recall or suspicion with this digest, unless it is withdrawn. */
async function standingNotice(db: Db, digest: string): Promise<NoticeRow | null> {
  const withdrawals = { kind: NOTICE_KINDS.withdrawal, withdraws: digest, live: true };
  const named = await db.notice.findFirst({
    where: { digest, live: true, kind: { not: NOTICE_KINDS.withdrawal } },
  });
  return (await db.notice.count({ where: withdrawals })) === 0 ? named : null;
}

/** The digest of an issuer's suspicion about a lot that is not withdrawn. */
async function standingSuspicion(db: Db, lot: string, issuer: string): Promise<string | undefined> {
  const rows = await db.$queryRaw<{ digest: string }[]>`
    SELECT digest FROM notice
    WHERE lot = ${lot} AND issuer = ${issuer} AND kind = ${NOTICE_KINDS.suspicion} AND live AND NOT EXISTS (
      SELECT 1 FROM notice later
      WHERE later.withdraws = notice.digest AND later.kind = 3 AND later.live)
    ORDER BY sequence LIMIT 1`;
  return rows[0]?.digest;
}

function refusalOf(violation: NoticeViolation, { kind }: Notice): Refusal {
  switch (violation.name) {
    case "NothingToWithdraw": {
      const why =
        kind === NOTICE_KINDS.withdrawal
          ? "The withdrawal does not name a standing notice by this issuer about this lot."
          : "Only a withdrawal names another notice. Leave `withdraws` zero.";
      return new Refusal("NOTHING_TO_WITHDRAW", 422, why, { field: "withdraws" });
    }
    case "SuspicionStands": {
      const why = `The issuer's suspicion ${violation.args[0]} about this lot stands. Withdraw it first.`;
      return new Refusal("SUSPICION_STANDS", 409, why, { field: "lot" });
    }
    case "NoticeAlreadyTaken":
      return new Refusal("NOTICE_ALREADY_TAKEN", 422, "The ledger has this notice already.");
    default:
      return refuseViolation(violation);
  }
}
