// Migrates a database to the schema that this code expects. Keeps the same record as `prisma migrate`.
import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import type { Pool, PoolClient } from "pg";
import { CannotOpen } from "./cannot-open.ts";

const FOLDER = new URL("../../prisma/migrations/", import.meta.url);
/** The advisory lock of `prisma migrate`: replicas and the CLI take turns. */
const LOCK = 72707369;

const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

const otherVersion = (message: string) =>
  new CannotOpen("DATABASE_OTHER_VERSION", "DATABASE_URL", message);

interface Recorded {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

/**
 * Applies the migrations that the database lacks, each in one transaction.
 * @throws CannotOpen if one failed half way, was edited after it was applied, or is newer than this code
 */
export async function migrate(pool: Pool): Promise<void> {
  const entries = await readdir(FOLDER, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const client = await pool.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [LOCK]);
    await client.query(TABLE);
    const { rows } = await client.query<Recorded>(
      "SELECT * FROM _prisma_migrations WHERE rolled_back_at IS NULL",
    );
    const recorded = new Map(rows.map((row) => [row.migration_name, row]));
    const newer = rows.find((row) => !names.includes(row.migration_name));
    if (newer)
      throw otherVersion(
        `The database is newer than this version of Reelproof: it has migration ${newer.migration_name}. Update Reelproof, or use another database.`,
      );
    for (const name of names.sort()) await applyOne(client, name, recorded.get(name));
  } finally {
    await client.query("SELECT pg_advisory_unlock($1)", [LOCK]);
    client.release();
  }
}

async function applyOne(
  client: PoolClient,
  name: string,
  row: Recorded | undefined,
): Promise<void> {
  const sql = await readFile(new URL(`${name}/migration.sql`, FOLDER), "utf8");
  const checksum = createHash("sha256").update(sql).digest("hex");
  if (row && !row.finished_at)
    throw otherVersion(
      `Migration ${name} of the database failed before. Resolve it with: npx prisma migrate resolve`,
    );
  if (row && row.checksum !== checksum)
    throw otherVersion(
      `Migration ${name} was edited after it was applied to the database. Restore the file as it was.`,
    );
  if (row) return;
  await client.query("BEGIN");
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}
