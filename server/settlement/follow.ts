// Follows the chain by block hash. Applies each block's logs in pieces, each in a database transaction of its own, and rolls
// reorged blocks back in the same way: a restart continues where it stopped.
import { decodeLog, type EventRecorded, type RawLog } from "../../protocol/chain/ledger-log.ts";
import { type Block, block as blockAt, logsOfRange } from "../../protocol/chain/node.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { Prisma } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import { headOf } from "../custody/states.ts";
import { Refusal } from "../refusal.ts";
import { anchoringsIn } from "../log/anchor.ts";
import { letOthersRun } from "../loop.ts";
import {
  applyPiece,
  type BlockLog,
  finalize,
  firstPiece,
  type Place,
  type Top,
  topOf,
} from "./piece.ts";
import { rollBack } from "./rollback.ts";
import { readSignatures, type Signatures } from "./submitted.ts";

/** Blocks whose logs one step reads. */
const BLOCKS_AT_ONCE = 2_000;
/** Blocks whose logs a step's first request reads. Each further request reads twice as many, while there are few logs. */
const FIRST_BLOCKS = 16;
/** Logs after which a step reads no further block. */
const LOGS_AT_ONCE = 2_000;
/** Logs that are decoded before others run. */
const DECODED_AT_ONCE = 25;
/** Newest blocks of which every one is kept, unless FINALITY is less: a reorg's depth is counted down to one of them. */
const MAX_KEPT_WHOLE = 256;
/** Our blocks that are read at once in search of the newest that the chain still has. */
const BLOCKS_PER_PAGE = 64;

/** The chain replaced more blocks than FINALITY: blocks that were called final are not. A person must decide. */
export class DeepReorg extends Error {
  constructor(depth: number, finality: number) {
    super(
      `The chain replaced its newest ${depth} blocks, more than FINALITY (${finality}). Following stopped. The operator must check the node, and decide which chain holds.`,
    );
    this.name = "DeepReorg";
  }
}

/** A log that this service cannot apply. Following stops before it, and tries it again. */
export class UnfollowedLog extends Error {
  readonly block: number;
  readonly logIndex: number;
  constructor(
    { block, logIndex, transaction }: Pick<BlockLog, "block" | "logIndex" | "transaction">,
    cause: unknown,
  ) {
    super(
      `Log ${logIndex} of block ${block} (transaction ${transaction}) cannot be applied: ${String(cause)}. ` +
        "Following stops before it and tries again; everything else continues. Report this to the developers.",
      { cause },
    );
    this.name = "UnfollowedLog";
    this.block = block;
    this.logIndex = logIndex;
  }
}

/**
 * Goes one step towards the chain's head: rolls reorged blocks back, or applies new ones.
 * @returns whether there may be more to do at once
 * @throws DeepReorg; UnfollowedLog, and ProtocolError CHAIN_UNREACHABLE, CHAIN_INCONSISTENT: the next step tries again
 */
export async function followOnce(ctx: Context): Promise<boolean> {
  const head = await ctx.reader.head();
  const top = await topOf(ctx.prisma);
  if (top && (await rewind(ctx, top.number, head))) return true;
  const ledger = await ctx.prisma.ledger.findUniqueOrThrow({ where: { id: 1 } });
  const next = top && top.number + (top.applied === null ? 1 : 0);
  const from = next ?? ledger.deployedBlock;
  const to = Math.min(head.number, from + BLOCKS_AT_ONCE - 1);
  const reached = from <= to ? await advance(ctx, top, { from, to, head: head.number }) : to;
  // Even without a new block: FINALITY may be less than when the newest block was followed.
  const followed = await headOf(ctx.prisma);
  if (followed) while (!(await finalize(ctx.prisma, followed.number - ctx.finality)));
  return reached < head.number;
}

/** Steps in which another process may hold the follower's place. */
const MAX_STEPS = 1_000;

/**
 * Follows the chain until a fact is in the database.
 * @throws Refusal NOT_READY if the follower does not come to it
 */
export async function followUntil(ctx: Context, isThere: () => Promise<boolean>): Promise<void> {
  for (let step = 0; step < MAX_STEPS; step++) {
    if (await isThere()) return;
    await followOnce(ctx).catch((cause: unknown) => {
      if (cause instanceof UnfollowedLog) throw notFollowed(cause);
      throw cause;
    });
  }
  throw notFollowed();
}

const notFollowed = (cause?: unknown) =>
  new Refusal(
    "NOT_READY",
    503,
    "The ledger has recorded it, but the service has not followed the chain to there. GET /readyz says how far it is. Then try again.",
    { cause },
  );

/** Rolls back to the newest block that the chain still has. @returns whether it had to */
async function rewind(ctx: Context, ours: number, head: Block): Promise<boolean> {
  const ancestor = await newestCommon(ctx, head);
  if (ancestor === ours) return false;
  // A node that is only behind still has all of our blocks up to its head: it catches up, and nothing is rolled back.
  if (!ctx.forgetful && ancestor === head.number) return false;
  const depth = ours - ancestor;
  if (!ctx.forgetful && depth > ctx.finality) throw new DeepReorg(depth, ctx.finality);
  ctx.log.warn({ depth, ancestor }, "the chain replaced blocks: they are rolled back");
  for (let top = await topOf(ctx.prisma); top && top.number > ancestor;) {
    await rollBack(ctx, top.hash);
    top = await topOf(ctx.prisma);
  }
  return true;
}

/** The newest of our blocks that is also on the chain; -1 if there is none. */
async function newestCommon(ctx: Context, head: Block): Promise<number> {
  for (let below = head.number + 1; ;) {
    const page = await ctx.prisma.block.findMany({
      where: { number: { lt: below } },
      orderBy: { number: "desc" },
      take: BLOCKS_PER_PAGE,
    });
    for (const { number, hash } of page) {
      const theirs = number === head.number ? head : await blockAt(ctx.request, number);
      if (theirs?.hash === hash) return number;
    }
    if (page.length < BLOCKS_PER_PAGE) return -1;
    below = page.at(-1)!.number;
  }
}

/**
 * Applies new blocks, or the rest of one. If the chain changes while it is read, nothing is applied: the next step rolls back.
 * @returns the newest block that it came to
 */
async function advance(
  ctx: Context,
  top: Top | null,
  { from, to, head }: { from: number; to: number; head: number },
): Promise<number> {
  const last = await blockAt(ctx.request, to);
  const first = await blockAt(ctx.request, from);
  if (!last || !first) return to;
  if (top?.number === from && first.hash !== top.hash) return to;
  if (top?.number === from - 1 && first.parent !== top.hash) return to;
  const { logs: raw, reached } = await readLogs(ctx, from, to);
  const byBlock = Map.groupBy(raw, ({ blockNumber }) => blockNumber);
  const anchorings = await anchoringsIn(ctx, { from, to: reached });
  const anchored = Map.groupBy(anchorings, ({ block }) => block);
  // Empty blocks are skipped, except those that a reorg may replace and the last, where the next step continues.
  const whole = Math.max(from, head - Math.min(ctx.finality, MAX_KEPT_WHOLE));
  const newest = Array.from({ length: Math.max(0, reached - whole + 1) }, (_, i) => whole + i);
  const numbers = [...new Set([...byBlock.keys(), ...anchored.keys(), ...newest, reached])].sort(
    (a, b) => a - b,
  );
  const blocks = await ctx.reader.blocks(numbers);
  // The last block is the same before and after, so all that was read in between belongs to one chain.
  if ((await blockAt(ctx.request, to))?.hash !== last.hash) return to;
  for (const block of blocks) {
    const logs: BlockLog[] = [
      ...(await decoded(byBlock.get(block.number) ?? [])),
      ...(anchored.get(block.number) ?? []).map(
        (log) => ({ ...log, name: "CheckpointAnchored" }) as const,
      ),
    ].sort((a, b) => a.logIndex - b.logIndex);
    const applied = top?.number === block.number ? top.applied : null;
    if (!(await applyBlock(ctx, block, logs, { applied }))) break;
  }
  return reached;
}

/** Reads the ledger's logs of some blocks, until there are enough for one step. */
async function readLogs(
  { request, domain }: Context,
  from: number,
  to: number,
): Promise<{ logs: RawLog[]; reached: number }> {
  const logs: RawLog[] = [];
  let reached = from - 1;
  for (let size = FIRST_BLOCKS; reached < to && logs.length < LOGS_AT_ONCE; size *= 2) {
    const range = { from: reached + 1, to: Math.min(to, reached + size) };
    const some = await logsOfRange(request, range, { address: domain.ledger, topics: [] });
    for (const log of some) logs.push(log); // an engine limits the arguments of a spread
    reached = range.to;
  }
  return { logs, reached };
}

/** @throws UnfollowedLog */
async function decoded(logs: readonly RawLog[]): Promise<BlockLog[]> {
  const all: BlockLog[] = [];
  for (const [i, log] of logs.entries()) {
    if (i % DECODED_AT_ONCE === DECODED_AT_ONCE - 1) await letOthersRun();
    try {
      all.push(decodeLog(log));
    } catch (cause) {
      const { blockNumber: block, logIndex, transactionHash: transaction } = log;
      throw new UnfollowedLog({ block, logIndex, transaction }, cause);
    }
  }
  return all;
}

/**
 * Applies a block, piece by piece.
 * @returns whether the follower stands on it now
 */
async function applyBlock(
  ctx: Context,
  block: Block,
  logs: readonly BlockLog[],
  start: Place,
): Promise<boolean> {
  if (logs.some((log) => log.blockHash !== block.hash)) return false;
  let rest = logs.filter(({ logIndex }) => logIndex >= (start.applied ?? 0));
  const records = rest.filter((log) => log.name === "EventRecorded");
  const signatures = await signaturesFor(ctx, records);
  for (let from = start; ;) {
    const place = await applyFirst(ctx, block, { from, rest }, signatures);
    if (place === undefined) return false;
    if (place.applied === null) return true;
    const { applied } = place;
    rest = rest.filter(({ logIndex }) => logIndex >= applied);
    from = place;
    await letOthersRun();
  }
}

/** @throws UnfollowedLog */
async function signaturesFor(ctx: Context, records: EventRecorded[]): Promise<Signatures> {
  try {
    return await readSignatures(ctx, records);
  } catch (error) {
    if (isOutage(error) || records.length === 0) throw error;
    throw new UnfollowedLog(records[0]!, error);
  }
}

/**
 * Applies the first of a block's remaining logs: a piece, or, if that fails, as many as can be applied.
 * @returns the place after them; undefined if another process was faster
 * @throws UnfollowedLog if not even the first can be applied
 */
async function applyFirst(
  ctx: Context,
  block: Block,
  { from, rest }: { from: Place; rest: readonly BlockLog[] },
  signatures: Signatures,
): Promise<Place | undefined> {
  for (let logs = firstPiece(rest); ; logs = logs.slice(0, Math.ceil(logs.length / 2))) {
    try {
      const next = rest[logs.length]?.logIndex ?? null;
      return await applyPiece(ctx, block, { logs, from, next }, signatures);
    } catch (error) {
      if (isOutage(error) || logs.length === 0) throw error;
      if (logs.length === 1) throw new UnfollowedLog(logs[0]!, error);
    }
  }
}

/** Whether an error says nothing about the log: the node or the database did not answer, or somebody else was faster. */
const isOutage = (error: unknown): boolean =>
  (error instanceof ProtocolError && error.code === "CHAIN_UNREACHABLE") ||
  error instanceof Prisma.PrismaClientInitializationError ||
  (error instanceof Prisma.PrismaClientKnownRequestError && error.code !== "P2010");
