// Collects metrics for Prometheus, and reads whether the service keeps up with the chain.
import type { RequestHandler } from "express";
import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { SettlementState } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import { headOf } from "../custody/states.ts";
import { inTime } from "../storage/time-limit.ts";
import { logSize, newestAnchoring, newestCheckpoint } from "../log/stored.ts";

/** How long a reading may take before its source counts as unreachable. */
const READING_TIMEOUT_MS = 3_000;

/** A reading of the database. */
export interface DatabaseReading {
  /** The follower's newest block. Null before the first. */
  head: number | null;
  settlements: Record<SettlementState, number>;
  openAttempts: number;
  /** Events of the log: in it, waiting to enter it, covered by its newest checkpoint, and anchored. */
  log: { size: number; waiting: number; stated: number; anchored: number };
}

/** Reads the database. Null where it does not answer in time. */
async function readDatabase({ prisma, relayer }: Context): Promise<DatabaseReading | null> {
  const reading = async () => {
    const head = await headOf(prisma);
    const rows = await prisma.settlement.groupBy({ by: ["state"], _count: true });
    const openAttempts = await prisma.attempt.count({
      where: { sender: relayer.address, closedAt: null },
    });
    const log = {
      size: await logSize(prisma),
      waiting: await prisma.unlogged.count(),
      stated: (await newestCheckpoint(prisma))?.size ?? 0,
      anchored: (await newestAnchoring(prisma))?.size ?? 0,
    };
    const counts = new Map(rows.map(({ state, _count }) => [state, _count]));
    const states = Object.values(SettlementState).map((state) => [state, counts.get(state) ?? 0]);
    return {
      head: head?.number ?? null,
      settlements: Object.fromEntries(states) as DatabaseReading["settlements"],
      openAttempts,
      log,
    };
  };
  return orNull(reading());
}

/** A reading for probes, which costs the same however much is stored. */
export interface Standing {
  /** The follower's newest block. Null before the first. */
  head: number | null;
  /** Events and notices that are held for a person. */
  held: number;
}

/** Reads what probes ask of the database. Null where it does not answer in time. */
function readStanding({ prisma }: Context): Promise<Standing | null> {
  const reading = async () => {
    const head = await headOf(prisma);
    const held = await prisma.settlement.count({ where: { state: "held" } });
    return { head: head?.number ?? null, held };
  };
  return orNull(reading());
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

/** The reading. Null where its source fails or takes too long. */
async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  const quiet = reading.catch(() => null);
  return (await inTime(quiet, READING_TIMEOUT_MS)) ?? null;
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
  /** Writes the text that Prometheus reads. */
  read(): Promise<string>;
}

/** @param stuckAt the block with a log that the follower cannot apply; null while it goes on */
export function createMetrics(ctx: Context, stuckAt: () => number | null): Metrics {
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
    help: "Events and notices by the state of their settlement.",
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

  return {
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
    async read() {
      const [database, newest] = await Promise.all([readDatabase(ctx), readChainHead(ctx)]);
      databaseUp.set(database ? 1 : 0);
      chainUp.set(newest === null ? 0 : 1);
      // A missing reading is NaN: the last one would look like the present.
      const number = (value: number | null | undefined) => value ?? Number.NaN;
      head.set(number(database?.head));
      lag.set(number(lagOf(database, newest)));
      stuck.set(stuckAt() === null ? 0 : 1);
      openAttempts.set(number(database?.openAttempts));
      for (const state of Object.values(SettlementState))
        settlements.set({ state }, number(database?.settlements[state]));
      for (const which of ["size", "waiting", "stated", "anchored"] as const)
        log.set({ which }, number(database?.log[which]));
      return registry.metrics();
    },
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
