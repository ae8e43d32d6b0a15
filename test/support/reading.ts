// Opens processes of one service that read at a replica, and says where each request was answered.
import pg from "pg";
import { pino } from "pino";
import { letOthersRun } from "../../server/loop.ts";
import { openReplica, type Replica } from "../../server/storage/replica.ts";
import type { Client, TestHttp } from "./http.ts";

const DEADLINE_MS = 20_000;

const PLACES = ["replica", "primary"];

/** Asks again until it is so. @throws Error after a while */
export async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + DEADLINE_MS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`${what}: not in time`);
    await letOthersRun();
  }
}

/** One process of a service: its application, its replica, and what it logged. */
export interface Process extends Client {
  replica: Replica;
  lines: { level: number; msg: string; why?: string }[];
  /** Lets time pass for its replica's lag. */
  wait(seconds: number): void;
  /** A metric's value. */
  metric(name: string): Promise<number>;
  /** Where a request reads. */
  placeOf(ask: () => Promise<unknown>): Promise<"replica" | "primary" | "both" | "neither">;
}

/** What differs from one process to another. */
export interface ProcessOptions {
  /** Default: the replica's. */
  url?: string;
  answerMs?: number;
}

/** Opens a process beside a service. Its replica is the test's to close. */
export async function openReadingProcess(
  http: TestHttp,
  replicaUrl: string,
  options: ProcessOptions,
): Promise<Process> {
  const lines: Process["lines"] = [];
  const log = pino({}, { write: (line) => void lines.push(JSON.parse(line) as (typeof lines)[0]) });
  let passed = 0;
  const clock = () => performance.now() + passed;
  const replica = await openReplica({
    url: replicaUrl,
    primary: http.ctx.prisma,
    log,
    clock,
    checkMs: 50,
    ...options,
  });
  const client = await http.beside({ replica });
  const metrics = async () => {
    const text = await client.expecting<string>(200, "GET", "/metrics", { key: "operator" });
    return (name: string) => {
      const line = text.split("\n").find((each) => each.startsWith(`${name} `));
      return Number(line!.slice(name.length));
    };
  };
  const reads = async () => {
    const valueOf = await metrics();
    return PLACES.map((from) => valueOf(`reelproof_reads_total{from="${from}"}`));
  };
  return {
    ...client,
    replica,
    lines,
    wait: (seconds) => (passed += 1_000 * seconds),
    metric: async (name) => (await metrics())(name),
    async placeOf(ask) {
      const before = await reads();
      await ask();
      const isAt = (await reads()).map((count, i) => count > before[i]!);
      if (isAt[0]) return isAt[1] ? "both" : "replica";
      return isAt[1] ? "primary" : "neither";
    },
  };
}

/** Stops replaying. The replica answers on. */
export async function pauseReplay(replicaUrl: string): Promise<void> {
  await ask(replicaUrl, "SELECT pg_wal_replay_pause()");
  await until("replay is paused", async () => {
    const state = "SELECT pg_get_wal_replay_pause_state() AS state";
    return (await ask<{ state: string }>(replicaUrl, state)).state === "paused";
  });
}

export async function resumeReplay(replicaUrl: string): Promise<void> {
  await ask(replicaUrl, "SELECT pg_wal_replay_resume()");
}

async function ask<T extends object>(url: string, sql: string): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows[0]!;
  } finally {
    await client.end();
  }
}
