// Decides where a request reads: at the streaming replica that DATABASE_READ_URL names, or at the primary.
//
// What a caller wrote it reads at the primary, until the replica has replayed it: by their positions in the write-ahead log,
// never by time. Whatever goes wrong with the replica, the primary answers.
import type { Logger } from "pino";
import type { PrismaClient } from "../../prisma/generated/client.ts";
import { CannotOpen } from "./cannot-open.ts";
import { type ReplicaConnection, type ReplicaServer, replicaServer } from "./replica-server.ts";
import { inTime } from "./time-limit.ts";
import { endOfWritten, openLagMeter, readPosition } from "./wal.ts";

const CHECK_MS = 1_000;
const ANSWER_MS = 3_000;
/** A replica that is further behind counts as lost: it may be cut off from the primary, and answer with old rows forever. */
export const MOST_LAG_SECONDS = 30;

/** A position that could not be read: later than all that are known. The next look replaces it. */
const UNKNOWN = 1n << 64n;

/** How the replica is doing. */
export interface ReplicaStatus {
  /** Whether requests read there now. */
  inUse: boolean;
  /** Null while it does not answer. */
  lag: { seconds: number; bytes: bigint } | null;
}

/** A replica, and what is known of it. */
export interface Replica {
  /**
   * The client by which a caller reads. Undefined: it reads at the primary.
   * @param owner whose writes count as the caller's; undefined for a reading that is nobody's
   * @param least a position up to which the replica must have replayed, for a write that another process accepted
   */
  clientFor(owner?: string, least?: bigint): Promise<PrismaClient | undefined>;
  /** Notes that an owner may have written until now. Never fails. @returns the position, in bytes; one that nothing reaches where it is unknown */
  noteWrite(owner: string): Promise<bigint>;
  /** Sends all reads to the primary until the next look, which comes at once: a read has failed at the replica. */
  suspect(): void;
  status(): ReplicaStatus;
  close(): Promise<void>;
}

interface Options {
  url: string;
  primary: PrismaClient;
  log: Logger;
  /** Milliseconds, from any beginning. */
  clock?: () => number;
  /** Between two looks at the replica. */
  checkMs?: number;
  /** What does not answer a look in this time is lost. */
  answerMs?: number;
}

/**
 * Opens a replica, and looks at it once. One that does not answer is no error: reads go to the primary until it does.
 * @throws CannotOpen if it refuses the user, or is not a streaming replica of the primary's database
 */
export async function openReplica({
  url,
  primary,
  log,
  clock = () => performance.now(),
  checkMs = CHECK_MS,
  answerMs = ANSWER_MS,
}: Options): Promise<Replica> {
  const server: ReplicaServer = replicaServer(url, answerMs, () => suspect());
  const meter = openLagMeter();
  const writes = new Map<string, bigint>();
  let connection: ReplicaConnection | undefined;
  let inUse = false;
  /** What it has to replay before it is used. Undefined: as far as the primary is at the next look. */
  let target: bigint | undefined;
  let replayed = 0n;
  let written = 0n;
  let answers = false;
  let isChecked = false;
  let announced: boolean | undefined;

  const leave = () => {
    inUse = answers = false;
    target = undefined;
    replayed = 0n; // a server that was started again can be at an earlier point than before,
    isChecked = false; // and another server can have its address
  };
  const announce = (isUsed: boolean, why?: string) => {
    if (announced === isUsed) return;
    announced = isUsed;
    if (isUsed) log.info("reads go to the replica (DATABASE_READ_URL)");
    else log.warn({ why }, "reads go to the primary, because the replica cannot be used");
  };
  const positionOfPrimary = async () => {
    const [row] = await primary.$queryRaw<{ at: string }[]>`
      SELECT pg_current_wal_insert_lsn()::text AS at`;
    return endOfWritten(readPosition(row!.at));
  };
  /** Forgets the writes that the replica has. */
  const forget = () => {
    for (const [owner, at] of writes) if (at <= replayed) writes.delete(owner);
  };
  const lag = () => ({
    seconds: meter.seconds(replayed, clock()),
    bytes: written > replayed ? written - replayed : 0n,
  });

  let failures = 0;
  const look = async () => {
    const suspected = failures;
    const unknown = [...writes].flatMap(([owner, at]) => (at === UNKNOWN ? [owner] : []));
    const at = await positionOfPrimary();
    for (const owner of unknown) if (writes.get(owner) === UNKNOWN) writes.set(owner, at);
    written = at;
    meter.sample(at, clock());
    try {
      if (!isChecked) await server.check(primary);
      const reached = await withinTime(server.replayed(), answerMs);
      if (suspected !== failures) return; // it was lost meanwhile: what it said may be of before
      answers = isChecked = true;
      replayed = reached > replayed ? reached : replayed;
    } catch (error) {
      leave();
      // At the start this ends the service, which says why.
      if (announced !== undefined || !isWrong(error)) announce(false, reasonOf(error));
      // What waits there for an answer that never comes fails now, and is read at the primary.
      const lost = connection;
      connection = undefined;
      void lost?.drop();
      throw error;
    }
    forget();
    const { seconds } = lag();
    if (seconds > MOST_LAG_SECONDS) {
      if (inUse) target = undefined;
      inUse = false;
      announce(false, `it is ${Math.round(seconds)} seconds behind`);
    }
    target ??= at;
    if (inUse || replayed < target || seconds > MOST_LAG_SECONDS) return;
    connection ??= server.connect();
    inUse = true;
    announce(true);
  };

  let underWay: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let isAgain = false;
  /** Looks now, or once more after the look that is under way. */
  const lookSoon = () => {
    if (isClosed) return;
    if (underWay) {
      isAgain = true;
      return;
    }
    clearTimeout(timer);
    // What failed is announced, or it is the primary's, which every request then finds out.
    underWay = look()
      .catch(() => undefined)
      .finally(() => {
        underWay = undefined;
        if (isClosed) return;
        timer = setTimeout(lookSoon, isAgain ? 0 : checkMs);
        isAgain = false;
      });
  };
  function suspect() {
    failures++;
    leave();
    lookSoon();
  }

  let asking: Promise<void> | undefined;
  /** Asks how far the replica is. All who ask at the same time share one question. */
  const askReplayed = () => {
    const before = failures;
    return (asking ??= withinTime(server.replayed(), answerMs)
      .then((reached) => {
        if (before === failures && reached > replayed) replayed = reached;
      })
      .catch(suspect)
      .finally(() => (asking = undefined)));
  };

  try {
    await look();
  } catch (error) {
    if (isWrong(error)) {
      isClosed = true;
      await server.close();
      throw error;
    }
  }
  timer = setTimeout(lookSoon, checkMs);

  return {
    async clientFor(owner, least = 0n) {
      const own = owner === undefined ? 0n : (writes.get(owner) ?? 0n);
      const needed = own > least ? own : least;
      if (inUse && needed > replayed && needed < UNKNOWN) await askReplayed();
      if (!inUse || needed > replayed) return undefined;
      return connection?.prisma;
    },
    async noteWrite(owner) {
      const at = await positionOfPrimary().catch(() => UNKNOWN);
      const before = writes.get(owner) ?? 0n;
      if (at > before) writes.set(owner, at);
      return at;
    },
    suspect,
    status: () => ({ inUse, lag: answers ? lag() : null }),
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await underWay;
      inUse = false;
      await connection?.close();
      await server.close();
    },
  };
}

/** @throws Error if there is no answer in time */
async function withinTime(task: Promise<bigint>, ms: number): Promise<bigint> {
  const answer = await inTime(task, ms);
  task.catch(() => undefined); // nobody waits for it any more
  if (answer === undefined) throw new Error("it does not answer");
  return answer;
}

/** Whether a person has to correct the setting: the server answers, and cannot be read. */
const isWrong = (error: unknown) =>
  error instanceof CannotOpen && error.code !== "DATABASE_UNREACHABLE";

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
