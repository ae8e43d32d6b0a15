// Measures a log of many events: how fast it grows beside its limits, how fast it proves, and its size on disk.
// `--events` sets the number; `--json` prints one object. TEST_DATABASE_URL names a PostgreSQL server, on which the bench
// makes a database and drops it again. Without it, the bench measures the embedded database in memory.
import { loadavg } from "node:os";
import { argv, env, memoryUsage } from "node:process";
import type { Pool } from "pg";
import { checkpointOnce } from "../server/log/checkpoints.ts";
import { openTestDatabase } from "../test/support/database.ts";
import { BATCH, grow } from "./log-growth.ts";
import { measureProofs } from "./log-proofs.ts";
import { rounded, since } from "./numbers.ts";

const asJson = argv.includes("--json");
const at = argv.indexOf("--events");
const EVENTS = at < 0 ? 1_000_000 : Number(argv[at + 1]);
if (!Number.isSafeInteger(EVENTS) || EVENTS < 10 * BATCH || EVENTS % (10 * BATCH) !== 0)
  throw new Error(`--events must be a multiple of ${10 * BATCH}.`);

const loadBefore = loadavg()[0]!;
const { prisma, pool, close } = await openTestDatabase();
const ctx = {
  prisma,
  request: () => Promise.reject(new Error("This bench has no chain.")),
  clock: () => Math.floor(Date.now() / 1000),
  merkleLog: { operator: "", contract: undefined, seed: new Uint8Array(32), events: 1, seconds: 1 },
};
try {
  const growth = await grow(ctx, pool, EVENTS, (text) => void (asJson || console.log(text)));
  const start = performance.now();
  await checkpointOnce(ctx);
  const result = {
    events: EVENTS,
    database: env["TEST_DATABASE_URL"] === undefined ? "embedded" : "PostgreSQL",
    ...growth,
    checkpointMs: rounded(since(start) * 1000),
    ...(await measureProofs(prisma, EVENTS)),
    bytesPerEvent: await measureDisk(pool),
    memoryMiB: Math.round(memoryUsage().rss / 2 ** 20),
    loadAverage: { before: rounded(loadBefore), after: rounded(loadavg()[0]!) },
  };
  console.log(asJson ? JSON.stringify(result, undefined, 2) : result);
} finally {
  await close();
}

/** Measures the log's tables with their indexes, and the least that any log needs: its hashes in full tiles. */
async function measureDisk(database: Pool): Promise<Record<string, number>> {
  await database.query("VACUUM tile, leaf");
  const { rows } = await database.query<{ name: string; bytes: string }>(
    "SELECT name, pg_total_relation_size(name::regclass) AS bytes FROM unnest(ARRAY['leaf', 'tile']) name",
  );
  const perEvent = rows.map(({ name, bytes }) => [name, rounded(Number(bytes) / EVENTS)]);
  return { ...Object.fromEntries(perEvent), hashesAlone: rounded((32 * 256) / 255) };
}
