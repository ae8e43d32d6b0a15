// Tests what ends a held event: a rival that the ledger would take, the word of its author or the operator, and the ledger
// itself if it records the event after all.
import { expect } from "chai";
import { revokeKey, makeKey, reinstateParty, suspendParty } from "../../../server/access/admin.ts";
import * as acts from "../../../server/custody/acts.ts";
import type { Context } from "../../../server/context.ts";
import { fsck } from "../../../server/fsck/fsck.ts";
import { formatFault } from "../../../server/integrity/fault.ts";
import { giveUp, requeueHeld } from "../../../server/settlement/hold.ts";
import { encodeRecordBatch } from "../../../protocol/chain/codec.ts";
import { submissionOf } from "../../../protocol/event/submission.ts";
import { CustodyEvent } from "../../../protocol/event/event.ts";
import { parseCanonical } from "../../../protocol/base/canonical.ts";
import { knownStatesBefore } from "../../../server/custody/states.ts";
import { sendFrom } from "../../../server/chain/calls.ts";
import { Refusal } from "../../../server/refusal.ts";
import { openTestService, type TestService } from "../../support/service.ts";

let serial = 0;

describe("a held event", () => {
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
    expect((await fsck(ctx)).faults.map(formatFault)).to.deep.equal([]);
  });

  const settlementOf = (id: string) => ctx.prisma.settlement.findUniqueOrThrow({ where: { id } });
  const lotOf = (id: string) => ctx.prisma.lot.findUniqueOrThrow({ where: { id } });
  const end = (id: string, party: string | null) =>
    ctx.prisma.$transaction((tx) => giveUp(tx, { party }, id));
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => "accepted",
      (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
    );

  /** A lot of the maker's that is on its way to the distributor. */
  async function shipped() {
    const made = await acts.makeLots(ctx, maker, "commission", {
      lots: [{ lotNumber: `HELD-${++serial}`, quantity: 100 }],
    });
    const lot = made.lots[0]!;
    const { hash } = await acts.ship(ctx, maker, { consignee: distributor, lots: [{ lot }] });
    await service.settle();
    return { lot, shipment: hash };
  }

  /** The distributor's receipt, signed with a key whose revocation the service has not followed yet. */
  async function receivedWithRevokedKey(shipment: string): Promise<string> {
    const { accountKey } = service.parties.distributor;
    const keys = await ctx.prisma.key.findMany({ where: { party: distributor, revokedAt: null } });
    for (const { address } of keys) await revokeKey(ctx, accountKey, address);
    const receipt = await acts.receive(ctx, distributor, { shipment });
    await service.settle();
    await makeKey(ctx, accountKey);
    await service.settle();
    return receipt.hash;
  }

  it("yields to a rival that the ledger takes: the shipper's cancel, while the receipt is held", async () => {
    const { lot, shipment } = await shipped();
    const receipt = await receivedWithRevokedKey(shipment);
    expect((await settlementOf(receipt)).reason).to.deep.include({ name: "KeyIsRevoked" });
    const inspected = await acts.remark(ctx, distributor, "inspect", { lots: [{ lot }] });
    expect(inspected.settlement).to.equal("held");
    expect((await settlementOf(inspected.hash)).reason).to.deep.equal({
      name: "PredecessorHeld",
      args: [receipt],
    });

    const cancelled = await acts.sendBack(ctx, maker, "cancel", { shipment });
    expect(cancelled.settlement).to.equal("queued");
    for (const id of [receipt, inspected.hash])
      expect(await settlementOf(id)).to.deep.include({ state: "void" });
    expect((await settlementOf(receipt)).reason).to.deep.include({
      name: "Yielded",
      args: [cancelled.hash],
    });
    await service.settle();
    expect((await settlementOf(cancelled.hash)).state).to.equal("final");
    expect(await lotOf(lot)).to.include({ holder: maker, lastEvent: cancelled.hash });
  });

  it("stays as it is when the rival is refused", async () => {
    const { lot, shipment } = await shipped();
    const receipt = await receivedWithRevokedKey(shipment);
    const asked = acts.sendBack(ctx, distributor, "cancel", { shipment });
    expect(await codeOf(asked)).to.equal("HOLDER_MISMATCH");
    expect((await settlementOf(receipt)).state).to.equal("held");
    expect(await lotOf(lot)).to.include({ holder: distributor, lastEvent: receipt });
    expect(await end(receipt, distributor)).to.equal(1);
  });

  it("is given up by its author or the operator, and by nobody else, with all that follows it", async () => {
    for (const who of [distributor, null]) {
      const { lot, shipment } = await shipped();
      const receipt = await receivedWithRevokedKey(shipment);
      const after = await acts.remark(ctx, distributor, "inspect", { lots: [{ lot }] });
      expect(await codeOf(end(receipt, maker))).to.equal("NOT_FOUND");
      expect(await end(receipt, who)).to.equal(2);
      expect(await settlementOf(receipt)).to.deep.include({ state: "void" });
      expect(await settlementOf(after.hash)).to.deep.include({ state: "void" });
      expect(await codeOf(end(receipt, who))).to.equal("NOT_FOUND");
      expect(await lotOf(lot)).to.include({ holder: maker, consignee: distributor });
      const again = await acts.receive(ctx, distributor, { shipment });
      await service.settle();
      expect((await settlementOf(again.hash)).state).to.equal("final");
    }
  });

  it("counts again, with all that follows it, if the ledger records it after it was given up", async () => {
    const { lot, shipment } = await shipped();
    await suspendParty(ctx, service.ownerKey, distributor);
    const receipt = await acts.receive(ctx, distributor, { shipment });
    await service.settle();
    await reinstateParty(ctx, service.ownerKey, distributor);
    await service.settle();
    const after = await acts.remark(ctx, distributor, "inspect", { lots: [{ lot }] });
    expect(await end(receipt.hash, distributor)).to.equal(2);
    const row = await ctx.prisma.event.findUniqueOrThrow({ where: { hash: receipt.hash } });
    const event = CustodyEvent.parse(parseCanonical(row.bytes));
    const before = (await knownStatesBefore(ctx.prisma, event))!;
    await sendFrom(ctx.request, ctx.domain.chainId, service.parties.maker.accountKey, {
      to: ctx.domain.ledger,
      data: encodeRecordBatch([submissionOf(event, before, row.signature!)]),
    });
    await service.settle();
    expect((await settlementOf(receipt.hash)).state).to.equal("final");
    expect((await settlementOf(after.hash)).state).to.equal("final");
    expect(await lotOf(lot)).to.include({ holder: distributor, lastEvent: after.hash });
  });

  it("goes again with what followed it while it was held", async () => {
    const { lot, shipment } = await shipped();
    await suspendParty(ctx, service.ownerKey, distributor);
    const receipt = await acts.receive(ctx, distributor, { shipment });
    await service.settle();
    await reinstateParty(ctx, service.ownerKey, distributor);
    await service.settle();
    const after = await acts.remark(ctx, distributor, "inspect", { lots: [{ lot }] });
    expect(await ctx.prisma.$transaction((tx) => requeueHeld(tx, receipt.hash))).to.equal(2);
    await service.settle();
    for (const { hash } of [receipt, after])
      expect((await settlementOf(hash)).state).to.equal("final");
  });
});
