// Checks the log: every accepted event is in it once or waits for it. Recomputes every tile and root from the events.
import { fromHex, toHex } from "../../protocol/base/bytes.ts";
import {
  appendLeaves,
  edgeOf,
  hashesIn,
  hashesOnLevel,
  rootFrom,
  TILE_WIDTH,
  type Tile,
} from "../../protocol/log/tiles.ts";
import type { Checkpoint } from "../../protocol/log/checkpoint.ts";
import { leafHash } from "../../protocol/base/merkle.ts";
import { Hash, HASH_BYTES } from "../../protocol/base/values.ts";
import { anchoringsIn } from "../log/anchor.ts";
import { readTiles } from "../log/stored.ts";
import { isApplied, type Range } from "./chain.ts";
import { type Check, inBatches, ROWS_AT_ONCE } from "./check.ts";

/** Leaves that are read at once: whole tiles. */
const LEAVES_AT_ONCE = 16 * TILE_WIDTH;
const TILE_BYTES = TILE_WIDTH * HASH_BYTES;

interface LeafRow {
  event: string;
  /** Whether the event is stored, and the service accepted it. */
  known: boolean;
  accepted: boolean;
}

/** Accepted events that are neither in the log nor waiting for it, by the hash that their leaf would have. */
type Missing = Map<string, { event: string; sequence: bigint }>;

/** Invariants 27 to 31. */
export async function checkLog(check: Check, range: Range | undefined): Promise<void> {
  const twice = await eventsWithTwoLeaves(check);
  const missing = await missingEvents(check);
  const tree = new Recount(check, await checkAnchorings(check, range));
  const end = await endOfRows(check);
  for (let start = 0; start < end; start += LEAVES_AT_ONCE) {
    if (tree.size < start) break; // leaves after a gap are not a part of the log
    const hashes = await trueHashes(check, start, { twice, missing });
    await tree.append(hashes);
    check.count("leaves", hashes.length);
    check.progress("log", tree.size);
  }
  await tree.finish();
  await checkEnd(check, tree.size);
  for (const { event, sequence } of missing.values())
    check.fault("UNLOGGED_MISSING", {
      table: "unlogged",
      row: String(sequence),
      column: "event",
      expected: event,
    });
  await checkUnlogged(check);
}

/**
 * Invariant 30: the rows are the checkpoints that the log's account anchored in the followed blocks.
 * @returns those checkpoints; none if the log is not anchored
 */
async function checkAnchorings(check: Check, range: Range | undefined): Promise<Checkpoint[]> {
  const { ctx, db } = check;
  if (ctx.merkleLog.contract === undefined || !range?.upTo) return [];
  const { from, upTo } = range;
  const all = await check.ask(() => anchoringsIn(ctx, { from, to: upTo.number }));
  if (!all) return [];
  const logs = all.filter((log) => isApplied(range, log));
  const rows = new Map((await db.anchoring.findMany()).map((row) => [Number(row.size), row]));
  for (const log of logs) {
    const key = { table: "anchoring", row: String(log.size) } as const;
    const row = rows.get(log.size);
    rows.delete(log.size);
    if (!row) check.fault("ANCHORING_MISSING", key);
    else
      for (const [column, expected, found] of [
        ["root", log.root, row.root],
        ["previous_size", log.previousSize, Number(row.previousSize)],
        ["block", log.block, row.block],
        ["block_hash", log.blockHash, row.blockHash],
        ["transaction", log.transaction, row.transaction],
        ["log_index", log.logIndex, row.logIndex],
      ] as const)
        if (expected !== found)
          check.fault("ANCHORING_DIFFERS", { ...key, column, expected, found });
  }
  for (const size of rows.keys())
    check.fault("ANCHORING_EXTRA", { table: "anchoring", row: String(size) });
  // The service anchors its own checkpoints, with transactions that it stores.
  const unsent = await db.$queryRaw<{ transaction: string }[]>`
    SELECT sent.transaction
    FROM unnest(
      ${logs.map(({ size }) => String(size))}::text[], ${logs.map(({ root }) => root)}::text[],
      ${logs.map(({ transaction }) => transaction)}::text[]) AS sent(size, root, transaction)
    JOIN checkpoint ON checkpoint.size = sent.size::bigint AND checkpoint.root = sent.root
    WHERE NOT EXISTS (SELECT 1 FROM attempt WHERE hash = sent.transaction)`;
  for (const { transaction } of unsent)
    check.fault("ATTEMPT_MISSING", { table: "attempt", row: transaction });
  check.count("anchorings", logs.length);
  return logs;
}

async function eventsWithTwoLeaves({ db }: Check): Promise<Set<string>> {
  const rows = await db.$queryRaw<
    { event: string }[]
  >`SELECT event FROM leaf GROUP BY event HAVING count(*) > 1`;
  return new Set(rows.map(({ event }) => event));
}

async function missingEvents({ db }: Check): Promise<Missing> {
  const rows = await db.$queryRaw<{ event: string; sequence: bigint }[]>`
    SELECT hash AS event, sequence FROM event
    WHERE accepted_at IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM leaf WHERE leaf.event = hash)
      AND NOT EXISTS (SELECT 1 FROM unlogged WHERE unlogged.event = hash)`;
  return new Map(rows.filter(({ event }) => isHash(event)).map((row) => [hashOf(row.event), row]));
}

/** The index after the last leaf and the last tile. */
async function endOfRows({ db }: Check): Promise<number> {
  const [{ end }] = await db.$queryRaw<[{ end: bigint | null }]>`
    SELECT greatest((SELECT max(index) + 1 FROM leaf), (SELECT (max(index) + 1) * ${TILE_WIDTH} FROM tile WHERE level = 0))
      AS end`;
  return Number(end ?? 0);
}

/**
 * Finds the hashes of some leaves by comparing rows and tiles. If they differ, the wrong one is the one that nothing else
 * confirms.
 * @returns the hashes up to the first that cannot be determined
 */
async function trueHashes(
  check: Check,
  start: number,
  { twice, missing }: { twice: ReadonlySet<string>; missing: Missing },
): Promise<Uint8Array[]> {
  const leaves = await leavesFrom(check, start);
  const tiles = await tilesFrom(check, start);
  const moved = new Map(
    [...leaves.values()]
      .flat()
      .filter(({ event }) => isHash(event))
      .map(({ event }) => [hashOf(event), event]),
  );
  const hashes: Uint8Array[] = [];
  const wrong = new Set<number>();
  for (let index = start; index < start + LEAVES_AT_ONCE; index++) {
    const stored = tiles.get(index);
    const [leaf, ...others] = fittingFirst(leaves.get(index) ?? [], stored);
    for (const { event } of others)
      check.fault("LEAF_EXTRA", {
        table: "leaf",
        row: String(index),
        column: "event",
        found: event,
      });
    const made = leaf && isHash(leaf.event) ? leafHash(fromHex(leaf.event)) : undefined;
    if (leaf && stored && made && toHex(made) === toHex(stored)) {
      hashes.push(stored);
      if (!leaf.known) check.fault("EVIDENCE_MISSING", { table: "event", row: leaf.event });
      else if (!leaf.accepted)
        check.fault("ACCEPTANCE_MISSING", {
          table: "event",
          row: leaf.event,
          column: "accepted_at",
          found: null,
        });
      continue;
    }
    const meant = stored && (missing.get(toHex(stored))?.event ?? moved.get(toHex(stored)));
    if (stored && (meant !== undefined || !made)) {
      const code = leaf ? "LEAF_DIFFERS" : "LEAF_MISSING";
      check.fault(code, {
        table: "leaf",
        row: String(index),
        column: "event",
        expected: meant,
        found: leaf?.event,
      });
      missing.delete(toHex(stored));
      hashes.push(stored);
    } else if (leaf?.known && made && (stored || !twice.has(leaf.event))) {
      wrong.add(Math.floor(index / TILE_WIDTH));
      hashes.push(made);
    } else break;
  }
  for (const index of wrong) {
    const code = tiles.has(index * TILE_WIDTH) ? "TILE_DIFFERS" : "TILE_MISSING";
    check.fault(code, { table: "tile", row: `0/${index}`, column: "hashes" });
  }
  return hashes;
}

async function leavesFrom({ db }: Check, start: number): Promise<Map<number, LeafRow[]>> {
  const rows = await db.$queryRaw<(LeafRow & { index: bigint })[]>`
    SELECT leaf.index, leaf.event, event.hash IS NOT NULL AS known, event.accepted_at IS NOT NULL AS accepted
    FROM leaf LEFT JOIN event ON event.hash = leaf.event
    WHERE leaf.index >= ${BigInt(start)} AND leaf.index < ${BigInt(start + LEAVES_AT_ONCE)}`;
  return Map.groupBy(rows, ({ index }) => Number(index));
}

/** Sorts the rows of one index, the fitting one first. There are several only if an attacker dropped the key and added one. */
function fittingFirst(rows: readonly LeafRow[], stored: Uint8Array | undefined): LeafRow[] {
  const fits = ({ event }: LeafRow) =>
    stored !== undefined && isHash(event) && hashOf(event) === toHex(stored);
  const fitting = rows.find(fits) ?? rows[0];
  return fitting ? [fitting, ...rows.filter((row) => row !== fitting)] : [];
}

/** The stored hashes of some leaves, by index. */
async function tilesFrom(check: Check, start: number): Promise<Map<number, Uint8Array>> {
  const first = start / TILE_WIDTH;
  const ids = Array.from({ length: LEAVES_AT_ONCE / TILE_WIDTH }, (_, i) => ({
    level: 0,
    index: first + i,
  }));
  const tiles = await readTiles(check.db)(ids);
  const isWhole = (hashes: Uint8Array) =>
    hashes.length % HASH_BYTES === 0 && hashes.length <= TILE_BYTES;
  for (const [i, hashes] of tiles.entries())
    if (!isWhole(hashes))
      check.fault("TILE_DIFFERS", { table: "tile", row: `0/${first + i}`, column: "hashes" });
  return new Map(
    tiles.flatMap((hashes, i) =>
      hashesIn(hashes.subarray(0, TILE_BYTES)).map(
        (hash, j) => [start + i * TILE_WIDTH + j, hash] as const,
      ),
    ),
  );
}

/** Checks for leaves outside the log. */
async function checkEnd(check: Check, size: number): Promise<void> {
  const extra = await check.db.leaf.findMany({
    where: { OR: [{ index: { gte: size } }, { index: { lt: 0 } }] },
  });
  for (const { index, event } of extra)
    check.fault("LEAF_EXTRA", { table: "leaf", row: String(index), column: "event", found: event });
}

/** Rebuilds the tree, and compares the tiles above the leaves, the checkpoints and the anchored checkpoints with it. */
class Recount {
  size = 0;
  readonly #check: Check;
  /** The last, partial tile of each level. */
  #edge = new Map<number, Uint8Array>();
  #checkpoint: Checkpoint | undefined;
  #asked = false;
  /** Anchored checkpoints that are not reached yet, the largest first. */
  readonly #anchored: Checkpoint[];

  constructor(check: Check, anchored: readonly Checkpoint[]) {
    this.#check = check;
    this.#anchored = [...anchored].reverse();
  }

  async append(hashes: readonly Uint8Array[]): Promise<void> {
    for (let done = 0; done < hashes.length;) {
      const next = await this.#nextCheckpoint();
      const sizes = [next?.size, this.#anchored.at(-1)?.size].filter((size) => size !== undefined);
      const until = Math.min(hashes.length - done, ...sizes.map((size) => size - this.size));
      await this.#grow(hashes.slice(done, done + until));
      done += until;
      if (next?.size === this.size) await this.#checkCheckpoint(next);
      if (this.#anchored.at(-1)?.size === this.size)
        await this.#checkAnchored(this.#anchored.pop()!);
    }
  }

  async #grow(hashes: readonly Uint8Array[]): Promise<void> {
    const edge = edgeOf(this.size).map(({ level }) => this.#edge.get(level)!);
    const { size, tiles } = appendLeaves(this.size, edge, hashes);
    const isFull = ({ hashes: all }: Tile) => all.length === TILE_BYTES;
    for (const tile of tiles) {
      if (isFull(tile)) this.#edge.delete(tile.level);
      else this.#edge.set(tile.level, tile.hashes);
    }
    this.size = size;
    await this.#compare(tiles.filter((tile) => tile.level > 0 && isFull(tile)));
  }

  async #compare(tiles: readonly Tile[]): Promise<void> {
    const stored = await readTiles(this.#check.db)(tiles);
    for (const [i, { level, index, hashes }] of tiles.entries()) {
      const key = { table: "tile", row: `${level}/${index}`, column: "hashes" } as const;
      if (stored[i]!.length === 0) this.#check.fault("TILE_MISSING", key);
      else if (toHex(stored[i]!) !== toHex(hashes)) this.#check.fault("TILE_DIFFERS", key);
    }
  }

  async #nextCheckpoint(): Promise<Checkpoint | undefined> {
    if (!this.#asked) {
      const row = await this.#check.db.checkpoint.findFirst({
        where: { size: { gt: this.size } },
        orderBy: { size: "asc" },
      });
      this.#checkpoint = row ? { size: Number(row.size), root: row.root } : undefined;
      this.#asked = true;
    }
    return this.#checkpoint;
  }

  async #checkCheckpoint({ size, root }: Checkpoint): Promise<void> {
    const expected = await this.#root();
    const key = { table: "checkpoint", row: String(size), column: "root" } as const;
    if (expected !== root)
      this.#check.fault("CHECKPOINT_DIFFERS", { ...key, expected, found: root });
    this.#check.count("checkpoints", 1);
    this.#asked = false;
  }

  async #checkAnchored({ size, root }: Checkpoint): Promise<void> {
    const expected = await this.#root();
    const key = { table: "anchoring", row: String(size), column: "root" } as const;
    if (expected !== root) this.#check.fault("ANCHORED_ELSE", { ...key, expected, found: root });
  }

  /** The root of the whole tree: the partial tiles have everything that it is made of. */
  async #root(): Promise<string> {
    return toHex(
      await rootFrom(this.size, (ids) =>
        Promise.resolve(ids.map(({ level }) => this.#edge.get(level)!)),
      ),
    );
  }

  /** Compares what is left after the last leaf: the partial tiles, and rows beyond the end of the log. */
  async finish(): Promise<void> {
    const { db } = this.#check;
    const edge = edgeOf(this.size).filter(({ level }) => level > 0);
    await this.#compare(edge.map((id) => ({ ...id, hashes: this.#edge.get(id.level)! })));
    const beyond = await db.checkpoint.findMany({
      where: { OR: [{ size: { gt: this.size } }, { size: { lt: 1 } }] },
    });
    for (const { size } of beyond)
      this.#check.fault("CHECKPOINT_BEYOND", {
        table: "checkpoint",
        row: String(size),
        column: "size",
        expected: `at most ${this.size}`,
        found: size,
      });
    this.#check.count("checkpoints", beyond.length);
    for (const { size, root } of this.#anchored)
      this.#check.fault("ANCHORED_ELSE", {
        table: "anchoring",
        row: String(size),
        column: "size",
        found: root,
      });
    const levels: { level: number; index: { gte: number } }[] = [];
    for (let level = 0; level === 0 || hashesOnLevel(this.size, level) > 0; level++)
      levels.push({
        level,
        index: { gte: Math.ceil(hashesOnLevel(this.size, level) / TILE_WIDTH) },
      });
    const others = [{ level: { gte: levels.length } }, { level: { lt: 0 } }, { index: { lt: 0 } }];
    const extra = await db.tile.findMany({
      where: { OR: [...levels, ...others] },
      select: { level: true, index: true },
    });
    for (const { level, index } of extra)
      this.#check.fault("TILE_EXTRA", { table: "tile", row: `${level}/${index}` });
  }
}

async function checkUnlogged(check: Check): Promise<void> {
  const batches = inBatches(
    (after: bigint | undefined) =>
      check.db.$queryRaw<
        { sequence: bigint; event: string; expected: bigint | null; in_log: boolean }[]
      >`
        SELECT unlogged.sequence, unlogged.event,
          (SELECT min(event.sequence) FROM event WHERE hash = unlogged.event AND accepted_at IS NOT NULL) AS expected,
          EXISTS (SELECT 1 FROM leaf WHERE leaf.event = unlogged.event) AS in_log
        FROM unlogged WHERE unlogged.sequence > ${after ?? -1n} ORDER BY unlogged.sequence LIMIT ${ROWS_AT_ONCE}`,
    ({ sequence }) => sequence,
  );
  for await (const rows of batches) {
    for (const { sequence, event, expected, in_log: isInLog } of rows) {
      const key = { table: "unlogged", row: String(sequence) } as const;
      if (expected === null || isInLog)
        check.fault("UNLOGGED_EXTRA", { ...key, column: "event", found: event });
      else if (expected !== sequence)
        check.fault("UNLOGGED_DIFFERS", { ...key, column: "sequence", expected, found: sequence });
    }
    check.count("unlogged", rows.length);
  }
}

const isHash = (text: string) => Hash.safeParse(text).success;
const hashOf = (event: string): string => toHex(leafHash(fromHex(event)));
