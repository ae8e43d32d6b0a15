// Looks after pending transactions: closes those that are final, rebroadcasts those that are not mined, and replaces those that
// are stuck. Receipts decide, never a node's error text.
import { Transaction } from "ethers";
import type { Attempt } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import { feesNow, feesToReplace } from "../chain/fees.ts";
import { headOf } from "../custody/states.ts";
import { holdBack } from "./hold.ts";
import { HOUR_MS } from "../../protocol/base/time.ts";
import { holdsLease } from "./lease.ts";
import { broadcast, nonceOnChain, sign } from "./send.ts";

/** Failed transactions after which what they carry is held for a person. */
const MAX_ATTEMPTS = 3;
/** A transaction that is not mined for this long is sent again, because nodes forget. */
const RESEND_AFTER_MS = 15_000;
/** The next nonce's transaction is replaced if it is not mined for this long: it offers too little. */
const STUCK_AFTER_MS = 90_000;
/** Transactions of one nonce within an hour. After that many the fee has tripled. */
const MAX_TRIES_PER_HOUR = 10;
/** Blocks below the head whose state an ordinary node keeps: a little less than 128. */
const KEPT_STATES = 100;

/** Pending transactions with the same nonce, the oldest first. One of them will be mined, or another in their place. */
type Tries = [Attempt, ...Attempt[]];

/** Whether this relayer has sent a transaction that is not final yet. */
export async function isUnderWay({ prisma, relayer }: Context): Promise<boolean> {
  const open = { where: { sender: relayer.address, closedAt: null } };
  return (await prisma.attempt.findFirst(open)) !== null;
}

/** Closes, rebroadcasts or replaces the pending transactions of each nonce. */
export async function lookAfterPending(ctx: Context, fence: number): Promise<void> {
  const open = await ctx.prisma.attempt.findMany({
    where: { sender: ctx.relayer.address, closedAt: null },
    orderBy: [{ nonce: "asc" }, { createdAt: "asc" }],
  });
  if (open.length === 0) return;
  const followed = await headOf(ctx.prisma);
  const next = await nonceOnChain(ctx);
  for (const [nonce, tries] of Map.groupBy(open, (attempt) => attempt.nonce) as Map<
    number,
    Tries
  >) {
    const receipt = await receiptOfAny(ctx, tries);
    if (receipt) {
      // The follower must have read the block first: its logs say which events were recorded or skipped.
      if (followed && receipt.block <= followed.number - ctx.finality)
        await close(ctx, tries, receipt);
    } else if (nonce < next) {
      await closeOvertaken(ctx, tries);
    } else {
      await resend(ctx, fence, tries, nonce === next);
    }
  }
}

/**
 * Sends a nonce's transactions again, and replaces one that is stuck.
 * @param isNext whether this is the account's next nonce: only its transaction can be stuck, later ones wait for it
 */
async function resend(ctx: Context, fence: number, tries: Tries, isNext: boolean): Promise<void> {
  const newest = tries.at(-1)!;
  const now = ctx.clock() * 1000;
  if (newest.sentAt && now - newest.sentAt.getTime() < RESEND_AFTER_MS) return;
  const isStuck =
    isNext && newest.sentAt !== null && now - newest.createdAt.getTime() >= STUCK_AFTER_MS;
  const replacement = isStuck ? await replace(ctx, fence, tries) : undefined;
  // Rebroadcast every attempt: if the account cannot afford the newest, a cheaper one may still be mined.
  const again = replacement ? [replacement] : isStuck ? tries : [newest];
  for (const attempt of again) await broadcast(ctx, attempt);
}

/**
 * Signs the same call again with the same nonce and a higher fee. Keeps every signed transaction: any may be mined.
 * @returns undefined if it was replaced too often within an hour, already offers far more than needed, or another relayer
 * has the lease
 */
async function replace(ctx: Context, fence: number, tries: Tries): Promise<Attempt | undefined> {
  const newest = tries.at(-1)!;
  const recent = tries.filter(
    ({ createdAt }) => ctx.clock() * 1000 - createdAt.getTime() < HOUR_MS,
  );
  const fees =
    recent.length < MAX_TRIES_PER_HOUR
      ? feesToReplace(newest.raw, await feesNow(ctx.request))
      : undefined;
  if (!fees) {
    ctx.log.warn(
      { nonce: newest.nonce, tries: tries.length },
      "a transaction is not mined, and its fee is at the limit: check the node and the relayer's balance",
    );
    return undefined;
  }
  return ctx.prisma.$transaction(async (tx) => {
    if (!(await holdsLease(ctx, tx, fence))) return undefined;
    const hashes = tries.map(({ hash }) => hash);
    if (
      (await tx.attempt.count({ where: { hash: { in: hashes }, closedAt: null } })) < tries.length
    )
      return undefined;
    const { to, data, gasLimit } = Transaction.from(newest.raw);
    const carried = await tx.carried.findMany({ where: { attempt: newest.hash } });
    const ids = carried.map(({ settlement }) => settlement);
    const checkpoint = newest.checkpoint === null ? {} : { checkpoint: Number(newest.checkpoint) };
    return sign(
      ctx,
      tx,
      { ids, ...checkpoint, to: to!, data, gas: Number(gasLimit) },
      newest.nonce,
      fees,
    );
  });
}

/** Closes a nonce's transactions: in a final block, one of them or another transaction has used the nonce. */
async function close(ctx: Context, tries: Tries, mined?: Receipt): Promise<void> {
  const hashes = tries.map(({ hash }) => hash);
  await ctx.prisma.$transaction(async (tx) => {
    const { count } = await tx.attempt.updateMany({
      where: { hash: { in: hashes }, closedAt: null },
      data: { closedAt: new Date() },
    });
    if (count === 0) return; // another relayer closed them; what they carried may be in a new transaction already
    const left = await tx.settlement.findMany({
      where: {
        state: "signed",
        carried: { some: { attempt: { in: hashes } }, none: { ofAttempt: { closedAt: null } } },
      },
      include: { carried: { include: { ofAttempt: { select: { nonce: true } } } } },
    });
    for (const { id, carried } of left) {
      const nonces = new Set(carried.map(({ ofAttempt }) => ofAttempt.nonce));
      if (!mined || mined.succeeded || nonces.size < MAX_ATTEMPTS) {
        await tx.settlement.update({ where: { id }, data: { state: "queued" } });
      } else {
        await holdBack(tx, id, { name: "TransactionFailed", args: [mined.hash] });
      }
    }
  });
}

/** Closes transactions whose nonce another one has used: once that is final, what they carried goes into a new one. */
async function closeOvertaken(ctx: Context, tries: Tries): Promise<void> {
  const followed = await headOf(ctx.prisma);
  if (!followed) return;
  const head = Number(await ctx.request("eth_blockNumber"));
  // Nodes have deleted older states. If such a block is reorged after all, the ledger still records nothing twice.
  const at = Math.max(0, followed.number - ctx.finality, head - KEPT_STATES);
  if (tries[0].nonce < (await nonceAt(ctx, at))) await close(ctx, tries);
}

/** The account's next nonce at a block; 0 if the node does not have that state: no nonce is below it. */
async function nonceAt(ctx: Context, block: number): Promise<number> {
  try {
    return await nonceOnChain(ctx, block);
  } catch (error) {
    ctx.log.warn(
      { block, error: String(error) },
      "the node does not say which nonces are used; it is asked again",
    );
    return 0;
  }
}

interface Receipt {
  hash: string;
  block: number;
  succeeded: boolean;
}

/** The receipt of the transaction that was mined; undefined if none was. */
async function receiptOfAny({ request }: Context, tries: Tries): Promise<Receipt | undefined> {
  for (const { hash } of tries) {
    const receipt = (await request("eth_getTransactionReceipt", [hash])) as {
      blockNumber: string;
      status: string;
    } | null;
    if (receipt)
      return { hash, block: Number(receipt.blockNumber), succeeded: Number(receipt.status) === 1 };
  }
  return undefined;
}
