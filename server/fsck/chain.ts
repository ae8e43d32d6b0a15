// Compares the database with the chain: the ledger's row, the followed blocks, and every log of the ledger in their range.
import { canonicalize } from "../../protocol/base/canonical.ts";
import { decodeError } from "../../protocol/chain/codec.ts";
import {
  decodeLog,
  type LedgerLog,
  type LogOf,
  type PartyFact,
  TOPICS,
} from "../../protocol/chain/ledger-log.ts";
import { type Block, block as blockAt, eachOf, logsOfRange } from "../../protocol/chain/node.ts";
import { ZERO_ADDRESS } from "../../protocol/base/values.ts";
import type {
  Block as BlockRow,
  Prisma,
  Registration,
  Settlement,
} from "../../prisma/generated/client.ts";
import { type Check, inBatches, ROWS_AT_ONCE } from "./check.ts";
import { Registry } from "../../protocol/chain/registry.ts";

/** Blocks whose logs one request reads. */
export const BLOCKS_AT_ONCE = 2_000;

/** The part of the chain that the database claims to know. */
export interface Range {
  /** The node's newest block. */
  newest: Block;
  /** The block up to which rows and logs are compared; null if nothing was followed. */
  upTo: Block | null;
  from: number;
  /** The newest block, where it is applied in part: its logs from an index on are not applied yet. */
  unfinished: { block: number; from: number } | undefined;
}

/** Whether the follower has applied a log, as far as it stands within the compared range. */
export const isApplied = (
  { unfinished }: Range,
  { block, logIndex }: Pick<LedgerLog, "block" | "logIndex">,
): boolean => block !== unfinished?.block || logIndex < unfinished.from;

/** The facts from the ledger's logs in that range. */
export interface ChainFacts {
  registry: Registry;
  /** Why the ledger skipped events and notices of a batch, by their digests. */
  skips: Map<string, Skip[]>;
  /** Events and notices whose settlement rows contradict the chain. */
  distrusted: Set<string>;
}

/** A skip of one event or notice in a batch. */
export interface Skip {
  transaction: string;
  /** Undefined if it ran out of gas, which says nothing about it. */
  why: { name: string; args: readonly (string | number)[] } | undefined;
}

/** Invariant 1: one row says which ledger this database belongs to, and the chain agrees. */
export async function checkLedger(check: Check): Promise<Range | undefined> {
  const { db, ctx } = check;
  const rows = await db.ledger.findMany({ orderBy: { id: "asc" } });
  const stored = rows.find(({ id }) => id === 1);
  if (!stored) check.fault("LEDGER_MISSING", { table: "ledger", row: "1" });
  for (const { id } of rows)
    if (id !== 1) check.fault("LEDGER_EXTRA", { table: "ledger", row: String(id) });
  const differs = (column: string, expected: unknown, found: unknown) => {
    if (stored && expected !== found)
      check.fault("LEDGER_DIFFERS", { table: "ledger", row: "1", column, expected, found });
  };
  differs("chain_id", ctx.domain.chainId, stored?.chainId);
  differs("address", ctx.domain.ledger, stored?.address);
  return check.ask(async () => {
    const newest = await ctx.reader.head();
    const [first] = await ctx.reader.blocks([0]);
    differs("genesis", first!.hash, stored?.genesis);
    const claimed = await newestClaimed(check);
    const number = Math.min(newest.number, claimed ?? -1);
    const upTo = number < 0 ? null : (await ctx.reader.blocks([number]))[0]!;
    check.progress("chain", 1);
    const unfinished = await unfinishedBlock(check);
    return { newest, upTo, from: stored?.deployedBlock ?? 0, unfinished };
  });
}

/** The newest block, if it is applied in part. Any other block that claims this is altered. */
async function unfinishedBlock(check: Check): Promise<Range["unfinished"]> {
  const rows = await check.db.block.findMany({
    where: { applied: { not: null } },
    orderBy: { number: "desc" },
  });
  const newest = await check.db.block.aggregate({ _max: { number: true } });
  for (const { number, applied } of rows)
    if (number !== newest._max.number)
      check.fault("BLOCK_DIFFERS", {
        table: "block",
        row: String(number),
        column: "applied",
        expected: null,
        found: applied,
      });
  const [row] = rows.filter(({ number }) => number === newest._max.number);
  return row && { block: row.number, from: row.applied! };
}

/** The newest block that any row names. */
async function newestClaimed({ db }: Check): Promise<number | undefined> {
  const [{ newest }] = await db.$queryRaw<[{ newest: number | null }]>`
    SELECT greatest((SELECT max(number) FROM block), (SELECT max(block) FROM settlement),
                    (SELECT max(block) FROM registration), (SELECT max(block) FROM anchoring)) AS newest`;
  return newest ?? undefined;
}

/** Invariant 2: every followed block is a block of the chain. */
export async function checkBlocks(check: Check): Promise<void> {
  const { db, ctx } = check;
  let done = 0;
  const batches = inBatches(
    (after: number | undefined) =>
      db.block.findMany({
        where: { number: { gt: after ?? -1 } },
        orderBy: { number: "asc" },
        take: ROWS_AT_ONCE,
      }),
    ({ number }) => number,
  );
  for await (const rows of batches) {
    const theirs = await check.ask(() =>
      eachOf(rows, ({ number }) => blockAt(ctx.request, number)),
    );
    if (!theirs) return;
    for (const [i, row] of rows.entries()) {
      const key = { table: "block", row: String(row.number) } as const;
      const block = theirs[i];
      if (block?.hash !== row.hash) {
        const where = await misplaced(check, row, block);
        check.fault("BLOCK_NOT_ON_CHAIN", { ...key, ...where });
        continue;
      }
      const { parent, time } = block;
      if (row.parent !== parent)
        check.fault("BLOCK_DIFFERS", {
          ...key,
          column: "parent",
          expected: parent,
          found: row.parent,
        });
      if (row.time !== BigInt(time))
        check.fault("BLOCK_DIFFERS", { ...key, column: "time", expected: time, found: row.time });
    }
    check.count("blocks", rows.length);
    check.progress("blocks", (done += rows.length));
  }
}

/** The wrong column of a block that is not on the chain: its number, if the rest is a block elsewhere on the chain. */
async function misplaced(check: Check, row: BlockRow, inPlace: Block | undefined) {
  const { number, hash, parent } = row;
  const elsewhere = await check.ask(async () => (await blockAt(check.ctx.request, hash)) ?? null);
  if (elsewhere && elsewhere.parent === parent)
    return { column: "number", expected: elsewhere.number, found: number };
  return { column: "hash", expected: inPlace?.hash ?? null, found: hash };
}

/**
 * Invariants 3 to 6: every log of the ledger in the followed range has its block's row and its settlement or registration,
 * which agree with the chain, and no row names a log that does not exist.
 */
export async function checkLogs(check: Check, range: Range): Promise<ChainFacts | undefined> {
  const facts: ChainFacts = { registry: new Registry(), skips: new Map(), distrusted: new Set() };
  const { upTo, from } = range;
  if (!upTo) return facts;
  let isDeployed = false;
  for (let start = from; start <= upTo.number; start += BLOCKS_AT_ONCE) {
    const end = Math.min(start + BLOCKS_AT_ONCE - 1, upTo.number);
    const all = await check.ask(() => logsBetween(check, start, end));
    if (!all) return undefined;
    const logs = all.filter((log) => isApplied(range, log));
    isDeployed ||= isDeployment(logs[0]);
    if (logs.length > 0 && !isDeployed) break;
    for (const log of logs) addFact(facts, log);
    await checkBlockRows(check, logs);
    await checkSettlements(check, range, facts, logs, { from: start, to: end });
    await checkRegistrations(check, logs, { from: start, to: end });
    check.count("logs", logs.length);
    check.progress("logs", end - from + 1);
  }
  if (!isDeployed) {
    check.fault("LEDGER_DIFFERS", {
      table: "ledger",
      row: "1",
      column: "deployed_block",
      found: from,
    });
    return undefined;
  }
  await checkOutside(check, facts, range);
  return facts;
}

/** Reads the ledger's logs in some blocks, in the order of the chain. */
export async function logsBetween(
  { ctx: { request, domain } }: Check,
  from: number,
  to: number,
): Promise<LedgerLog[]> {
  return (await logsOfRange(request, { from, to }, { address: domain.ledger, topics: [] })).map(
    decodeLog,
  );
}

/** Whether a log is the constructor's, which sets the owner. If it is not the first, earlier logs are missing. */
const isDeployment = (log: LedgerLog | undefined) =>
  log?.name === "OwnershipTransferred" && log.previousOwner === ZERO_ADDRESS;

const isPartyFact = (log: LedgerLog): log is PartyFact =>
  log.name.startsWith("Party") || log.name.startsWith("Key");
type Record = LogOf<"EventRecorded" | "NoticeTaken">;
const isRecord = (log: LedgerLog): log is Record =>
  log.name === "EventRecorded" || log.name === "NoticeTaken";

function addFact({ registry, skips }: ChainFacts, log: LedgerLog): void {
  if (isPartyFact(log)) registry.add(log);
  if (log.name !== "EventSkipped" && log.name !== "NoticeSkipped") return;
  const why =
    log.reason === "0x"
      ? undefined
      : (decodeError(log.reason) ?? { name: "Unknown", args: [log.reason] });
  const earlier = skips.get(log.digest) ?? [];
  skips.set(log.digest, [...earlier, { transaction: log.transaction, why }]);
}

/** Invariant 3: the follower keeps the row of every block that the ledger wrote logs in. */
async function checkBlockRows(check: Check, logs: readonly LedgerLog[]): Promise<void> {
  for (const some of slices([...new Set(logs.map(({ block }) => block))])) {
    const rows = await check.db.block.findMany({
      where: { number: { in: some } },
      select: { number: true },
    });
    const stored = new Set(rows.map(({ number }) => number));
    for (const number of some)
      if (!stored.has(number))
        check.fault("BLOCK_MISSING", { table: "block", row: String(number) });
  }
}

/** Invariants 4 and 5, for the records in some blocks. */
async function checkSettlements(
  check: Check,
  range: Range,
  facts: ChainFacts,
  logs: readonly LedgerLog[],
  blocks: { from: number; to: number },
): Promise<void> {
  const { db } = check;
  const records = new Map(logs.filter(isRecord).map((log) => [log.digest, log]));
  for (const some of slices([...records.values()])) {
    const digests = some.map(({ digest }) => digest);
    const rows = await db.settlement.findMany({ where: { id: { in: digests } } });
    const byId = new Map(rows.map((row) => [row.id, row]));
    const kept = new Set([
      ...(
        await db.event.findMany({ where: { hash: { in: digests } }, select: { hash: true } })
      ).map(({ hash }) => hash),
      ...(
        await db.notice.findMany({ where: { digest: { in: digests } }, select: { digest: true } })
      ).map(({ digest }) => digest),
    ]);
    for (const log of some) {
      const table = log.name === "EventRecorded" ? "event" : "notice";
      const row = byId.get(log.digest);
      if (!kept.has(log.digest)) check.fault("RECORDED_MISSING", { table, row: log.digest });
      if (!row) check.fault("SETTLEMENT_MISSING", { table: "settlement", row: log.digest });
      else if (!recordAgrees(check, range, row, log)) facts.distrusted.add(row.id);
    }
  }
  const claiming = settlementBatches(check, { block: { gte: blocks.from, lte: blocks.to } });
  for await (const rows of claiming)
    for (const row of rows)
      if (!records.has(row.id)) await checkMisplaced(check, facts, range, row);
}

function settlementBatches(
  { db }: Check,
  where: Prisma.SettlementWhereInput,
): AsyncGenerator<Settlement[]> {
  return inBatches(
    (after: string | undefined) =>
      db.settlement.findMany({
        where: { AND: [where, { id: { gt: after ?? "" } }] },
        orderBy: { id: "asc" },
        take: ROWS_AT_ONCE,
      }),
    ({ id }) => id,
  );
}

function recordAgrees(
  check: Check,
  { newest, upTo, unfinished }: Range,
  row: Settlement,
  log: Record,
): boolean {
  const key = { table: "settlement", row: row.id } as const;
  const columns: [string, unknown, unknown][] = [
    ["block", log.block, row.block],
    ["block_hash", log.blockHash, row.blockHash],
    ["transaction", log.transaction, row.transaction],
    ["log_index", log.logIndex, row.logIndex],
  ];
  const differing = columns.filter(([, expected, found]) => expected !== found);
  for (const [column, expected, found] of differing)
    check.fault("RECORD_DIFFERS", { ...key, column, expected, found });
  // Between the two depths, the follower has another block to read before it marks the record as final.
  const { finality } = check.ctx;
  const mayBeFinal = newest.number - log.block >= finality;
  const mayBeMined =
    upTo!.number - log.block < finality ||
    (unfinished !== undefined && unfinished.block - log.block <= finality);
  const fits = (row.state === "final" && mayBeFinal) || (row.state === "mined" && mayBeMined);
  if (!fits) {
    const expected = mayBeFinal ? "final" : "mined";
    check.fault("SETTLEMENT_STATE", { ...key, column: "state", expected, found: row.state });
  }
  return differing.length === 0;
}

/** Checks a row that names a place where the ledger did not record it. A record elsewhere was compared there. */
async function checkMisplaced(
  check: Check,
  facts: ChainFacts,
  { from, upTo }: Range,
  row: Settlement,
): Promise<void> {
  facts.distrusted.add(row.id);
  const { request, domain } = check.ctx;
  const range = { from, to: upTo!.number };
  const logs = await check.ask(async () => [
    ...(await logsOfRange(request, range, {
      address: domain.ledger,
      topics: [TOPICS.EventRecorded, row.id],
    })),
    ...(await logsOfRange(request, range, {
      address: domain.ledger,
      topics: [TOPICS.NoticeTaken, null, null, row.id],
    })),
  ]);
  if (logs?.length === 0)
    check.fault("RECORD_NOT_ON_CHAIN", {
      table: "settlement",
      row: row.id,
      column: "block",
      found: row.block,
    });
}

/** Invariant 6, for the logs about parties and keys in some blocks. */
async function checkRegistrations(
  check: Check,
  logs: readonly LedgerLog[],
  blocks: { from: number; to: number },
): Promise<void> {
  const rows = await check.db.registration.findMany({
    where: { block: { gte: blocks.from, lte: blocks.to } },
  });
  const byPlace = new Map(rows.map((row) => [placeOf(row), row]));
  for (const log of logs.filter(isPartyFact)) {
    const row = byPlace.get(placeOf(log));
    byPlace.delete(placeOf(log));
    if (!row) check.fault("REGISTRATION_MISSING", { table: "registration", row: placeOf(log) });
    else compareRegistration(check, row, log);
  }
  for (const row of byPlace.keys())
    check.fault("REGISTRATION_EXTRA", { table: "registration", row });
}

const placeOf = ({ block, logIndex }: { block: number; logIndex: number }) =>
  `${block}/${logIndex}`;

function compareRegistration(check: Check, row: Registration, log: PartyFact): void {
  const {
    name,
    party,
    block: _block,
    logIndex: _logIndex,
    blockHash,
    transaction: _transaction,
    ...args
  } = log;
  const columns: [string, unknown, unknown][] = [
    ["block_hash", blockHash, row.blockHash],
    ["party", party, row.party],
    ["name", name, row.name],
    ["args", canonicalize(args), canonicalize(row.args)],
  ];
  for (const [column, expected, found] of columns)
    if (expected !== found)
      check.fault("REGISTRATION_DIFFERS", {
        table: "registration",
        row: placeOf(row),
        column,
        expected,
        found,
      });
}

/** Checks rows that name blocks outside the compared range. */
async function checkOutside(check: Check, facts: ChainFacts, range: Range): Promise<void> {
  const outside = { OR: [{ block: { lt: range.from } }, { block: { gt: range.upTo!.number } }] };
  for await (const rows of settlementBatches(check, outside))
    for (const row of rows) await checkMisplaced(check, facts, range, row);
  for (const row of await check.db.registration.findMany({ where: outside }))
    check.fault("REGISTRATION_EXTRA", { table: "registration", row: placeOf(row) });
}

function slices<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / ROWS_AT_ONCE) }, (_, i) =>
    items.slice(i * ROWS_AT_ONCE, (i + 1) * ROWS_AT_ONCE),
  );
}

/** Invariant 7: parties and keys are what the ledger's logs add up to. */
export async function checkParties(check: Check, { registry }: ChainFacts): Promise<void> {
  const { db } = check;
  const parties = new Map((await db.party.findMany()).map((row) => [row.address, row]));
  const keys = new Map((await db.key.findMany()).map((row) => [row.address, row]));
  check.count("parties", parties.size);
  check.count("keys", keys.size);
  for (const [row, { roles, name, identity, suspended }] of registry.parties()) {
    const stored = parties.get(row);
    parties.delete(row);
    if (!stored) check.fault("PARTY_MISSING", { table: "party", row });
    else
      for (const [column, expected] of Object.entries({ roles, name, identity, suspended })) {
        const found = stored[column as "roles" | "name" | "identity" | "suspended"];
        if (found !== expected)
          check.fault("PARTY_DIFFERS", { table: "party", row, column, expected, found });
      }
  }
  for (const row of parties.keys()) check.fault("PARTY_EXTRA", { table: "party", row });
  for (const [row, { party, enrolledAt, revokedAt }] of registry.keys) {
    const stored = keys.get(row);
    keys.delete(row);
    if (!stored) {
      check.fault("KEY_MISSING", { table: "key", row });
      continue;
    }
    const columns: [string, unknown, unknown][] = [
      ["party", party, stored.party],
      ["enrolled_at", enrolledAt.block, stored.enrolledAt],
      ["revoked_at", revokedAt?.block ?? null, stored.revokedAt],
    ];
    for (const [column, expected, found] of columns)
      if (found !== expected)
        check.fault("KEY_DIFFERS", { table: "key", row, column, expected, found });
  }
  for (const row of keys.keys()) check.fault("KEY_EXTRA", { table: "key", row });
  check.progress("parties", check.report.checked.parties);
}
