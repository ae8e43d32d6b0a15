// Opens the database, PostgreSQL at a URL or the embedded one in a folder. Migrates it, and wraps it in the Prisma client.
import type { PGlite } from "@electric-sql/pglite";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { Prisma, PrismaClient } from "../../prisma/generated/client.ts";
import { databaseFailure } from "./database-failure.ts";
import { migrate } from "./migrate.ts";
import { openPGlite } from "./pglite.ts";

/** An open database: the Prisma client, and the pool under it. */
export interface Database {
  prisma: PrismaClient;
  pool: pg.Pool;
  close(): Promise<void>;
}

/** A client that reads and writes inside a transaction, or outside one. */
export type Db = PrismaClient | Prisma.TransactionClient;

/** Whether a write failed because a row with this unique key exists. */
export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002";

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
 * Opens a database with every migration applied.
 * @param url PostgreSQL's; without it the embedded database is opened
 * @param folder the embedded database's; without it the database is in memory
 * @param embedded makes an embedded database of another kind
 */
export async function openDatabase({
  url,
  folder,
  embedded,
}: {
  url?: string | undefined;
  folder?: string | undefined;
  embedded?: () => PGlite;
}): Promise<Database> {
  const { pool, close } =
    url === undefined ? await openPGlite(folder, embedded) : openPostgres(url);
  try {
    await migrate(pool);
  } catch (error) {
    await close();
    throw url === undefined ? error : databaseFailure(error);
  }
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool),
    transactionOptions: TRANSACTIONS,
  });
  return {
    prisma,
    pool,
    async close() {
      await prisma.$disconnect();
      await close();
    },
  };
}

function openPostgres(url: string) {
  const pool = new pg.Pool({ connectionString: url, max: 20 });
  pool.on("error", () => undefined); // an idle connection was lost; the pool opens another when it needs one
  return { pool, close: () => pool.end() };
}
