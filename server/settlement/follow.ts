// Follows the chain by block hash. Applies each block's logs in one database transaction, and rolls reorged blocks back.
import { decodeLog, type LedgerLog } from "../../protocol/chain/ledger-log.ts";
import type { CheckpointAnchored } from "../../protocol/chain/checkpoint.ts";
import { type Block, block as blockAt, logsOfRange } from "../../protocol/chain/node.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { anchoringsIn, applyAnchoring, undoAnchorings } from "../log/anchor.ts";
import { applyRegistration, undoRegistrations } from "./registrations.ts";
import { applyNotice, applyRecord, applySkip } from "./outcome.ts";
import { undoSettlements } from "./rollback.ts";
import { headOf, lockStates } from "../custody/states.ts";

/** Blocks whose logs one step reads. */
const BLOCKS_AT_ONCE = 2_000;
/** Newest blocks of which every one is kept, unless FINALITY is less: a reorg's depth is counted down to one of them. */
const MAX_KEPT_WHOLE = 256;
/** Our blocks that are read at once in search of the newest that the chain still has. */
const BLOCKS_PER_PAGE = 64;

/** The chain replaced more blocks than FINALITY: blocks that were called final are not. A person must decide. */
export class DeepReorg extends Error {
  constructor(depth: number, finality: number) {
    super(
      `the chain replaced its newest ${depth} blocks, more than FINALITY (${finality}). Following stopped. The operator must check the node, and decide which chain holds.`,
    );
    this.name = "DeepReorg";
  }
}

/**
 * Goes one step towards the chain's head: rolls reorged blocks back, or applies new ones.
 * @returns whether there may be more to do at once
 * @throws DeepReorg; ProtocolError CHAIN_UNREACHABLE, CHAIN_INCONSISTENT: the next step tries again
 */
export async function followOnce(ctx: Context): Promise<boolean> {
  const head = await ctx.reader.head();
  const ours = await headOf(ctx.prisma);
  if (ours && (await rewind(ctx, ours.number, head))) return true;
  const ledger = await ctx.prisma.ledger.findUniqueOrThrow({ where: { id: 1 } });
  const from = ours ? ours.number + 1 : ledger.deployedBlock;
  const to = Math.min(head.number, from + BLOCKS_AT_ONCE - 1);
  if (from <= to) await advance(ctx, ours, { from, to, head: head.number });
  // Even without a new block: FINALITY may be less than when the newest block was followed.
  if (ours) await finalize(ctx.prisma, ours.number - ctx.finality);
  return to < head.number;
}

/** Rolls back to the newest block that the chain still has. @returns whether it had to */
async function rewind(ctx: Context, ours: number, head: Block): Promise<boolean> {
  const ancestor = await newestCommon(ctx, head);
  if (ancestor === ours) return false;
  // A node that is only behind still has all of our blocks up to its head: it catches up, and nothing is rolled back.
  if (!ctx.forgetful && ancestor === head.number) return false;
  const depth = ours - ancestor;
  if (!ctx.forgetful && depth > ctx.finality) throw new DeepReorg(depth, ctx.finality);
  ctx.log.warn({ depth, ancestor }, "the chain replaced blocks: they are rolled back");
  await ctx.prisma.$transaction(async (tx) => {
    const reorged = await tx.block.findMany({
      where: { number: { gt: ancestor } },
      orderBy: { number: "desc" },
    });
    for (const { hash } of reorged) {
      await undoSettlements(tx, hash);
      await undoAnchorings(tx, hash);
      await undoRegistrations(tx, hash);
    }
    await tx.block.deleteMany({ where: { number: { gt: ancestor } } });
  });
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

/** Applies new blocks. If the chain changes while it is read, nothing is applied: the next step rolls back. */
async function advance(
  ctx: Context,
  ours: { number: number; hash: string } | null,
  { from, to, head }: { from: number; to: number; head: number },
): Promise<void> {
  const last = await blockAt(ctx.request, to);
  const first = await blockAt(ctx.request, from);
  if (!last || !first || (ours?.number === from - 1 && first.parent !== ours.hash)) return;
  const raw = await logsOfRange(
    ctx.request,
    { from, to },
    { address: ctx.domain.ledger, topics: [] },
  );
  const byBlock = Map.groupBy(raw.map(decodeLog), (log) => log.block);
  const anchored = Map.groupBy(await anchoringsIn(ctx, { from, to }), (log) => log.block);
  // Empty blocks are skipped, except those that a reorg may replace and the last, where the next step continues.
  const whole = Math.max(from, head - Math.min(ctx.finality, MAX_KEPT_WHOLE));
  const newest = Array.from({ length: Math.max(0, to - whole + 1) }, (_, i) => whole + i);
  const numbers = [...new Set([...byBlock.keys(), ...anchored.keys(), ...newest, to])].sort(
    (a, b) => a - b,
  );
  const blocks = await ctx.reader.blocks(numbers);
  // The last block is the same before and after, so all that was read in between belongs to one chain.
  if ((await blockAt(ctx.request, to))?.hash !== last.hash) return;
  for (const block of blocks) {
    const fits = await applyBlock(
      ctx,
      block,
      byBlock.get(block.number) ?? [],
      anchored.get(block.number) ?? [],
    );
    if (!fits) return;
  }
}

async function applyBlock(
  ctx: Context,
  block: Block,
  logs: LedgerLog[],
  anchored: CheckpointAnchored[],
): Promise<boolean> {
  if ([...logs, ...anchored].some((log) => log.blockHash !== block.hash)) return false;
  return ctx.prisma.$transaction(async (tx) => {
    const below = await headOf(tx);
    if (below && below.number >= block.number) return false; // another process was faster
    if (below && below.number === block.number - 1 && below.hash !== block.parent) return false;
    const { number, hash, parent, time } = block;
    await tx.block.create({ data: { number, hash, parent, time } });
    const lots = logs.flatMap((log) =>
      log.name === "EventRecorded" ? log.lots.map((each) => each.lot) : [],
    );
    await lockStates(tx, lots); // all at once, in order: one by one, two transactions could wait for each other
    for (const log of logs) await applyLog(ctx, tx, log);
    for (const log of anchored) await applyAnchoring(ctx, tx, log);
    await finalize(tx, number - ctx.finality);
    return true;
  });
}

async function applyLog(ctx: Context, tx: Db, log: LedgerLog): Promise<void> {
  switch (log.name) {
    case "EventRecorded":
      return applyRecord(ctx, tx, log);
    case "EventSkipped":
      return applySkip(tx, log);
    case "NoticeTaken":
      return applyNotice(ctx, tx, log);
    case "OwnershipTransferStarted":
    case "OwnershipTransferred":
      return; // who owns the ledger decides no lot's custody
    default:
      return applyRegistration(tx, log);
  }
}

/** Marks settlements as final that are deep enough. */
async function finalize(db: Db, upTo: number): Promise<void> {
  await db.settlement.updateMany({
    where: { state: "mined", block: { lte: upTo } },
    data: { state: "final" },
  });
}
