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

/** One step from a schema to the next. */
export interface Migration {
  name: string;
  sql: string;
  /** SHA-256 of the SQL. */
  checksum: string;
}

interface Recorded {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

/** The migrations in a folder, by default those of this release, in order. */
export async function readMigrations(folder = FOLDER): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(new URL(`${name}/migration.sql`, folder), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

/** What a database went through when it was opened. */
export interface Migrated {
  /** Migrations that this start applied, in order. */
  applied: string[];
  /** Whether the database was empty before. */
  isNew: boolean;
}

/**
 * Applies the migrations that the database lacks, each in one transaction: an interrupted one leaves nothing. Nothing is
 * touched unless all that were applied before are those of this code.
 * @param setting that names the database
 * @throws CannotOpen if one failed half way, was edited after it was applied, or is newer than this code
 */
export async function migrate(
  pool: Pool,
  setting: "DATABASE_URL" | "DATA_DIR",
  folder = FOLDER,
): Promise<Migrated> {
  const migrations = await readMigrations(folder);
  const client = await pool.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [LOCK]);
    const recorded = await readRecorded(client);
    checkRecorded(recorded, migrations, setting);
    const names = new Set(recorded.map((row) => row.migration_name));
    const missing = migrations.filter(({ name }) => !names.has(name));
    for (const migration of missing) {
      await client.query("BEGIN");
      try {
        await applyMigrations(client, [migration]);
        await client.query("COMMIT");
      } catch (error) {
        await client.query("ROLLBACK");
        throw error;
      }
    }
    return { applied: missing.map(({ name }) => name), isNew: recorded.length === 0 };
  } finally {
    await client.query("SELECT pg_advisory_unlock($1)", [LOCK]);
    client.release();
  }
}

/** Applies migrations and records them, in the transaction that is open. */
export async function applyMigrations(
  client: PoolClient,
  migrations: readonly Migration[],
): Promise<void> {
  await client.query(TABLE);
  for (const { name, sql, checksum } of migrations) {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
  }
}

/** The migrations that a database has had; none if it is empty. */
async function readRecorded(client: PoolClient): Promise<Recorded[]> {
  const { rows } = await client.query<{ there: boolean }>(
    "SELECT to_regclass('_prisma_migrations') IS NOT NULL AS there",
  );
  if (rows[0]?.there !== true) return [];
  const recorded = await client.query<Recorded>(
    "SELECT * FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name",
  );
  return recorded.rows;
}

/** @throws CannotOpen */
function checkRecorded(
  recorded: readonly Recorded[],
  migrations: readonly Migration[],
  setting: "DATABASE_URL" | "DATA_DIR",
): void {
  const refuse = (message: string) => new CannotOpen("DATABASE_OTHER_VERSION", setting, message);
  const own = new Map(migrations.map((migration) => [migration.name, migration]));
  const newer = recorded.find((row) => !own.has(row.migration_name));
  if (newer)
    throw refuse(
      `The database is newer than this version of Reelproof: it has migration ${newer.migration_name}. Nothing was changed. Update Reelproof, or restore the backup that was made before the update.`,
    );
  for (const { migration_name: name, checksum, finished_at } of recorded) {
    if (!finished_at)
      throw refuse(
        `Migration ${name} of the database failed before. Resolve it with: npx prisma migrate resolve`,
      );
    if (own.get(name)?.checksum !== checksum)
      throw refuse(
        `Migration ${name} was edited after it was applied to the database. Restore the file as it was.`,
      );
  }
}
