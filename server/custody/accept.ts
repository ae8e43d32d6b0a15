// Accepts a signed event or notice. One database transaction judges it, stores it, moves the lots and queues its settlement.
import { eventDigest } from "../../protocol/event/event.ts";
import { signerOrNone } from "../../protocol/base/crypto.ts";
import { checkDetails, checkNoticeDetails, type Details } from "../../protocol/event/details.ts";
import { detailsRoot } from "../../protocol/event/disclosure.ts";
import { fromHex } from "../../protocol/base/bytes.ts";
import { noticeDigest } from "../../protocol/event/notice.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Context } from "../context.ts";
import { type Db, isDeadlock, isUniqueViolation } from "../storage/db.ts";
import { lockIssuer } from "../storage/issuer-lock.ts";
import { Refusal } from "../refusal.ts";
import { noSuchLot, type Reader, seenAmong } from "../access/visibility.ts";
import { insertEvent, insertNotice, newLotsOf } from "./store.ts";
import { FIRST_STATE, modeOf } from "./mode.ts";
import { heldBefore, PREDECESSOR_HELD, yieldTo } from "./held.ts";
import { relistCorrected } from "./corrections.ts";
import { lockStates } from "./states.ts";
import type { SignedEvent, SignedNotice } from "./signed.ts";
import { judgeEvent } from "./judge.ts";
import { judgeNotice } from "./judge-notice.ts";
import { additionsTo, completeEvent } from "./complete.ts";
import { type Paid, paidBy } from "./paid.ts";
import { checkTrailLength } from "./trail-bounds.ts";

/** The answer to an accepted event or notice. */
export interface Acceptance {
  /** The digest of the event or notice. */
  hash: string;
  settlement: string;
  /** It was accepted before, and this repeats that answer. */
  known: boolean;
}

/**
 * Accepts an event, or repeats the answer if it was accepted before. Accepted is not settled: the relay settles it.
 * @param reader who is answered: a refusal tells nothing of lots that it does not see
 * @throws Refusal NOT_FOUND for a lot that the reader does not see; the violation's code; DETAILS_MISMATCH if the details are
 * not those that the event commits to; TRAIL_TOO_LONG, BUDGET_SPENT
 * @throws ProtocolError for malformed details
 */
export async function acceptEvent(
  ctx: Context,
  signed: SignedEvent,
  reader: Reader = { party: signed.event.actor },
): Promise<Acceptance> {
  const { actor, entries } = signed.event;
  const hash = eventDigest(ctx.domain, signed.event);
  return paidBy(ctx, actor, 1 + entries.length, (paid) =>
    storeEvent(ctx, signed, hash, reader, paid),
  );
}

async function storeEvent(
  ctx: Context,
  signed: SignedEvent,
  hash: string,
  reader: Reader,
  paid: Paid,
): Promise<Acceptance> {
  const { event, signature, details } = signed;
  checkRoot(event.details, signed);
  if (details) checkDetails(event, details);
  else if (newLotsOf(event).length > 0)
    throw new Refusal(
      "BAD_FIELD",
      422,
      "An event that makes lots needs their details. Send details and secret.",
      {
        field: "details",
      },
    );
  const signer = signerOrNone(hash, signature, ctx.recover);
  const lots = event.entries.map(({ lot }) => lot);
  try {
    return await ctx.prisma.$transaction(async (tx) => {
      const locked = await lockStates(tx, lots, reader);
      const existing = await tx.settlement.findUnique({ where: { id: hash } });
      if (existing) {
        await completeEvent(tx, signed, hash, signer);
        return { hash, settlement: existing.state, known: true };
      }
      const before = await yieldTo(tx, { event, hash }, reader, locked);
      const states = await judgeEvent(ctx, tx, event, hash, signer, before).catch(
        async (error: unknown) => {
          // While this waited for the locks, an event may have ended what the reader sees.
          const seen = await seenAmong(tx, reader, lots);
          const hidden = event.entries.findIndex(({ lot }) => locked.has(lot) && !seen.has(lot));
          throw hidden < 0 ? error : noSuchLot(lots[hidden]!, `entries.${hidden}.lot`);
        },
      );
      await checkTrailLength(tx, event);
      const mode = await modeOf(ctx, tx, event, before, signed.settlement);
      paid.rows();
      if (mode === "ledger") paid.submission();
      const { secret, restricted } = signed;
      await insertEvent(tx, { event, hash, signature, details, secret, restricted }, states);
      const held = mode === "ledger" ? await heldBefore(tx, event) : undefined;
      const state = held === undefined ? FIRST_STATE[mode] : "held";
      await tx.settlement.create({
        data: {
          id: hash,
          event: hash,
          party: event.actor,
          state,
          ...(held !== undefined && { reason: { name: PREDECESSOR_HELD, args: [held] } }),
        },
      });
      await ctx.keepAnswer?.(tx, { hash, settlement: state, lots });
      return { hash, settlement: state, known: false };
    });
  } catch (error) {
    // Two events that make the same lot lock no common row: the unique key decides between them.
    // A held event that yields may be about further lots: two that lock them can wait for each other.
    if (isUniqueViolation(error) || isDeadlock(error))
      return storeEvent(ctx, signed, hash, reader, paid);
    throw error;
  }
}

function checkRoot(
  root: string,
  { details, secret }: { details?: Details; secret?: string },
): void {
  if ((details === undefined) !== (secret === undefined)) {
    throw new Refusal("BAD_FIELD", 400, "Details and secret go together. Send both or neither.", {
      field: details ? "secret" : "details",
    });
  }
  const computed = details && secret ? detailsRoot(details, fromHex(secret)) : ZERO_HASH;
  if (computed !== root) {
    throw new Refusal(
      "DETAILS_MISMATCH",
      422,
      `The details have the root ${computed}, but the event commits to ${root}. Send the details that were signed.`,
      {
        field: "details",
      },
    );
  }
}

/**
 * Accepts a notice, or repeats the answer if it was accepted before.
 * @throws Refusal if the ledger would refuse it; BUDGET_SPENT
 */
export async function acceptNotice(ctx: Context, signed: SignedNotice): Promise<Acceptance> {
  const hash = noticeDigest(ctx.domain, signed.notice);
  return paidBy(ctx, signed.notice.issuer, 1, (paid) => storeNotice(ctx, signed, hash, paid));
}

async function storeNotice(
  ctx: Context,
  signed: SignedNotice,
  hash: string,
  paid: Paid,
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
    paid.rows();
    paid.submission();
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
