// Tests the reach of a recall: who sees which lots, and that the counts of pieces add up for every reader.
import { expect } from "chai";
import type { ManyReached, ReachView } from "../../../api/reach.ts";
import * as acts from "../../../server/custody/acts.ts";
import { OPERATOR } from "../../../server/access/visibility.ts";
import { reachOf } from "../../../server/custody/reach.ts";
import { type KeyName, openTestHttp, type PartyName, type TestHttp } from "../../support/http.ts";

const MODES = ["ledger", "log"] as const;
type Mode = (typeof MODES)[number];

describe("the reach of a recall", () => {
  let http: TestHttp;
  const lots = {} as Record<Mode, Record<"lot" | "child" | "product", string>>;
  const recalls = {} as Record<Mode, string>;

  const party = (name: PartyName) => http.parties[name].address;
  const handOver = async (from: PartyName, to: PartyName, lot: string, quantity?: number) => {
    const shipment = await acts.ship(http.ctx, party(from), {
      consignee: party(to),
      lots: [{ lot }],
    });
    const counted = quantity === undefined ? {} : { lots: [{ lot, quantity }] };
    await acts.receive(http.ctx, party(to), { shipment: shipment.hash, ...counted });
  };
  const reach = (key: KeyName, lot: string, query = "") =>
    http.expecting<ReachView>(200, "GET", `/v1/lots/${lot}/reach${query}`, { key });
  const idsOf = ({ items }: ReachView) => items.map(({ lot }) => lot);

  function expectSum({ pieces }: ReachView): void {
    const { recalled, ...rest } = pieces;
    expect(Object.values(rest).reduce((sum, count) => sum + count, 0)).to.equal(recalled);
    for (const count of Object.values(rest)) expect(count).to.be.at.least(0);
  }

  // 1,000 pieces, of which 10 are short at the distributor. It splits off 300 for the EMS, which builds 250 of them into
  // products, scraps 5 and gives 2 to a test.
  before(async () => {
    http = await openTestHttp();
    const { ctx } = http;
    for (const mode of MODES) {
      const made = await acts.makeLots(ctx, party("maker"), "commission", {
        lots: [{ lotNumber: `R-${mode}`, quantity: 1_000, details: { mpn: "R" } }],
        settlement: mode,
      });
      const lot = made.lots[0]!;
      await handOver("maker", "distributor", lot, 990);
      const split = await acts.split(ctx, party("distributor"), {
        lot,
        children: [{ lotNumber: `C-${mode}`, quantity: 300 }],
      });
      const child = split.lots.find((id) => id !== lot)!;
      await handOver("distributor", "ems", child);
      const assembled = await acts.assemble(ctx, party("ems"), {
        inputs: [{ lot: child, quantity: 250 }],
        products: [{ lotNumber: `P-${mode}`, quantity: 50, details: { mpn: "BOARD" } }],
      });
      const product = assembled.lots.find((id) => id !== child)!;
      for (const [reason, quantity] of [
        ["loss", 5],
        ["test", 2],
      ] as const)
        await acts.scrap(ctx, party("ems"), {
          lots: [{ lot: child, quantity }],
          details: { reason },
        });
      lots[mode] = { lot, child, product };
      const notice = { lot, kind: "recall", details: { reason: "cracks" } } as const;
      recalls[mode] = (await acts.giveNotice(ctx, party("maker"), notice)).hash;
    }
    await http.settle();
  });
  after(() => http.close());

  it("shows the issuer of a standing recall each lot that the ledger published, without its texts", async () => {
    const { lot, child, product } = lots.ledger;
    const view = await reach("maker", lot);
    expect(view).to.include({ scope: "the recall", recall: recalls.ledger, truncated: false });
    expect(view.pieces).to.deep.equal({
      recalled: 1_000,
      inLots: 690 + 43,
      handedOn: 0,
      usedInProducts: 250,
      scrapped: 7,
      samples: 0,
      short: 10,
      notSeen: 0,
    });
    expectSum(view);
    expect(idsOf(view)).to.deep.equal([lot, child, product]);
    const [, split, board] = view.items;
    expect(split).to.include({ lotNumber: null, kind: "pieces", quantity: 43, steps: 1 });
    expect(split!.holder).to.include({ address: party("ems"), name: "Test ems" });
    expect(board).to.include({ kind: "product", quantity: 50, mpn: null, state: "free" });
    expect(board!.used).to.deep.equal([{ lot: child, quantity: 250 }]);
    expect(
      view.byHolder.map(({ holder, lots: count, pieces, products }) => [
        holder.name,
        count,
        pieces,
        products,
      ]),
    ).to.deep.equal([
      ["Test distributor", 1, 690, 0],
      ["Test ems", 2, 43, 50],
    ]);
  });

  it("finds the same by the notice", async () => {
    const byNotice = await http.expecting(200, "GET", `/v1/notices/${recalls.ledger}/reach`, {
      key: "maker",
    });
    expect(byNotice).to.deep.equal(await reach("maker", lots.ledger.lot));
  });

  it("shows the issuer of log-only lots what it saw last, and counts it apart", async () => {
    const view = await reach("maker", lots.log.lot);
    expect(idsOf(view)).to.deep.equal([lots.log.lot]);
    expect(view.items[0]).to.include({ handedOn: true, quantity: 990 });
    expect(view.pieces).to.include({ inLots: 0, handedOn: 990, short: 10, notSeen: 0 });
    expectSum(view);
  });

  for (const mode of MODES) {
    it(`shows a holder of a ${mode} lot the reach among its own lots`, async () => {
      const { lot, child, product } = lots[mode];
      const distributor = await reach("distributor", lot);
      expect(distributor.scope).to.equal("own lots");
      expect(idsOf(distributor)).to.deep.equal([lot, child]);
      expectSum(distributor);
      const ems = await reach("ems", child);
      expect(idsOf(ems)).to.deep.equal([child, product]);
      expect(ems.pieces).to.include({
        recalled: 300,
        usedInProducts: 250,
        scrapped: 5,
        samples: 2,
      });
      expectSum(ems);
      await http.expecting(404, "GET", `/v1/lots/${lot}/reach`, { key: "ems" });
      await http.expecting(404, "GET", `/v1/lots/${lot}/reach`, { key: "lab" });
    });

    it(`shows the operator all of a ${mode} lot`, async () => {
      const view = await reach("operator", lots[mode].lot);
      expect(view.scope).to.equal("everything");
      expect(view.items).to.have.length(3);
      expect(view.pieces).to.include({ scrapped: 5, samples: 2, handedOn: 0, notSeen: 0 });
      expectSum(view);
    });
  }

  it("follows many lots together, counts what was split among them once, and lists unknown names", async () => {
    const { lot, child, product } = lots.ledger;
    const ask = (key: KeyName, names: string[]) =>
      http.expecting<ManyReached>(200, "POST", "/v1/reach", { key, body: { lots: names } });
    const view = await ask("maker", ["R-ledger", "NOT-THERE", lots.log.lot]);
    expect(view.asked.map((one) => one.lot)).to.deep.equal([lot, null, lots.log.lot]);
    expect(view.items.map((one) => one.lot).sort()).to.deep.equal(
      [lot, child, product, lots.log.lot].sort(),
    );
    const [one, other] = [await reach("maker", lot), await reach("maker", lots.log.lot)];
    expect(view.pieces.recalled).to.equal(2_000);
    expect(view.pieces.inLots).to.equal(one.pieces.inLots + other.pieces.inLots);
    const own = await ask("distributor", [lot, child, lot]);
    expect(own.items).to.have.length(2);
    expect(own.pieces).to.deep.equal((await reach("distributor", lot)).pieces);
    const stranger = await ask("lab", [lot, "R-ledger"]);
    expect(stranger.items).to.deep.equal([]);
    expect(stranger.asked.map((each) => each.lot)).to.deep.equal([null, null]);
  });

  it("pages, with the counts of the whole on every page", async () => {
    const whole = await reach("maker", lots.ledger.lot);
    const items = [];
    let query = "?limit=1";
    for (;;) {
      const page = await reach("maker", lots.ledger.lot, query);
      expect(page.pieces).to.deep.equal(whole.pieces);
      items.push(...page.items);
      if (page.next === null) break;
      query = `?limit=1&cursor=${page.next}`;
    }
    expect(items).to.deep.equal(whole.items);
  });

  it("still adds up where not all lots are followed", async () => {
    const bounded = await reachOf(http.ctx.prisma, OPERATOR, lots.ledger.lot, 1);
    expect(bounded.truncated).to.equal(true);
    const { recalled, ...rest } = bounded.pieces;
    expect(Object.values(rest).reduce((sum, count) => sum + count, 0)).to.equal(recalled);
  });

  it("shows the issuer its own lots alone once it withdrew the recall", async () => {
    const { ctx } = http;
    const made = await acts.makeLots(ctx, party("maker"), "commission", {
      lots: [{ lotNumber: "R-WITHDRAWN", quantity: 1_000, details: { mpn: "R" } }],
    });
    const lot = made.lots[0]!;
    const recall = await acts.giveNotice(ctx, party("maker"), { lot, kind: "recall" });
    await handOver("maker", "distributor", lot);
    const children = [{ lotNumber: "C-WITHDRAWN", quantity: 300 }];
    await acts.split(ctx, party("distributor"), { lot, children });
    await http.settle();
    expect((await reach("maker", lot)).items).to.have.length(2);
    const withdraws = recall.hash;
    await acts.giveNotice(ctx, party("maker"), { lot, kind: "withdrawal", withdraws });
    const view = await reach("maker", lot);
    expect(view).to.include({ scope: "own lots", recall: null });
    expect(idsOf(view)).to.deep.equal([lot]);
    expect(view.pieces).to.include({ inLots: 700, notSeen: 300 });
    expectSum(view);
  });
});
