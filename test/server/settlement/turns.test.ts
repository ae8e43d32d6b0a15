// Tests that parties take turns on the way to the ledger, whatever one of them queues.
import { expect } from "chai";
import { lotId } from "../../../protocol/event/lot.ts";
import * as acts from "../../../server/custody/acts.ts";
import type { Context } from "../../../server/context.ts";
import { relayOnce } from "../../../server/settlement/relay.ts";
import { inTurn } from "../../../server/settlement/turns.ts";
import { openTestService, type TestService } from "../../support/service.ts";

/** More than fit into one transaction. */
const NOTICES = 100;
let serial = 0;

describe("the relay", () => {
  let service: TestService;
  let ctx: Context;
  let maker: string;
  let distributor: string;
  let lab: string;

  before(async () => {
    service = await openTestService();
    ctx = service.ctx;
    [maker, distributor, lab] = [
      service.parties.maker.address,
      service.parties.distributor.address,
      service.parties.lab.address,
    ];
  });
  after(() => service.close());
  afterEach(() => service.settle());

  const made = (party: string, action: "commission" | "introduce", quantity = 10) =>
    acts.makeLots(ctx, party, action, {
      lots: [{ lotNumber: `TURN-${++serial}`, quantity }],
    });
  const transactionOf = async (hash: string) =>
    (await ctx.prisma.settlement.findUniqueOrThrow({ where: { id: hash } })).transaction;
  /** The place of each transaction among all, by its nonce. */
  const nonceOf = async (transaction: string | null) =>
    (await ctx.prisma.attempt.findUniqueOrThrow({ where: { hash: transaction! } })).nonce;

  it("sends many notices in a few transactions, and another party's event after at most one of them", async () => {
    const before = await ctx.prisma.attempt.count();
    for (let i = 0; i < NOTICES; i++)
      await acts.giveNotice(ctx, lab, { lot: lotId(maker, `SUSPECT-${i}`), kind: "suspicion" });
    await relayOnce(ctx);
    const event = await made(distributor, "introduce");
    await service.settle();
    const attempts = await ctx.prisma.attempt.findMany({ orderBy: { nonce: "asc" } });
    expect(attempts.length - before).to.equal(3);
    const first = attempts[before]!.nonce;
    expect(await nonceOf(await transactionOf(event.hash))).to.equal(first + 1);
    expect(await ctx.prisma.settlement.count({ where: { state: { not: "final" } } })).to.equal(0);
  });

  it("orders by turns: the first of each party, then the second, the longest waiting party first", async () => {
    const makers = [];
    for (let i = 0; i < 3; i++) makers.push((await made(maker, "commission")).hash);
    const theirs = [];
    for (let i = 0; i < 2; i++) theirs.push((await made(distributor, "introduce")).hash);
    await ctx.prisma.turn.deleteMany({});
    await ctx.prisma.turn.createMany({
      data: [
        { party: maker, served: 7 },
        { party: distributor, served: 3 },
      ],
    });
    const order = (await inTurn(ctx.prisma, 100)).map(({ id }) => id);
    expect(order).to.deep.equal([theirs[0], makers[0], theirs[1], makers[1], makers[2]]);
  });

  it("sends an event after those that it follows, also if it is another party's turn", async () => {
    await service.settle();
    await ctx.prisma.turn.deleteMany({});
    await ctx.prisma.turn.create({ data: { party: maker, served: 9 } });
    for (let i = 0; i < 3; i++) await made(maker, "commission");
    const { lots } = await made(maker, "commission");
    const shipped = await acts.ship(ctx, maker, {
      consignee: distributor,
      lots: [{ lot: lots[0]! }],
    });
    const received = await acts.receive(ctx, distributor, { shipment: shipped.hash });
    const order = (await inTurn(ctx.prisma, 100)).map(({ id }) => id);
    expect(order.indexOf(received.hash)).to.be.greaterThan(order.indexOf(shipped.hash));
    // With room for one alone, the event that nothing goes before.
    expect(await inTurn(ctx.prisma, 1)).to.have.length(1);
    await service.settle();
    expect(await transactionOf(received.hash)).to.be.a("string");
  });
});
