// Measures reading over HTTP beside more and more lots that nobody asks for: a lot, its trail, its verdict, a label, searches,
// and the reach of a recall over 10,000 lots. `--json` prints one object, `--lots 10000,100000` the sizes, `--requests 100`
// the requests of each figure, `--only trail` those questions whose names have the word. BENCH_DATABASE_URL names a PostgreSQL server, on which a database is made and dropped.
import { randomBytes } from "node:crypto";
import { Agent, request } from "node:http";
import { cpus, loadavg } from "node:os";
import { argv, env } from "node:process";
import pg from "pg";
import { loadWasmKeccak } from "../protocol/base/crypto-wasm.ts";
import { useKeccak } from "../protocol/base/crypto.ts";
import { fromHex, toHex } from "../protocol/base/bytes.ts";
import { labelText } from "../protocol/label/write.ts";
import type { SignedEvent } from "../server/custody/signed.ts";
import { quantile, rounded, since } from "./numbers.ts";
import type { Ready } from "./service.ts";
import { ServiceProcess } from "./service-process.ts";
import { signedCommission, signedInspections, type Signer } from "./signed.ts";
import { fillDescendants, fillStock } from "./stock.ts";

const option = (name: string) => {
  const at = argv.indexOf(`--${name}`);
  return at < 0 ? undefined : argv[at + 1];
};
const asJson = argv.includes("--json");
const SIZES = (option("lots") ?? "10000,100000,1000000").split(",").map(Number);
const REQUESTS = Number(option("requests") ?? 200);
if (!SIZES.every((size, i) => size > (SIZES[i - 1] ?? 0)) || !(REQUESTS >= 64))
  throw new Error("--lots are growing numbers, and --requests is at least 64.");
const ONLY = option("only");
const SERVER = env["BENCH_DATABASE_URL"] ?? "postgresql://postgres@127.0.0.1:5432/postgres";
const CONNECTIONS = [1, 16, 64] as const;
const INSPECTIONS = 99;
const DESCENDANTS = 10_000;
/** Long answers are asked for less often, and by no more at once than there are requests. */
const LONG_REQUESTS = 16;

interface Ask {
  method: "GET" | "POST";
  path: string;
  body?: object;
}

interface Figure {
  p50Ms: number;
  p99Ms: number;
  perSecond: number;
}

/** The figures of one question by the connections that ask it at once. */
type Figures = Record<number, Figure>;

/** Asks over some connections, each one after the other. */
async function measure(ready: Ready, asks: readonly Ask[], connections: number): Promise<Figure> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const waiting = [...asks];
  const times: number[] = [];
  const start = performance.now();
  const run = async () => {
    for (let ask = waiting.shift(); ask !== undefined; ask = waiting.shift()) {
      const sent = performance.now();
      await send(ready, ask, agent);
      times.push(since(sent) * 1000);
    }
  };
  await Promise.all(Array.from({ length: connections }, run));
  const seconds = since(start);
  agent.destroy();
  return {
    p50Ms: rounded(quantile(times, 0.5)),
    p99Ms: rounded(quantile(times, 0.99)),
    perSecond: Math.round(asks.length / seconds),
  };
}

/** Sends a request. @throws Error unless it is answered with 200 */
function send({ url, apiKey }: Ready, { method, path, body }: Ask, agent: Agent): Promise<string> {
  const headers = {
    authorization: `Bearer ${apiKey}`,
    ...(body && { "content-type": "application/json" }),
  };
  return new Promise((resolve, reject) => {
    const call = request(url + path, { method, agent, headers }, (res) => {
      let text = "";
      res.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      res.on("end", () => {
        if (res.statusCode === 200) resolve(text);
        else reject(new Error(`${method} ${path}: ${res.statusCode} ${text.slice(0, 300)}`));
      });
    });
    call.on("error", reject);
    call.end(body && JSON.stringify(body));
  });
}

/** Real lots of the reader: signed, accepted and settled. */
interface Real {
  lots: { lot: string; label: string }[];
  /** A lot with a hundred events. */
  long: string;
}

async function makeReal(service: ServiceProcess, signer: Signer, lots: number): Promise<Real> {
  const { ready } = service;
  const agent = new Agent({ keepAlive: true });
  const made = Array.from({ length: lots }, () => signedCommission(signer, 1));
  const long = signedCommission(signer, 1);
  const events = [...made, long, ...signedInspections(signer, long, INSPECTIONS)];
  for (let at = 0; at < events.length; at += 500) {
    const body = events.slice(at, at + 500);
    const text = await send(ready, { method: "POST", path: "/v1/events", body }, agent);
    if (text.includes('"error"')) throw new Error(`An event was refused: ${text.slice(0, 300)}`);
  }
  agent.destroy();
  await service.ask({ ask: "settle" });
  return { lots: made.map(realLot), long: long.event.entries[0]!.lot };
}

function realLot({ event, details }: SignedEvent) {
  const { lotNumber } = details!.entries![0] as { lotNumber: string };
  const { mpn, makerLot, dateCode } = details as Record<"mpn" | "makerLot" | "dateCode", string>;
  const { lot, quantity } = event.entries[0]!;
  return { lot, label: labelText({ lotNumber, mpn, makerLot, dateCode, quantity }) };
}

/** What is asked, over and over: `i` counts the requests. */
function questions({ lots, long }: Real, root: string, size: number) {
  const get = (path: string): Ask => ({ method: "GET", path });
  const of = (i: number) => lots[i % lots.length]!;
  // Every tenth lot is the reader's.
  const own = (i: number) => 10 * ((i * 7919) % Math.floor(size / 10));
  return {
    "a lot": (i: number) => get(`/v1/lots/${of(i).lot}`),
    "a trail of 100 events": () => get(`/v1/lots/${long}/trail`),
    "a verdict": (i: number) => get(`/v1/lots/${of(i).lot}/verdict`),
    "a verdict on 100 events": () => get(`/v1/lots/${long}/verdict`),
    "label to verdict": (i: number): Ask => ({
      method: "POST",
      path: "/v1/scan",
      body: { label: of(i).label },
    }),
    "the first page of lots": () => get("/v1/lots"),
    "by lot number": (i: number) => get(`/v1/lots?lotNumber=STK-${own(i)}`),
    "by part number": (i: number) => get(`/v1/lots?mpn=ST${Math.floor(own(i) / 1000)}-Q`),
    "by manufacturer lot": (i: number) => get(`/v1/lots?makerLot=ML${Math.floor(own(i) / 20)}`),
    "by words, one lot": (i: number) => get(`/v1/lots?q=pk-${own(i)}`),
    "by words that many lots have": () => get("/v1/lots?q=northgate"),
    "by words that no lot has": (i: number) => get(`/v1/lots?q=nothing${i}`),
    [`reach over ${DESCENDANTS.toLocaleString("en")} lots`]: () => get(`/v1/lots/${root}/reach`),
  };
}

useKeccak(await loadWasmKeccak());
const load = loadavg()[0]!;
const service = await ServiceProcess.open(SERVER);
const pool = new pg.Pool({ connectionString: service.ready.databaseUrl });
const results: Record<number, Record<string, Figures>> = {};
try {
  const { ready } = service;
  const signer: Signer = { ...ready, privateKey: fromHex(ready.privateKey) };
  const real = await makeReal(service, signer, REQUESTS);
  const root = await fillDescendants(pool, ready.party, DESCENDANTS);
  const other = toHex(randomBytes(20));
  for (const [i, size] of SIZES.entries()) {
    await fillStock(pool, { reader: ready.party, other, from: SIZES[i - 1] ?? 0, count: size });
    if (!asJson) printHead(size);
    const table: Record<string, Figures> = (results[size] = {});
    for (const [label, ask] of Object.entries(questions(real, root, size))) {
      if (ONLY !== undefined && !label.includes(ONLY)) continue;
      const isLong = /\d/.test(label); // over many events or lots
      const asks = Array.from({ length: isLong ? LONG_REQUESTS : REQUESTS }, (_, n) => ask(n));
      await measure(ready, asks.slice(0, 20), 4); // warms up
      const figures: Figures = (table[label] = {});
      for (const connections of CONNECTIONS)
        if (connections <= asks.length)
          figures[connections] = await measure(ready, asks, connections);
      if (!asJson) printFigures(label, figures);
    }
  }
} finally {
  await pool.end();
  await service.close();
}

function printHead(size: number): void {
  console.log(`\n${size.toLocaleString("en")} lots, of which a tenth are the reader's`);
  const heads = CONNECTIONS.flatMap((count) => [`${count} conn. p50`, "p99 ms", "per s"]);
  console.log("".padEnd(32) + heads.map((head) => head.padStart(12)).join(""));
}

function printFigures(label: string, figures: Figures): void {
  const cells = CONNECTIONS.flatMap((count): (string | number)[] => {
    const figure = figures[count];
    return figure ? [figure.p50Ms, figure.p99Ms, figure.perSecond] : ["", "", ""];
  });
  console.log(label.padEnd(32) + cells.map((cell) => String(cell).padStart(12)).join(""));
}

const machine = { cpus: cpus().length, model: cpus()[0]?.model, node: process.version };
const loadAverage = { before: rounded(load), after: rounded(loadavg()[0]!) };
if (asJson) console.log(JSON.stringify({ lots: results, machine, loadAverage }, undefined, 2));
else
  console.log(
    `\n${machine.cpus} CPUs (${machine.model}), Node ${machine.node}, load ${loadAverage.before} before and ${loadAverage.after} after. Client and service are processes of their own.`,
  );
