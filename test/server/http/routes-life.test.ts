// Tests a lot's life over HTTP: commissioned, shipped, received, split, assembled, verified, recalled.
import { expect } from "chai";
import { lotId } from "../../../protocol/event/lot.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import { OPERATOR } from "../../../server/access/visibility.ts";
import { descendantsOf } from "../../../server/custody/descendants.ts";
import type { EventView } from "../../../api/events.ts";
import type { LotView } from "../../../api/lots.ts";
import { openTestHttp, type TestHttp } from "../../support/http.ts";

interface Acted {
  hash: string;
  settlement: string;
  lots: string[];
}
interface Page<T> {
  items: T[];
  next: string | null;
}

describe("lot life over HTTP", () => {
  let http: TestHttp;
  let maker: string;
  let distributor: string;
  let ems: string;

  before(async () => {
    http = await openTestHttp();
    [maker, distributor, ems] = [
      http.parties.maker.address,
      http.parties.distributor.address,
      http.parties.ems.address,
    ];
  });
  after(() => http.close());

  let commissioned: Acted;
  let shipment: Acted;
  const reel = () => lotId(maker, "R-1");
  const child = () => lotId(distributor, "R-1-A");

  it("commissions lots with details and queues the event", async () => {
    commissioned = await http.expecting<Acted>(201, "POST", "/v1/lots", {
      key: "maker",
      body: {
        details: { manufacturer: "Test maker", mpn: "TM-100", msl: "3" },
        lots: [
          {
            lotNumber: "R-1",
            quantity: 4000,
            details: { makerLot: "ML7", dateCode: "2604", purchaseOrder: "PO-SECRET-1" },
          },
          { lotNumber: "R-2", quantity: 4000, details: { makerLot: "ML8", dateCode: "2605" } },
        ],
      },
    });
    expect(commissioned.settlement).to.equal("queued");
    expect(commissioned.lots).to.have.members([reel(), lotId(maker, "R-2")]);
    expect(http.nudges()).to.equal(1);
  });

  it("answers the verdict INCOMPLETE before the event is settled, and PASS after", async () => {
    const before = await http.expecting<Verdict>(200, "GET", `/v1/lots/${reel()}/verdict`, {
      key: "maker",
    });
    expect(before.verdict).to.equal("INCOMPLETE");
    expect(before.findings.map(({ code }) => code)).to.include("NOT_RECORDED");
    await http.settle();
    const after = await http.expecting<Verdict>(200, "GET", `/v1/lots/${reel()}/verdict`, {
      key: "maker",
    });
    expect(after).to.deep.include({ verdict: "PASS", findings: [], lot: reel() });
    expect(after.block).to.include.keys("number", "hash");
    expect(after.trusted).to.include({
      chainId: http.ctx.domain.chainId,
      ledger: http.ctx.domain.ledger,
    });
    expect(after.identity).to.deep.equal({
      lotNumber: "R-1",
      manufacturer: "Test maker",
      mpn: "TM-100",
      makerLot: "ML7",
      dateCode: "2604",
    });
  });

  it("answers a lot with its state, word, settlement and details", async () => {
    const lot = await http.expecting(200, "GET", `/v1/lots/${reel()}`, { key: "maker" });
    expect(lot).to.deep.include({
      lot: reel(),
      lotNumber: "R-1",
      mpn: "TM-100",
      dateCode: "2604",
      quantity: 4000,
      held: false,
      inTransit: false,
      consignee: null,
      settlement: "final",
      reason: null,
      holder: { address: maker, name: "Test maker", roles: ["manufacturer"] },
    });
    const { labelCommitment, ...details } = lot["details"] as Record<string, unknown>;
    expect(labelCommitment).to.match(/^0x[0-9a-f]{64}$/);
    expect(details).to.deep.equal({
      manufacturer: "Test maker",
      mpn: "TM-100",
      msl: "3",
      lotNumber: "R-1",
      makerLot: "ML7",
      dateCode: "2604",
      purchaseOrder: "PO-SECRET-1",
    });
    const { number, hash } = await http.ctx.reader.head();
    const [words] = await http.ctx.reader.words([reel()], hash);
    expect(lot["word"]).to.equal(words!.word);
    const [record] = await http.ctx.reader.events([commissioned.hash], number);
    expect(lot["settled"]).to.deep.equal({
      block: record!.block,
      transaction: record!.transaction,
    });
  });

  it("ships lots and lets the consignee see them", async () => {
    await http.expecting(404, "GET", `/v1/lots/${reel()}`, { key: "distributor" });
    shipment = await http.expecting<Acted>(201, "POST", "/v1/shipments", {
      key: "maker",
      body: {
        consignee: distributor,
        lots: [
          { lot: reel(), details: { purchaseOrder: "PO-SECRET-2" } },
          { lot: lotId(maker, "R-2") },
        ],
        details: { carrier: "Testship", asnNumber: "ASN-1", packingList: "PL-SECRET" },
      },
    });
    const lot = await http.expecting(200, "GET", `/v1/lots/${reel()}`, { key: "distributor" });
    expect(lot).to.deep.include({
      inTransit: true,
      consignee: { address: distributor, name: "Test distributor", roles: ["distributor"] },
      holder: { address: maker, name: "Test maker", roles: ["manufacturer"] },
    });
    const incoming = await http.expecting<Page<Record<string, unknown>>>(
      200,
      "GET",
      "/v1/shipments?direction=incoming",
      { key: "distributor" },
    );
    expect(incoming.items).to.have.length(1);
    expect(incoming.items[0]).to.include({ shipment: shipment.hash, lots: 2, open: 2 });
  });

  it("receives one lot with a shortfall and leaves the other in transit", async () => {
    await http.settle();
    const path = `/v1/shipments/${shipment.hash}`;
    await http.expecting<Acted>(201, "POST", `${path}/receipt`, {
      key: "distributor",
      body: {
        details: { inspectionResult: "accepted" },
        lots: [
          {
            lot: reel(),
            quantity: 3990,
            details: { countedQuantity: 3990, shortfallReason: "count" },
          },
        ],
      },
    });
    const view = await http.expecting(200, "GET", path, { key: "maker" });
    const counts = { lots: 2, open: 1, received: 1, short: 1, refused: 0, cancelled: 0 };
    expect(view).to.deep.include({ shipment: shipment.hash, ...counts });
    for (const [state, isIn] of Object.entries({
      ...{ open: true, partial: true, short: true, all: true },
      ...{ closed: false, refused: false, cancelled: false },
    })) {
      const list = `/v1/shipments?direction=outgoing&state=${state}&order=newest`;
      const { items } = await http.expecting<{ items: { shipment: string }[] }>(200, "GET", list, {
        key: "maker",
      });
      expect(
        items.some((each) => each.shipment === shipment.hash),
        state,
      ).to.equal(isIn);
    }
    expect(view["details"]).to.deep.equal({
      carrier: "Testship",
      asnNumber: "ASN-1",
      packingList: "PL-SECRET",
    });
    const items = view["items"] as Record<string, unknown>[];
    const of = (lot: string) => items.find((item) => item["lot"] === lot);
    expect(of(reel())).to.include({
      outcome: "received",
      quantity: 4000,
      received: 3990,
      mpn: "TM-100",
    });
    expect(of(lotId(maker, "R-2"))).to.include({
      outcome: "in transit",
      received: null,
      event: null,
    });
  });

  it("returns refused and cancelled lots, and answers 409 to a second outcome", async () => {
    const path = `/v1/shipments/${shipment.hash}`;
    const received = { lots: [{ lot: reel() }] };
    const alreadyReceived = await http.expecting(409, "POST", `${path}/refusal`, {
      key: "distributor",
      body: received,
    });
    expect(alreadyReceived).to.include({ code: "CONFLICT", field: "shipment" });
    const refused = await http.expecting<Acted>(201, "POST", `${path}/refusal`, {
      key: "distributor",
      body: { details: { reason: "wrong part" } },
    });
    expect(refused.lots).to.deep.equal([lotId(maker, "R-2")]); // the lot that was still in transit
    const whole = await http.expecting(409, "POST", `${path}/refusal`, {
      key: "distributor",
      body: {},
    });
    expect(whole).to.include({ code: "CONFLICT", field: "shipment" });
    const again = await http.expecting<Acted>(201, "POST", "/v1/shipments", {
      key: "maker",
      body: { consignee: distributor, lots: [{ lot: lotId(maker, "R-2") }] },
    });
    await http.expecting(201, "POST", `/v1/shipments/${again.hash}/cancellation`, {
      key: "maker",
      body: {},
    });
    const { code } = await http.expecting(409, "POST", `/v1/shipments/${again.hash}/receipt`, {
      key: "distributor",
      body: {},
    });
    expect(code).to.equal("CONFLICT");
    const outcomes = async (hash: string) => {
      const view = await http.expecting(200, "GET", `/v1/shipments/${hash}`, { key: "maker" });
      return (view["items"] as { outcome: string }[]).map(({ outcome }) => outcome);
    };
    expect(await outcomes(shipment.hash)).to.have.members(["received", "refused"]);
    expect(await outcomes(again.hash)).to.deep.equal(["cancelled"]);
    const open = await http.expecting<Page<unknown>>(200, "GET", "/v1/shipments", { key: "maker" });
    expect(open.items).to.deep.equal([]);
    const all = await http.expecting<Page<unknown>>(200, "GET", "/v1/shipments?state=all", {
      key: "maker",
    });
    expect(all.items).to.have.length(2);
  });

  it("holds, inspects, releases, scraps and splits a lot", async () => {
    const act = (path: string, body: unknown) =>
      http.expecting<Acted>(201, "POST", `/v1/lots/${reel()}/${path}`, {
        key: "distributor",
        body,
      });
    await act("hold", { details: { reason: "suspicious marking" } });
    const heldScrap = await http.expecting(422, "POST", `/v1/lots/${reel()}/hold`, {
      key: "distributor",
      body: {},
    });
    expect(heldScrap).to.deep.include({
      code: "LOT_HELD",
      violation: { name: "LotHeld", args: [reel()] },
    });
    await act("inspection", {
      details: { inspectionResult: "conditional", countedQuantity: 3990, remarks: "fine" },
    });
    await act("release", {});
    await act("scrap", { quantity: 90, details: { reason: "test" } });
    await act("split", {
      details: { salesOrder: "SO-SECRET" },
      children: [
        { lotNumber: "R-1-A", quantity: 1500, details: { packaging: "cut tape" } },
        { lotNumber: "R-1-B", quantity: 400 },
      ],
    });
    const lot = await http.expecting(200, "GET", `/v1/lots/${reel()}`, { key: "distributor" });
    expect(lot).to.include({ quantity: 2000, held: false });
    const part = await http.expecting(200, "GET", `/v1/lots/${child()}`, { key: "distributor" });
    expect(part).to.include({
      quantity: 1500,
      mpn: "TM-100",
      dateCode: "2604",
      lotNumber: "R-1-A",
    });
  });

  it("assembles a product whose verdict warns of its parts' origin and shortfall", async () => {
    const other = lotId(ems, "E-1");
    await http.expecting(201, "POST", "/v1/lots", {
      key: "ems",
      body: {
        action: "introduce",
        lots: [
          {
            lotNumber: "E-1",
            quantity: 100,
            details: { manufacturer: "Elsewhere", mpn: "EL-1", makerLot: "X" },
          },
        ],
      },
    });
    const sent = await http.expecting<Acted>(201, "POST", "/v1/shipments", {
      key: "distributor",
      body: { consignee: ems, lots: [{ lot: child() }, { lot: lotId(distributor, "R-1-B") }] },
    });
    await http.expecting(201, "POST", `/v1/shipments/${sent.hash}/receipt`, {
      key: "ems",
      body: {},
    });
    await http.expecting<Acted>(201, "POST", `/v1/lots/${child()}/assembly`, {
      key: "ems",
      body: {
        quantity: 300,
        inputs: [
          { lot: other, quantity: 100 },
          { lot: lotId(distributor, "R-1-B"), quantity: 400 },
        ],
        products: [
          {
            lotNumber: "P-1",
            quantity: 100,
            details: { mpn: "BOARD-1", manufacturer: "Test ems" },
          },
        ],
        details: { workOrder: "WO-1", productName: "A board" },
      },
    });
    await http.settle();
    const board = await http.expecting(200, "GET", `/v1/lots/${lotId(ems, "P-1")}`, { key: "ems" });
    expect(board).to.include({ quantity: 100, mpn: "BOARD-1", settlement: "final" });
    const verdict = await http.expecting<Verdict>(
      200,
      "GET",
      `/v1/lots/${lotId(ems, "P-1")}/verdict`,
      { key: "ems" },
    );
    expect(verdict.verdict).to.equal("WARN");
    expect(verdict.findings.map(({ code }) => code)).to.have.members([
      "ORIGIN_INTRODUCED",
      "RECEIVED_SHORT",
      "ACCEPTED_CONDITIONALLY",
      "RELEASED_WITHOUT_REASON",
    ]);
  });

  it("traces a product back to its origins without the private fields of events that do not name the caller", async () => {
    const trail = await http.expecting<{ items: EventView[] }>(
      200,
      "GET",
      `/v1/lots/${lotId(ems, "P-1")}/trail`,
      {
        key: "ems",
      },
    );
    const actions = trail.items.map(({ action }) => action);
    expect(actions).to.have.members([
      "commission",
      "ship",
      "receive",
      "hold",
      "inspect",
      "release",
      "scrap",
      "split",
      "introduce",
      "ship",
      "receive",
      "assemble",
    ]);
    expect(actions.at(-1)).to.equal("assemble");
    for (const event of trail.items) expect(event.settlement).to.equal("final");
    const [commission, ship] = trail.items;
    expect(commission!.entries.map(({ lot }) => lot)).to.deep.equal([reel()]);
    expect(commission!.otherLots).to.equal(1);
    expect(commission!.entries[0]!.details).to.include({ makerLot: "ML7" });
    expect(ship!.details).to.deep.equal({ carrier: "Testship", asnNumber: "ASN-1" });
    expect(JSON.stringify(trail)).not.to.contain("SECRET");
    expect(JSON.stringify(trail)).not.to.contain("ML8");
  });

  it("traces a lot forward to its descendants, and counts those that the caller may not see", async () => {
    const down = (key: "maker" | "distributor" | "ems" | "operator") =>
      http.expecting<{
        items: (LotView & { from: string[]; steps: number })[];
        withheld: number;
        truncated: boolean;
      }>(200, "GET", `/v1/lots/${reel()}/trail?direction=down`, { key });
    const all = await down("operator");
    expect(all).to.include({ withheld: 0, truncated: false });
    expect(all.items.map(({ lotNumber, steps }) => [lotNumber, steps])).to.have.deep.members([
      ["R-1-A", 1],
      ["R-1-B", 1],
      ["P-1", 2],
    ]);
    expect(all.items.find(({ lotNumber }) => lotNumber === "P-1")!.from).to.have.members([
      child(),
      lotId(distributor, "R-1-B"),
    ]);
    const theirs = await down("distributor");
    expect(theirs.items.map(({ lotNumber }) => lotNumber)).to.have.members(["R-1-A", "R-1-B"]);
    expect(theirs.withheld).to.equal(1);
    // What was made of lots that the maker does not see is not counted either.
    expect(await down("maker")).to.deep.include({ items: [], withheld: 2 });
    const bounded = await descendantsOf(http.ctx.prisma, OPERATOR, reel(), 2);
    expect(bounded.truncated).to.equal(true);
    expect(bounded.descendants.map(({ steps }) => steps)).to.deep.equal([1, 1]);
    expect((await descendantsOf(http.ctx.prisma, OPERATOR, reel(), 3)).truncated).to.equal(false);
  });

  it("puts a product on HOLD while a recall on a part stands", async () => {
    const recall = await http.expecting<Acted>(201, "POST", "/v1/notices", {
      key: "maker",
      body: {
        lot: reel(),
        kind: "recall",
        details: { alertReference: "ALERT-1", reason: "solderability" },
      },
    });
    await http.settle();
    const bearing = await http.expecting<Page<Record<string, unknown>>>(
      200,
      "GET",
      `/v1/notices?lot=${lotId(ems, "P-1")}`,
      { key: "ems" },
    );
    expect(bearing.items).to.have.length(1);
    expect(bearing.items[0]).to.deep.include({
      notice: recall.hash,
      lot: reel(),
      kind: "recall",
      withdrawn: false,
      settlement: "final",
      details: { alertReference: "ALERT-1", reason: "solderability" },
    });
    const verdict = () =>
      http.expecting<Verdict>(200, "GET", `/v1/lots/${lotId(ems, "P-1")}/verdict`, { key: "ems" });
    expect((await verdict()).verdict).to.equal("HOLD");
    await http.expecting(201, "POST", "/v1/notices", {
      key: "maker",
      body: { lot: reel(), kind: "withdrawal", withdraws: recall.hash },
    });
    await http.settle();
    expect((await verdict()).verdict).to.equal("WARN");
    const own = await http.expecting<Page<Record<string, unknown>>>(200, "GET", "/v1/notices", {
      key: "maker",
    });
    expect(own.items.map(({ kind, withdrawn }) => [kind, withdrawn])).to.deep.equal([
      ["recall", true],
      ["withdrawal", false],
    ]);
    const foreign = await http.expecting<Page<unknown>>(200, "GET", "/v1/notices", { key: "lab" });
    expect(foreign.items).to.deep.equal([]);
  });
});
