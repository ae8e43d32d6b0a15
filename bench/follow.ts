// Measures how the follower copes with blocks that others filled: seconds, peak memory, the longest wait for /healthz, and the
// same with a kill in the middle. On the embedded database, and on PostgreSQL where TEST_DATABASE_URL names a server. Run
// alone: it shares its cores with the chain.
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Context } from "../server/context.ts";
import { createApp } from "../server/http/app.ts";
import { listen } from "../server/http/listen.ts";
import { followOnce } from "../server/settlement/follow.ts";
import { topOf } from "../server/settlement/piece.ts";
import { type Call, openForeign } from "../test/support/foreign.ts";
import { openTestService, type TestService } from "../test/support/service.ts";
import { printRow, rounded, since } from "./numbers.ts";
import { openTestWatch } from "../test/support/watch.ts";

type Foreign = Awaited<ReturnType<typeof openForeign>>;

/** Gas of a block, as on the main network. */
const BLOCK_GAS = 60_000_000;
const KIB = 1024;

const BLOCKS: Record<string, (foreign: Foreign) => Call[] | Promise<Call[]>> = {
  "111 events of one lot, one batch": (foreign) => foreign.batches(111, 1, 111),
  "500 events of one lot, five batches": (foreign) => foreign.batches(500),
  "2,000 events of one lot, twenty batches (more gas than a block has)": (foreign) =>
    foreign.batches(2_000),
  "events of 250 lots, up to the gas limit": (foreign) =>
    foreign.batches(BLOCK_GAS / 7_500_000, 250, 1),
  "1,200 enrolments": (foreign) => foreign.enrolments(1_200),
  "500 notices": (foreign) => foreign.notices(500),
  "hostile call data of 4, 8, 16, 32, 64 and 128 KiB": (foreign) =>
    [4, 8, 16, 32, 64, 128].map((size) => foreign.hostile(size * KIB)),
};

/** Follows to the head, with a pause in which others run after each step, as the loop does. */
async function follow(ctx: Context): Promise<void> {
  while (await followOnce(ctx));
}

/** Follows until so many transactions were committed, then stops as a killed process does. */
async function followInPart(ctx: Context, transactions: number): Promise<boolean> {
  let left = transactions;
  const prisma = new Proxy(ctx.prisma, {
    get(target, name) {
      if (name !== "$transaction") return Reflect.get(target, name) as unknown;
      if (left-- <= 0) throw new Error("killed");
      return target.$transaction.bind(target);
    },
  });
  await follow({ ...ctx, prisma }).catch(() => undefined);
  return (await topOf(ctx.prisma))!.applied !== null;
}

interface Measure {
  seconds: number;
  /** Growth of the process's memory, MiB. */
  peak: number;
  /** The longest wait for an answer of /healthz, milliseconds. */
  health: number;
  /** The longest time for which the process did nothing else, milliseconds. */
  blocked: number;
}

async function measured(url: string, work: () => Promise<void>): Promise<Measure> {
  const start = performance.now();
  const before = process.memoryUsage().rss;
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  let [isDone, health, peak] = [false, 0, before];
  const watch = (async () => {
    while (!isDone) {
      const asked = performance.now();
      await (await fetch(`${url}/healthz`)).text();
      health = Math.max(health, performance.now() - asked);
      peak = Math.max(peak, process.memoryUsage().rss);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  try {
    await work();
  } finally {
    isDone = true;
    await watch;
    delay.disable();
  }
  return {
    seconds: rounded(since(start)),
    peak: Math.round((peak - before) / KIB / KIB),
    health: Math.round(health),
    blocked: Math.round(delay.max / 1e6),
  };
}

const cells = ({ seconds, peak, health, blocked }: Measure) => [seconds, peak, health, blocked];

async function run(name: string): Promise<void> {
  const service = await openTestService();
  const others: TestService[] = [];
  try {
    await service.ctx.request("evm_setBlockGasLimit", ["0x3b9aca00"]);
    const foreign = await openForeign(service);
    const [straight, stopped] = [
      await openTestService({ beside: service }),
      await openTestService({ beside: service }),
    ];
    others.push(straight, stopped);
    const app = createApp(straight.ctx, {
      documentMaxBytes: 1,
      nudge: () => undefined,
      watch: openTestWatch(straight.ctx),
    });
    const listening = await listen(app, 0, "127.0.0.1");
    const url = `http://127.0.0.1:${listening.address.port}`;
    printRow(`\n${name}`, ["s", "MiB more", "healthz ms", "blocked ms"]);
    for (const [label, calls] of Object.entries(BLOCKS)) {
      const sent = await calls(foreign);
      await foreign.mine(sent);
      printRow(label, cells(await measured(url, () => follow(straight.ctx))));
      const isInPart = await followInPart(stopped.ctx, 1);
      const rest = await measured(url, () => follow(stopped.ctx));
      printRow(isInPart ? "  the rest, after a kill" : "  in one piece", cells(rest));
      await service.ctx.request("anvil_reorg", [1, []]);
      printRow("  rolled back", cells(await measured(url, () => follow(straight.ctx))));
      await follow(stopped.ctx);
    }
    await listening.close();
  } finally {
    for (const other of others) await other.close();
    await service.close();
  }
}

const { TEST_DATABASE_URL: server } = process.env;
delete process.env["TEST_DATABASE_URL"];
await run("Embedded database");
if (server !== undefined) {
  process.env["TEST_DATABASE_URL"] = server;
  await run("PostgreSQL");
}
