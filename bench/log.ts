// The log of many events: how fast it grows, how fast it proves, what it takes on the disk; beside what limits each, in
// one run: hashing alone, and inserting rows alone.
import { randomBytes } from "node:crypto";
import { argv, memoryUsage } from "node:process";
import { toHex } from "../protocol/bytes.ts";
import { sha256 } from "../protocol/crypto.ts";
import { appendLeaves, type Tile } from "../protocol/log/tiles.ts";
import { leafHash } from "../protocol/merkle.ts";
import { appendOnce } from "../server/merkle-log/append.ts";
import { checkpointOnce } from "../server/merkle-log/checkpoints.ts";
import { proveConsistency, proveInclusion } from "../server/merkle-log/proofs.ts";
import { logSize } from "../server/merkle-log/stored.ts";
import { openTestDatabase } from "../test/support/service.ts";

const asJson = argv.includes("--json");
const given = argv.indexOf("--events");
const EVENTS = given < 0 ? 1_000_000 : Number(argv[given + 1]);
const BATCH = 1_000;
const PROOFS = 1_000;
if (!Number.isSafeInteger(EVENTS) || EVENTS < BATCH) throw new Error(`--events: at least ${BATCH}`);

const seconds = (from: number) => (performance.now() - from) / 1000;
const rate = (count: number, from: number) => Math.round(count / seconds(from));
const say = (text: string) => void (asJson || console.log(text));

const database = await openTestDatabase();
const { prisma, pool } = database;
const ctx = {
  prisma,
  clock: () => Math.floor(Date.now() / 1000),
  merkleLog: {
    ...{ operator: "", contract: undefined, seed: new Uint8Array(32), events: 1, seconds: 1 },
  },
};
try {
  const result = {
    events: EVENTS,
    database: process.env["TEST_DATABASE_URL"] === undefined ? "embedded" : "PostgreSQL",
    ...(await measureLimits()),
    ...(await measureAppending()),
    ...(await measureProofs()),
    ...(await measureDisk()),
    memoryMiB: Math.round(memoryUsage().rss / 2 ** 20),
  };
  console.log(asJson ? JSON.stringify(result, undefined, 2) : result);
} finally {
  await database.close();
}

/** What hashing alone, and rows alone, allow: on the same machine, a moment before. */
async function measureLimits() {
  const leaves = Array.from({ length: Math.min(EVENTS, 100_000) }, () => randomBytes(32));
  let from = performance.now();
  let [size, edge] = [0, [] as Tile[]];
  for (let at = 0; at < leaves.length; at += BATCH) {
    const kept = edge.map(({ hashes }) => hashes);
    const grown = appendLeaves(size, kept, leaves.slice(at, at + BATCH).map(leafHash));
    edge = edgeAfter(edge, grown.tiles);
    size = grown.size;
  }
  const hashingPerSecond = rate(leaves.length, from);
  from = performance.now();
  for (const leaf of leaves) sha256(leaf);
  const sha256PerSecond = rate(leaves.length, from);
  await pool.query(`CREATE TABLE raw_leaf (index bigint PRIMARY KEY, event text NOT NULL UNIQUE)`);
  from = performance.now();
  for (let at = 0; at < leaves.length; at += BATCH) {
    const events = leaves.slice(at, at + BATCH).map(toHex);
    await pool.query(
      `INSERT INTO raw_leaf SELECT $1::bigint + position - 1, event FROM unnest($2::text[]) WITH ORDINALITY AS of(event, position)`,
      [at, events],
    );
  }
  const rawInsertsPerSecond = rate(leaves.length, from);
  await pool.query("DROP TABLE raw_leaf");
  say(`hashing alone ${hashingPerSecond}/s, rows alone ${rawInsertsPerSecond}/s`);
  return { sha256PerSecond, hashingPerSecond, rawInsertsPerSecond };
}

/** The partial tiles after an append: those that it made, and the others as they were. */
function edgeAfter(before: readonly Tile[], made: readonly Tile[]): Tile[] {
  const byLevel = new Map([...before, ...made].map((tile) => [tile.level, tile]));
  return [...byLevel.values()].filter(({ hashes }) => hashes.length < 256 * 32).sort((a, b) => a.level - b.level);
}

/** Events are made beforehand, with no more in their rows than the log asks for. */
async function measureAppending() {
  for (let at = 0; at < EVENTS; at += 10_000)
    await pool.query(
      `WITH made AS (
         INSERT INTO event (hash, bytes, action, actor, holder, consignee, time)
         SELECT '0x' || encode(sha256(('event ' || n)::bytea), 'hex'), '', 1, '', '', '', 0
         FROM generate_series($1::int, $2::int) n RETURNING sequence, hash)
       INSERT INTO unlogged SELECT sequence, hash FROM made`,
      [at, Math.min(at + 10_000, EVENTS) - 1],
    );
  await pool.query("ANALYZE");
  const from = performance.now();
  const tenths: number[] = [];
  for (let done = 0, start = from; done < EVENTS;) {
    const until = Math.min(EVENTS, done + Math.ceil(EVENTS / 10 / BATCH) * BATCH);
    const before = done;
    for (; done < until; done += BATCH) await appendOnce(ctx);
    tenths.push(rate(done - before, start));
    start = performance.now();
    say(`${Math.min(done, EVENTS)} events`);
  }
  const appendsPerSecond = rate(EVENTS, from);
  const size = await logSize(prisma);
  if (size !== EVENTS) throw new Error(`the log has ${size} events`);
  const before = performance.now();
  await checkpointOnce(ctx);
  return { appendsPerSecond, appendsPerSecondByTenth: tenths, checkpointMs: round(seconds(before) * 1000) };
}

async function measureProofs() {
  const times: Record<string, number[]> = { inclusion: [], consistency: [] };
  for (let i = 0; i < PROOFS; i++) {
    const index = Math.floor((EVENTS / PROOFS) * i);
    let from = performance.now();
    await proveInclusion(prisma, { index });
    times["inclusion"]!.push(performance.now() - from);
    from = performance.now();
    await proveConsistency(prisma, index + 1);
    times["consistency"]!.push(performance.now() - from);
  }
  const of = (name: string) => {
    const sorted = times[name]!.sort((a, b) => a - b);
    return { median: round(sorted[PROOFS / 2]!), p99: round(sorted[Math.floor(PROOFS * 0.99)]!) };
  };
  return { inclusionProofMs: of("inclusion"), consistencyProofMs: of("consistency") };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Of the log's own tables, with their indexes. What is appended was deleted from those that wait. */
async function measureDisk() {
  await pool.query("VACUUM unlogged, tile, leaf");
  const { rows } = await pool.query<{ table: string; bytes: string }>(
    `SELECT name AS table, pg_total_relation_size(name::regclass) AS bytes FROM unnest(ARRAY['leaf', 'tile']) name`,
  );
  const perEvent = Object.fromEntries(rows.map(({ table, bytes }) => [table, round(Number(bytes) / EVENTS)]));
  return { bytesPerEvent: perEvent, ownHashesBytesPerEvent: round((32 * 256) / 255) };
}
