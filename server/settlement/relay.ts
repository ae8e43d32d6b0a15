// Relays queued events, notices and checkpoints to the chain: one step signs one transaction, stores it, then sends it.
import type { Attempt } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import { feesNow } from "../chain/fees.ts";
import { type Anchor, isUnsound, nextAnchor } from "../log/anchor.ts";
import { holdsLease, releaseLease, takeLease } from "./lease.ts";
import { anchorParcel, LATER, nextParcel } from "./parcels.ts";
import { broadcast, nonceOnChain, sign } from "./send.ts";
import { lookAfterPending } from "./pending.ts";
import { markServed } from "./turns.ts";

/** Nonces in use at once: more can stop a node from mining. */
const MAX_OPEN_NONCES = 16;

/**
 * One step: looks after pending transactions, then signs and sends the next.
 * @returns whether there may be more to send at once
 * @throws ProtocolError CHAIN_UNREACHABLE: nothing changes, and the next step tries again
 */
export async function relayOnce(ctx: Context): Promise<boolean> {
  const fence = await takeLease(ctx);
  if (fence === undefined) return false;
  try {
    await lookAfterPending(ctx, fence);
    const attempt = await signNext(ctx, fence);
    if (attempt && attempt !== LATER) await broadcast(ctx, attempt);
    return attempt !== undefined;
  } finally {
    await releaseLease(ctx, fence);
  }
}

/** Signs the next transaction and commits it with what it carries, before anything is sent. */
async function signNext(ctx: Context, fence: number): Promise<Attempt | typeof LATER | undefined> {
  const fees = await feesNow(ctx.request);
  const chainNonce = await nonceOnChain(ctx);
  const anchor = await soundAnchor(ctx);
  return ctx.prisma.$transaction(async (tx) => {
    if (!(await holdsLease(ctx, tx, fence))) return undefined;
    const open = await tx.attempt.findMany({
      where: { sender: ctx.relayer.address, closedAt: null },
      select: { nonce: true },
    });
    const taken = new Set(open.map((attempt) => attempt.nonce));
    if (taken.size >= MAX_OPEN_NONCES) return undefined;
    const parcel = (await anchorParcel(ctx, tx, anchor)) ?? (await nextParcel(ctx, tx));
    if (!parcel || parcel === LATER) return parcel;
    // The first free nonce: after a gap nothing is mined.
    let nonce = chainNonce;
    while (taken.has(nonce)) nonce++;
    const attempt = await sign(ctx, tx, parcel, nonce, fees);
    await tx.settlement.updateMany({
      where: { id: { in: parcel.ids } },
      data: { state: "signed" },
    });
    await markServed(tx, parcel.ids);
    return attempt;
  });
}

/** The next anchor; undefined if the log is damaged or the node's answer is invalid. Events and notices do not wait for it. */
async function soundAnchor(ctx: Context): Promise<Anchor | undefined> {
  try {
    return await nextAnchor(ctx);
  } catch (error) {
    if (!isUnsound(error)) throw error;
    ctx.log.error(
      { error: String(error) },
      "the log or the node's answer is damaged: the checkpoint is not anchored; run fsck",
    );
    return undefined;
  }
}
