// Opens a separate database for each test: an embedded one, or one on the server at
// TEST_DATABASE_URL. It is a copy of a prepared one, because initialising and migrating takes
// seconds, and it is removed afterwards.
import { PGlite } from "@electric-sql/pglite";
import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { type Database, openDatabase } from "../../server/storage/db.ts";
import { copyFolder, prepared, preparedKey } from "./prepared.ts";
import { temporaryFolder } from "./temporary.ts";

/** Databases that are kept under a name, with a folder for what goes with them. */
export interface PreparedDatabases {
  folder: string;
  /** Where each is kept: a folder, or a template on the server. */
  kept: readonly string[];
  /** Opens a copy of each. Closing a copy removes it. */
  open(): Promise<Database[]>;
}

/** Puts the content into databases that are being prepared. `folder` keeps what goes with them. */
export type Fill = (databases: Database[], folder: string) => Promise<void>;

/** Opens a new database with every migration applied and no rows. */
export async function openTestDatabase(): Promise<Database> {
  const [database] = await (await emptyDatabase()).open();
  return database!;
}

/** One database with every migration applied and no rows. */
export const emptyDatabase = (): Promise<PreparedDatabases> =>
  keep("empty", [undefined], async ([database]) => {
    if (SERVER === undefined) await dropTemplates(database!);
  });

/** An empty place for a database, without tables: a URL on the server, or undefined for a folder of the test's own. */
export async function emptyPlace(): Promise<{ url: string | undefined; remove(): Promise<void> }> {
  if (SERVER === undefined) return { url: undefined, remove: () => Promise.resolve() };
  const name = `reelproof_${randomBytes(6).toString("hex")}`;
  await onePostgres(SERVER, `CREATE DATABASE ${name}`);
  return {
    url: Object.assign(new URL(SERVER), { pathname: `/${name}` }).href,
    remove: async () => {
      await onePostgres(SERVER, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** Makes databases under a name if they are not there: copies of those in `bases`, in their order, that `fill` then fills. */
export const preparedDatabases = (
  name: string,
  bases: readonly PreparedDatabases[],
  fill: Fill,
): Promise<PreparedDatabases> =>
  keep(
    name,
    bases.flatMap(({ kept }) => kept),
    fill,
  );

const SERVER = process.env["TEST_DATABASE_URL"];

/** @param from what each begins as; undefined for one that is made from nothing */
const keep = (
  name: string,
  from: readonly (string | undefined)[],
  fill: Fill,
): Promise<PreparedDatabases> =>
  SERVER === undefined ? keepEmbedded(name, from, fill) : keepOnServer(SERVER, name, from, fill);

async function keepEmbedded(name: string, from: readonly (string | undefined)[], fill: Fill) {
  const dataOf = (folder: string) => from.map((_, i) => join(folder, `database-${i}`));
  const folder = await prepared(name, async (fresh) => {
    const databases = await openAll(dataOf(fresh), (data, i) => {
      if (from[i] !== undefined) copyFolder(from[i], data);
      return openUnsynced(data);
    });
    await fill(databases, fresh);
    for (const { pool, close } of databases) {
      await pool.query("CHECKPOINT");
      await close();
    }
  });
  const kept = dataOf(folder);
  return { folder, kept, open: () => openAll(kept, openCopy) };
}

async function openCopy(kept: string): Promise<Database> {
  const copy = await temporaryFolder("reelproof-database-");
  copyFolder(kept, copy);
  const database = await openUnsynced(copy);
  return {
    ...database,
    async close() {
      await database.close();
      await rm(copy, { recursive: true, force: true });
    },
  };
}

/** Opens each, or none: one that fails closes the others. */
async function openAll(
  places: readonly string[],
  open: (place: string, index: number) => Promise<Database>,
): Promise<Database[]> {
  const databases: Database[] = [];
  try {
    for (const [i, place] of places.entries()) databases.push(await open(place, i));
    return databases;
  } catch (error) {
    for (const { close } of databases) await close();
    throw error;
  }
}

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

async function keepOnServer(
  server: string,
  name: string,
  from: readonly (string | undefined)[],
  fill: Fill,
) {
  const kept = from.map((_, i) => `${TEMPLATES}${today()}_${preparedKey()}_${name}_${i}`);
  const open = async (database: string) =>
    openDatabase({ url: Object.assign(new URL(server), { pathname: `/${database}` }).href });
  const create = async (template: string | undefined) => {
    const made = `reelproof_${randomBytes(6).toString("hex")}`;
    const copying = template === undefined ? "" : ` TEMPLATE ${template}`;
    await onePostgres(server, `CREATE DATABASE ${made}${copying}`);
    return made;
  };
  const areThere = async () => {
    const sql = "SELECT datname FROM pg_database WHERE datname = ANY($1)";
    return (await onePostgres(server, sql, [kept])).length === kept.length;
  };
  const make = async (fresh: string) => {
    await dropTemplatesOfOtherDays(server);
    const made: string[] = [];
    for (const template of from) made.push(await create(template));
    const databases = await openAll(made, open);
    await fill(databases, fresh);
    for (const { close } of databases) await close();
    for (const [i, template] of kept.entries()) {
      await onePostgres(server, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
      await onePostgres(server, `ALTER DATABASE ${made[i]!} RENAME TO ${template}`);
    }
  };
  const folder = await prepared(`postgres-${name}`, make, areThere);
  const openCopyOf = async (template: string) => {
    const copy = await create(template);
    const database = await open(copy);
    return {
      ...database,
      async close() {
        await database.close();
        await onePostgres(server, `DROP DATABASE ${copy} WITH (FORCE)`);
      },
    };
  };
  return { folder, kept, open: () => openAll(kept, openCopyOf) };
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
