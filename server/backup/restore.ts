// Restores a backup into a new data folder and an empty database: all of it, or nothing.
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, statfs, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createGunzip, gunzip } from "node:zlib";
import type { PoolClient } from "pg";
import { stateFile } from "../chain/snapshots.ts";
import { directoryStore } from "../storage/blobs-directory.ts";
import { databaseFailure } from "../storage/database-failure.ts";
import { openPool } from "../storage/db.ts";
import { lockFolder } from "../storage/lock.ts";
import { applyMigrations, type Migration, readMigrations } from "../storage/migrate.ts";
import { closeFolder } from "../storage/private-folder.ts";
import type { Backup } from "./check.ts";
import { BackupError } from "./error.ts";
import { CHAIN, documentOf, type Manifest, SAMPLE, tableOf } from "./format.ts";
import { damaged, readAt, type TarEntry } from "./tar.ts";

/** Where a backup goes. */
export interface Target {
  /** The new data folder: it must not exist yet, or be empty. */
  folder: string;
  /** An empty PostgreSQL database. Undefined: the embedded one in the folder. */
  databaseUrl: string | undefined;
  /** The original is gone: the restored service acts at once. */
  activate: boolean;
  /** The folder of this release's migrations; tests have others. */
  migrations?: URL;
}

/** Bytes of a part's rows: a mebibyte of short ones, or one long one. */
const MAX_ROWS_BYTES = 128 * 1024 * 1024;

/** The name under which a folder is restored, until it is whole. */
export const unfinished = (folder: string): string =>
  join(dirname(resolve(folder)), `${basename(resolve(folder))}.restoring`);

/**
 * Restores a checked backup. The folder gets its name when everything is in it, and the database gets its tables and rows in
 * one transaction: an interrupted restore leaves neither. What a killed one has left in the unfinished folder, the next removes.
 * @throws BackupError NOT_EMPTY, BACKUP_NEWER, BACKUP_OTHER_SCHEMA, BACKUP_DAMAGED; CannotOpen
 */
export async function restoreBackup(backup: Backup, target: Target): Promise<void> {
  const migrations = await matchingMigrations(backup.manifest, target.migrations);
  await refuseFilledFolder(target.folder);
  const fresh = unfinished(target.folder);
  const release = lockFolder(fresh);
  try {
    await rm(fresh, { recursive: true, force: true });
    closeFolder(fresh, { create: true });
    const least = backup.size + (target.databaseUrl === undefined ? EMPTY_DATABASE_BYTES : 0);
    if ((await roomIn(fresh)) < least) throw diskFull(undefined);
    const { pool, close } = await openPool({
      url: target.databaseUrl,
      folder: join(fresh, "database"),
    });
    try {
      const client = await pool.connect().catch((error: unknown) => {
        throw databaseFailure(error);
      });
      try {
        await refuseFilledDatabase(client);
        await restoreFiles(backup, fresh);
        await inTransaction(client, () => fill(client, backup, target, migrations));
      } finally {
        client.release();
      }
    } finally {
      await close();
    }
    await syncFolder(fresh);
    await rename(fresh, resolve(target.folder));
    await syncFolder(dirname(fresh));
  } catch (error) {
    const isFull = await isDiskFull(error, dirname(fresh));
    await rm(fresh, { recursive: true, force: true });
    throw isFull ? diskFull(error) : error;
  } finally {
    release();
    await rm(`${fresh}.lock`, { force: true });
  }
}

/** A disk with less is full: a database in WebAssembly does not say why it cannot write. */
const FULL_BELOW_BYTES = 4 * 1024 * 1024;
/** Bytes of an embedded database without rows. */
const EMPTY_DATABASE_BYTES = 48 * 1024 * 1024;

const roomIn = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

async function isDiskFull(error: unknown, folder: string): Promise<boolean> {
  const { code = "" } = error as { code?: string };
  const room = await roomIn(folder).catch(() => Infinity); // there is no such folder: that is the error
  return ["ENOSPC", "EDQUOT", "53100"].includes(code) || room < FULL_BELOW_BYTES;
}

const diskFull = (cause: unknown) =>
  new BackupError(
    "DISK_FULL",
    "The disk is full. Nothing was restored. Make room, or restore to another disk.",
    cause,
  );

/** The migrations of this release that made the backup's schema. @throws BackupError */
async function matchingMigrations(
  { migrations, release }: Manifest,
  folder: URL | undefined,
): Promise<Migration[]> {
  const own = await readMigrations(folder);
  for (const { name, checksum } of migrations) {
    const ours = own.find((one) => one.name === name);
    if (!ours)
      throw new BackupError(
        "BACKUP_NEWER",
        `The backup was made by Reelproof ${release}, which is newer than this release: it has migration ${name}. Update Reelproof, then restore it.`,
      );
    if (ours.checksum !== checksum)
      throw new BackupError(
        "BACKUP_OTHER_SCHEMA",
        `The backup has migration ${name} in another wording than this release. Restore it with the release that made it: Reelproof ${release}.`,
      );
  }
  const names = new Set(migrations.map(({ name }) => name));
  return own.filter(({ name }) => names.has(name));
}

/** @throws BackupError NOT_EMPTY */
export async function refuseFilledFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  if (names.length > 0)
    throw new BackupError(
      "NOT_EMPTY",
      `There are files in ${folder}, and a restore never overwrites any. Give a new folder.`,
    );
}

/** Writes what is not in the database: secrets, the embedded chain, documents. */
async function restoreFiles({ file, entries, secrets }: Backup, folder: string): Promise<void> {
  const keep = (name: string, content: string | Uint8Array) =>
    writeFile(join(folder, name), content, { mode: 0o600, flush: true });
  if (secrets?.secret != null) await keep("secret", secrets.secret);
  if (secrets?.apiKeys != null) await keep("api-keys.json", secrets.apiKeys);
  const documents = directoryStore(join(folder, "documents"));
  for (const entry of entries) {
    const { name, at, size } = entry;
    const document = documentOf(name);
    if (name === SAMPLE) await keep("sample.json", await readAt(file, at, size));
    else if (name === CHAIN) {
      await mkdir(join(folder, "chain"), { mode: 0o700 });
      const bytes = createReadStream("", {
        fd: file.fd,
        autoClose: false,
        start: at,
        end: at + size - 1,
      });
      const output = createWriteStream(stateFile(join(folder, "chain")), {
        mode: 0o600,
        flush: true,
      });
      await pipeline(bytes, createGunzip(), output);
    } else if (document !== undefined)
      await documents.put(`0x${document}`, await readAt(file, at, size));
  }
}

async function inTransaction(client: PoolClient, task: () => Promise<void>): Promise<void> {
  await client.query("BEGIN");
  try {
    await task();
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined); // the connection is gone, and the transaction with it
    throw error;
  }
}

/** Makes the schema of the backup and fills it. Later migrations follow at the first start, as at every update. */
async function fill(
  client: PoolClient,
  { file, entries, manifest }: Backup,
  { activate }: Target,
  migrations: readonly Migration[],
): Promise<void> {
  await applyMigrations(client, migrations);
  const parts = Map.groupBy(entries, ({ name }) => tableOf(name));
  const counts: Record<string, number> = {};
  for (const table of await tablesInOrder(client)) {
    counts[table] = 0;
    for (const entry of parts.get(table) ?? [])
      counts[table] += await insert(client, table, await rowsIn(file, entry));
  }
  for (const [table, count] of Object.entries(manifest.tables))
    if (counts[table] !== count)
      throw damaged(`Table ${table} has ${counts[table] ?? 0} rows, and not ${count}.`);
  for (const [name, { last, called }] of Object.entries(manifest.sequences))
    await client.query("SELECT setval($1::regclass, $2::bigint, $3)", [`"${name}"`, last, called]);
  await client.query(
    "UPDATE installation SET restored_at = CASE WHEN $1 THEN NULL ELSE now() END",
    [activate],
  );
}

/** @throws BackupError NOT_EMPTY */
async function refuseFilledDatabase(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S') LIMIT 1",
  );
  if (rows[0])
    throw new BackupError(
      "NOT_EMPTY",
      `The database at DATABASE_URL has tables (${rows[0].name}), and a restore never overwrites any. Create an empty database (createdb NAME), and name it in DATABASE_URL.`,
    );
}

/** The tables, each after those that its rows refer to. */
async function tablesInOrder(client: PoolClient): Promise<string[]> {
  const { rows } = await client.query<{ name: string; needs: string[] }>(
    `SELECT c.relname AS name, coalesce(array_agg(f.relname::text) FILTER (WHERE f.relname <> c.relname), '{}') AS needs
     FROM pg_class c
     LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'f'
     LEFT JOIN pg_class f ON f.oid = k.confrelid
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname <> '_prisma_migrations'
     GROUP BY c.relname ORDER BY c.relname`,
  );
  const order: string[] = [];
  for (let waiting = rows; waiting.length > 0;) {
    const ready = waiting.filter(({ needs }) => needs.every((name) => order.includes(name)));
    if (ready.length === 0) throw new Error("tables refer to each other in a circle"); // a bug of ours
    order.push(...ready.map(({ name }) => name));
    waiting = waiting.filter((table) => !ready.includes(table));
  }
  return order;
}

const unzip = promisify<Uint8Array, object, Buffer>(gunzip);

/** The rows of a part, each as JSON. */
async function rowsIn(file: Backup["file"], { name, at, size }: TarEntry): Promise<string[]> {
  const bytes = await unzip(await readAt(file, at, size), {
    maxOutputLength: MAX_ROWS_BYTES,
  }).catch((cause: unknown) => {
    throw damaged(`${name} cannot be unpacked.`, cause);
  });
  return bytes.toString("utf8").split("\n").slice(0, -1);
}

/** Inserts rows. The database reads the JSON, because JavaScript would round its numbers. */
async function insert(client: PoolClient, table: string, rows: string[]): Promise<number> {
  const { rowCount } = await client.query(
    `INSERT INTO "${table}" SELECT * FROM json_populate_recordset(NULL::"${table}", $1::json)`,
    [`[${rows.join(",")}]`],
  );
  return rowCount ?? 0;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
