// Reads the whole database as of one moment: its migrations, and its rows table by table, as JSON.
import { Prisma, type PrismaClient } from "../../prisma/generated/client.ts";
import type { Db } from "../storage/db.ts";
import type { Manifest } from "./format.ts";

/** Every table of the schema. The names of models are those of tables in other letters; a test compares them. */
export const TABLES: readonly string[] = Object.values(Prisma.ModelName)
  .map((model) => model.replace(/(?!^)([A-Z])/g, "_$1").toLowerCase())
  .sort();

/** Tables with texts of people's, up to some MiB in a row. */
const WIDE = new Set(["event", "notice", "statement", "kept_answer", "document", "policy"]);
/** Rows that are in memory at one time. */
const WIDE_AT_ONCE = 32;
const ROWS_AT_ONCE = 1_000;

/** A backup of a big database takes long, and its snapshot stays open until the last row is read. */
const TIMEOUT_MS = 24 * 60 * 60 * 1000;

/** One moment of the database. */
export interface Snapshot {
  db: Db;
  /** The newest block that the database has followed; -1 before the first. */
  top: number;
  /** Ends it, also while a query runs. Queries then fail. */
  end(): Promise<void>;
}

/** Opens a snapshot. With the embedded database, nobody else can use the database until it ends. */
export async function openSnapshot(prisma: PrismaClient): Promise<Snapshot> {
  const opened = Promise.withResolvers<Omit<Snapshot, "end">>();
  const ended = Promise.withResolvers<undefined>();
  const running = prisma.$transaction(
    async (db) => {
      await db.$executeRaw`SET TRANSACTION READ ONLY`;
      await db.$executeRaw`SET LOCAL timezone = 'UTC'`;
      await db.$executeRaw`SET LOCAL bytea_output = 'hex'`;
      // The first query fixes the moment.
      const newest = await db.block.findFirst({ orderBy: { number: "desc" } });
      opened.resolve({ db, top: newest?.number ?? -1 });
      await ended.promise;
    },
    {
      isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead,
      timeout: TIMEOUT_MS,
      maxWait: TIMEOUT_MS,
    },
  );
  running.catch(opened.reject);
  return {
    ...(await opened.promise),
    async end() {
      ended.resolve(undefined);
      await running.catch(() => undefined); // the connection broke: there is nothing left to end
    },
  };
}

/** The migrations that made the schema, in order. */
export async function migrationsIn(db: Db): Promise<Manifest["migrations"]> {
  return db.$queryRaw`
    SELECT migration_name AS name, checksum FROM _prisma_migrations
    WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`;
}

/** Where the sequences stand. They are never behind the rows of a snapshot, because they are read after these. */
export async function sequencesIn(db: Db): Promise<Manifest["sequences"]> {
  const names = await db.$queryRaw<{ name: string }[]>`
    SELECT sequencename AS name FROM pg_sequences WHERE schemaname = current_schema() ORDER BY sequencename`;
  const states: Manifest["sequences"] = {};
  for (const { name } of names) {
    const [row] = await db.$queryRaw<{ last: string; called: boolean }[]>(
      Prisma.sql`SELECT last_value::text AS last, is_called AS called FROM ${Prisma.raw(`"${name}"`)}`,
    );
    states[name] = row!;
  }
  return states;
}

/** Reads a table's rows, each as a line of JSON without its line feed, some at a time. */
export async function* rowsOf(db: Db, table: string): AsyncGenerator<string[]> {
  const from = Prisma.raw(`"${table}"`);
  const atOnce = Prisma.raw(String(WIDE.has(table) ? WIDE_AT_ONCE : ROWS_AT_ONCE));
  await db.$executeRaw(
    Prisma.sql`DECLARE backup_rows NO SCROLL CURSOR FOR SELECT row_to_json(t)::text AS row FROM ${from} AS t`,
  );
  for (;;) {
    const rows = await db.$queryRaw<{ row: string }[]>(
      Prisma.sql`FETCH ${atOnce} FROM backup_rows`,
    );
    if (rows.length === 0) break;
    yield rows.map(({ row }) => row);
  }
  await db.$executeRaw`CLOSE backup_rows`;
}
