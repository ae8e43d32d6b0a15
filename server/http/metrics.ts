// Measures for Prometheus, and reads whether the service keeps up.
import type { RequestHandler } from "express";
import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { SettlementState } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import { headOf } from "../custody/states.ts";
import { inTime } from "../storage/time-limit.ts";
import { logSize, newestAnchoring, newestCheckpoint } from "../log/stored.ts";

/** How long a reading may take before its source counts as away. */
const READING_TIMEOUT_MS = 3_000;

/** What the database says; null where it does not answer. */
export interface DatabaseReading {
  /** The block that the follower stands on; null before the first. */
  head: number | null;
  settlements: Record<SettlementState, number>;
  openAttempts: number;
  /** The log, in events: its size, what waits to enter it, what its newest checkpoint has, what is anchored. */
  log: { size: number; waiting: number; stated: number; anchored: number };
}

export async function readDatabase({ prisma, relayer }: Context): Promise<DatabaseReading | null> {
  const reading = async () => {
    const head = await headOf(prisma);
    const counted = await prisma.settlement.groupBy({ by: ["state"], _count: true });
    const openAttempts = await prisma.attempt.count({
      where: { sender: relayer.address, closedAt: null },
    });
    const log = {
      size: await logSize(prisma),
      waiting: await prisma.unlogged.count(),
      stated: (await newestCheckpoint(prisma))?.size ?? 0,
      anchored: (await newestAnchoring(prisma))?.size ?? 0,
    };
    const counts = new Map(counted.map(({ state, _count }) => [state, _count]));
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

/** The number of the chain's newest block; null where the node does not answer. */
export async function readChainHead({ request }: Context): Promise<number | null> {
  const head = await orNull(request("eth_blockNumber"));
  return typeof head === "string" ? Number(head) : null;
}

/** What was read; null where its source fails or takes too long. */
async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  const quiet = reading.catch(() => null);
  return (await inTime(quiet, READING_TIMEOUT_MS)) ?? null;
}

export interface Metrics {
  /** Times requests. The route's pattern is in `res.locals.route`. */
  observe: RequestHandler;
  /** The text that Prometheus reads. */
  read(): Promise<string>;
}

export function createMetrics(ctx: Context): Metrics {
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
  const databaseUp = gauge("database_up", "1 where the database answers.");
  const chainUp = gauge("chain_up", "1 where the chain's node answers.");
  const head = gauge("follower_head_block", "The block that the follower stands on.");
  const lag = gauge("follower_lag_blocks", "Blocks between the follower and the chain's newest.");
  const openAttempts = gauge(
    "relayer_open_attempts",
    "Transactions of the relayer that are not closed.",
  );
  const log = new Gauge({
    name: "reelproof_log_events",
    help: "Events of the log: in it, waiting, stated, anchored.",
    registers,
    labelNames: ["which"],
  });

  return {
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
      // A reading that is not there is no number, least of all the one from before.
      const number = (value: number | null | undefined) => value ?? Number.NaN;
      head.set(number(database?.head));
      lag.set(number(lagOf(database, newest)));
      openAttempts.set(number(database?.openAttempts));
      for (const state of Object.values(SettlementState))
        settlements.set({ state }, number(database?.settlements[state]));
      for (const which of ["size", "waiting", "stated", "anchored"] as const)
        log.set({ which }, number(database?.log[which]));
      return registry.metrics();
    },
  };
}

/** Blocks between the follower and the chain's newest; null where either is not known. */
export function lagOf(database: DatabaseReading | null, newest: number | null): number | null {
  if (newest === null || !database || database.head === null) return null;
  return Math.max(0, newest - database.head);
}
