// Connects to a streaming replica: for what requests read, and apart from it for looks at how it is doing.
import pg from "pg";
import { Prisma, type PrismaClient } from "../../prisma/generated/client.ts";
import { CannotOpen } from "./cannot-open.ts";
import { databaseFailure } from "./database-failure.ts";
import { clientOver } from "./db.ts";
import { readPosition } from "./wal.ts";

const SETTING = "DATABASE_READ_URL";
/** As many as to the primary. */
const MOST_CONNECTIONS = 20;
/** What requests read by. */
export interface ReplicaConnection {
  prisma: PrismaClient;
  /** Closes it when the requests that read there have ended. */
  close(): Promise<void>;
  /** Cuts it: what waits for an answer fails. */
  drop(): Promise<void>;
}

/** The server, as far as looks at it go. */
export interface ReplicaServer {
  /** @throws CannotOpen if it is not a streaming replica of the primary's database, or refuses the user */
  check(primary: PrismaClient): Promise<void>;
  /** How far it has replayed, in bytes. @throws Error if it does not answer, or is not a replica (any more) */
  replayed(): Promise<bigint>;
  connect(): ReplicaConnection;
  close(): Promise<void>;
}

/**
 * @param answerMs for how long a look waits for an answer, and a request for a connection
 * @param onLost called when the server ends a connection of looks: it may have been started again
 */
export function replicaServer(url: string, answerMs: number, onLost: () => void): ReplicaServer {
  const looks = new pg.Pool({
    connectionString: url,
    max: 2,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: answerMs,
    query_timeout: answerMs,
  });
  looks.on("error", onLost);
  let own: Identity | undefined;
  return {
    async check(primary) {
      own ??= (await primary.$queryRaw<Identity[]>(Prisma.raw(IDENTITY)))[0]!;
      const { rows } = await looks.query<Identity>(IDENTITY).catch((error: unknown) => {
        throw databaseFailure(error, SETTING);
      });
      const [its] = rows;
      if (!its!.isReplica || its!.system !== own.system || its!.name !== own.name)
        throw new CannotOpen(
          "DATABASE_NOT_REPLICA",
          SETTING,
          "The server is not a streaming replica of the database in DATABASE_URL. Name one, or remove DATABASE_READ_URL.",
        );
    },
    async replayed() {
      const { rows } = await looks.query<{ at: string | null }>(REPLAYED);
      const { at } = rows[0]!;
      if (at === null) throw new Error("it is not a replica any more");
      return readPosition(at);
    },
    connect: () => connectTo(url, answerMs),
    close: () => looks.end(),
  };
}

interface Identity {
  system: string;
  name: string;
  isReplica: boolean;
}

const IDENTITY = `SELECT system_identifier::text AS system, current_database()::text AS name,
  pg_is_in_recovery() AS "isReplica" FROM pg_control_system()`;

/** A server that was promoted still says how far it once replayed. */
const REPLAYED =
  "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() END::text AS at";

function connectTo(url: string, connectionTimeoutMillis: number): ReplicaConnection {
  const pool = new pg.Pool({
    connectionString: url,
    max: MOST_CONNECTIONS,
    connectionTimeoutMillis,
  });
  const open = new Set<pg.PoolClient>();
  pool.on("connect", (client) => void open.add(client));
  pool.on("remove", (client) => void open.delete(client));
  pool.on("error", () => undefined); // an idle connection was lost
  const prisma = clientOver(pool);
  const close = async () => {
    await prisma.$disconnect();
    await pool.end();
  };
  return {
    prisma,
    close,
    async drop() {
      // `end` cuts a connection on which a query waits. The pool alone would wait for it.
      for (const client of open) void (client as unknown as pg.Client).end().catch(() => undefined);
      await close().catch(() => undefined);
    },
  };
}
