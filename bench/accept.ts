// Measures acceptance over HTTP beside raw inserts of the very same rows, in turns, so that other load on the machine affects
// both alike. Events are signed before the clock runs, and sent by this process to a service in another.
// `--json` prints one object, `--size 0.2` makes a fifth of the events, `--database server` or `embedded` measures one only.
// BENCH_DATABASE_URL names a PostgreSQL server (default: the one on this machine), on which databases are made and dropped.
import { Agent, request } from "node:http";
import { cpus, loadavg } from "node:os";
import { argv, cpuUsage, env } from "node:process";
import { fromHex } from "../protocol/base/bytes.ts";
import { loadWasmKeccak } from "../protocol/base/crypto-wasm.ts";
import { useKeccak } from "../protocol/base/crypto.ts";
import type { SignedEvent } from "../server/custody/signed.ts";
import { backendCpuMs, openBenchDatabase } from "./database.ts";
import { signedCommission, type Signer } from "./signed.ts";
import { insertRaw, type Rows } from "./accept-raw.ts";
import type { Ready } from "./service.ts";
import { ServiceProcess } from "./service-process.ts";
import { quantile, rounded, since } from "./numbers.ts";

const option = (name: string) => {
  const at = argv.indexOf(`--${name}`);
  return at < 0 ? undefined : argv[at + 1];
};
const asJson = argv.includes("--json");
const SIZE = Number(option("size") ?? 1);
if (!(SIZE > 0)) throw new Error("--size must be a number above 0.");
const SERVER = env["BENCH_DATABASE_URL"] ?? "postgresql://postgres@127.0.0.1:5432/postgres";
const TURNS = 4;

interface Case {
  name: string;
  label: string;
  entries: number;
  perRequest: number;
  connections: number;
  /** Requests of one turn. */
  requests: number;
}

const CASES: readonly Case[] = [
  {
    name: "single",
    label: "1 entry, one request after the other",
    entries: 1,
    perRequest: 1,
    connections: 1,
    requests: 100,
  },
  {
    name: "connections16",
    label: "1 entry, 16 connections",
    entries: 1,
    perRequest: 1,
    connections: 16,
    requests: 400,
  },
  {
    name: "batch100",
    label: "1 entry, 100 events per request, 1 connection",
    entries: 1,
    perRequest: 100,
    connections: 1,
    requests: 6,
  },
  {
    name: "batch100x4",
    label: "1 entry, 100 events per request, 4 connections",
    entries: 1,
    perRequest: 100,
    connections: 4,
    requests: 12,
  },
  {
    name: "entries25",
    label: "25 entries, one event after the other",
    entries: 25,
    perRequest: 1,
    connections: 1,
    requests: 40,
  },
  {
    name: "entries25x8",
    label: "25 entries, 8 connections",
    entries: 25,
    perRequest: 1,
    connections: 8,
    requests: 64,
  },
  {
    name: "entries250x2",
    label: "250 entries, 2 connections",
    entries: 250,
    perRequest: 1,
    connections: 2,
    requests: 8,
  },
];

/** The figures of one case. Rates count entries, which are lots here. */
interface Figures {
  label: string;
  entriesPerSecond: number;
  rawEntriesPerSecond: number;
  ratio: number;
  p50Ms: number;
  p99Ms: number;
  rawP50Ms: number;
  /** CPU milliseconds per entry: of the service's process, of the database's, and of raw inserts in both. */
  cpuMs: { node: number; database: number; raw: number };
}

interface Cpu {
  nodeMs: number;
  backendMs: number;
  memoryMiB: number;
}

interface Sent {
  seconds: number;
  latencies: number[];
  /** The hashes of each request's events. */
  groups: string[][];
}

/** Sends requests over some connections, each connection one after the other. */
async function send(
  { url, apiKey }: Ready,
  bodies: readonly string[],
  connections: number,
): Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  const groups: string[][] = [];
  const waiting = [...bodies];
  const start = performance.now();
  const run = async () => {
    for (let body = waiting.shift(); body !== undefined; body = waiting.shift()) {
      const sent = performance.now();
      groups.push(await post(agent, `${url}/v1/events`, apiKey, body));
      latencies.push(since(sent) * 1000);
    }
  };
  await Promise.all(Array.from({ length: connections }, run));
  const seconds = since(start);
  agent.destroy();
  return { seconds, latencies, groups };
}

function post(agent: Agent, url: string, apiKey: string, body: string): Promise<string[]> {
  const headers = {
    authorization: `Bearer ${apiKey}`,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const call = request(url, { method: "POST", agent, headers }, (res) => {
      let text = "";
      res.setEncoding("utf8");
      res.on("data", (piece: string) => (text += piece));
      res.on("end", () => {
        const { results = [] } = JSON.parse(text) as { results?: { hash?: string }[] };
        if (results.length === 0 || results.some(({ hash }) => hash === undefined))
          reject(new Error(`An event was not accepted: ${text.slice(0, 500)}`));
        else resolve(results.map(({ hash }) => hash!));
      });
    });
    call.on("error", reject);
    call.end(body);
  });
}

const bodyOf = (events: readonly SignedEvent[]) =>
  JSON.stringify(events.length === 1 ? events[0] : events);

async function measure(server: string | undefined): Promise<Record<string, Figures>> {
  const service = await ServiceProcess.open(server);
  const bare = await openBenchDatabase(server);
  const { ready } = service;
  const signer: Signer = { ...ready, privateKey: fromHex(ready.privateKey) };
  const figures: Record<string, Figures> = {};
  try {
    for (const one of CASES) {
      const { name, label, entries, perRequest, connections } = one;
      const requests = Math.max(connections, Math.round(one.requests * SIZE));
      const bodies = () =>
        Array.from({ length: requests }, () =>
          bodyOf(Array.from({ length: perRequest }, () => signedCommission(signer, entries))),
        );
      const warm = await send(ready, bodies().slice(0, connections * 2), connections);
      await insertRaw(bare.pool, await service.ask<Rows[]>({ ask: "rows", groups: warm.groups }));
      const ours = { seconds: 0, nodeMs: 0, backendMs: 0, latencies: [] as number[] };
      const raw = { seconds: [] as number[], cpuMs: 0 };
      for (let turn = 0; turn < TURNS; turn++) {
        const made = bodies();
        const before = await service.ask<Cpu>({ ask: "cpu" });
        const sent = await send(ready, made, connections);
        const after = await service.ask<Cpu>({ ask: "cpu" });
        ours.seconds += sent.seconds;
        ours.latencies.push(...sent.latencies);
        ours.nodeMs += after.nodeMs - before.nodeMs;
        ours.backendMs += after.backendMs - before.backendMs;
        const rows = await service.ask<Rows[]>({ ask: "rows", groups: sent.groups });
        const cpu = cpuUsage();
        const backend = await backendCpuMs(bare);
        raw.seconds.push(...(await insertRaw(bare.pool, rows)));
        const { user, system } = cpuUsage(cpu);
        raw.cpuMs += (user + system) / 1000 + (await backendCpuMs(bare)) - backend;
      }
      const count = TURNS * requests * perRequest * entries;
      const rawSeconds = raw.seconds.reduce((sum, seconds) => sum + seconds, 0);
      figures[name] = {
        label,
        entriesPerSecond: Math.round(count / ours.seconds),
        rawEntriesPerSecond: Math.round(count / rawSeconds),
        ratio: rounded(rawSeconds / ours.seconds),
        p50Ms: rounded(quantile(ours.latencies, 0.5)),
        p99Ms: rounded(quantile(ours.latencies, 0.99)),
        rawP50Ms: rounded(quantile(raw.seconds, 0.5) * 1000),
        cpuMs: {
          node: rounded(ours.nodeMs / count),
          database: rounded(ours.backendMs / count),
          raw: rounded(raw.cpuMs / count),
        },
      };
      if (!asJson) print(figures[name]);
    }
    return figures;
  } finally {
    await bare.close();
    await service.close();
  }
}

const cell = (value: string | number) => String(value).padStart(10);
const printLine = (label: string, cells: readonly (string | number)[]) =>
  console.log(label.padEnd(48) + cells.map(cell).join(""));

function printHead(database: string): void {
  console.log(`\nAcceptance over HTTP beside raw inserts of the same rows, ${database}`);
  printLine("", [
    "entries/s",
    "raw",
    "ratio",
    "p50 ms",
    "p99 ms",
    "raw p50",
    "CPU ms:",
    "database",
    "raw",
  ]);
}

function print({ label, cpuMs, ...figures }: Figures): void {
  const { entriesPerSecond, rawEntriesPerSecond, ratio, p50Ms, p99Ms, rawP50Ms } = figures;
  const rates = [entriesPerSecond, rawEntriesPerSecond, ratio, p50Ms, p99Ms, rawP50Ms];
  printLine(label, [...rates, cpuMs.node, cpuMs.database, cpuMs.raw]);
}

useKeccak(await loadWasmKeccak());
const wanted = option("database");
const load = loadavg()[0]!;
const measured: Record<string, Record<string, Figures>> = {};
for (const [name, server] of [
  ["server", SERVER],
  ["embedded", undefined],
] as const) {
  if (wanted !== undefined && wanted !== name) continue;
  if (!asJson) printHead(name === "server" ? "PostgreSQL" : "embedded database");
  measured[name] = await measure(server);
}
const of = (database: string) =>
  Object.fromEntries(
    Object.entries(measured[database] ?? {}).map(([name, { ratio }]) => [name, ratio]),
  );
const machine = { cpus: cpus().length, model: cpus()[0]?.model, node: process.version };
const loadAverage = { before: rounded(load), after: rounded(loadavg()[0]!) };
if (asJson)
  console.log(
    JSON.stringify(
      { ratio: of(wanted ?? "server"), ...measured, machine, loadAverage },
      undefined,
      2,
    ),
  );
else {
  console.log(
    "\nCPU ms: of the service's process, of the database's processes, and of the raw inserts in both, per entry.",
  );
  console.log(
    `${machine.cpus} CPUs (${machine.model}), Node ${machine.node}, load ${loadAverage.before} before and ${loadAverage.after} after.`,
  );
}
