// Collects metrics for Prometheus, and reads whether the service keeps up with the chain.
import type { RequestHandler } from "express";
import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { Prisma, type SettlementState } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import { headOf } from "../custody/states.ts";
import { orNull, readInTime } from "../storage/reading.ts";
import { CODES, CONDITIONS } from "../watch/conditions.ts";
import { faultsIn } from "../watch/fsck-result.ts";
import type { Watch } from "../watch/watch.ts";
import { logSize, newestAnchoring, newestCheckpoint } from "../log/stored.ts";

/** Rows that a reading counts at most: what waits for something is few, unless something is wrong. */
const MOST_COUNTED = 100_000;

/** The states in which a settlement waits for something. Those in which it ends grow without bound, and are not counted. */
const WAITING = ["queued", "signed", "mined", "held"] as const satisfies SettlementState[];
type Waiting = (typeof WAITING)[number];

/** A reading for probes: it costs the same however much is stored. */
export interface Standing {
  /** The follower's newest block. Null before the first. */
  head: number | null;
  /** Events and notices that are held for a person. */
  held: number;
}

/** A reading of the database. All of it is read by indexes, or counted up to a bound. */
export interface DatabaseReading extends Pick<Standing, "head"> {
  settlements: Record<Waiting, number>;
  openAttempts: number;
  /** Events of the log: in it, waiting to enter it, covered by its newest checkpoint, and anchored. */
  log: { size: number; waiting: number; stated: number; anchored: number };
}

/** Reads the database. Null where it does not answer in time. */
function readDatabase({ prisma, relayer }: Context): Promise<DatabaseReading | null> {
  return readInTime(prisma, async (tx) => {
    const [counts] = await tx.$queryRaw<Record<Waiting | "attempts" | "waiting", bigint>[]>`
      SELECT ${Prisma.join(WAITING.map((state) => Prisma.sql`${settlementsIn(state)} AS ${Prisma.raw(state)}`))},
        (SELECT count(*) FROM (SELECT 1 FROM attempt WHERE sender = ${relayer.address} AND closed_at IS NULL
          LIMIT ${MOST_COUNTED}) AS counted) AS attempts,
        (SELECT count(*) FROM (SELECT 1 FROM unlogged LIMIT ${MOST_COUNTED}) AS counted) AS waiting`;
    const settlements = WAITING.map((state) => [state, Number(counts![state])]);
    return {
      head: (await headOf(tx))?.number ?? null,
      settlements: Object.fromEntries(settlements) as DatabaseReading["settlements"],
      openAttempts: Number(counts!.attempts),
      log: {
        size: await logSize(tx),
        waiting: Number(counts!.waiting),
        stated: (await newestCheckpoint(tx))?.size ?? 0,
        anchored: (await newestAnchoring(tx))?.size ?? 0,
      },
    };
  });
}

const settlementsIn = (state: Waiting) => Prisma.sql`
  (SELECT count(*) FROM (SELECT 1 FROM settlement WHERE state = ${state}::"SettlementState"
    LIMIT ${MOST_COUNTED}) AS counted)`;

/** Reads what probes ask of the database. Null where it does not answer in time. */
function readStanding({ prisma }: Context): Promise<Standing | null> {
  return readInTime(prisma, async (tx) => {
    const [row] = await tx.$queryRaw<{ held: bigint }[]>`SELECT ${settlementsIn("held")} AS held`;
    return { head: (await headOf(tx))?.number ?? null, held: Number(row!.held) };
  });
}

/** Lets all who ask while a reading is under way share it. */
function shared<T>(read: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined;
  return () => (underWay ??= read().finally(() => (underWay = undefined)));
}

/** Reads the number of the chain's newest block. Null where the node does not answer in time. */
async function readChainHead({ request }: Context): Promise<number | null> {
  const head = await orNull(request("eth_blockNumber"));
  return typeof head === "string" ? Number(head) : null;
}

/** What a probe is told: the database's standing and the chain's newest block. Null where one does not answer. */
export interface Probe {
  database: Standing | null;
  newest: number | null;
}

export interface Metrics {
  /** Reads what a probe asks. Anyone may probe, so all who ask at the same time share one reading. */
  probe(): Promise<Probe>;
  /** Times requests. The route's pattern is in `res.locals.route`. */
  observe: RequestHandler;
  /** Where other parts put metrics of their own. */
  registry: Registry;
  /** Writes the text that Prometheus reads. */
  read(): Promise<string>;
}

/** @param stuckAt the block with a log that the follower cannot apply; null while it goes on */
export function createMetrics(
  ctx: Context,
  stuckAt: () => number | null,
  watch: Pick<Watch, "status">,
): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: "reelproof_http_request_duration_seconds",
    help: "Duration of HTTP requests.",
    registers,
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30],
  });
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `reelproof_${name}`, help, registers });
  const settlements = new Gauge({
    name: "reelproof_settlements",
    help: `Events and notices whose settlement waits, by its state. Counted up to ${MOST_COUNTED}.`,
    registers,
    labelNames: ["state"],
  });
  const databaseUp = gauge("database_up", "1 if the database answers, else 0.");
  const chainUp = gauge("chain_up", "1 if the chain's node answers, else 0.");
  const head = gauge("follower_head_block", "The follower's newest block.");
  const lag = gauge("follower_lag_blocks", "Blocks that the follower is behind the chain.");
  const stuck = gauge(
    "follower_stuck",
    "1 if the chain has a log that this service cannot apply, else 0.",
  );
  const openAttempts = gauge(
    "relayer_open_attempts",
    "Transactions of the relayer that are still open.",
  );
  const log = new Gauge({
    name: "reelproof_log_events",
    help: "Events of the log: in it (size), waiting to enter it, in its newest checkpoint (stated), anchored.",
    registers,
    labelNames: ["which"],
  });
  const condition = new Gauge({
    name: "reelproof_condition",
    help: "1 while the service reports this condition about itself, else 0.",
    registers,
    labelNames: ["code", "severity"],
  });
  const fsckFaults = gauge("fsck_faults", "Faults that the last run of fsck found.");
  const fsckTime = gauge(
    "fsck_timestamp_seconds",
    "When the last run of fsck began, in Unix time.",
  );
  const failing = gauge(
    "alert_receiver_failing",
    "1 while the receiver at ALERT_URL does not take messages, else 0.",
  );
  const writeStatus = () => {
    const { conditions, fsck, messages, checkedAt } = watch.status();
    const open = new Set(conditions.map(({ code }) => code));
    for (const code of CODES)
      condition.set(
        { code, severity: CONDITIONS[code].severity },
        checkedAt === null ? Number.NaN : Number(open.has(code)),
      );
    fsckFaults.set(fsck ? faultsIn(fsck) : Number.NaN);
    fsckTime.set(fsck?.startedAt ?? Number.NaN);
    failing.set(messages.failingSince === null ? 0 : 1);
  };

  return {
    registry,
    probe: shared(async () => {
      const [database, newest] = await Promise.all([readStanding(ctx), readChainHead(ctx)]);
      return { database, newest };
    }),
    observe(req, res, next) {
      const end = durations.startTimer({ method: req.method });
      res.once("finish", () => {
        end({
          route: (res.locals["route"] as string | undefined) ?? "none",
          status: res.statusCode,
        });
      });
      next();
    },
    read: shared(async () => {
      const [database, newest] = await Promise.all([readDatabase(ctx), readChainHead(ctx)]);
      databaseUp.set(database ? 1 : 0);
      chainUp.set(newest === null ? 0 : 1);
      // A missing reading is NaN: the last one would look like the present.
      const number = (value: number | null | undefined) => value ?? Number.NaN;
      head.set(number(database?.head));
      lag.set(number(lagOf(database, newest)));
      stuck.set(stuckAt() === null ? 0 : 1);
      writeStatus();
      openAttempts.set(number(database?.openAttempts));
      for (const state of WAITING) settlements.set({ state }, number(database?.settlements[state]));
      for (const which of ["size", "waiting", "stated", "anchored"] as const)
        log.set({ which }, number(database?.log[which]));
      return registry.metrics();
    }),
  };
}

/** Blocks that the follower is behind the chain. Null where either is unknown. */
export function lagOf(
  database: Pick<Standing, "head"> | null,
  newest: number | null,
): number | null {
  if (newest === null || !database || database.head === null) return null;
  return Math.max(0, newest - database.head);
}
