// Tests the follower on blocks that others fill: what a block costs is counted in statements and decoded transactions, and a
// stop halfway, forwards or backwards, loses nothing.
import { PrismaPg } from "@prisma/adapter-pg";
import { expect } from "chai";
import { PrismaClient } from "../../../prisma/generated/client.ts";
import type { Context } from "../../../server/context.ts";
import { headOf } from "../../../server/custody/states.ts";
import { fsck } from "../../../server/fsck/fsck.ts";
import { formatFault } from "../../../server/integrity/fault.ts";
import { followOnce, UnfollowedLog } from "../../../server/settlement/follow.ts";
import { topOf } from "../../../server/settlement/piece.ts";
import { openForeign } from "../../support/foreign.ts";
import { openTestService, type TestService } from "../../support/service.ts";

/** More than fit into one piece. */
const EVENTS = 60;

describe("followOnce, on blocks that others filled", () => {
  let service: TestService;
  let other: TestService;
  let ctx: Context;
  let foreign: Awaited<ReturnType<typeof openForeign>>;
  let counting: PrismaClient;
  let statements = 0;

  before(async () => {
    service = await openTestService();
    other = await openTestService({ beside: service });
    foreign = await openForeign(service);
    const prisma = new PrismaClient({
      adapter: new PrismaPg(other.database.pool),
      log: [{ emit: "event", level: "query" }],
      transactionOptions: { maxWait: 10_000, timeout: 30_000 },
    });
    prisma.$on("query", () => statements++);
    counting = prisma;
    ctx = { ...other.ctx, prisma };
    await follow();
  });
  after(async () => {
    await counting.$disconnect();
    await other.close();
    await service.close();
  });

  async function follow(context: Context = ctx): Promise<void> {
    while (await followOnce(context));
  }

  /** Follows, and counts statements and transactions that were read. */
  async function counted(): Promise<{ statements: number; transactions: number }> {
    let transactions = 0;
    const request: Context["request"] = (method, params) => {
      if (method === "eth_getTransactionByHash") transactions++;
      return ctx.request(method, params);
    };
    const start = statements;
    await follow({ ...ctx, request });
    return { statements: statements - start, transactions };
  }

  const faults = async () => (await fsck(ctx)).faults.map(formatFault);
  const signaturesIn = async (block: number) =>
    (
      await ctx.prisma.event.findMany({
        where: { settlement: { block } },
        select: { signature: true },
      })
    ).map(({ signature }) => signature);

  /** A process that is killed after so many of its next transactions. */
  function killedAfter(transactions: number): Context {
    let left = transactions;
    const prisma = new Proxy(ctx.prisma, {
      get(target, name) {
        if (name !== "$transaction") return Reflect.get(target, name) as unknown;
        if (left-- <= 0) throw new Error("the process was killed");
        return target.$transaction.bind(target);
      },
    });
    return { ...ctx, prisma };
  }
  const killed = async (context: Context) => {
    const error = await follow(context).catch((thrown: unknown) => thrown);
    expect(String(error)).to.contain("the process was killed");
  };

  it("takes as many statements for forty events, keys or notices as for four", async () => {
    for (const calls of [
      (count: number) => foreign.batches(count, 1, 4),
      (count: number) => foreign.batches(count / 4, 9),
      (count: number) => foreign.enrolments(count),
      (count: number) => foreign.notices(count),
    ]) {
      await foreign.mine(await calls(4));
      const few = await counted();
      const sent = await calls(40);
      await foreign.mine(sent);
      const many = await counted();
      expect(many.statements).to.equal(few.statements);
      expect(many.transactions).to.be.oneOf([0, sent.length]);
    }
  });

  it("reads the signatures of a batch from its transaction, once", async () => {
    const block = await foreign.mine(foreign.batches(12, 1, 6));
    expect((await counted()).transactions).to.equal(2);
    expect(await signaturesIn(block))
      .to.have.length(12)
      .and.not.to.include(null);
  });

  it("follows an event in hostile call data, without its signature", async () => {
    const block = await foreign.mine([foreign.hostile(4 * 1024), foreign.hostile(64 * 1024)]);
    expect((await counted()).transactions).to.equal(2);
    expect(await signaturesIn(block)).to.deep.equal([null, null]);
  });

  it("continues in the middle of a block after it was killed", async () => {
    const block = await foreign.mine([
      ...foreign.batches(EVENTS, 1, EVENTS),
      ...(await foreign.enrolments(2)),
      ...foreign.notices(2),
    ]);
    await killed(killedAfter(1));
    expect(await topOf(ctx.prisma))
      .to.include({ number: block })
      .and.have.property("applied")
      .above(0);
    expect((await headOf(ctx.prisma))!.number).to.equal(block - 1);
    expect(await faults()).to.deep.equal([]);
    await follow();
    expect(await topOf(ctx.prisma)).to.include({ number: block, applied: null });
    expect(await signaturesIn(block))
      .to.have.length(EVENTS)
      .and.not.to.include(null);
    expect(await faults()).to.deep.equal([]);
  });

  it("rolls a block back in pieces, and continues after it was killed", async () => {
    const before = await rows();
    const block = await foreign.mine([
      ...(await foreign.enrolments(2)),
      ...foreign.batches(EVENTS, 1, EVENTS),
      ...foreign.notices(2),
    ]);
    await follow();
    await ctx.request("anvil_reorg", [1, []]);
    await killed(killedAfter(1));
    expect(await topOf(ctx.prisma))
      .to.include({ number: block })
      .and.have.property("applied")
      .above(0);
    await follow();
    expect((await ctx.reader.head()).hash).to.equal((await headOf(ctx.prisma))!.hash);
    expect(await rows()).to.deep.equal(before);
    expect(await faults()).to.deep.equal([]);
  });

  /** How many rows each table has that a block adds to. */
  async function rows(): Promise<Record<string, number>> {
    const { event, entry, lot, interest, notice, settlement, key, registration } = ctx.prisma;
    const tables = { event, entry, lot, interest, notice, settlement, key, registration };
    const counts: Record<string, number> = {};
    for (const [name, table] of Object.entries(tables))
      counts[name] = await (table as { count(): Promise<number> }).count();
    return counts;
  }

  it("stops before a log that it cannot apply, names it, and continues when it can", async () => {
    const block = await foreign.mine(foreign.batches(10, 1, 10));
    const otherDigit = (text: string, kept: string) => kept + (text.endsWith("0") ? "1" : "0");
    const wrong: Context["request"] = async (method, params) => {
      const answer = await ctx.request(method, params);
      if (method !== "eth_getLogs") return answer;
      // The log says another time than the event has, so it does not lead to the event's digest.
      return (answer as { data: string; topics: string[] }[]).map((log, i) =>
        i === 7 ? { ...log, data: log.data.replace(/^(0x.{191})./, otherDigit) } : log,
      );
    };
    const error = await follow({ ...ctx, request: wrong }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(UnfollowedLog).and.to.include({ block, logIndex: 7 });
    expect(await topOf(ctx.prisma)).to.include({ number: block, applied: 7 });
    expect(await signaturesIn(block)).to.have.length(7);
    await follow();
    expect(await signaturesIn(block)).to.have.length(10);
  });
});
