// Opens a database for a bench: one of its own on a PostgreSQL server, or the embedded one in a folder of its
// own, where a commit is on the disk as in a service. Closing removes it.
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { type Database, openDatabase } from "../server/storage/db.ts";

/** A database, and its URL where it is on a server. */
export type BenchDatabase = Database & { url: string | undefined };

/** @param server the URL of a PostgreSQL server; undefined for the embedded database */
export async function openBenchDatabase(server: string | undefined): Promise<BenchDatabase> {
  if (server === undefined) {
    const folder = await mkdtemp(join(tmpdir(), "reelproof-bench-"));
    const database = await openDatabase({ folder: join(folder, "database") });
    const close = async () => {
      await database.close();
      await rm(folder, { recursive: true, force: true });
    };
    return { ...database, close, url: undefined };
  }
  const name = `reelproof_bench_${randomBytes(6).toString("hex")}`;
  await run(server, `CREATE DATABASE ${name}`);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  const database = await openDatabase({ url });
  const close = async () => {
    await database.close();
    await run(server, `DROP DATABASE ${name} WITH (FORCE)`);
  };
  return { ...database, close, url };
}

async function run(server: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Clock ticks in a second, in which Linux counts the time of processes. */
const TICKS = 100;

/**
 * Milliseconds of CPU that the server's processes for this database have taken: 0 for the embedded one, which runs in its
 * service, and where the server is on another machine.
 */
export async function backendCpuMs({ pool }: Pick<Database, "pool">): Promise<number> {
  const { rows } = await pool.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'",
  );
  let ticks = 0;
  for (const { pid } of rows) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
    if (!stat?.includes("(postgres)")) continue;
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return (ticks * 1000) / TICKS;
}
