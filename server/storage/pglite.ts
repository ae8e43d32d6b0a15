// Opens the embedded database: PostgreSQL inside this process, in a folder that one process may use at a time.
import { fdatasyncSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { PGlite } from "@electric-sql/pglite";
import { createPgConfig } from "@electric-sql/pglite/node-postgres";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import pg from "pg";
import { CannotOpen } from "./cannot-open.ts";
import { lockFolder } from "./lock.ts";

/** An open embedded database. */
export interface EmbeddedDatabase {
  pool: pg.Pool;
  close(): Promise<void>;
}

/**
 * Opens the database in `folder`, where a commit is on the disk when it returns. Without a folder it opens the one that `make`
 * makes, by default in memory.
 * All use goes through the pool of one connection: a direct query would land inside whatever transaction is open.
 * @throws CannotOpen if another process uses the folder, or it is damaged
 */
export async function openPGlite(
  folder?: string,
  make = () => new PGlite(),
): Promise<EmbeddedDatabase> {
  // PGlite does not notice a second process, and both would destroy the data.
  const release = folder === undefined ? () => undefined : lockFolder(folder);
  let db: PGlite;
  try {
    db = await unoptimised(async () => {
      const opened = folder === undefined ? make() : await openDurably(folder);
      await opened.waitReady;
      return opened;
    });
  } catch (error) {
    release();
    throw folder === undefined ? error : damaged(folder, error);
  }
  const pool = poolOver(db);
  const stopMaintenance = startMaintenance(pool);
  return {
    pool,
    async close() {
      stopMaintenance();
      await pool.end();
      await db.close();
      release();
    },
  };
}

/**
 * Keeps V8 from optimising the WebAssembly functions that run first inside `open`. One of PostgreSQL's, of 100 KB, is hot at
 * every start: optimising it takes seconds of a core and 600 MB, and queries are no faster for it.
 */
async function unoptimised<T>(open: () => Promise<T>): Promise<T> {
  setFlagsFromString("--wasm-tier-up-filter=0"); // optimises function 0 alone, which is an import
  try {
    return await open();
  } finally {
    setFlagsFromString("--wasm-tier-up-filter=-1");
  }
}

const damaged = (folder: string, error: unknown) =>
  new CannotOpen(
    "DATABASE_DAMAGED",
    "DATA_DIR",
    `The embedded database in ${folder} cannot be opened (${String(error).split("\n", 1)[0]!}). Restore the data folder from a backup, or set another DATA_DIR.`,
    error,
  );

/** PostgreSQL clears its shared memory at each start. In WebAssembly the usual 128 MB take about a second. */
const SHARED_BUFFERS = ["-c", "shared_buffers=32MB"];

/** Opens a database that syncs: PGlite does not, unless it is told to and gets an fsync function. */
async function openDurably(folder: string): Promise<PGlite> {
  const startParams = [
    ...PGlite.defaultStartParams.filter((param) => param !== "-F"),
    "-c",
    "wal_sync_method=fsync",
    ...SHARED_BUFFERS,
  ];
  const db = await PGlite.create({ fs: new PrivateFiles(folder), startParams });
  // PGlite has no public API for this, so its version is pinned.
  const { stream_ops } = (
    db as unknown as { Module: { NODEFS: { stream_ops: { fsync?: unknown } } } }
  ).Module.NODEFS;
  stream_ops.fsync = ({ nfd }: { nfd?: number }) => {
    if (nfd !== undefined) fdatasyncSync(nfd);
    return 0;
  };
  return db;
}

interface Attributes {
  mode?: number;
}
/** The part of Emscripten's file system that sets modes. */
interface SetsModes {
  setattr(node: unknown, attributes: Attributes): void;
}

/** The folder of a database whose files are their owner's alone. PGlite sets mode 0666 on each, whatever the umask. */
class PrivateFiles extends NodeFS {
  override async init(...[pg, options]: Parameters<NodeFS["init"]>) {
    const { emscriptenOpts } = await super.init(pg, options);
    const close = ({ NODEFS }: { NODEFS: Record<"node_ops" | "stream_ops", SetsModes> }) => {
      for (const operations of [NODEFS.node_ops, NODEFS.stream_ops]) {
        const { setattr } = operations;
        operations.setattr = (node, { mode, ...others }) =>
          setattr(node, mode === undefined ? others : { ...others, mode: mode & ~0o077 });
      }
    };
    const preRun = [close as never, ...[emscriptenOpts.preRun ?? []].flat()];
    return { emscriptenOpts: { ...emscriptenOpts, preRun } };
  }
}

function poolOver(db: PGlite): pg.Pool {
  const held: Uint8Array[] = [];
  const config = createPgConfig({
    waitReady: db.waitReady,
    // The messages of one query are sent together, after a turn of the event loop: PGlite answers within microtasks, and a
    // busy sequence of queries would block timers and sockets.
    async execProtocolStream(message: Uint8Array, options: object) {
      held.push(message);
      if (!"QS".includes(String.fromCharCode(message[0]!))) return [];
      const query = Buffer.concat(held.splice(0));
      await setImmediate();
      return db.execProtocolStream(query, options);
    },
  } as unknown as PGlite);
  // PrismaPg passes type parsers with each query, and pg passes them on as `types`. PGlite would read them as a list of types.
  const { connection } = config;
  const { parse } = connection;
  connection.parse = ({ types: _types, ...statement }) => parse.call(connection, statement);
  return new pg.Pool(config as unknown as pg.PoolConfig);
}

/** Runs checkpoints and vacuums: PGlite has neither checkpointer nor autovacuum, and its files would grow without end. */
function startMaintenance(pool: pg.Pool): () => void {
  const run = (sql: string) => void pool.query(sql).catch(() => undefined); // the next turn tries again
  const timers = [
    setInterval(run, 5 * 60_000, "CHECKPOINT"),
    setInterval(run, 60 * 60_000, "VACUUM (ANALYZE)"),
  ];
  for (const timer of timers) timer.unref();
  return () => timers.forEach((timer) => clearInterval(timer));
}
