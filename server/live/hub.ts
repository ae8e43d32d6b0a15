// Wakes live streams when something is new. One question to the database serves all streams of a process, and none is asked while
// there is no stream. Several processes on one database each ask for themselves.
import type { Context } from "../context.ts";
import { Refusal } from "../refusal.ts";
import type { Replica } from "../storage/replica.ts";
import { type Mark, newestMark } from "./changes.ts";

/** Between two questions. */
const POLL_MS = 500;
/** A stream that has nothing to say shows that it is there. Proxies close what is silent for a minute. */
const SILENCE_MS = 15_000;

/** Streams of one API key or session, and of all of them in one process. One more is refused. */
const MOST_OF_ONE = 20;
const MOST_IN_ALL = 2_000;

/** Why a stream goes on: something is new, nothing is for a while, or the service closes. */
export type Wake = { mark: Mark } | "silence" | "closed";

export interface LiveHub {
  /** What is newest now. */
  newest(): Promise<Mark>;
  /** Takes a place for a stream, until its signal aborts. @throws Refusal RATE_LIMITED */
  enter(id: string, signal: AbortSignal): void;
  /** Waits until something is newer than a mark. Ends early where the stream's signal aborts. */
  wait(seen: Mark, signal: AbortSignal): Promise<Wake>;
  /** Has every stream look again whether its caller still stands. */
  wake(): void;
  /** Ends all streams. */
  close(): void;
}

/**
 * Opens the hub of one process. Where requests read at a replica, nothing is new before the replica has it: a client that hears of
 * a change then reads it.
 */
export function liveHub(
  { prisma, log }: Pick<Context, "prisma" | "log">,
  replica?: Replica,
): LiveHub {
  const streams = new Map<string, number>();
  let all = 0;
  const waiting = new Set<(wake: Wake) => void>();
  let newest: Mark | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const tell = (wake: Wake) => {
    for (const resolve of [...waiting]) resolve(wake);
  };
  const readMark = async (): Promise<Mark> => {
    const there = await replica?.clientFor();
    if (!replica || !there) return newestMark(prisma);
    return newestMark(there).catch(() => {
      replica.suspect();
      return newestMark(prisma);
    });
  };
  const ask = async () => {
    try {
      const mark = await readMark();
      const isNew = newest === undefined || (!isSame(mark, newest) && !isBefore(mark, newest));
      if (!isNew) return;
      newest = mark;
      tell({ mark });
    } catch (error) {
      log.warn({ err: error }, "live streams could not read what is new");
    } finally {
      timer = undefined;
      schedule();
    }
  };
  const schedule = () => {
    if (isClosed || waiting.size === 0) return;
    timer ??= setTimeout(() => void ask(), POLL_MS);
  };

  return {
    newest: readMark,
    enter(id, signal) {
      const own = streams.get(id) ?? 0;
      if (own >= MOST_OF_ONE || all >= MOST_IN_ALL) throw tooMany(own >= MOST_OF_ONE);
      streams.set(id, own + 1);
      all++;
      const leave = () => {
        all--;
        const left = streams.get(id)! - 1;
        if (left === 0) streams.delete(id);
        else streams.set(id, left);
      };
      if (signal.aborted) leave();
      else signal.addEventListener("abort", leave, { once: true });
    },
    wait(seen, signal) {
      if (isClosed || signal.aborted) return Promise.resolve("closed");
      if (newest && !isSame(newest, seen) && isAfter(newest, seen))
        return Promise.resolve({ mark: newest });
      return new Promise((resolve) => {
        const end = (wake: Wake) => {
          clearTimeout(silence);
          waiting.delete(end);
          signal.removeEventListener("abort", abort);
          resolve(wake);
        };
        const abort = () => end("closed");
        const silence = setTimeout(() => end("silence"), SILENCE_MS);
        signal.addEventListener("abort", abort);
        waiting.add(end);
        schedule();
      });
    },
    wake: () => tell("silence"),
    close() {
      isClosed = true;
      clearTimeout(timer);
      tell("closed");
    },
  };
}

const tooMany = (ofOne: boolean) =>
  new Refusal(
    "RATE_LIMITED",
    429,
    ofOne
      ? `This API key or session has ${MOST_OF_ONE} live streams open. Close one first.`
      : "The service has as many live streams open as it can. Try again later.",
    { retryAfter: 60 },
  );

const isSame = (a: Mark, b: Mark) =>
  a.leaf === b.leaf && a.notice === b.notice && a.block === b.block;

/** A replica may be behind what was read at the primary. */
const isBefore = (a: Mark, b: Mark) => a.leaf < b.leaf || a.notice < b.notice;

/** A stream may be ahead of the hub's last reading: it began later. */
const isAfter = (a: Mark, b: Mark) =>
  a.leaf > b.leaf || a.notice > b.notice || (a.block !== b.block && a.leaf >= b.leaf);
