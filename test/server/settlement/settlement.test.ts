// Tests settlement from accepted to final: the relay and the follower on a real chain with lost transactions and reorgs.
import { expect } from "chai";
import { Wallet } from "ethers";
import { toHex } from "../../../protocol/base/bytes.ts";
import { ledgerReader } from "../../../protocol/chain/reader.ts";
import { ACTIONS, type CustodyEvent, eventDigest } from "../../../protocol/event/event.ts";
import { lotId, wordOf } from "../../../protocol/event/lot.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../../protocol/base/values.ts";
import { detailsRoot } from "../../../protocol/event/disclosure.ts";
import { acceptEvent } from "../../../server/custody/accept.ts";
import type { SignedEvent } from "../../../server/custody/signed.ts";
import * as acts from "../../../server/custody/acts.ts";
import { admitParty, reinstateParty, suspendParty } from "../../../server/access/admin.ts";
import type { Context } from "../../../server/context.ts";
import { headOf } from "../../../server/custody/states.ts";
import { DeepReorg, followOnce } from "../../../server/settlement/follow.ts";
import { openSigner } from "../../../server/chain/keystore.ts";
import { relayOnce } from "../../../server/settlement/relay.ts";
import { requeueHeld } from "../../../server/settlement/hold.ts";
import { openTestService, type TestService } from "../../support/service.ts";

let serial = 0;

describe("settlement", () => {
  let service: TestService;
  let ctx: Context;
  let maker: string;
  let distributor: string;

  before(async () => {
    service = await openTestService();
    ctx = service.ctx;
    maker = service.parties.maker.address;
    distributor = service.parties.distributor.address;
  });
  after(() => service.close());
  afterEach(async () => {
    await service.settle();
    await expectWordsOnChain();
  });

  const commission = (quantity = 1000) =>
    acts.makeLots(ctx, maker, "commission", { lots: [{ lotNumber: `LOT-${++serial}`, quantity }] });
  const settlementOf = (id: string) => ctx.prisma.settlement.findUniqueOrThrow({ where: { id } });
  const recordsOf = async (hash: string) =>
    ctx.reader.events([hash], (await ctx.reader.head()).number);

  /** Invariant after every test: the ledger has the word of each settled lot's state. */
  async function expectWordsOnChain() {
    const lots = await ctx.prisma.lot.findMany();
    const head = await ctx.reader.head();
    const words = await ctx.reader.words(
      lots.map(({ id }) => id),
      head.hash,
    );
    for (const [i, { id, lastEvent, holder, consignee, quantity, held }] of lots.entries()) {
      const { state } = await settlementOf(lastEvent);
      if (state !== "final") continue;
      const word = wordOf({ lastEvent, holder, consignee, held, quantity: Number(quantity) });
      expect(words[i]!.word, id).to.equal(word);
    }
  }

  it("records an accepted event once on the ledger and marks it final", async () => {
    const { hash, settlement } = await commission();
    expect(settlement).to.equal("queued");
    await service.settle();
    const settled = await settlementOf(hash);
    expect(settled.state).to.equal("final");
    const [record] = await recordsOf(hash);
    expect(record).to.include({
      block: settled.block,
      blockHash: settled.blockHash,
      logIndex: settled.logIndex,
    });
  });

  it("sends several events in one transaction, in the order of acceptance", async () => {
    const made = await commission();
    await acts.ship(ctx, maker, { consignee: distributor, lots: [{ lot: made.lots[0]! }] });
    const received = await acts.receive(ctx, distributor, {
      shipment: (await lotOf(made.lots[0]!)).lastEvent,
    });
    await service.settle();
    const [first, last] = [await settlementOf(made.hash), await settlementOf(received.hash)];
    expect(last.state).to.equal("final");
    expect(last.transaction).to.equal(first.transaction);
  });

  const lotOf = (id: string) => ctx.prisma.lot.findUniqueOrThrow({ where: { id } });

  it("stores a transaction before sending it, and resends it after a failed attempt", async () => {
    const { hash } = await commission();
    const sent: string[] = [];
    const cut: Context = {
      ...ctx,
      request: async (method, params) => {
        if (method !== "eth_sendRawTransaction") return ctx.request(method, params);
        sent.push(String(params![0]));
        throw new Error("the connection was cut before the node had it");
      },
    };
    await relayOnce(cut);
    expect((await settlementOf(hash)).state).to.equal("signed");
    const attempt = await ctx.prisma.attempt.findFirstOrThrow({
      where: { carried: { some: { settlement: hash } } },
    });
    expect(sent).to.deep.equal([attempt.raw]);
    await relayOnce({ ...ctx, clock: () => ctx.clock() + 60 });
    await service.settle();
    expect((await settlementOf(hash)).state).to.equal("final");
    expect(await ctx.prisma.carried.count({ where: { settlement: hash } })).to.equal(1);
  });

  it("records an event once when the node's answer to the transaction is lost", async () => {
    const { hash } = await commission();
    const deaf: Context = {
      ...ctx,
      request: async (method, params) => {
        const answer = await ctx.request(method, params);
        if (method === "eth_sendRawTransaction")
          throw new Error("the connection was cut after the node had it");
        return answer;
      },
    };
    await relayOnce(deaf);
    await service.settle();
    expect((await settlementOf(hash)).state).to.equal("final");
    expect(await recordsOf(hash)).to.have.length(1);
    expect(await ctx.prisma.carried.count({ where: { settlement: hash } })).to.equal(1);
  });

  it("takes a new nonce when another transaction used the first one", async () => {
    const { hash } = await commission();
    const held: Context = {
      ...ctx,
      request: (method, params) =>
        method === "eth_sendRawTransaction"
          ? Promise.reject(new Error("not sent"))
          : ctx.request(method, params),
    };
    await relayOnce(held);
    const nonce = Number(
      await ctx.request("eth_getTransactionCount", [ctx.relayer.address, "latest"]),
    );
    const rival = await new Wallet(ctx.relayer.privateKey).signTransaction({
      type: 2,
      chainId: ctx.domain.chainId,
      nonce,
      to: ctx.relayer.address,
      gasLimit: 21_000,
      maxFeePerGas: 10n ** 10n,
      maxPriorityFeePerGas: 10n ** 9n,
    });
    const used = await ctx.request("eth_sendRawTransaction", [rival]);
    // Mined a moment after the answer: before that the held attempt, broadcast again, may replace it.
    while ((await ctx.request("eth_getTransactionReceipt", [used])) === null);
    await service.settle();
    expect((await settlementOf(hash)).state).to.equal("final");
    expect(await recordsOf(hash)).to.have.length(1);
    expect(await ctx.prisma.carried.count({ where: { settlement: hash } })).to.equal(2);
  });

  const unsent = (): Context => ({
    ...ctx,
    request: (method, params) =>
      method === "eth_sendRawTransaction"
        ? Promise.reject(new Error("not sent"))
        : ctx.request(method, params),
  });

  it("fills a gap between the nonces of pending transactions", async () => {
    const first = await commission();
    await relayOnce(unsent());
    const second = await commission();
    await relayOnce(unsent());
    const [low, high] = await ctx.prisma.attempt.findMany({
      where: { closedAt: null },
      orderBy: { nonce: "asc" },
    });
    expect(high!.nonce).to.equal(low!.nonce + 1);
    await ctx.prisma.attempt.update({ where: { hash: low!.hash }, data: { closedAt: new Date() } });
    await ctx.prisma.settlement.update({ where: { id: first.hash }, data: { state: "queued" } });
    const third = await commission();
    await relayOnce(unsent());
    const open = await ctx.prisma.attempt.findMany({
      where: { closedAt: null },
      orderBy: { nonce: "asc" },
    });
    expect(open.map(({ nonce }) => nonce)).to.deep.equal([low!.nonce, high!.nonce]);
    await relayOnce({ ...ctx, clock: () => ctx.clock() + 60 });
    await service.settle();
    for (const { hash } of [first, second, third])
      expect((await settlementOf(hash)).state).to.equal("final");
  });

  it("closes an overtaken transaction once when a relayer that lost its lease closes it too", async () => {
    const { hash } = await commission();
    await relayOnce(unsent());
    const overtaken = await ctx.prisma.attempt.findFirstOrThrow({ where: { closedAt: null } });
    const rival = await new Wallet(ctx.relayer.privateKey).signTransaction({
      type: 2,
      chainId: ctx.domain.chainId,
      nonce: overtaken.nonce,
      to: ctx.relayer.address,
      gasLimit: 21_000,
      maxFeePerGas: 10n ** 10n,
      maxPriorityFeePerGas: 10n ** 9n,
    });
    const sent = await ctx.request("eth_sendRawTransaction", [rival]);
    while ((await ctx.request("eth_getTransactionReceipt", [sent])) === null); // mined a moment after the answer
    while (await followOnce(ctx));
    let isFirst = true;
    const slow: Context["request"] = async (method, params) => {
      if (method === "eth_getTransactionReceipt" && isFirst) {
        isFirst = false;
        await ctx.prisma.sender.updateMany({ data: { leaseUntil: null } });
        await relayOnce(unsent());
      }
      return ctx.request(method, params);
    };
    await relayOnce({ ...ctx, request: slow });
    expect(await ctx.prisma.carried.count({ where: { settlement: hash } })).to.equal(2);
    expect((await settlementOf(hash)).state).to.equal("signed");
    await relayOnce({ ...ctx, clock: () => ctx.clock() + 60 });
    await service.settle();
    expect((await settlementOf(hash)).state).to.equal("final");
  });

  it("gives each transaction its own nonce when several relayers run at the same time", async () => {
    const earlier = (await ctx.prisma.attempt.findMany()).map(({ hash }) => hash);
    for (let i = 0; i < 5; i++) await commission();
    await Promise.all(Array.from({ length: 4 }, () => relayOnce(ctx)));
    const signed = await ctx.prisma.attempt.findMany({ where: { hash: { notIn: earlier } } });
    const nonces = signed.map(({ nonce }) => nonce);
    await service.settle();
    expect(await ctx.prisma.settlement.count({ where: { state: { not: "final" } } })).to.equal(0);
    expect(new Set(nonces).size).to.equal(nonces.length);
  });

  it("settles an event again after a reorg dropped it", async () => {
    const { hash } = await commission();
    await service.settle();
    const before = await settlementOf(hash);
    await ctx.request("anvil_reorg", [1, []]);
    await followOnce(ctx);
    expect((await settlementOf(hash)).state).to.equal("signed");
    await service.settle();
    const after = await settlementOf(hash);
    expect(after.state).to.equal("final");
    expect(after.blockHash).not.to.equal(before.blockHash);
    expect(await recordsOf(hash)).to.have.length(1);
  });

  it("settles several events again, in order, after the chain was rolled back", async () => {
    const made = await commission();
    await service.settle();
    const shipped = await acts.ship(ctx, maker, {
      consignee: distributor,
      lots: [{ lot: made.lots[0]! }],
    });
    await service.settle();
    await ctx.request("anvil_rollback", [2]);
    await service.settle();
    expect((await settlementOf(made.hash)).state).to.equal("final");
    expect((await settlementOf(shipped.hash)).state).to.equal("final");
  });

  it("removes an admitted party when its block is rolled back", async () => {
    const address = `0x${"5a".repeat(20)}`;
    await admitParty(ctx, service.ownerKey, {
      address,
      roles: ["laboratory"],
      name: "For one block",
    });
    await service.settle();
    expect(await ctx.prisma.party.findUnique({ where: { address } })).to.include({
      roles: 8,
      name: "For one block",
    });
    await ctx.request("anvil_reorg", [1, []]);
    await service.settle();
    expect(await ctx.prisma.party.findUnique({ where: { address } })).to.equal(null);
  });

  it("throws DeepReorg at a reorg deeper than finality on a chain that must not forget", async () => {
    await commission();
    await service.settle();
    await ctx.request("anvil_mine", ["0x3"]);
    const strict: Context = { ...ctx, forgetful: false, finality: 2 };
    while (await followOnce(strict));
    await ctx.request("anvil_reorg", [4, []]);
    const thrown = await followOnce(strict).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).to.be.instanceOf(DeepReorg);
  });

  it("measures a reorg's depth correctly across empty blocks", async () => {
    await service.settle();
    const strict: Context = { ...ctx, forgetful: false, finality: 70 };
    await ctx.request("anvil_mine", ["0x64"]);
    while (await followOnce(strict));
    const { number } = await ctx.reader.head();
    await ctx.request("anvil_reorg", [70, []]);
    expect(await followOnce(strict)).to.equal(true);
    expect((await headOf(ctx.prisma))!.number).to.equal(number - 70);
    while (await followOnce(strict));
    expect((await headOf(ctx.prisma))!.hash).to.equal((await ctx.reader.head()).hash);
    await ctx.request("anvil_reorg", [71, []]);
    const thrown = await followOnce(strict).catch((error: unknown) => error);
    expect(thrown).to.be.instanceOf(DeepReorg);
  });

  for (const [when, method, nth] of [
    ["before a step read the logs", "eth_getLogs", 1],
    ["before a step read its first block", "eth_getBlockByNumber", 3],
    ["after a step read the logs", "eth_getLogs", 2],
  ] as const)
    it(`detects a reorg ${when}`, async () => {
      const { hash } = await commission();
      await service.settle();
      await ctx.request("anvil_mine", ["0x3"]);
      let calls = 0;
      const changing: Context["request"] = async (asked, params) => {
        if (asked === method && ++calls === nth) await ctx.request("anvil_reorg", [4, []]);
        return ctx.request(asked, params);
      };
      const { chainId, ledger } = ctx.domain;
      const { deployedBlock: fromBlock } = await ctx.prisma.ledger.findUniqueOrThrow({
        where: { id: 1 },
      });
      const reader = ledgerReader({ request: changing, chainId, ledger, fromBlock });
      await followOnce({ ...ctx, request: changing, reader });
      expect(calls).to.be.at.least(nth);
      while (await followOnce(ctx));
      expect((await settlementOf(hash)).state).to.equal("signed");
    });

  it("holds an event that the ledger refuses, and its descendants, until an operator sends them again", async () => {
    const made = await commission();
    await service.settle();
    await suspendParty(ctx, service.ownerKey, distributor); // not followed yet, so the service accepts an event that the ledger refuses
    const shipped = await acts.ship(ctx, maker, {
      consignee: distributor,
      lots: [{ lot: made.lots[0]! }],
    });
    const cancelled = await acts.sendBack(ctx, maker, "cancel", { shipment: shipped.hash });
    await service.settle();
    expect(await settlementOf(shipped.hash)).to.deep.include({
      state: "held",
      reason: { name: "PartyIsSuspended", args: [distributor] },
    });
    expect((await settlementOf(cancelled.hash)).state).to.equal("held");
    await reinstateParty(ctx, service.ownerKey, distributor);
    expect(await requeueHeld(ctx.prisma, cancelled.hash)).to.equal(1); // without effect: its predecessor is still held
    await service.settle();
    expect((await settlementOf(cancelled.hash)).state).to.equal("held");
    expect(await requeueHeld(ctx.prisma, shipped.hash)).to.be.at.least(1);
    await requeueHeld(ctx.prisma, cancelled.hash);
    await service.settle();
    expect((await settlementOf(cancelled.hash)).state).to.equal("final");
  });

  describe("of two services on one chain", () => {
    let other: TestService;
    before(async () => {
      other = await openTestService({ beside: service });
    });
    after(() => other.close());

    /** A shipment by the maker, signed with the key that the first service stores. */
    async function shipment(
      lot: string,
      quantity: number,
      previous: string,
      carrier: string,
      consignee = distributor,
    ): Promise<SignedEvent> {
      const secret = ctx.random(32);
      const details = { carrier };
      const event: CustodyEvent = {
        action: ACTIONS.ship,
        actor: maker,
        holder: maker,
        consignee,
        time: ctx.clock(),
        entries: [{ lot, previous, quantity }],
        details: detailsRoot(details, secret),
      };
      const sign = await openSigner(ctx.prisma, ctx.keystore, maker);
      return {
        event,
        details,
        secret: toHex(secret),
        signature: sign(eventDigest(ctx.domain, event)),
      };
    }

    it("follows events that the other service settled", async () => {
      const { hash, lots } = await commission(77);
      await service.settle();
      await other.settle();
      const [event, original] = await Promise.all(
        [other.ctx, ctx].map(({ prisma }) => prisma.event.findUniqueOrThrow({ where: { hash } })),
      );
      expect(event).to.include({
        bytes: original!.bytes,
        signature: original!.signature,
        details: null,
      });
      const followed = await other.ctx.prisma.lot.findUniqueOrThrow({ where: { id: lots[0]! } });
      expect(followed).to.include({ issuer: maker, holder: maker, quantity: 77n, lastEvent: hash });
      expect(
        (await other.ctx.prisma.settlement.findUniqueOrThrow({ where: { id: hash } })).state,
      ).to.equal("final");
    });

    it("stores no event without its signature when the signature back end fails", async () => {
      const { hash } = await commission(78);
      await service.settle();
      const failing: Context = {
        ...other.ctx,
        recover: () => {
          throw new Error("the back end is broken");
        },
      };
      let error: unknown;
      try {
        while (await followOnce(failing));
      } catch (thrown) {
        error = thrown;
      }
      expect(String(error)).to.contain("the back end is broken");
      expect(await other.ctx.prisma.event.findUnique({ where: { hash } })).to.equal(null);

      await other.settle();
      const [event, original] = await Promise.all(
        [other.ctx, ctx].map(({ prisma }) => prisma.event.findUniqueOrThrow({ where: { hash } })),
      );
      expect(event!.signature).to.be.a("string").and.equal(original!.signature);
    });

    it("restores a lot whose first event was void when the rival's block is rolled back", async () => {
      const lotNumber = `LOT-${++serial}`;
      const details = { mpn: "REVIVED-1", makerLot: "L" };
      const ours = await acts.makeLots(ctx, maker, "commission", {
        lots: [{ lotNumber, quantity: 5, details }],
      });
      const lot = ours.lots[0]!;
      const event: CustodyEvent = {
        action: ACTIONS.commission,
        actor: maker,
        holder: maker,
        consignee: ZERO_ADDRESS,
        time: ctx.clock(),
        entries: [{ lot, previous: ZERO_HASH, quantity: 6 }],
        details: detailsRoot({ entries: [{ lotNumber }] }, new Uint8Array(32)),
      };
      const sign = await openSigner(ctx.prisma, ctx.keystore, maker);
      const signature = sign(eventDigest(ctx.domain, event));
      const rival = { event, signature, details: { entries: [{ lotNumber }] }, secret: ZERO_HASH };
      const theirs = await acceptEvent(other.ctx, rival);
      const before = await lotOf(lot);
      await other.settle();
      while (await followOnce(ctx));
      expect((await settlementOf(ours.hash)).state).to.equal("void");
      expect(await lotOf(lot)).to.include({ origin: theirs.hash, quantity: 6n, mpn: null });

      await ctx.request("anvil_reorg", [1, []]);
      await followOnce(ctx);
      expect(await lotOf(lot)).to.deep.equal(before);
      expect(await ctx.prisma.interest.findMany({ where: { lot } })).to.deep.equal([
        { lot, party: maker, lasting: true, until: null },
      ]);
      await service.settle();
      await other.settle();
      expect((await settlementOf(ours.hash)).state).to.equal("final");
    });

    it("assigns each event of one transaction its own signature", async () => {
      const { lots } = await commission();
      const time = ctx.clock();
      const about = { lots: [{ lot: lots[0]! }], time };
      const remarks = [
        await acts.remark(ctx, maker, "inspect", about),
        await acts.remark(ctx, maker, "hold", about),
        await acts.remark(ctx, maker, "release", about),
      ];
      await service.settle();
      await other.settle();
      for (const { hash } of remarks) {
        const [theirs, original] = await Promise.all(
          [other.ctx, ctx].map(({ prisma }) => prisma.event.findUniqueOrThrow({ where: { hash } })),
        );
        expect(theirs!.signature).to.equal(original!.signature);
      }
    });

    it("voids an event that lost to a rival, with its descendants, and revives them when the rival's block is rolled back", async () => {
      const { lots } = await commission(500);
      const lot = lots[0]!;
      await service.settle();
      await other.settle();
      const { lastEvent, holder, consignee, held, quantity } = await lotOf(lot);
      const previous = wordOf({ lastEvent, holder, consignee, held, quantity: Number(quantity) });

      const ours = await acceptEvent(ctx, await shipment(lot, 500, previous, "ours"));
      const received = await acts.receive(ctx, distributor, { shipment: ours.hash });
      const { ems } = service.parties;
      const rival = await shipment(lot, 500, previous, "theirs", ems.address);
      const theirs = await acceptEvent(other.ctx, rival);
      const readers = async () => {
        const rows = await ctx.prisma.interest.findMany({ where: { lot } });
        return rows.map(({ party }) => party);
      };
      expect(await readers()).to.have.members([maker, distributor]);
      await other.settle();
      while (await followOnce(ctx));
      expect((await settlementOf(ours.hash)).state).to.equal("void");
      expect((await settlementOf(received.hash)).state).to.equal("void");
      expect((await settlementOf(theirs.hash)).state).to.equal("final");
      expect((await lotOf(lot)).lastEvent).to.equal(theirs.hash);
      expect(await readers(), "a void event shows the lot to nobody").to.have.members([
        maker,
        ems.address,
      ]);

      await ctx.request("anvil_reorg", [1, []]);
      await followOnce(ctx);
      expect((await lotOf(lot)).lastEvent).to.equal(received.hash);
      expect(await readers()).to.have.members([maker, distributor]);
      await service.settle();
      await other.settle();
      expect((await settlementOf(received.hash)).state).to.equal("final");
      expect(
        (await other.ctx.prisma.settlement.findUniqueOrThrow({ where: { id: theirs.hash } })).state,
      ).to.equal("void");
    });
  });

  it("accepts one of twenty concurrent events over one word", async () => {
    const made = await commission();
    const shipped = await acts.ship(ctx, maker, {
      consignee: distributor,
      lots: [{ lot: made.lots[0]! }],
    });
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => acts.receive(ctx, distributor, { shipment: shipped.hash })),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).to.have.length(1);
    const codes = results.flatMap((result) =>
      result.status === "rejected" ? [(result.reason as { status: number }).status] : [],
    );
    expect(codes).to.deep.equal(Array(19).fill(409));
  });

  it("stores an event once when it is submitted several times at the same time", async () => {
    const lot = lotId(maker, `LOT-${++serial}`);
    const secret = ctx.random(32);
    const details = { entries: [{ lotNumber: `LOT-${serial}` }] };
    const event: CustodyEvent = {
      action: ACTIONS.commission,
      actor: maker,
      holder: maker,
      consignee: ZERO_ADDRESS,
      time: ctx.clock(),
      entries: [{ lot, previous: ZERO_HASH, quantity: 5 }],
      details: detailsRoot(details, secret),
    };
    const sign = await openSigner(ctx.prisma, ctx.keystore, maker);
    const signed = {
      event,
      details,
      secret: toHex(secret),
      signature: sign(eventDigest(ctx.domain, event)),
    };
    const answers = await Promise.all(Array.from({ length: 8 }, () => acceptEvent(ctx, signed)));
    expect(new Set(answers.map(({ hash }) => hash)).size).to.equal(1);
    expect(await ctx.prisma.event.count({ where: { hash: answers[0]!.hash } })).to.equal(1);
  });
});
