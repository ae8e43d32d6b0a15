// Accepts signed events and notices. One database transaction judges them, stores them, moves the lots and queues their
// settlement.
import { signerOrNone } from "../../protocol/base/crypto.ts";
import { checkNoticeDetails } from "../../protocol/event/details.ts";
import { noticeDigest } from "../../protocol/event/notice.ts";
import type { Context } from "../context.ts";
import { type Db, isUniqueViolation } from "../storage/db.ts";
import { lockIssuer } from "../storage/issuer-lock.ts";
import { insertNotice } from "./store.ts";
import { relistCorrected } from "./corrections.ts";
import type { SignedEvent, SignedNotice } from "./signed.ts";
import { judgeNotice } from "./judge-notice.ts";
import type { Acceptance } from "./batch.ts";
import { type Asker, checkRoot, checkSigned } from "./candidate.ts";
import { additionsTo } from "./complete.ts";
import { paidBy, type Payment } from "./paid.ts";
import { acceptInTurn } from "./queue.ts";

export type { Acceptance };

/**
 * Accepts an event, or repeats the answer if it was accepted before. Accepted is not settled: the relay settles it.
 * @param asker who is answered: a refusal tells nothing of lots that it does not see
 * @throws Refusal NOT_FOUND for a lot that the asker does not see; the violation's code; DETAILS_MISMATCH if the details are
 * not those that the event commits to; TRAIL_TOO_LONG, BUDGET_SPENT
 * @throws ProtocolError for malformed details
 */
export async function acceptEvent(
  ctx: Context,
  signed: SignedEvent,
  asker: Asker = { party: signed.event.actor },
): Promise<Acceptance> {
  const [answer] = await acceptInTurn([checkSigned(ctx, signed, asker)]);
  if (answer!.accepted) return answer!.accepted;
  throw answer!.error;
}

/**
 * Accepts a notice, or repeats the answer if it was accepted before.
 * @throws Refusal if the ledger would refuse it; BUDGET_SPENT
 */
export async function acceptNotice(ctx: Context, signed: SignedNotice): Promise<Acceptance> {
  const hash = noticeDigest(ctx.domain, signed.notice);
  return paidBy(ctx, signed.notice.issuer, 1, (payment) => storeNotice(ctx, signed, hash, payment));
}

async function storeNotice(
  ctx: Context,
  signed: SignedNotice,
  hash: string,
  payment: Payment,
): Promise<Acceptance> {
  const { notice, signature, details, secret } = signed;
  checkRoot(notice.details, signed);
  if (details) checkNoticeDetails(details, notice.kind);
  const signer = signerOrNone(hash, signature, ctx.recover);
  const run = async (tx: Db): Promise<Acceptance> => {
    await lockIssuer(tx, notice.issuer);
    const existing = await tx.settlement.findUnique({ where: { id: hash } });
    if (existing) {
      await tx.$queryRaw`SELECT 1 FROM notice WHERE digest = ${hash} FOR UPDATE`;
      const stored = await tx.notice.findUniqueOrThrow({ where: { digest: hash } });
      const added = await additionsTo(tx, stored, signed, notice.issuer, signer);
      if (added) {
        await tx.notice.update({ where: { digest: hash }, data: added });
        await relistCorrected(tx, [hash]);
      }
      return { hash, settlement: existing.state, known: true };
    }
    await judgeNotice(ctx, tx, notice, hash, signer);
    payment.rows();
    payment.submission();
    await insertNotice(tx, notice, hash, { signature, details, secret });
    await tx.settlement.create({
      data: { id: hash, notice: hash, party: notice.issuer, lot: notice.lot },
    });
    await ctx.keepAnswer?.(tx, { hash, settlement: "queued" });
    return { hash, settlement: "queued", known: false };
  };
  try {
    return await ctx.prisma.$transaction(run);
  } catch (error) {
    // The follower stored this notice, or another withdrawal, at the same time: the second try finds it.
    if (isUniqueViolation(error)) return ctx.prisma.$transaction(run);
    throw error;
  }
}
