// Tests log-only lots when others settle part of them, or when bundles arrive at the same time: no event is left behind.
import { expect } from "chai";
import { setImmediate } from "node:timers/promises";
import { encodeRecordBatch } from "../../../protocol/chain/codec.ts";
import { CustodyEvent } from "../../../protocol/event/event.ts";
import { submissionOf } from "../../../protocol/event/submission.ts";
import * as acts from "../../../server/custody/acts.ts";
import { bundleFor } from "../../../server/bundles/bundles.ts";
import type { Context } from "../../../server/context.ts";
import { followOnce } from "../../../server/settlement/follow.ts";
import { formatFault, fsck } from "../../../server/fsck/fsck.ts";
import { importBundle } from "../../../server/bundles/imports.ts";
import { queueFollowing, readyToSend } from "../../../server/settlement/promote.ts";
import { knownStatesBefore } from "../../../server/custody/states.ts";
import { anchorLog } from "../../support/log-only.ts";
import { openTestDatabase } from "../../support/database.ts";
import { openTestService, type TestService } from "../../support/service.ts";

describe("log-only lots settled by others", () => {
  let a: TestService;
  let maker: string;
  let distributor: string;
  let serial = 0;

  before(async () => {
    a = await openTestService();
    maker = a.parties.maker.address;
    distributor = a.parties.distributor.address;
  });
  after(() => a?.close());
  afterEach(async () => {
    await a.settle();
    expect((await fsck(a.ctx)).faults.map(formatFault)).to.deep.equal([]);
  });

  const lotOf = (lotNumber = `Q-${++serial}`) => ({
    lotNumber,
    quantity: 100,
    details: { manufacturer: "Test maker", mpn: "TM-1", makerLot: "L1", dateCode: "2601" },
  });
  const make = (count = 1) =>
    acts.makeLots(a.ctx, maker, "commission", {
      lots: Array.from({ length: count }, () => lotOf()),
      settlement: "log",
    });
  const ship = (lots: string[], ctx = a.ctx, consignee = distributor) =>
    acts.ship(ctx, maker, { consignee, lots: lots.map((lot) => ({ lot })) });
  const stateOf = async (id: string) =>
    (await a.ctx.prisma.settlement.findUniqueOrThrow({ where: { id } })).state;
  const followAll = async () => {
    while (await followOnce(a.ctx));
  };
  /** Records an event on the ledger without the service. */
  async function recordedByOthers(hash: string) {
    const { prisma, request, merkleLog, domain, reader } = a.ctx;
    const row = await prisma.event.findUniqueOrThrow({ where: { hash } });
    const event = CustodyEvent.parse(JSON.parse(row.bytes));
    const before = (await knownStatesBefore(prisma, event))!;
    const data = encodeRecordBatch([submissionOf(event, before, row.signature!)]);
    await request("anvil_impersonateAccount", [merkleLog.operator]);
    await request("eth_sendTransaction", [
      { from: merkleLog.operator, to: domain.ledger, data, gas: "0xf4240" },
    ]);
    while ((await reader.events([hash], (await reader.head()).number)).length === 0);
  }
  /** A context whose next database transaction stays open after its work until it is released. */
  function holdOpen(ctx: Context) {
    const done = Promise.withResolvers<undefined>();
    const gate = Promise.withResolvers<undefined>();
    const prisma = new Proxy(ctx.prisma, {
      get(target, name) {
        if (name !== "$transaction") return Reflect.get(target, name) as unknown;
        return (run: (tx: unknown) => Promise<unknown>) =>
          target.$transaction(async (tx) => {
            const result = await run(tx);
            done.resolve(undefined);
            await gate.promise;
            return result;
          });
      },
    });
    return { ctx: { ...ctx, prisma }, done: done.promise, release: () => gate.resolve(undefined) };
  }

  /** Whether somebody waits for the database: for its one connection if it is embedded, for a lock if it is on a server. */
  async function isHeldUp(): Promise<boolean> {
    const { pool } = a.database;
    if (pool.options.max === 1) return pool.waitingCount > 0;
    const { rowCount } = await pool.query("SELECT 1 FROM pg_locks WHERE NOT granted");
    return rowCount! > 0;
  }

  it("queue an event that is being accepted while its predecessor is recorded", async () => {
    const made = await make();
    await recordedByOthers(made.hash);
    const open = holdOpen(a.ctx);
    const shipping = ship(made.lots, open.ctx);
    await open.done;
    const following = followAll();
    while (!(await isHeldUp())) await setImmediate();
    open.release();
    const { hash } = await shipping;
    await following;
    expect([await stateOf(made.hash), await stateOf(hash)]).to.deep.equal(["final", "queued"]);
  });

  it("queue every connected event after its predecessor, and leave unconnected ones log-only", async () => {
    const first = await make();
    const second = await make();
    const third = await make();
    const both = await ship([...first.lots, ...second.lots]);
    const received = await acts.receive(a.ctx, distributor, { shipment: both.hash });
    const onward = await acts.ship(a.ctx, maker, {
      consignee: distributor,
      lots: [{ lot: third.lots[0]! }],
    });
    await recordedByOthers(first.hash);
    await followAll();
    expect([await stateOf(both.hash), await stateOf(second.hash)]).to.deep.equal([
      "queued",
      "logged",
    ]);
    await a.settle();
    for (const { hash } of [first, second, both, received])
      expect(await stateOf(hash)).to.equal("final");
    for (const { hash } of [third, onward]) expect(await stateOf(hash)).to.equal("logged");
  });

  it("queue connected events in steps of a thousand, and send none before all are queued", async () => {
    const database = await openTestDatabase();
    const { prisma } = database;
    const count = 2_500;
    try {
      // Event i is about lots 0 and i, and follows event i - 1 in lot 0.
      await prisma.$executeRaw`
        INSERT INTO event (hash, bytes, action, actor, holder, consignee, time)
        SELECT 'e' || i, '{}', 9, 'a', 'a', 'a', 1 FROM generate_series(1, ${count}::int) i`;
      await prisma.$executeRaw`
        INSERT INTO settlement (id, event, party, state) SELECT hash, hash, actor, 'logged' FROM event ORDER BY sequence`;
      await prisma.$executeRaw`
        INSERT INTO entry (event, lot, index, previous, quantity, held, word)
        SELECT 'e' || i, 'l' || lot, 0, 'w' || (i - 1), 1, false, 'w' || i
        FROM generate_series(1, ${count}::int) i, unnest(ARRAY[0, i]) lot`;
      await prisma.settlement.update({ where: { id: "e1" }, data: { state: "final" } });
      await prisma.$transaction((tx) => queueFollowing(tx, ["e1"]));
      const queued = () => prisma.settlement.count({ where: { state: "queued" } });
      expect(await queued()).to.equal(1);
      const step = () => prisma.$transaction((tx) => readyToSend(tx, 200));
      for (const after of [1_001, 2_001, count - 1]) {
        expect(await step()).to.equal(undefined);
        expect(await queued()).to.equal(after);
      }
      expect((await step())!.map(({ id }) => id)).to.deep.equal(
        Array.from({ length: 200 }, (_, i) => `e${i + 2}`),
      );
    } finally {
      await database.close();
    }
  });

  it("become log-only again when the rival event's block is rolled back", async () => {
    const twin = await openTestService({ beside: a, keystore: a.ctx.keystore });
    try {
      await twin.settle();
      await a.settle();
      const storedKeys = await a.ctx.prisma.storedKey.findMany({ where: { party: maker } });
      await twin.ctx.prisma.storedKey.createMany({ data: storedKeys });
      const made = await make();
      const shipped = await ship(made.lots);
      const number = `Q-${serial}`;
      const rival = await acts.makeLots(twin.ctx, maker, "commission", {
        lots: [{ ...lotOf(number), quantity: 7 }],
      });
      expect(rival.lots).to.deep.equal(made.lots);
      await twin.settle();
      await followAll();
      expect([await stateOf(made.hash), await stateOf(shipped.hash)]).to.deep.equal([
        "void",
        "void",
      ]);
      await a.ctx.request("anvil_reorg", [1, []]);
      await followAll();
      expect([await stateOf(made.hash), await stateOf(shipped.hash)]).to.deep.equal([
        "logged",
        "logged",
      ]);
    } finally {
      await twin.close();
    }
  });

  it("are imported from bundles that arrive at the same time and share events", async () => {
    const b = await openTestService({ beside: a });
    try {
      await a.settle();
      await b.settle();
      const theirs = b.parties.distributor.address;
      const takeAll = async (to: TestService, from: TestService, party: string, lots: string[]) => {
        const bundles = await Promise.all(lots.map((lot) => bundleFor(from.ctx, { party }, lot)));
        const both = [...bundles, ...bundles.toReversed()];
        return Promise.all(both.map((bundle) => importBundle(to.ctx, { party }, bundle)));
      };
      for (let round = 0; round < 3; round++) {
        const { lots } = await make(3);
        const shipment = await ship(lots, a.ctx, theirs);
        await anchorLog(a);
        await takeAll(b, a, theirs, lots);
        for (const { events } of await takeAll(b, a, theirs, lots)) expect(events).to.equal(0);
        await acts.receive(b.ctx, theirs, { shipment: shipment.hash });
        await acts.ship(b.ctx, theirs, { consignee: maker, lots: lots.map((lot) => ({ lot })) });
        await anchorLog(b);
        const back = await takeAll(a, b, maker, lots);
        expect(back.reduce((sum, { events }) => sum + events, 0)).to.be.at.least(2);
        for (const lot of lots)
          expect(
            (await a.ctx.prisma.lot.findUniqueOrThrow({ where: { id: lot } })).consignee,
          ).to.equal(maker);
      }
      expect((await fsck(b.ctx)).faults.map(formatFault)).to.deep.equal([]);
    } finally {
      await b.close();
    }
  });
});
