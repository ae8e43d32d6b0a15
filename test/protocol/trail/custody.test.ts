// Tests what a reader sees of a bundle beside its verdict: its claim, the line of custody, and
// the withheld fields.
import { expect } from "chai";
import { fc } from "../../support/random.ts";
import { type BundleJson, bundleOf } from "../../../protocol/trail/bundle.ts";
import { claimOf } from "../../../protocol/trail/bundle-claim.ts";
import { lineOfCustody, withheldIn } from "../../../protocol/trail/custody.ts";
import { withhold } from "../../../protocol/event/disclosure.ts";
import { ACTIONS, entryHash, eventDigest, withheldEntry } from "../../../protocol/event/event.ts";
import { toHex } from "../../../protocol/base/bytes.ts";
import type { TrailJson } from "../../../protocol/trail/trail.ts";
import {
  type World,
  act,
  commission,
  deliver,
  lotOf,
  openWorld,
  trailFor,
} from "../../support/trails.ts";

describe("a reader's view of a bundle", function () {
  this.timeout(600_000);
  let world: World;
  let reel: string;
  let cut: string;
  let board: string;

  before(async () => {
    world = await openWorld();
    const { maker, distributor, assembler } = world;
    reel = await commission(world, "R-1", 1_000);
    await deliver(world, maker, distributor, [reel]);
    cut = lotOf(distributor, "CUT-1");
    await act(world, distributor, "split", {
      lots: { [reel]: 600, [cut]: 400 },
      facts: { [cut]: { lotNumber: "CUT-1" } },
    });
    await deliver(world, distributor, assembler, [cut]);
    board = lotOf(assembler, "B-1");
    await act(world, assembler, "assemble", {
      lots: { [cut]: 300, [board]: 10 },
      facts: { [board]: { lotNumber: "B-1" } },
    });
  });

  const eventsOf = (lot: string) =>
    trailFor(world, lot).events.map((item) => ({
      ...item,
      digest: eventDigest(world.ledger.domain, item.event),
    }));

  it("follows custody back through splits to the origin, or to the assembly of a product", () => {
    const { maker, distributor, assembler } = world;
    const linesOf = (lot: string) =>
      lineOfCustody(lot, eventsOf(lot)).map(({ action, actor, consignee, quantity, lot: of }) => [
        action,
        actor,
        consignee,
        quantity,
        of,
      ]);
    expect(linesOf(cut)).to.deep.equal([
      ["commission", maker.address, null, 1_000, reel],
      ["ship", maker.address, distributor.address, 1_000, reel],
      ["receive", distributor.address, null, 1_000, reel],
      ["split", distributor.address, null, 400, cut],
      ["ship", distributor.address, assembler.address, 400, cut],
      ["receive", assembler.address, null, 400, cut],
      ["assemble", assembler.address, null, 300, cut],
    ]);
    expect(linesOf(board)).to.deep.equal([["assemble", assembler.address, null, 10, board]]);
    expect(lineOfCustody(cut, [])).to.deep.equal([]);
  });

  it("omits withheld entries and unknown actions from the line of custody", () => {
    const events = eventsOf(cut);
    const hidden = events.map((item) => {
      const entries = item.event.entries.map((entry) =>
        item.event.action === ACTIONS.split && entry.lot === reel
          ? withheldEntry(toHex(entryHash(entry)))
          : entry,
      );
      return { ...item, event: { ...item.event, entries } };
    });
    expect(lineOfCustody(cut, hidden).map(({ action }) => action)).to.deep.equal([
      "split",
      "ship",
      "receive",
      "assemble",
    ]);
    const unknown = events.map((item) => ({ ...item, event: { ...item.event, action: 99 } }));
    expect(lineOfCustody(cut, unknown)).to.deep.equal([]);
  });

  it("counts the withheld fields of an event by name", () => {
    const [made, shipped] = trailFor(world, cut).events as [
      ReturnType<typeof eventsOf>[0],
      ReturnType<typeof eventsOf>[0],
    ];
    expect(withheldIn(made)).to.equal(undefined);
    const partly = { ...made, details: withhold(made.details!, (path) => path[2] === "mpn") };
    expect(withheldIn(partly)).to.deep.include({ entries: 0, details: false, signature: false });
    expect([...withheldIn(partly)!.fields]).to.deep.equal([
      ["dateCode", 1],
      ["lotNumber", 1],
      ["makerLot", 1],
      ["manufacturer", 1],
    ]);
    const [entry] = shipped.event.entries;
    const bare = {
      ...shipped,
      event: { ...shipped.event, entries: [withheldEntry(toHex(entryHash(entry!)))] },
    };
    expect(withheldIn({ ...bare, details: null, signature: null })).to.deep.equal({
      fields: new Map(),
      entries: 1,
      details: true,
      signature: true,
    });
  });

  it("shows a bundle's claim, with null for everything missing or malformed", () => {
    const made = { at: 1_790_000_000, by: "Harbour Components" };
    const bundle: BundleJson = bundleOf(trailFor(world, cut) as TrailJson, { documents: [], made });
    const claim = {
      isBundle: true,
      ...world.ledger.domain,
      lot: cut,
      events: 7,
      notices: 0,
      documents: 0,
      made,
    };
    expect(claimOf(bundle)).to.deep.equal({ ...claim, checkpoints: null });
    const checkpoints = `0x${"c4".repeat(20)}`;
    const logged = { ...bundle, trail: { ...bundle.trail, checkpoints } };
    expect(claimOf(logged)).to.deep.equal({ ...claim, checkpoints });
    const nothing = {
      chainId: null,
      ledger: null,
      checkpoints: null,
      lot: null,
      events: null,
      notices: null,
      documents: null,
      made: null,
    };
    for (const input of [null, undefined, 7, "x", [], {}, { trail: null }])
      expect(claimOf(input)).to.deep.equal({ isBundle: false, ...nothing });
    const odd = {
      ...bundle,
      made: { at: -1, by: "" },
      trail: { ...bundle.trail, chainId: 0, ledger: "0xAB", lot: 1 },
    };
    expect(claimOf(odd)).to.deep.include({
      chainId: null,
      ledger: null,
      lot: null,
      made: null,
      events: 7,
    });
    fc.assert(fc.property(fc.jsonValue(), (input) => void claimOf(input)));
  });
});
