// Anchors the log on the chain: prepares the next checkpoint to send, and keeps what the chain has anchored.
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

/** Transactions that a checkpoint may cost within an hour; the next checkpoint anchors all that it would have. */
const MAX_ATTEMPTS = 3;

/** A call that anchors a checkpoint. */
export interface Anchor {
  size: number;
  to: string;
  data: string;
}

/**
 * The checkpoint that is to be sent next: the newest, where the chain does not have it, and no other is under way.
 * @returns undefined where there is nothing to send, or where the contract would not take it
 */
export async function nextAnchor(ctx: Context): Promise<Anchor | undefined> {
  const { prisma, request, merkleLog } = ctx;
  const { contract, operator } = merkleLog;
  const newest = await newestCheckpoint(prisma);
  if (contract === undefined || !newest || (await isUnderWay(prisma, operator))) return undefined;
  const known = await newestAnchoring(prisma);
  if (known && known.size >= newest.size) return undefined;
  const lately = new Date(ctx.clock() * 1000 - HOUR_MS);
  const tried = { checkpoint: newest.size, sender: operator, createdAt: { gt: lately } };
  const nonces = await prisma.attempt.findMany({
    where: tried,
    distinct: ["nonce"],
    select: { nonce: true },
  });
  if (nonces.length >= MAX_ATTEMPTS) return undefined;
  const anchored = await newestOnChain(request, contract, operator);
  if (anchored && anchored.size >= newest.size) return undefined; // mined: the follower will say so
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

/** The account's newest checkpoint in a block that may still be replaced; null before the first. */
async function newestOnChain(request: Context["request"], contract: string, operator: string) {
  const call = { to: contract, data: encodeNewest(operator) };
  return decodeNewest((await request("eth_call", [call, "latest"])) as string);
}

/** Whether an error says that the log's tiles, or what the node answered of its checkpoints, cannot be right. */
export const isUnsound = (error: unknown): boolean =>
  error instanceof ProtocolError &&
  (error.code === "BAD_PROOF" || error.code === "CHAIN_INCONSISTENT");

/** Whether a checkpoint is signed and not closed. One at a time: each is proven from the one before. */
export async function isUnderWay(db: Db, operator: string): Promise<boolean> {
  const open = await db.attempt.findFirst({
    where: { sender: operator, closedAt: null, checkpoint: { not: null } },
    select: { hash: true },
  });
  return open !== null;
}

/** The chain has a checkpoint of this account's that is not of this log. Only a person can say what holds. */
export class LogForked extends Error {
  constructor({ size }: Checkpoint, ours: number) {
    super(
      `the chain has a checkpoint of ${size} events that is not of this log, which has ${ours}: the database was restored ` +
        "to an earlier point, or somebody else uses RELAYER_KEY; nothing more is appended, see docs/operations.md",
    );
    this.name = "LogForked";
  }
}

/**
 * Checks that the newest anchored checkpoint is one of this log: the one that was followed, and the contract's own, which a
 * database that was restored to an earlier point has still to come to.
 * @throws LogForked
 * @throws ProtocolError CHAIN_UNREACHABLE, NodeError: then nobody knows
 */
export async function checkOurs({ prisma, request, merkleLog }: Anchored): Promise<void> {
  const { contract, operator } = merkleLog;
  const there = contract === undefined ? null : await newestOnChain(request, contract, operator);
  for (const anchored of [await newestAnchoring(prisma), there]) {
    if (!anchored) continue;
    const size = await logSize(prisma);
    const tiles = readTiles(prisma, anchored.size);
    const root = size < anchored.size ? undefined : toHex(await rootFrom(anchored.size, tiles));
    if (root !== anchored.root) throw new LogForked(anchored, size);
  }
}

/** What is needed to hold the log against the chain. */
export type Anchored = Pick<Context, "prisma" | "request" | "merkleLog">;

/* WHAT THE CHAIN SAYS */

/** The checkpoints that the log's account anchored in some blocks, in order. */
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

/** The chain has a checkpoint of this account's. */
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
      "the chain has a checkpoint of this account's that is not of this log",
    );
}

/** The log's root at a size; none where its tiles are damaged: following goes on, and `checkOurs` stops the log. */
async function rootIfSound(ctx: Context, db: Db, size: number): Promise<string | undefined> {
  try {
    return toHex(await rootFrom(size, readTiles(db, size)));
  } catch (error) {
    if (!isUnsound(error)) throw error;
    ctx.log.error({ size, error: String(error) }, "the log's tiles are damaged");
    return undefined;
  }
}

/** Rolls a reorged block back: what was anchored in it is sent again. */
export async function undoAnchorings(tx: Db, blockHash: string): Promise<void> {
  const reorged = await tx.anchoring.findMany({ where: { blockHash } });
  const hashes = reorged.map(({ transaction }) => transaction);
  const mined = await tx.attempt.findMany({
    where: { hash: { in: hashes } },
    select: { sender: true, nonce: true },
  });
  // With those that it replaced, or that were to replace it: any may be mined next.
  await tx.attempt.updateMany({
    where: { OR: mined, checkpoint: { not: null } },
    data: { closedAt: null, sentAt: null },
  });
  await tx.anchoring.deleteMany({ where: { blockHash } });
}

/**
 * Reads again what was anchored in the blocks that were followed, where the rows are not of this contract and account:
 * the log may be anchored elsewhere than at the last start, or for the first time.
 */
export async function ensureAnchorings(ctx: Context, deployedBlock: number): Promise<void> {
  const { prisma, request, merkleLog } = ctx;
  const head = await prisma.block.findFirst({ orderBy: { number: "desc" } });
  if (merkleLog.contract === undefined || !head) return;
  const followed = { from: deployedBlock, to: head.number };
  const known = await newestAnchoring(prisma);
  const there = await newestOnChain(request, merkleLog.contract, merkleLog.operator);
  if (known?.size === there?.size && known?.root === there?.root) return;
  const found = async (one: Checkpoint) =>
    (await anchoringsIn(ctx, followed, one.size)).some((log) => log.root === one.root);
  const isKept = !known || (await found(known));
  const isMissed = there !== null && known?.size !== there.size && (await found(there));
  if (isKept && !isMissed) return; // what is newer is still to be followed
  const all = await anchoringsIn(ctx, followed);
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
