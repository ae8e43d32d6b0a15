// Tests bundles of log-only lots between two companies' services: both directions, and what must be refused.
import { expect } from "chai";
import { entryHash, eventDigest } from "../../../protocol/event/event.ts";
import { toHex } from "../../../protocol/base/bytes.ts";
import { recoverSigner } from "../../../protocol/base/crypto.ts";
import { encodeRecordBatch } from "../../../protocol/chain/codec.ts";
import { CustodyEvent } from "../../../protocol/event/event.ts";
import { submissionOf } from "../../../protocol/event/submission.ts";
import * as acts from "../../../server/custody/acts.ts";
import { bundleFor } from "../../../server/bundles/bundles.ts";
import { followOnce } from "../../../server/settlement/follow.ts";
import { formatFault, fsck } from "../../../server/fsck/fsck.ts";
import { importBundle } from "../../../server/bundles/imports.ts";
import { Refusal } from "../../../server/refusal.ts";
import { settleLot } from "../../../server/settlement/promote.ts";
import { knownStatesBefore } from "../../../server/custody/states.ts";
import { verdictOf } from "../../../server/verdict/verdict.ts";
import { anchorLog } from "../../support/log-only.ts";
import { openTestService, type TestService } from "../../support/service.ts";
import { codes } from "../../support/verdicts.ts";

describe("importBundle with log-only lots", () => {
  let a: TestService;
  let b: TestService;
  let maker: string;
  let distributor: string;
  let serial = 0;

  before(async () => {
    a = await openTestService();
    b = await openTestService({ beside: a });
    await a.settle();
    maker = a.parties.maker.address;
    distributor = b.parties.distributor.address;
  });
  after(async () => {
    await b?.close();
    await a?.close();
  });
  afterEach(async () => {
    for (const { ctx, settle } of [a, b]) {
      await settle();
      expect((await fsck(ctx)).faults.map(formatFault)).to.deep.equal([]);
    }
  });

  const lotOf = () => ({
    lotNumber: `FAR-${++serial}`,
    quantity: 100,
    details: { manufacturer: "Test maker", mpn: "TM-1", makerLot: "L1", dateCode: "2601" },
  });
  const make = async (count = 1) =>
    acts.makeLots(a.ctx, maker, "commission", {
      lots: Array.from({ length: count }, lotOf),
      settlement: "log",
    });
  const ship = (lots: string[]) =>
    acts.ship(a.ctx, maker, {
      consignee: distributor,
      lots: lots.map((lot) => ({ lot })),
      details: { carrier: "Far" },
    });
  const take = (to: TestService, from: TestService, party: string, lot: string) =>
    bundleFor(from.ctx, { party }, lot).then((bundle) => importBundle(to.ctx, { party }, bundle));
  const stateOf = async ({ ctx }: TestService, id: string) =>
    (await ctx.prisma.settlement.findUniqueOrThrow({ where: { id } })).state;
  const rowsOf = ({ ctx }: TestService) => ctx.prisma.event.count();
  async function refusal(taking: Promise<unknown>): Promise<Refusal> {
    const error = await taking.then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(error).to.be.instanceOf(Refusal);
    return error as Refusal;
  }
  /** Makes and ships lots at service A, imports and receives them at service B. */
  async function across(count = 1) {
    const made = await make(count);
    const shipment = await ship(made.lots);
    await anchorLog(a);
    for (const lot of made.lots) await take(b, a, distributor, lot);
    const receipt = await acts.receive(b.ctx, distributor, { shipment: shipment.hash });
    return { lots: made.lots, events: [made.hash, shipment.hash, receipt.hash] };
  }

  it("imports a lot from a bundle, lets it be received and split there, and imports it back", async () => {
    const { lots: sent, events } = await across();
    const [lot] = sent as [string];
    for (const event of events) expect(await stateOf(b, event)).to.equal("logged");
    const split = await acts.split(b.ctx, distributor, {
      lot,
      children: [{ lotNumber: `C-${++serial}`, quantity: 30 }],
    });
    const lots = split.lots.map((each) => ({ lot: each })); // a party that does not see a child cannot check that the split adds up
    await acts.ship(b.ctx, distributor, { consignee: maker, lots, details: { reason: "return" } });
    await anchorLog(b);
    const back = await take(a, b, maker, lot);
    expect([back.events, codes(back.verdict).includes("LATEST_UNPROVEN")]).to.deep.equal([3, true]);
    const again = await take(a, b, maker, lot);
    expect(again.events).to.equal(0);
    const row = await a.ctx.prisma.lot.findUniqueOrThrow({ where: { id: lot } });
    expect([row.consignee, row.quantity, row.mpn]).to.deep.equal([maker, 70n, "TM-1"]);
    const { verdict, findings, events: shown } = await verdictOf(a.ctx, lot);
    expect(verdict, JSON.stringify(findings)).to.equal("WARN");
    expect(new Set(shown.map(({ logged }) => logged!.operator))).to.deep.equal(
      new Set([a.ctx.merkleLog.operator, b.ctx.merkleLog.operator]),
    );
    expect(await a.ctx.prisma.foreignLeaf.count({ where: { event: split.hash } })).to.equal(1);
  });

  it("passes on the proof of the earlier checkpoint when both logs have the events", async () => {
    const { lots, events } = await across();
    await anchorLog(b);
    const leaves = await b.ctx.prisma.leaf.count({ where: { event: { in: events } } });
    expect(leaves).to.equal(3);
    const { trail } = await bundleFor(b.ctx, { party: distributor }, lots[0]!);
    const { operator: ofA } = a.ctx.merkleLog;
    const { operator: ofB } = b.ctx.merkleLog;
    expect(trail.events.map(({ logged }) => logged!.operator)).to.deep.equal([ofA, ofA, ofB]);
  });

  it("imports lots that share events when the consignee sees all of them", async () => {
    const { lots } = await across(3);
    await anchorLog(b);
    for (const lot of lots) expect((await verdictOf(b.ctx, lot)).verdict).to.equal("WARN");
  });

  it("refuses a bundle with withheld entries, one that is not anchored, and one for a party it does not name", async () => {
    const made = await make(2);
    const [lot, other] = made.lots as [string, string];
    await ship([lot]);
    const before = await rowsOf(b);
    const early = await refusal(take(b, a, distributor, lot));
    expect([early.code, early.status]).to.deep.equal(["NOT_SETTLED", 409]);
    await anchorLog(a);
    const withheld = await refusal(take(b, a, distributor, lot));
    const position = [lot, other].sort().indexOf(other);
    expect([withheld.code, withheld.field]).to.deep.equal([
      "ENTRIES_WITHHELD",
      `trail.events.0.event.entries.${position}`,
    ]);
    const bundle = await bundleFor(a.ctx, { party: null }, lot);
    const stranger = await refusal(importBundle(b.ctx, { party: b.parties.lab.address }, bundle));
    expect(stranger.code).to.equal("NOT_FOUND");
    expect(await rowsOf(b)).to.equal(before);
  });

  it("refuses a bundle whose log proof or event was altered", async () => {
    const made = await make();
    const [lot] = made.lots as [string];
    await ship([lot]);
    await anchorLog(a);
    const bundle = await bundleFor(a.ctx, { party: distributor }, lot);
    const before = await rowsOf(b);
    const copy = () => structuredClone(bundle);
    const proof = copy();
    proof.trail.events[0]!.logged!.proof[0] = `0x${"ab".repeat(32)}`;
    const event = copy();
    event.trail.events[1]!.event.time += 1;
    for (const altered of [proof, event]) {
      const { code } = await refusal(importBundle(b.ctx, { party: distributor }, altered));
      expect(code).to.equal("BUNDLE_REFUSED");
    }
    expect(await rowsOf(b)).to.equal(before);
  });

  it("refuses a bundle with EQUIVOCATION, and both signed events, when a party signed two events over one word", async () => {
    const made = await make();
    const [lot] = made.lots as [string];
    await anchorLog(a);
    // The maker's second service learns of the lot, and the maker ships it there to another.
    const twin = await openTestService({ beside: a, keystore: a.ctx.keystore });
    try {
      await twin.settle();
      const bundle = await bundleFor(a.ctx, { party: maker }, lot);
      await importBundle(twin.ctx, { party: maker }, bundle);
      const storedKeys = await a.ctx.prisma.storedKey.findMany({ where: { party: maker } });
      await twin.ctx.prisma.storedKey.createMany({ data: storedKeys });
      await acts.ship(a.ctx, maker, { consignee: distributor, lots: [{ lot }] });
      const theirs = await acts.ship(twin.ctx, maker, {
        consignee: b.parties.ems.address,
        lots: [{ lot }],
      });
      await anchorLog(twin);
      const before = await rowsOf(a);
      const conflict = await refusal(take(a, twin, maker, lot));
      expect([conflict.code, conflict.status]).to.deep.equal(["EQUIVOCATION", 409]);
      const { domain, recover, prisma } = a.ctx;
      const keys = (await prisma.key.findMany({ where: { party: maker } })).map(
        ({ address }) => address,
      );
      expect(conflict.evidence!.map(({ hash }) => hash)).to.include(theirs.hash);
      for (const { hash, event, signature } of conflict.evidence!) {
        const whole = CustodyEvent.parse(event);
        expect(eventDigest(domain, whole)).to.equal(hash);
        expect(keys).to.include(recoverSigner(hash, signature, recover));
      }
      expect(
        new Set(
          conflict.evidence!.map(({ event }) =>
            toHex(entryHash(CustodyEvent.parse(event).entries[0]!)),
          ),
        ).size,
      ).to.equal(1);
      expect(await rowsOf(a)).to.equal(before);
      expect((await fsck(twin.ctx)).faults.map(formatFault)).to.deep.equal([]);
    } finally {
      await twin.close();
    }
  });

  it("settles an imported lot on the ledger with the events signed at the other service", async () => {
    const { lots, events } = await across();
    await anchorLog(b);
    const byIssuer = await settleLot(b.ctx, { party: maker }, lots[0]!).catch((e: unknown) => e);
    expect(byIssuer, "an issuer that handed it on").to.include({ code: "FORBIDDEN" });
    const { events: queued } = await settleLot(b.ctx, { party: distributor }, lots[0]!);
    expect(queued).to.have.members(events);
    await b.settle();
    for (const event of events) expect(await stateOf(b, event)).to.equal("final");
    await a.settle();
    for (const event of events.slice(0, 2)) expect(await stateOf(a, event)).to.equal("final");
    expect((await verdictOf(b.ctx, lots[0]!)).verdict).to.equal("PASS");
  });

  it("queues a settled event again after a reorg dropped it", async () => {
    const made = await make();
    await anchorLog(a);
    await settleLot(a.ctx, { party: maker }, made.lots[0]!);
    await a.settle();
    expect(await stateOf(a, made.hash)).to.equal("final");
    await a.ctx.request("anvil_reorg", [1, []]);
    await followOnce(a.ctx);
    expect(await stateOf(a, made.hash)).to.equal("signed");
    await a.settle();
    expect(await stateOf(a, made.hash)).to.equal("final");
  });

  it("queues later events when another account settles the lot's first event", async () => {
    const made = await make();
    const [lot] = made.lots as [string];
    const shipment = await ship([lot]);
    await anchorLog(a);
    const row = await a.ctx.prisma.event.findUniqueOrThrow({ where: { hash: made.hash } });
    const event = CustodyEvent.parse(JSON.parse(row.bytes));
    const before = (await knownStatesBefore(a.ctx.prisma, event))!;
    const data = encodeRecordBatch([submissionOf(event, before, row.signature!)]);
    await a.ctx
      .request("anvil_impersonateAccount", [a.ctx.merkleLog.operator])
      .catch(() => undefined);
    await a.ctx.request("eth_sendTransaction", [
      { from: a.ctx.merkleLog.operator, to: a.ctx.domain.ledger, data, gas: "0xf4240" },
    ]);
    while (
      (await a.ctx.reader.events([made.hash], (await a.ctx.reader.head()).number)).length === 0
    );
    while (await followOnce(a.ctx));
    expect([await stateOf(a, made.hash), await stateOf(a, shipment.hash)]).to.deep.equal([
      "final",
      "queued",
    ]);
    await a.settle();
    expect(await stateOf(a, shipment.hash)).to.equal("final");
  });
});
