// Applies a piece of a block: some of its logs, in one bounded transaction that also moves the follower's place.
import type { CheckpointAnchored } from "../../protocol/chain/checkpoint.ts";
import type { LedgerLog, PartyFact } from "../../protocol/chain/ledger-log.ts";
import type { Block } from "../../protocol/chain/node.ts";
import type { Context } from "../context.ts";
import { applyAnchoring } from "../log/anchor.ts";
import type { Db } from "../storage/db.ts";
import { applyNotices } from "./notices.ts";
import { applyRecords, applySkips } from "./outcome.ts";
import { applyRegistrations } from "./registrations.ts";
import type { Signatures } from "./submitted.ts";

/** Logs and lots in a piece. Others wait while the embedded database answers one statement about them. */
export const BLOCK_PIECE = 100;
/** A log about a party or a key costs as much as this many others: its row is JSON, and each key is checked against its party. */
export const REGISTRATION_COST = 2;

/** A log that a block is applied with. */
export type BlockLog = LedgerLog | (CheckpointAnchored & { name: "CheckpointAnchored" });

/** The follower's newest block, which may be applied in part. */
export interface Top {
  number: number;
  hash: string;
  /** The index before which its logs are applied; null: all are. */
  applied: number | null;
}

/** Reads the follower's newest block; null before the first. */
export function topOf(db: Db): Promise<Top | null> {
  return db.block.findFirst({ orderBy: { number: "desc" } });
}

/** Waits until no other process moves the follower's place, and keeps it until the transaction ends. */
export async function lockFollower(tx: Db): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM ledger WHERE id = 1 FOR UPDATE`;
}

const costOf = (log: BlockLog) =>
  log.name === "EventRecorded" ? 1 + log.lots.length : isPartyFact(log) ? REGISTRATION_COST : 1;

/** Takes the first logs that make a piece: at least one. */
export function firstPiece(logs: readonly BlockLog[]): BlockLog[] {
  let cost = 0;
  const end = logs.findIndex((log, i) => (cost += costOf(log)) > BLOCK_PIECE && i > 0);
  return end < 0 ? [...logs] : logs.slice(0, end);
}

/** Where the follower stands in a block: the index before which its logs are applied; null: the block is followed. */
export interface Place {
  applied: number | null;
}

/**
 * Applies some logs of a block, in order. After the last ones it marks settlements as final, and that may take more pieces.
 * @param from the place before; its index is null if the block is new
 * @param next the index of the log that follows these; null if none does
 * @returns the place after; undefined if another process moved the follower, and nothing is applied
 */
export async function applyPiece(
  ctx: Context,
  block: Block,
  { logs, from, next }: { logs: readonly BlockLog[]; from: Place; next: number | null },
  signatures: Signatures,
): Promise<Place | undefined> {
  return ctx.prisma.$transaction(async (tx) => {
    await lockFollower(tx);
    if (!isPlace(await topOf(tx), block, from)) return undefined;
    await applyLogs(ctx, tx, logs, signatures);
    const { number, hash, parent, time } = block;
    const isLast = next === null && (await finalize(tx, number - ctx.finality));
    const end = (logs.at(-1)?.logIndex ?? from.applied ?? 0) + 1;
    const applied = isLast ? null : (next ?? end);
    const row = { number, hash, parent, time, applied };
    await tx.block.upsert({ where: { number }, create: row, update: row });
    return { applied };
  });
}

function isPlace(top: Top | null, block: Block, { applied }: Place): boolean {
  if (applied !== null) return top?.hash === block.hash && top.applied === applied;
  if (top === null) return true;
  if (top.applied !== null || top.number >= block.number) return false;
  return top.number < block.number - 1 || top.hash === block.parent;
}

/**
 * Applies logs of one block, kind by kind. The kinds do not depend on each other, except that a signature counts by the keys
 * that are enrolled before it, and that what one transaction skips and the next records is recorded.
 */
async function applyLogs(
  ctx: Context,
  tx: Db,
  logs: readonly BlockLog[],
  signatures: Signatures,
): Promise<void> {
  await applyRegistrations(tx, logs.filter(isPartyFact));
  await applyRecords(ctx, tx, logs.filter(isOf("EventRecorded")), signatures);
  await applySkips(tx, logs.filter(isOf("EventSkipped", "NoticeSkipped")));
  await applyNotices(ctx, tx, logs.filter(isOf("NoticeTaken")));
  for (const log of logs.filter(isOf("CheckpointAnchored"))) await applyAnchoring(ctx, tx, log);
  // Who owns the ledger decides no lot's custody: logs about that are not applied.
}

const isPartyFact = (log: BlockLog): log is PartyFact =>
  log.name.startsWith("Party") || log.name.startsWith("Key");
const isOf =
  <N extends BlockLog["name"]>(...names: N[]) =>
  (log: BlockLog): log is Extract<BlockLog, { name: N }> =>
    (names as string[]).includes(log.name);

/** Marks settlements as final that are deep enough, a piece of them. @returns whether that was all */
export async function finalize(db: Db, upTo: number): Promise<boolean> {
  const count = await db.$executeRaw`
    UPDATE settlement SET state = 'final', updated_at = now()
    WHERE id IN (
      SELECT id FROM settlement WHERE state = 'mined' AND block <= ${upTo} ORDER BY sequence LIMIT ${BLOCK_PIECE})`;
  return count < BLOCK_PIECE;
}
