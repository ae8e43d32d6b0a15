// Runs each action as the rules allow it. Tests the states that follow, and their words on the
// ledger.
import { expect } from "chai";
import type { LotState } from "../../protocol/event/lot.ts";
import { MAX_ENTRIES, MAX_INTEGER } from "../../protocol/base/limits.ts";
import { ZERO_ADDRESS } from "../../protocol/base/values.ts";
import {
  type Scene,
  createScene,
  freshLot,
  happens,
  lotInTransit,
  lotsOf,
  stateOf,
} from "./support/scene.ts";
import { submissionFor } from "./support/refusing.ts";
import { lotsThatDiffer } from "./support/world.ts";

describe("CustodyLedger, on allowed events", () => {
  let scene: Scene;

  before(async () => {
    scene = await createScene();
  });

  afterEach(async () => {
    expect(
      await lotsThatDiffer(scene.world),
      "lots whose word is not that of their state",
    ).to.deep.equal([]);
  });

  after(() => scene.world.connection.close());

  /** Expects a lot's holder, consignee, quantity and hold. */
  const expectState = (lot: string, expected: Partial<LotState>) =>
    expect(stateOf(scene, lot)).to.include(expected);

  it("takes an origin that stands twice, each line using another", async () => {
    const { maker, world } = scene;
    const lots = await lotsOf(scene, maker, 1, 2);
    const claims = lots.toSorted().map((lot) => ({ lot, quantity: stateOf(scene, lot).quantity }));
    const submission = await submissionFor(scene, "inspect", maker.address, claims);
    const [one, two] = submission.lines as [bigint, bigint];
    const [origin] = submission.origins;
    const twice = { lines: [one, two + (1n << 128n)], origins: [origin!, origin!] };
    const digest = await world.ledger.record.staticCall(submission);
    expect(await world.ledger.record.staticCall({ ...submission, ...twice })).to.equal(digest);
  });

  it("commissions lots of a manufacturer with 1 and 2^53 - 1 pieces", async () => {
    const { maker } = scene;
    const [one, most] = [freshLot(scene, maker), freshLot(scene, maker)];
    const { digest } = await happens(scene, "commission", maker, [
      { lot: one, quantity: 1 },
      { lot: most, quantity: MAX_INTEGER },
    ]);
    const expected = {
      lastEvent: digest,
      holder: maker.address,
      consignee: ZERO_ADDRESS,
      held: false,
    };
    expectState(one, { ...expected, quantity: 1 });
    expectState(most, { ...expected, quantity: MAX_INTEGER });
  });

  it("introduces lots of a manufacturer, a distributor and an assembler", async () => {
    for (const party of [scene.maker, scene.distributor, scene.ems]) {
      const [lot] = await lotsOf(scene, party, 40);
      expectState(lot!, {
        holder: party.address,
        consignee: ZERO_ADDRESS,
        quantity: 40,
        held: false,
      });
    }
  });

  it("ships lots, which stay with their holder until they are received", async () => {
    const { maker, laboratory } = scene;
    const lots = await lotsOf(scene, maker, 10, 20);
    await happens(
      scene,
      "ship",
      maker,
      lots.map((lot) => ({ lot, quantity: stateOf(scene, lot).quantity })),
      { consignee: laboratory.address },
    );
    expectState(lots[0]!, { holder: maker.address, consignee: laboratory.address, quantity: 10 });
    expectState(lots[1]!, { holder: maker.address, consignee: laboratory.address, quantity: 20 });
  });

  it("gives received lots of several senders to the consignee, one of them short", async () => {
    const { maker, distributor, ems } = scene;
    const fromMaker = await lotInTransit(scene, maker, ems);
    const fromDistributor = await lotInTransit(scene, distributor, ems);
    await happens(scene, "receive", ems, [
      { lot: fromMaker, quantity: 100 },
      { lot: fromDistributor, quantity: 97 },
    ]);
    expectState(fromMaker, { holder: ems.address, consignee: ZERO_ADDRESS, quantity: 100 });
    expectState(fromDistributor, { holder: ems.address, consignee: ZERO_ADDRESS, quantity: 97 });
  });

  it("leaves refused and cancelled lots with their sender", async () => {
    const { maker, ems } = scene;
    const refused = await lotInTransit(scene, maker, ems);
    await happens(scene, "refuse", ems, [{ lot: refused, quantity: 100 }], {
      holder: maker.address,
    });
    expectState(refused, { holder: maker.address, consignee: ZERO_ADDRESS, quantity: 100 });

    const cancelled = await lotInTransit(scene, maker, ems);
    await happens(scene, "cancel", maker, [{ lot: cancelled, quantity: 100 }]);
    expectState(cancelled, { holder: maker.address, consignee: ZERO_ADDRESS, quantity: 100 });
  });

  it("divides a parent's pieces and passes its hold to the children, also down to zero", async () => {
    const { distributor } = scene;
    const [parent] = await lotsOf(scene, distributor, 100);
    const [first, second, third] = [1, 2, 3].map(() => freshLot(scene, distributor));
    await happens(scene, "split", distributor, [
      { lot: parent!, quantity: 60 },
      { lot: first!, quantity: 40 },
    ]);
    expectState(parent!, { quantity: 60, held: false });
    expectState(first!, { holder: distributor.address, quantity: 40, held: false });

    await happens(scene, "hold", distributor, [{ lot: parent!, quantity: 60 }]);
    await happens(scene, "split", distributor, [
      { lot: parent!, quantity: 0 },
      { lot: second!, quantity: 25 },
      { lot: third!, quantity: 35 },
    ]);
    expectState(parent!, { quantity: 0, held: true });
    expectState(second!, { holder: distributor.address, quantity: 25, held: true });
    expectState(third!, { holder: distributor.address, quantity: 35, held: true });
  });

  it("consumes an assembly's inputs and counts its products", async () => {
    const { ems } = scene;
    const [first, second] = await lotsOf(scene, ems, 100, 7);
    const product = freshLot(scene, ems);
    await happens(scene, "assemble", ems, [
      { lot: first!, quantity: 40 },
      { lot: second!, quantity: 0 },
      { lot: product, quantity: 12 },
    ]);
    expectState(first!, { quantity: 40 });
    expectState(second!, { quantity: 0 });
    expectState(product, {
      holder: ems.address,
      consignee: ZERO_ADDRESS,
      quantity: 12,
      held: false,
    });
  });

  it("changes only the last event for an inspection", async () => {
    const { ems } = scene;
    const [lot] = await lotsOf(scene, ems, 5);
    const before = stateOf(scene, lot!);
    const { digest } = await happens(scene, "inspect", ems, [{ lot: lot!, quantity: 5 }]);
    expect(stateOf(scene, lot!)).to.deep.equal({ ...before, lastEvent: digest });
  });

  it("keeps a lot held through every allowed action until it is released", async () => {
    const { distributor, laboratory } = scene;
    const [lot] = await lotsOf(scene, distributor, 50);
    const all = [{ lot: lot!, quantity: 50 }];
    await happens(scene, "hold", distributor, all);
    await happens(scene, "inspect", distributor, all);
    await happens(scene, "ship", distributor, all, { consignee: laboratory.address });
    await happens(scene, "refuse", laboratory, all, { holder: distributor.address });
    await happens(scene, "ship", distributor, all, { consignee: laboratory.address });
    await happens(scene, "cancel", distributor, all);
    await happens(scene, "ship", distributor, all, { consignee: laboratory.address });
    await happens(scene, "receive", laboratory, all);
    await happens(scene, "scrap", laboratory, [{ lot: lot!, quantity: 45 }]);
    expectState(lot!, { holder: laboratory.address, quantity: 45, held: true });
    await happens(scene, "release", laboratory, [{ lot: lot!, quantity: 45 }]);
    expectState(lot!, { quantity: 45, held: false });
  });

  it("reduces a scrapped lot, down to zero", async () => {
    const { maker } = scene;
    const [lot] = await lotsOf(scene, maker, 50);
    await happens(scene, "scrap", maker, [{ lot: lot!, quantity: 49 }]);
    expectState(lot!, { quantity: 49 });
    await happens(scene, "scrap", maker, [{ lot: lot!, quantity: 0 }]);
    expectState(lot!, { quantity: 0 });
  });

  it("keeps the hold of each lot of an event with held and free lots", async () => {
    const { ems } = scene;
    const [held, free, other] = await lotsOf(scene, ems, 1, 2, 3);
    await happens(scene, "hold", ems, [{ lot: held!, quantity: 1 }]);
    await happens(scene, "inspect", ems, [
      { lot: held!, quantity: 1 },
      { lot: free!, quantity: 2 },
      { lot: other!, quantity: 3 },
    ]);
    expectState(held!, { held: true });
    expectState(free!, { held: false });
    expectState(other!, { held: false });
  });

  it(`records ${MAX_ENTRIES} entries in one transaction`, async () => {
    const { maker, ems } = scene;
    const entries = Array.from({ length: MAX_ENTRIES }, () => ({
      lot: freshLot(scene, maker),
      quantity: 3_000,
    }));
    await happens(scene, "commission", maker, entries);
    await happens(scene, "ship", maker, entries, { consignee: ems.address });
    await happens(scene, "receive", ems, entries);
    expectState(entries[0]!.lot, { holder: ems.address });
  });

  it("records event times from zero to 15 minutes ahead", async () => {
    const { maker, world } = scene;
    const latest = (await world.connection.ethers.provider.getBlock("latest"))!.timestamp;
    for (const time of [0, latest + 900])
      await happens(scene, "commission", maker, [{ lot: freshLot(scene, maker), quantity: 1 }], {
        time,
      });
  });
});
