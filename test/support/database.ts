// Opens a separate database for each test: an embedded one, or one on the server at
// TEST_DATABASE_URL. It is a copy of a prepared one, because initialising and migrating takes
// seconds, and it is removed afterwards.
import { PGlite } from "@electric-sql/pglite";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { type Database, openDatabase } from "../../server/storage/db.ts";
import { copyFolder, prepared, preparedKey } from "./prepared.ts";

/** Puts the content into a database that is being prepared. `folder` keeps what goes with it. */
export type Fill = (database: Database, folder: string) => Promise<void>;

const DATA = "database";

/** Opens a new database with every migration applied and no rows. */
export async function openTestDatabase(): Promise<Database> {
  const { open } = await preparedDatabase(EMPTY, () => Promise.resolve());
  return open();
}

/**
 * Makes the database of a kind, if it is not there.
 * @returns its folder, and a function that opens a copy of it
 */
export async function preparedDatabase(
  kind: string,
  fill: Fill,
): Promise<{ folder: string; open(): Promise<Database> }> {
  const server = process.env["TEST_DATABASE_URL"];
  return server === undefined ? embedded(kind, fill) : onServer(server, kind, fill);
}

async function embedded(kind: string, fill: Fill) {
  const folder = await prepared(kind, async (fresh) => {
    const data = join(fresh, DATA);
    if (kind !== EMPTY) copyFolder(join((await emptyEmbedded()).folder, DATA), data);
    const database = await openUnsynced(data);
    if (kind === EMPTY) await dropTemplates(database);
    await fill(database, fresh);
    await database.pool.query("CHECKPOINT");
    await database.close();
  });
  const open = async () => {
    const copy = await mkdtemp(join(tmpdir(), "reelproof-database-"));
    copyFolder(join(folder, DATA), copy);
    const database = await openUnsynced(copy);
    return {
      ...database,
      async close() {
        await database.close();
        await rm(copy, { recursive: true, force: true });
      },
    };
  };
  return { folder, open };
}

const EMPTY = "empty-database";
const emptyEmbedded = () => embedded(EMPTY, () => Promise.resolve());

/** Drops the databases that only CREATE DATABASE needs: copying their 600 files would take as long as copying the rest. */
async function dropTemplates({ pool }: Database): Promise<void> {
  for (const name of ["template0", "template1"]) {
    await pool.query(`ALTER DATABASE ${name} IS_TEMPLATE false`);
    await pool.query(`DROP DATABASE ${name}`);
  }
}

/**
 * Opens an embedded database whose commits need not survive the machine. It has little shared memory: PostgreSQL clears it at
 * each start, and clearing the usual 128 MB takes longer than all the rest.
 */
function openUnsynced(folder: string): Promise<Database> {
  const startParams = [...PGlite.defaultStartParams, "-c", "shared_buffers=8MB"];
  return openDatabase({ embedded: () => new PGlite(folder, { startParams }) });
}

async function onServer(server: string, kind: string, fill: Fill) {
  const template = `${TEMPLATES}${today()}_${preparedKey()}_${kind}`;
  const urlOf = (name: string) => Object.assign(new URL(server), { pathname: `/${name}` }).href;
  const isThere = async () =>
    (await onePostgres(server, "SELECT 1 FROM pg_database WHERE datname = $1", [template])).length >
    0;
  const folder = await prepared(
    `postgres-${kind}`,
    async (fresh) => {
      await dropTemplatesOfOtherDays(server);
      const made = `reelproof_${randomBytes(6).toString("hex")}`;
      await onePostgres(server, `CREATE DATABASE ${made}`);
      const database = await openDatabase({ url: urlOf(made) });
      await fill(database, fresh);
      await database.close();
      await onePostgres(server, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
      await onePostgres(server, `ALTER DATABASE ${made} RENAME TO ${template}`);
    },
    isThere,
  );
  const open = async () => {
    const name = `reelproof_${randomBytes(6).toString("hex")}`;
    await onePostgres(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
    const database = await openDatabase({ url: urlOf(name) });
    return {
      ...database,
      async close() {
        await database.close();
        await onePostgres(server, `DROP DATABASE ${name} WITH (FORCE)`);
      },
    };
  };
  return { folder, open };
}

const TEMPLATES = "reelproof_template_";
const today = () => new Date().toISOString().slice(0, 10).replaceAll("-", "");

/** Templates stay for the next run and are dropped later, because other checkouts may use today's. */
async function dropTemplatesOfOtherDays(server: string): Promise<void> {
  const rows = await onePostgres(server, "SELECT datname FROM pg_database");
  for (const { datname } of rows)
    if (datname.startsWith(TEMPLATES) && !datname.startsWith(`${TEMPLATES}${today()}`))
      await onePostgres(server, `DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
}

async function onePostgres(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<{ datname: string }[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<{ datname: string }>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
