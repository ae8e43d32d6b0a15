// Anchors the log on the chain. Prepares the next checkpoint to send, and stores the anchored ones.
import { toHex } from "../../protocol/base/bytes.ts";
import {
  type CheckpointAnchored,
  checkpointTopics,
  decodeCheckpointAnchored,
  decodeNewest,
  encodeCheckpoint,
  encodeNewest,
} from "../../protocol/chain/checkpoint.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { type Checkpoint, checkpointRefusal } from "../../protocol/log/checkpoint.ts";
import { consistencyProofFrom, rootFrom } from "../../protocol/log/tiles.ts";
import { logsOfRange } from "../../protocol/chain/node.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { logSize, newestAnchoring, newestCheckpoint, readTiles } from "./stored.ts";
import { HOUR_MS } from "../../protocol/base/time.ts";

/** Transactions that a checkpoint may cost within an hour. The next checkpoint covers the same events. */
const MAX_ATTEMPTS = 3;

/** A call that anchors a checkpoint. */
export interface Anchor {
  size: number;
  to: string;
  data: string;
}

/**
 * Prepares the next checkpoint to send: the newest, if the chain does not have it and no other is pending.
 * @returns undefined if there is nothing to send, or the contract would refuse it
 */
export async function nextAnchor(ctx: Context): Promise<Anchor | undefined> {
  const { prisma, request, merkleLog } = ctx;
  const { contract, operator } = merkleLog;
  const newest = await newestCheckpoint(prisma);
  if (contract === undefined || !newest || (await isUnderWay(prisma, operator))) return undefined;
  const followed = await newestAnchoring(prisma);
  if (followed && followed.size >= newest.size) return undefined;
  const hourAgo = new Date(ctx.clock() * 1000 - HOUR_MS);
  const tried = { checkpoint: newest.size, sender: operator, createdAt: { gt: hourAgo } };
  const nonces = await prisma.attempt.findMany({
    where: tried,
    distinct: ["nonce"],
    select: { nonce: true },
  });
  if (nonces.length >= MAX_ATTEMPTS) return undefined;
  const anchored = await newestOnChain(request, contract, operator);
  if (anchored && anchored.size >= newest.size) return undefined; // mined: the follower will read it
  const proof = anchored
    ? await consistencyProofFrom(anchored.size, newest.size, readTiles(prisma, newest.size))
    : [];
  const hashes = proof.map(toHex);
  if (checkpointRefusal(anchored, newest, hashes)) return undefined; // not of this log: see `checkOurs`
  return {
    size: newest.size,
    to: contract,
    data: encodeCheckpoint(newest.size, newest.root, hashes),
  };
}

/** The account's newest checkpoint on the chain, perhaps in a block that is not final; null before the first. */
async function newestOnChain(request: Context["request"], contract: string, operator: string) {
  const call = { to: contract, data: encodeNewest(operator) };
  return decodeNewest((await request("eth_call", [call, "latest"])) as string);
}

/** Whether an error means that the log's tiles, or the node's answers about its checkpoints, are wrong. */
export const isUnsound = (error: unknown): boolean =>
  error instanceof ProtocolError &&
  (error.code === "BAD_PROOF" || error.code === "CHAIN_INCONSISTENT");

/** Whether a checkpoint is pending. Only one at a time may be: each is proven from the one before. */
export async function isUnderWay(db: Db, operator: string): Promise<boolean> {
  const open = await db.attempt.findFirst({
    where: { sender: operator, closedAt: null, checkpoint: { not: null } },
    select: { hash: true },
  });
  return open !== null;
}

/** The chain has a checkpoint by this account that is not of this log. A person must decide which log holds. */
export class LogForked extends Error {
  constructor({ size }: Checkpoint, ours: number) {
    super(
      `The chain has a checkpoint of ${size} events that does not belong to this log of ${ours} events. Either the database was ` +
        "restored to an earlier point, or somebody else uses RELAYER_KEY. Nothing more is appended to the log. The operator " +
        "must decide which log holds: see docs/operate.md.",
    );
    this.name = "LogForked";
  }
}

/**
 * Checks that the newest anchored checkpoint belongs to this log: the followed one, and the contract's own. A database that
 * was restored to an earlier point has not followed the contract's yet.
 * @throws LogForked
 * @throws ProtocolError CHAIN_UNREACHABLE, NodeError: then it cannot be checked
 */
export async function checkOurs({ prisma, request, merkleLog }: Anchored): Promise<void> {
  const { contract, operator } = merkleLog;
  const onChain = contract === undefined ? null : await newestOnChain(request, contract, operator);
  for (const anchored of [await newestAnchoring(prisma), onChain]) {
    if (!anchored) continue;
    const size = await logSize(prisma);
    const tiles = readTiles(prisma, anchored.size);
    const root = size < anchored.size ? undefined : toHex(await rootFrom(anchored.size, tiles));
    if (root !== anchored.root) throw new LogForked(anchored, size);
  }
}

/** The parts of the context with which the log is compared with the chain. */
export type Anchored = Pick<Context, "prisma" | "request" | "merkleLog">;

/* ANCHORED CHECKPOINTS */

/** Reads the checkpoints that the log's account anchored in some blocks, in order. */
export async function anchoringsIn(
  { request, merkleLog: { contract, operator } }: Pick<Context, "request" | "merkleLog">,
  blocks: { from: number; to: number },
  size?: number,
): Promise<CheckpointAnchored[]> {
  if (contract === undefined) return [];
  const topics = checkpointTopics(operator, size);
  return (await logsOfRange(request, blocks, { address: contract, topics })).map(
    decodeCheckpointAnchored,
  );
}

/** Stores a checkpoint that this account anchored. Reports it if it is not of this log. */
export async function applyAnchoring(
  ctx: Context,
  tx: Db,
  anchored: CheckpointAnchored,
): Promise<void> {
  const row = rowOf(anchored);
  await tx.anchoring.upsert({ where: { size: row.size }, create: row, update: row });
  const { size, root } = anchored;
  const isOurs = size <= (await logSize(tx)) && root === (await rootIfSound(ctx, tx, size));
  if (!isOurs)
    ctx.log.error(
      { size, root },
      "the chain has a checkpoint by this account that is not of this log: see docs/operate.md",
    );
}

/** The log's root at a size; undefined if its tiles are damaged: following continues, and `checkOurs` stops the log. */
async function rootIfSound(ctx: Context, db: Db, size: number): Promise<string | undefined> {
  try {
    return toHex(await rootFrom(size, readTiles(db, size)));
  } catch (error) {
    if (!isUnsound(error)) throw error;
    ctx.log.error({ size, error: String(error) }, "the log's tiles are damaged: run fsck");
    return undefined;
  }
}

/** Rolls back the checkpoints of a reorged block, from one of its logs on: they are sent again. */
export async function undoAnchorings(tx: Db, blockHash: string, from: number): Promise<void> {
  const where = { blockHash, logIndex: { gte: from } };
  const reorged = await tx.anchoring.findMany({ where });
  const hashes = reorged.map(({ transaction }) => transaction);
  const mined = await tx.attempt.findMany({
    where: { hash: { in: hashes } },
    select: { sender: true, nonce: true },
  });
  // All transactions with the same nonce: any of them may be mined next.
  await tx.attempt.updateMany({
    where: { OR: mined, checkpoint: { not: null } },
    data: { closedAt: null, sentAt: null },
  });
  await tx.anchoring.deleteMany({ where });
}

/**
 * Reads the anchored checkpoints of the followed blocks again if the rows belong to another contract or account: since the
 * last start the log may have been anchored elsewhere, or for the first time.
 */
export async function ensureAnchorings(ctx: Context, deployedBlock: number): Promise<void> {
  const { prisma, request, merkleLog } = ctx;
  const head = await prisma.block.findFirst({ orderBy: { number: "desc" } });
  if (merkleLog.contract === undefined || !head) return;
  const range = { from: deployedBlock, to: head.number };
  const stored = await newestAnchoring(prisma);
  const onChain = await newestOnChain(request, merkleLog.contract, merkleLog.operator);
  if (stored?.size === onChain?.size && stored?.root === onChain?.root) return;
  const isAnchored = async (one: Checkpoint) =>
    (await anchoringsIn(ctx, range, one.size)).some((log) => log.root === one.root);
  const isKept = !stored || (await isAnchored(stored));
  const isMissed = onChain !== null && stored?.size !== onChain.size && (await isAnchored(onChain));
  if (isKept && !isMissed) return; // newer ones are still to be followed
  const all = await anchoringsIn(ctx, range);
  await prisma.$transaction(async (tx) => {
    await tx.anchoring.deleteMany();
    await tx.anchoring.createMany({ data: all.map(rowOf) });
  });
}

const rowOf = ({
  size,
  root,
  previousSize,
  block,
  blockHash,
  transaction,
  logIndex,
}: CheckpointAnchored) => ({
  size,
  root,
  previousSize,
  block,
  blockHash,
  transaction,
  logIndex,
});
