// Opens the database, PostgreSQL at a URL or the embedded one in a folder. Migrates it, and wraps it in the Prisma client.
import type { PGlite } from "@electric-sql/pglite";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { Prisma, PrismaClient } from "../../prisma/generated/client.ts";
import { databaseFailure } from "./database-failure.ts";
import { type Migrated, migrate } from "./migrate.ts";
import { type EmbeddedDatabase, openPGlite } from "./pglite.ts";

/** An open database: the Prisma client, and the pool under it. */
export interface Database {
  prisma: PrismaClient;
  pool: pg.Pool;
  /** What opening it did to its schema. */
  migrated: Migrated;
  close(): Promise<void>;
}

/** A client that reads and writes inside a transaction, or outside one. */
export type Db = PrismaClient | Prisma.TransactionClient;

/** Whether a write failed because a row with this unique key exists. For raw queries only the message says so. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  return error.code === "P2002" || (error.code === "P2010" && error.message.includes("23505"));
}

/**
 * How long a transaction may wait to begin, and take. Both end only what hangs: Prisma's clock also counts the time that a
 * busy machine takes for the rest of its work.
 */
const TRANSACTIONS = { maxWait: 60_000, timeout: 300_000 };

/** Whether the database ended one of several transactions that waited for each other. For raw queries only the message says so. */
export function isDeadlock(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  return error.code === "P2034" || (error.code === "P2010" && error.message.includes("40P01"));
}

/**
 * The name under which the server keeps a statement, so that it parses it once for each connection: those that begin with a
 * comment, such as `lock lots`. Their text must be the same each time.
 */
const nameOf = ({ sql }: { sql: string }): string => /^\s*\/\* ([a-z ]+) \*\//.exec(sql)?.[1] ?? "";

/** Where a database is. */
export interface Place {
  /** PostgreSQL's; without it the embedded database is opened. */
  url?: string | undefined;
  /** The embedded database's; without it the database is in memory. */
  folder?: string | undefined;
  /** Makes an embedded database of another kind. */
  embedded?: () => PGlite;
  /** The folder of the migrations; tests have others than this release's. */
  migrations?: URL | undefined;
}

/** Opens a database as it is, whatever its schema. */
export const openPool = async ({ url, folder, embedded }: Place): Promise<EmbeddedDatabase> =>
  url === undefined ? openPGlite(folder, embedded) : openPostgres(url);

/** Opens a database with every migration applied. */
export async function openDatabase(place: Place): Promise<Database> {
  const { pool, close } = await openPool(place);
  const isEmbedded = place.url === undefined;
  let migrated: Migrated;
  try {
    migrated = await migrate(pool, isEmbedded ? "DATA_DIR" : "DATABASE_URL", place.migrations);
  } catch (error) {
    await close();
    throw isEmbedded ? error : databaseFailure(error);
  }
  const prisma = clientOver(pool);
  return {
    prisma,
    pool,
    migrated,
    async close() {
      await prisma.$disconnect();
      await close();
    },
  };
}

/** Makes the Prisma client over a pool, which its `$disconnect` leaves open. */
export const clientOver = (pool: pg.Pool): PrismaClient =>
  new PrismaClient({
    adapter: new PrismaPg(pool, { statementNameGenerator: nameOf }),
    transactionOptions: TRANSACTIONS,
  });

function openPostgres(url: string) {
  const pool = new pg.Pool({ connectionString: url, max: 20 });
  pool.on("error", () => undefined); // an idle connection was lost; the pool opens another when it needs one
  return { pool, close: () => pool.end() };
}
