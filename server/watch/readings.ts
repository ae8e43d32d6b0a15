// Reads whether each condition stands: asks the database, the chain's node and the disk. Nothing here throws or waits long.
import { statfs } from "node:fs/promises";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { feesNow } from "../chain/fees.ts";
import type { Context } from "../context.ts";
import { headOf } from "../custody/states.ts";
import { checkOurs, LogForked } from "../log/anchor.ts";
import { newestAnchoring } from "../log/stored.ts";
import { hashOf } from "../storage/blobs.ts";
import type { Db } from "../storage/db.ts";
import { orNull, readInTime } from "../storage/reading.ts";
import type { Reading, Readings } from "./conditions.ts";
import { type FsckResult, hasFaults } from "./fsck-result.ts";

/** From where on something is a condition. */
export interface Limits {
  /** Transactions that the relayer's balance must still pay for. 0: it is not watched. */
  relayerLow: number;
  /** Seconds for which an event may wait to be anchored. */
  checkpointLate: number;
  /** Seconds without a new block. Null: it is not watched. */
  chainStalled: number | null;
}

/** What readings are made of beside the context. */
export interface ReadFrom {
  limits: Limits;
  dataDir: string;
  /** The block with a log that the follower cannot apply; null while it goes on. */
  stuckAt: () => number | null;
  /** The free and the total bytes of a folder's disk. */
  diskOf?: (folder: string) => Promise<{ free: number; total: number }>;
}

/** The readings that come from the service itself, and are made beside these. */
type Own = "FSCK_FAULTS" | "FSCK_FAILED" | "ALERT_NOT_DELIVERED";

/** For how long an event or a notice may wait for the chain. */
const STUCK_SECONDS = 60 * 60;
/** How old the followed head may be, compared with the chain's newest block. */
const BEHIND_SECONDS = 10 * 60;
/** Gas of a transaction with one event on one lot; bench/gas.ts measures less. */
const TYPICAL_GAS = 160_000n;

const GIB = 2 ** 30;
/** A disk is nearly full below this many bytes, or below this share unless that is a lot of room. */
const DISK_LOW = { bytes: GIB, share: 0.05, plenty: 20 * GIB };
/** Rows that a reading counts at most. */
const MOST_COUNTED = 100_000;

/** A document that no store has: whether it is missing is the cheapest question. */
const NO_DOCUMENT = hashOf(new TextEncoder().encode("Does the document store answer?"));
/** Seconds between two such questions while the store answers: a bucket's owner pays for each. */
const STORE_SECONDS = 60;

const UNKNOWN: Reading = { isOpen: null };

/** Makes readings, one after the other: whether the chain goes on shows between two of them. */
export function createReader(ctx: Context, from: ReadFrom): () => Promise<Omit<Readings, Own>> {
  let newestSeen: { block: number; at: number } | undefined;
  const stalled = (newest: Newest | null): Reading => {
    const { chainStalled } = from.limits;
    // The embedded chain makes a block when there is a transaction.
    if (ctx.forgetful || chainStalled === null) return { isOpen: false };
    if (newest === null) return UNKNOWN;
    const now = ctx.clock();
    if (newestSeen?.block !== newest.number) newestSeen = { block: newest.number, at: now };
    const seconds = now - newestSeen.at;
    return {
      isOpen: seconds >= chainStalled,
      detail: `Block ${newest.number} has been the newest for ${minutes(seconds)}.`,
    };
  };
  let storeAnsweredAt = -Infinity;
  const documents = async (): Promise<Reading> => {
    const now = ctx.clock();
    if (now - storeAnsweredAt < STORE_SECONDS) return { isOpen: false };
    const answers = await orNull(ctx.documents.has(NO_DOCUMENT).then(() => true));
    if (answers) storeAnsweredAt = now;
    return { isOpen: answers === null };
  };
  return async () => {
    const [database, newest, documentsAway, relayer, log, disk] = await Promise.all([
      readInTime(ctx.prisma, (tx) => readDatabase(ctx, tx)),
      readNewest(ctx),
      documents(),
      readRelayer(ctx, from.limits),
      readLog(ctx),
      readDisk(from),
    ]);
    const stuckAt = from.stuckAt();
    return {
      DATABASE_AWAY: { isOpen: database === null },
      CHAIN_AWAY: { isOpen: newest === null },
      DOCUMENTS_AWAY: documentsAway,
      CHAIN_STALLED: stalled(newest),
      FOLLOWER_STUCK: {
        isOpen: stuckAt !== null,
        ...(stuckAt !== null && { detail: `It is in block ${stuckAt}.` }),
      },
      FOLLOWER_BEHIND: behind(database, newest),
      SETTLEMENT_HELD: counted(database?.held, (n) => `${n} held.`),
      SETTLEMENT_STUCK: counted(database?.stuck, (n) => `${n} waiting.`),
      RELAYER_LOW: relayer,
      CHECKPOINT_LATE: late(ctx, database, from.limits),
      ...log,
      DISK_LOW: disk,
    };
  };
}

const minutes = (seconds: number) => `${Math.floor(seconds / 60)} minutes`;

const counted = (count: number | undefined, sentence: (n: number) => string): Reading =>
  count === undefined ? UNKNOWN : { isOpen: count > 0, detail: sentence(count) };

interface DatabaseReading {
  held: number;
  stuck: number;
  /** The followed head. */
  head: { number: number; time: number } | null;
  /** When the oldest event that is not anchored was accepted, Unix seconds. Null: all are anchored. */
  waitsSince: number | null;
}

/** Reads by indexes, or counts up to a bound. */
async function readDatabase({ clock }: Context, tx: Db): Promise<DatabaseReading> {
  const before = new Date((clock() - STUCK_SECONDS) * 1000);
  const [counts] = await tx.$queryRaw<{ held: bigint; stuck: bigint }[]>`
    SELECT (SELECT count(*) FROM (SELECT 1 FROM settlement WHERE state = 'held' LIMIT ${MOST_COUNTED}) AS counted) AS held,
      (SELECT count(*) FROM (SELECT 1 FROM settlement WHERE state IN ('queued', 'signed') AND updated_at < ${before}
        LIMIT ${MOST_COUNTED}) AS counted) AS stuck`;
  const anchored = BigInt((await newestAnchoring(tx))?.size ?? 0);
  const [oldest] = await tx.$queryRaw<{ at: Date | null }[]>`
    SELECT min(accepted_at) AS at FROM (
      (SELECT accepted_at FROM leaf JOIN event ON event.hash = leaf.event
        WHERE leaf.index >= ${anchored} ORDER BY leaf.index LIMIT 1)
      UNION ALL
      (SELECT accepted_at FROM unlogged JOIN event ON event.hash = unlogged.event
        ORDER BY unlogged.sequence LIMIT 1)) AS waiting`;
  const head = await headOf(tx);
  return {
    held: Number(counts!.held),
    stuck: Number(counts!.stuck),
    head: head && { number: head.number, time: Number(head.time) },
    waitsSince: oldest?.at ? Math.floor(oldest.at.getTime() / 1000) : null,
  };
}

interface Newest {
  number: number;
  /** Unix seconds. */
  time: number;
}

async function readNewest({ request }: Context): Promise<Newest | null> {
  const block = (await orNull(request("eth_getBlockByNumber", ["latest", false]))) as {
    number?: string;
    timestamp?: string;
  } | null;
  if (typeof block?.number !== "string" || typeof block.timestamp !== "string") return null;
  return { number: Number(block.number), time: Number(block.timestamp) };
}

function behind(database: DatabaseReading | null, newest: Newest | null): Reading {
  if (!database?.head || !newest) return UNKNOWN;
  const blocks = newest.number - database.head.number;
  const seconds = newest.time - database.head.time;
  return {
    isOpen: blocks > 0 && seconds > BEHIND_SECONDS,
    detail: `It is ${blocks} blocks and ${minutes(seconds)} behind.`,
  };
}

async function readRelayer(
  { request, relayer }: Context,
  { relayerLow }: Limits,
): Promise<Reading> {
  if (relayerLow === 0) return { isOpen: false };
  const read = await orNull(
    Promise.all([request("eth_getBalance", [relayer.address, "latest"]), feesNow(request)]),
  );
  if (!read || typeof read[0] !== "string") return UNKNOWN;
  const [balance, { maxFeePerGas }] = read;
  const price = TYPICAL_GAS * maxFeePerGas;
  if (price === 0n) return { isOpen: false };
  const left = BigInt(balance) / price;
  return {
    isOpen: left < BigInt(relayerLow),
    detail: `At present fees the balance of ${relayer.address} pays for ${left} transactions.`,
  };
}

function late(
  { clock, merkleLog }: Context,
  database: DatabaseReading | null,
  { checkpointLate }: Limits,
): Reading {
  if (merkleLog.contract === undefined) return { isOpen: false };
  if (!database) return UNKNOWN;
  const seconds = database.waitsSince === null ? 0 : clock() - database.waitsSince;
  return {
    isOpen: seconds > checkpointLate,
    detail: `The oldest has waited for ${minutes(seconds)}.`,
  };
}

/** Compares the log with the checkpoints that are anchored. */
async function readLog(ctx: Context): Promise<Record<"LOG_FORKED" | "LOG_DAMAGED", Reading>> {
  const outcome = await orNull(checkOurs(ctx).then(() => "sound" as const, whyUnsound));
  return {
    LOG_FORKED: outcome === null ? UNKNOWN : { isOpen: outcome === "forked" },
    // A log that is forked is not compared further.
    LOG_DAMAGED:
      outcome === null || outcome === "forked" ? UNKNOWN : { isOpen: outcome === "damaged" },
  };
}

function whyUnsound(error: unknown): "forked" | "damaged" | null {
  if (error instanceof LogForked) return "forked";
  return error instanceof ProtocolError && error.code === "BAD_PROOF" ? "damaged" : null;
}

async function readDisk({ dataDir, diskOf = diskOfFolder }: ReadFrom): Promise<Reading> {
  const disk = await orNull(diskOf(dataDir));
  if (!disk) return UNKNOWN;
  const { free, total } = disk;
  const { bytes, share, plenty } = DISK_LOW;
  return {
    isOpen: free < bytes || (free < share * total && free < plenty),
    detail: `${(free / GIB).toFixed(1)} GiB of ${(total / GIB).toFixed(1)} GiB are free.`,
  };
}

async function diskOfFolder(folder: string) {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { free: bavail * bsize, total: blocks * bsize };
}

/** The readings of the last run of fsck. */
export function readFsck(
  result: FsckResult | null | undefined,
): Record<"FSCK_FAULTS" | "FSCK_FAILED", Reading> {
  if (result === undefined) return { FSCK_FAULTS: UNKNOWN, FSCK_FAILED: UNKNOWN };
  if (result === null) return { FSCK_FAULTS: { isOpen: false }, FSCK_FAILED: { isOpen: false } };
  const { faults, failure } = result;
  const list = Object.entries(faults).map(([code, count]) => `${count} × ${code}`);
  return {
    FSCK_FAULTS: {
      isOpen: hasFaults(result) || (failure === null ? false : null),
      detail: `Faults: ${list.join(", ")}.`,
    },
    FSCK_FAILED: { isOpen: failure !== null, ...(failure !== null && { detail: failure }) },
  };
}
