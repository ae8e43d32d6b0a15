// Settles what waits: packs it into transactions, signs them, stores them, then sends them. Receipts decide, never a node's
// error text.
import { Transaction } from "ethers";
import { Wallet } from "ethers/wallet";
import { parseCanonical } from "../../protocol/base/canonical.ts";
import { encodeNotify, encodeRecordBatch } from "../../protocol/chain/codec.ts";
import { CustodyEvent } from "../../protocol/event/event.ts";
import { Notice } from "../../protocol/event/notice.ts";
import { type Submission, submissionOf } from "../../protocol/event/submission.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Attempt, Settlement } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { type Fees, feesNow, feesToReplace } from "../chain/fees.ts";
import { headOf } from "../custody/states.ts";
import { type Anchor, isUnderWay, isUnsound, nextAnchor } from "../log/anchor.ts";
import { readyToSend } from "./promote.ts";
import { holdBack, knownStatesBefore } from "./outcome.ts";
import { HOUR_MS } from "../../protocol/base/time.ts";

/** How long a relayer has its sending account to itself, in seconds. */
const LEASE_SECONDS = 10;
/** Gas in one transaction: below the chain's cap of 16,777,216 (EIP-7825). */
const MAX_GAS = 15_000_000;
/** Call data in one transaction: mempools refuse more than 128 KiB. */
const MAX_CALLDATA_BYTES = 100_000;
/** Events in one transaction. */
const MAX_EVENTS = 200;
/** Nonces under way: more can stop a node from mining. */
const MAX_OPEN_NONCES = 16;
/** Transactions that may fail before what they carry is held for a person. */
const MAX_ATTEMPTS = 3;
/** A transaction that was not mined for this long is sent again; nodes forget. */
const RESEND_AFTER_MS = 15_000;
/** One that the chain waits for, and that was not mined for this long, offers too little: it is replaced. */
const STUCK_AFTER_MS = 90_000;
/** Transactions of one nonce within an hour: by then the fee has grown to three times what it was. */
const MAX_TRIES_PER_HOUR = 10;
/** Blocks below the head whose states ordinary nodes keep: somewhat less than 128. */
const KEPT_STATES = 100;

// Bounds on what recording costs, well above what bench/gas.ts measures: one event too many makes the whole batch revert.
const GAS_BASE = 60_000;
const GAS_EVENT = 60_000;
const GAS_NEW_LOT = 32_000;
const GAS_LOT = 18_000;
const GAS_NOTICE = 300_000;
const GAS_CHECKPOINT = 200_000;
const CALLDATA_EVENT_BYTES = 900;
const CALLDATA_LOT_BYTES = 64 + 128;

/** Nothing is sent yet: more had to be queued first. */
const LATER = "later";

interface Parcel {
  /** The settlements that it carries. */
  ids: string[];
  /** The size of the log's checkpoint that it anchors. */
  checkpoint?: number;
  to: string;
  data: string;
  gas: number;
}

/**
 * One step: looks after the transactions under way, then signs and sends the next.
 * @returns whether there may be more to send at once
 * @throws ProtocolError CHAIN_UNREACHABLE: everything stays where it is
 */
export async function relayOnce(ctx: Context): Promise<boolean> {
  const fence = await takeLease(ctx);
  if (fence === undefined) return false;
  try {
    await lookAfterOpen(ctx, fence);
    const attempt = await signNext(ctx, fence);
    if (attempt && attempt !== LATER) await broadcast(ctx, attempt);
    return attempt !== undefined;
  } finally {
    await ctx.prisma.sender.updateMany({
      where: { address: ctx.relayer.address, fence },
      data: { leaseUntil: null },
    });
  }
}

/** One relayer per sending account: undefined where another has it. */
async function takeLease({ prisma, relayer }: Context): Promise<number | undefined> {
  await prisma.$executeRaw`INSERT INTO sender (address) VALUES (${relayer.address}) ON CONFLICT DO NOTHING`;
  const rows = await prisma.$queryRaw<{ fence: number }[]>`
    UPDATE sender SET fence = fence + 1, lease_until = now() + ${LEASE_SECONDS} * interval '1 second'
    WHERE address = ${relayer.address} AND (lease_until IS NULL OR lease_until < now())
    RETURNING fence`;
  return rows[0]?.fence;
}

/** Transactions under way with the same nonce, the oldest first: one of them will be mined, or another in their place. */
type Tries = [Attempt, ...Attempt[]];

/** Closes attempts that are final, rebroadcasts those that are not mined, and replaces those that are stuck. */
async function lookAfterOpen(ctx: Context, fence: number): Promise<void> {
  const open = await ctx.prisma.attempt.findMany({
    where: { sender: ctx.relayer.address, closedAt: null },
    orderBy: [{ nonce: "asc" }, { createdAt: "asc" }],
  });
  if (open.length === 0) return;
  const standing = await headOf(ctx.prisma);
  const next = await nonceOnChain(ctx);
  for (const [nonce, tries] of Map.groupBy(open, (attempt) => attempt.nonce) as Map<
    number,
    Tries
  >) {
    const receipt = await receiptOfAny(ctx, tries);
    if (receipt) {
      // The follower must have read the block first: its logs say what became of each event.
      if (standing && receipt.block <= standing.number - ctx.finality)
        await close(ctx, tries, receipt);
    } else if (nonce < next) {
      await closeOvertaken(ctx, tries);
    } else {
      await sendAgain(ctx, fence, tries, nonce === next);
    }
  }
}

/** @param isNext whether the chain waits for this nonce: what comes after it is not stuck by itself */
async function sendAgain(
  ctx: Context,
  fence: number,
  tries: Tries,
  isNext: boolean,
): Promise<void> {
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
 * Signs the same call once more with the same nonce, for more gas. All that were signed are kept: any may be mined.
 * @returns undefined where it was replaced often enough for now, offers far more than is asked, or another relayer looks
 * after it
 */
async function replace(ctx: Context, fence: number, tries: Tries): Promise<Attempt | undefined> {
  const newest = tries.at(-1)!;
  const lately = tries.filter(
    ({ createdAt }) => ctx.clock() * 1000 - createdAt.getTime() < HOUR_MS,
  );
  const fees =
    lately.length < MAX_TRIES_PER_HOUR
      ? feesToReplace(newest.raw, await feesNow(ctx.request))
      : undefined;
  if (!fees) {
    ctx.log.warn(
      { nonce: newest.nonce, tries: tries.length },
      "a transaction is not mined, however much it offers",
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

/** Commits that a nonce is used in a final block, by one of these or by another transaction. */
async function close(ctx: Context, tries: Tries, mined?: Receipt): Promise<void> {
  const hashes = tries.map(({ hash }) => hash);
  await ctx.prisma.$transaction(async (tx) => {
    const { count } = await tx.attempt.updateMany({
      where: { hash: { in: hashes }, closedAt: null },
      data: { closedAt: new Date() },
    });
    if (count === 0) return; // another relayer closed it: what it carried may be in a new one already
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

/** Another transaction used this nonce: once that is final, what these carried goes into a new one. */
async function closeOvertaken(ctx: Context, tries: Tries): Promise<void> {
  const standing = await headOf(ctx.prisma);
  if (!standing) return;
  const head = Number(await ctx.request("eth_blockNumber"));
  // Older states nodes have thrown away. Should such a block go after all, the ledger takes nothing twice.
  const at = Math.max(0, standing.number - ctx.finality, head - KEPT_STATES);
  if (tries[0].nonce < (await nonceAt(ctx, at))) await close(ctx, tries);
}

/** The account's next nonce as of a block; 0, which nothing is below, where the node has no such state. */
async function nonceAt(ctx: Context, block: number): Promise<number> {
  try {
    return await nonceOnChain(ctx, block);
  } catch (error) {
    ctx.log.warn(
      { block, error: String(error) },
      "the node does not tell which nonces are used: trying again",
    );
    return 0;
  }
}

async function nonceOnChain({ request, relayer }: Context, block?: number): Promise<number> {
  const at = block === undefined ? "latest" : `0x${block.toString(16)}`;
  return Number(await request("eth_getTransactionCount", [relayer.address, at]));
}

interface Receipt {
  hash: string;
  block: number;
  succeeded: boolean;
}

/** The receipt of the one that was mined. */
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
    // The first that is free: after a gap nothing is mined.
    let nonce = chainNonce;
    while (taken.has(nonce)) nonce++;
    const attempt = await sign(ctx, tx, parcel, nonce, fees);
    await tx.settlement.updateMany({
      where: { id: { in: parcel.ids } },
      data: { state: "signed" },
    });
    return attempt;
  });
}

/** Whether this relayer still has the sending account to itself; it stays so until the database transaction ends. */
async function holdsLease({ relayer }: Context, tx: Db, fence: number): Promise<boolean> {
  const held = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM sender WHERE address = ${relayer.address} AND fence = ${fence} FOR UPDATE`;
  return held.length > 0;
}

/** Signs a transaction, and keeps it with what it carries. */
async function sign(
  ctx: Context,
  tx: Db,
  parcel: Parcel,
  nonce: number,
  fees: Fees,
): Promise<Attempt> {
  const raw = await new Wallet(ctx.relayer.privateKey).signTransaction({
    type: 2,
    chainId: ctx.domain.chainId,
    nonce,
    to: parcel.to,
    data: parcel.data,
    gasLimit: parcel.gas,
    ...fees,
  });
  const hash = Transaction.from(raw).hash!;
  const { ids, checkpoint = null } = parcel;
  const createdAt = new Date(ctx.clock() * 1000);
  const data = { hash, sender: ctx.relayer.address, nonce, raw, checkpoint, createdAt };
  const attempt = await tx.attempt.create({ data });
  await tx.carried.createMany({ data: ids.map((id) => ({ attempt: hash, settlement: id })) });
  return attempt;
}

/** The next anchor; none where the log is damaged or the answer cannot be read: events and notices do not wait for it. */
async function soundAnchor(ctx: Context): Promise<Anchor | undefined> {
  try {
    return await nextAnchor(ctx);
  } catch (error) {
    if (!isUnsound(error)) throw error;
    ctx.log.error({ error: String(error) }, "the log's checkpoint cannot be anchored");
    return undefined;
  }
}

/** The log's checkpoint goes first: it is small, comes seldom, and covers what goes after it. */
async function anchorParcel(
  ctx: Context,
  tx: Db,
  anchor: Anchor | undefined,
): Promise<Parcel | undefined> {
  if (!anchor || (await isUnderWay(tx, ctx.relayer.address))) return undefined;
  const { size, to, data } = anchor;
  return { ids: [], checkpoint: size, to, data, gas: GAS_CHECKPOINT };
}

/** What waits longest: events together, as many as fit; a notice by itself. */
async function nextParcel(ctx: Context, tx: Db): Promise<Parcel | typeof LATER | undefined> {
  const ready = await readyToSend(tx, MAX_EVENTS);
  if (!ready) return LATER;
  const queued = await tx.$queryRaw<Pick<Settlement, "id" | "event" | "notice">[]>`
    SELECT id, event, notice FROM settlement
    WHERE state = 'queued' AND id = ANY(${ready}) ORDER BY sequence FOR UPDATE SKIP LOCKED`;
  const first = queued[0];
  if (!first) return undefined;
  if (first.notice) return noticeParcel(ctx, tx, first.notice);
  const untilNotice = queued.findIndex(({ notice }) => notice !== null);
  return eventsParcel(
    ctx,
    tx,
    queued.slice(0, untilNotice < 0 ? undefined : untilNotice).map(({ id }) => id),
  );
}

async function noticeParcel({ domain }: Context, tx: Db, digest: string): Promise<Parcel> {
  const { bytes, signature } = await tx.notice.findUniqueOrThrow({ where: { digest } });
  const notice = Notice.parse(parseCanonical(bytes));
  return {
    ids: [digest],
    to: domain.ledger,
    data: encodeNotify(notice, signature!),
    gas: GAS_NOTICE,
  };
}

async function eventsParcel(
  { domain }: Context,
  tx: Db,
  ids: string[],
): Promise<Parcel | undefined> {
  const stored = await tx.event.findMany({ where: { hash: { in: ids } } });
  const byHash = new Map(stored.map((event) => [event.hash, event]));
  const submissions: Submission[] = [];
  const taken: string[] = [];
  let gas = GAS_BASE;
  let size = 0;
  for (const id of ids) {
    const { bytes, signature } = byHash.get(id)!;
    const event = CustodyEvent.parse(parseCanonical(bytes));
    const cost = costOf(event);
    if (taken.length > 0 && (gas + cost.gas > MAX_GAS || size + cost.size > MAX_CALLDATA_BYTES))
      break;
    const before = await knownStatesBefore(tx, event);
    if (!before || signature === null) {
      await holdBack(tx, id, {
        name: before ? "SignatureUnknown" : "StateBeforeUnknown",
        args: [],
      });
      continue;
    }
    submissions.push(submissionOf(event, before, signature));
    taken.push(id);
    gas += cost.gas;
    size += cost.size;
  }
  if (taken.length === 0) return undefined;
  return { ids: taken, to: domain.ledger, data: encodeRecordBatch(submissions), gas };
}

function costOf({ entries }: CustodyEvent): { gas: number; size: number } {
  const created = entries.filter(({ previous }) => previous === ZERO_HASH).length;
  const gas = GAS_EVENT + created * GAS_NEW_LOT + (entries.length - created) * GAS_LOT;
  return { gas, size: CALLDATA_EVENT_BYTES + entries.length * CALLDATA_LOT_BYTES };
}

/** Sends a transaction, perhaps not for the first time. What the node says of it decides nothing. */
async function broadcast(ctx: Context, { hash, raw }: Attempt): Promise<void> {
  await ctx.prisma.attempt.update({
    where: { hash },
    data: { sentAt: new Date(ctx.clock() * 1000) },
  });
  await ctx.request("eth_sendRawTransaction", [raw]).catch((error: unknown) => {
    ctx.log.info(
      { hash, error: String(error) },
      "the node did not take a transaction; receipts will tell",
    );
  });
}
