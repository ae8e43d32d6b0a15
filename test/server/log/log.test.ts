// Tests the log on a real database: it has every accepted event once, in order, and its tiles lead to the root of its events.
import { expect } from "chai";
import { fromHex, toHex } from "../../../protocol/base/bytes.ts";
import { rootFrom } from "../../../protocol/log/tiles.ts";
import { leafHash, rootOf } from "../../../protocol/base/merkle.ts";
import { acceptEvent } from "../../../server/custody/accept.ts";
import type { SignedEvent } from "../../../server/custody/signed.ts";
import * as acts from "../../../server/custody/acts.ts";
import type { Context } from "../../../server/context.ts";
import { Check } from "../../../server/fsck/check.ts";
import { checkLog } from "../../../server/fsck/log.ts";
import { appendOnce } from "../../../server/log/append.ts";
import { checkpointOnce } from "../../../server/log/checkpoints.ts";
import { logSize, newestCheckpoint, readTiles } from "../../../server/log/stored.ts";
import { rejected } from "../../support/refused.ts";
import { openTestService, type TestService } from "../../support/service.ts";
import { tilesOf } from "../../support/tiles.ts";

let serial = 0;

describe("log", () => {
  let service: TestService;
  let ctx: Context;
  let maker: string;

  before(async () => {
    service = await openTestService();
    maker = service.parties.maker.address;
  });
  after(() => service.close());
  beforeEach(async () => {
    ctx = service.ctx;
    await ctx.prisma.$executeRaw`TRUNCATE unlogged, leaf, tile, checkpoint`;
  });

  const commission = async (lots = 1) => {
    const made = Array.from({ length: lots }, () => ({
      lotNumber: `LOG-${++serial}`,
      quantity: 10,
    }));
    return (await acts.makeLots(ctx, maker, "commission", { lots: made })).hash;
  };
  const appendAll = async () => {
    while (await appendOnce(ctx));
  };
  const eventsInLog = async () =>
    (await ctx.prisma.leaf.findMany({ orderBy: { index: "asc" } })).map((l) => l.event);

  /** Invariant at any time: the leaves have no gap, and the tiles are those of the leaves and no others. */
  async function expectWhole(): Promise<void> {
    const events = await eventsInLog();
    const size = await logSize(ctx.prisma);
    expect(events).to.have.length(size);
    const root = await rootFrom(size, readTiles(ctx.prisma));
    expect(toHex(root)).to.equal(toHex(rootOf(events.map((event) => leafHash(fromHex(event))))));
    const tiles = await ctx.prisma.tile.findMany();
    expect(tiles.map(({ level, index }) => `${level}/${index}`)).to.have.members(
      [...tilesOf(size)].map(({ level, index }) => `${level}/${index}`),
    );
  }

  it("appends every accepted event once, in the order of acceptance", async () => {
    const accepted = [await commission(), await commission(), await commission()];
    expect(await ctx.prisma.unlogged.count()).to.equal(3);
    await appendAll();
    expect(await eventsInLog()).to.deep.equal(accepted);
    expect(await ctx.prisma.unlogged.count()).to.equal(0);
    accepted.push(await commission());
    await appendAll();
    await appendAll();
    expect(await eventsInLog()).to.deep.equal(accepted);
    await expectWhole();
  });

  it("appends an event that lost to a rival, because it was accepted", async () => {
    const hash = await commission();
    await ctx.prisma.settlement.update({ where: { id: hash }, data: { state: "void" } });
    await appendAll();
    expect(await eventsInLog()).to.deep.equal([hash]);
  });

  it("leaves out an event known only from the chain until somebody submits it", async () => {
    const other = await openTestService({ beside: service });
    try {
      const hash = await commission();
      await service.settle();
      await other.settle();
      expect(await other.ctx.prisma.event.count({ where: { hash } })).to.equal(1);
      expect(await other.ctx.prisma.unlogged.count()).to.equal(0);
      const { bytes, signature, details, secret } = await ctx.prisma.event.findUniqueOrThrow({
        where: { hash },
      });
      const signed = {
        event: JSON.parse(bytes),
        signature,
        details: JSON.parse(details!),
        secret,
      } as SignedEvent;
      for (let i = 0; i < 2; i++) {
        await acceptEvent(other.ctx, signed);
        while (await appendOnce(other.ctx));
        expect(await other.ctx.prisma.leaf.findMany()).to.deep.equal([{ index: 0n, event: hash }]);
      }
    } finally {
      await other.close();
    }
  });

  it("keeps one order when several replicas append at the same time", async () => {
    const accepted: string[] = [];
    for (let i = 0; i < 12; i++) accepted.push(await commission());
    await Promise.all(Array.from({ length: 4 }, () => appendOnce(ctx)));
    await appendAll();
    expect(await eventsInLog()).to.deep.equal(accepted);
    await expectWhole();
  });

  it("appends nothing when its transaction fails half way", async () => {
    await commission();
    await appendAll();
    const hash = await commission();
    const cut = { prisma: failingAt(ctx.prisma, "unlogged", "deleteMany") };
    const thrown = await appendOnce(cut).catch((error: unknown) => error);
    expect(thrown).to.be.instanceOf(Error);
    expect(await eventsInLog()).to.have.length(1);
    await expectWhole();
    await appendAll();
    expect((await eventsInLog()).at(-1)).to.equal(hash);
    await expectWhole();
  });

  it("refuses to build on a tile that differs from the leaves", async () => {
    await commission();
    await appendAll();
    await ctx.prisma.tile.updateMany({
      where: { level: 0, index: 0 },
      data: { hashes: new Uint8Array(64) },
    });
    await commission();
    await rejected(appendOnce(ctx), "BAD_PROOF", "tile");
    expect(await eventsInLog()).to.have.length(1);
  });

  it("writes tiles on every level, and fsck recomputes them from the events and names altered ones", async () => {
    const events = 256 * 3 + 5;
    // The rows hold only what the log reads: other parts of fsck would find faults in them.
    await ctx.prisma.$executeRaw`
      WITH made AS (
        INSERT INTO event (hash, bytes, action, actor, holder, consignee, time)
        SELECT '0x' || encode(sha256(('event ' || n)::bytea), 'hex'), '', 1, '', '', '', 0
        FROM generate_series(1, ${events}::int) n RETURNING sequence, hash)
      INSERT INTO unlogged SELECT sequence, hash FROM made`;
    try {
      await ctx.prisma.$executeRaw`UPDATE event SET accepted_at = NULL WHERE bytes <> ''`;
      await appendAll();
      await checkpointOnce({ ...ctx, merkleLog: { ...ctx.merkleLog, events: 1 } });
      expect(await logSize(ctx.prisma)).to.equal(events);
      await expectWhole();
      const faults = () =>
        ctx.prisma.$transaction(async (db) => {
          const check = new Check(ctx, db, () => undefined);
          await checkLog(check, undefined);
          return check.report.faults.map(({ code, row }) => `${code} ${row}`);
        });
      expect(await faults()).to.deep.equal([]);
      const tile = { level_index: { level: 1, index: 0 } };
      const { hashes } = await ctx.prisma.tile.findUniqueOrThrow({ where: tile });
      for (const altered of [
        hashes.map((byte, i) => (i === 33 ? byte ^ 1 : byte)),
        hashes.subarray(0, 64),
      ]) {
        await ctx.prisma.tile.update({ where: tile, data: { hashes: Uint8Array.from(altered) } });
        expect(await faults()).to.deep.equal(["TILE_DIFFERS 1/0"]);
      }
      await ctx.prisma.tile.delete({ where: tile });
      expect(await faults()).to.deep.equal(["TILE_MISSING 1/0"]);
      await ctx.prisma.tile.createMany({
        data: [0, 1].map((index) => ({ level: 1, index, hashes })),
      });
      expect(await faults()).to.deep.equal(["TILE_EXTRA 1/1"]);
      await ctx.prisma.tile.delete({ where: { level_index: { level: 1, index: 1 } } });
      const second = { level_index: { level: 0, index: 1 } };
      const { hashes: leaves } = await ctx.prisma.tile.findUniqueOrThrow({ where: second });
      await ctx.prisma.tile.update({
        where: second,
        data: { hashes: Uint8Array.from(leaves.subarray(0, 320)) },
      });
      expect(await faults()).to.deep.equal(["TILE_DIFFERS 0/1"]);
      await ctx.prisma.tile.delete({ where: second });
      expect(await faults()).to.deep.equal(["TILE_MISSING 0/1"]);
    } finally {
      await ctx.prisma.$executeRaw`TRUNCATE unlogged, leaf, tile, checkpoint`;
      await ctx.prisma.$executeRaw`DELETE FROM event WHERE bytes = ''`;
    }
  });

  describe("checkpointOnce", () => {
    const at = (time: number): Context => ({ ...ctx, clock: () => time });
    const every = (events: number, seconds: number) => {
      ctx = { ...ctx, merkleLog: { ...ctx.merkleLog, events, seconds } };
    };

    it("makes a checkpoint of new events once the configured seconds have passed since the last one", async () => {
      every(1_000, 10);
      expect(await checkpointOnce(at(1_000))).to.equal(false);
      await commission();
      expect(await checkpointOnce(at(1_000)), "nothing appended yet").to.equal(false);
      await appendAll();
      expect(await checkpointOnce(at(1_000))).to.equal(true);
      expect(await checkpointOnce(at(9_000)), "nothing new").to.equal(false);
      await commission();
      await appendAll();
      expect(await checkpointOnce(at(1_009))).to.equal(false);
      expect(await checkpointOnce(at(1_010))).to.equal(true);
      const [first, second] = await ctx.prisma.checkpoint.findMany({ orderBy: { size: "asc" } });
      expect([first!.size, second!.size]).to.deep.equal([1n, 2n]);
      const leaves = (await eventsInLog()).map((event) => leafHash(fromHex(event)));
      expect(first!.root).to.equal(toHex(rootOf(leaves.slice(0, 1))));
      expect(await newestCheckpoint(ctx.prisma)).to.deep.equal({
        size: 2,
        root: toHex(rootOf(leaves)),
        madeAt: new Date(1_010_000),
      });
    });

    it("makes a checkpoint after the configured number of events, before the seconds have passed", async () => {
      every(2, 1_000);
      await commission();
      await appendAll();
      expect(await checkpointOnce(at(10_000))).to.equal(true);
      await commission();
      await appendAll();
      expect(await checkpointOnce(at(10_000))).to.equal(false);
      await commission();
      await appendAll();
      expect(await checkpointOnce(at(10_000))).to.equal(true);
    });

    it("makes one checkpoint per size when several replicas run at the same time", async () => {
      await commission();
      await appendAll();
      const made = await Promise.all(Array.from({ length: 4 }, () => checkpointOnce(ctx)));
      expect(made.filter(Boolean)).to.have.length(1);
      expect(await ctx.prisma.checkpoint.count()).to.equal(1);
    });
  });
});

/** The database, except that one method fails inside every transaction. */
function failingAt(prisma: Context["prisma"], model: string, method: string): Context["prisma"] {
  const failing = (of: object): object =>
    new Proxy(of, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (name === method) return () => Promise.reject(new Error("the process died here"));
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
  const inside = (of: object): object =>
    new Proxy(of, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (name === model) return failing(value as object);
        if (name === "$transaction")
          return (run: (tx: object) => unknown) =>
            prisma.$transaction((tx) => run(inside(tx)) as Promise<unknown>);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
  return inside(prisma) as Context["prisma"];
}
