// Tests the facts that the service gathers from outside a trail, and which reader gets them.
import { expect } from "chai";
import type { EntryDetails } from "../../../protocol/event/details.ts";
import type { Facts } from "../../../protocol/verdict/facts.ts";
import type { PolicyDocument } from "../../../protocol/verdict/policy.ts";
import type { Verdict } from "../../../protocol/verdict/verdict.ts";
import * as acts from "../../../server/custody/acts.ts";
import { ALL, shareAlerts } from "../../../server/statements/audience.ts";
import { state, withdraw } from "../../../server/statements/statements.ts";
import { newDocument } from "../../support/examples.ts";
import { type KeyName, openTestHttp, type TestHttp } from "../../support/http.ts";
import type { TestParty } from "../../support/service.ts";

type Maker = "maker" | "distributor" | "ems";

describe("verdict facts", () => {
  let http: TestHttp;
  let serial = 0;
  before(async () => {
    http = await openTestHttp();
  });
  after(() => http.close());

  async function make(by: Maker, quantity: number, details: EntryDetails): Promise<string> {
    const lots = [{ lotNumber: `F-${++serial}`, quantity, details }];
    const action = by === "maker" ? "commission" : "introduce";
    return (await acts.makeLots(http.ctx, http.parties[by].address, action, { lots })).lots[0]!;
  }
  async function factsOf(
    lot: string,
    key: KeyName = "operator",
    policy: PolicyDocument = {},
  ): Promise<Facts> {
    const path = `/v1/lots/${lot}/verdict`;
    const { given } = await http.expecting<Verdict>(200, "post", path, { key, body: { policy } });
    return given.facts!;
  }

  it("count the pieces of a maker's lot: scrapped ones as no longer open, split ones once, other parts not at all", async () => {
    const of = { mpn: "FX-1", makerLot: "ML-1" };
    const manufacturer = "Test maker";
    const lot = await make("maker", 100, { ...of, manufacturer });
    await make("maker", 50, of); // the maker need not name itself
    await make("maker", 7, { ...of, mpn: "FX-2", manufacturer });
    await make("ems", 7, { ...of, manufacturer: "Another maker" });
    const { address } = http.parties.maker;
    const complete = ["maker", "authorised", "other"];
    const counted = (ofMaker: number, other: number) => ({
      commissioned: 150,
      open: { maker: ofMaker, authorised: 0, other },
      complete,
    });
    expect((await factsOf(lot)).circulation).to.deep.equal(counted(150, 0));
    const children = [{ lotNumber: "F-child", quantity: 40 }];
    const { lots } = await acts.split(http.ctx, address, { lot, children });
    await acts.scrap(http.ctx, address, { lots: [{ lot, quantity: 60 }] });
    const child = lots.find((each) => each !== lot)!;
    for (const each of [lot, child])
      expect((await factsOf(each)).circulation).to.deep.equal(counted(90, 0));
    await make("ems", 61, { ...of, manufacturer: "TEST MAKER" });
    expect((await factsOf(lot)).circulation).to.deep.equal(counted(90, 61));
    // What a split calls the same maker's lot is its party's word.
    const other = await make("maker", 9, { ...of, makerLot: "ML-1b", manufacturer });
    const renamed = [{ lotNumber: "F-renamed", quantity: 4, details: { makerLot: "ML-1" } }];
    await acts.split(http.ctx, address, { lot: other, children: renamed });
    expect((await factsOf(lot)).circulation).to.deep.equal(counted(90, 65));
  });

  it("count the pieces of parties that the maker has authorised by themselves, until it withdraws that", async () => {
    const { maker, distributor, lab } = http.parties;
    const parts = { mpn: "FX-3", makerLot: "ML-1c", manufacturer: "Test maker" };
    const lot = await make("maker", 10, parts);
    await make("distributor", 3, parts);
    const open = async () => (await factsOf(lot)).circulation!.open;
    const authorise = (from: TestParty, more: object = {}) =>
      state(http.ctx, from.address, "authorisation", [
        {
          party: distributor.address,
          brand: "Test maker",
          grade: "authorised",
          from: "2020-01-01",
          ...more,
        },
      ]);
    expect(await open()).to.deep.equal({ maker: 10, authorised: 0, other: 3 });
    await authorise(lab);
    await authorise(maker, { grade: "approved" });
    await authorise(maker, { brand: "Another brand" });
    await authorise(maker, { to: "2020-12-31" });
    expect(await open()).to.deep.equal({ maker: 10, authorised: 0, other: 3 });
    const [authorised] = await authorise(maker);
    expect(await open()).to.deep.equal({ maker: 10, authorised: 3, other: 0 });
    await withdraw(http.ctx, maker.address, authorised!.statement);
    expect(await open()).to.deep.equal({ maker: 10, authorised: 0, other: 3 });
  });

  it("report the distinct claims of other lots of the same maker's lot without naming the lots", async () => {
    const manufacturer = "Test maker";
    const lot = await make("maker", 10, {
      mpn: "SX-1",
      makerLot: "ML-2",
      dateCode: "2601",
      manufacturer,
    });
    const complete = ["maker", "authorised", "other"];
    expect((await factsOf(lot)).siblings).to.deep.equal({ claims: [], complete });
    const other = {
      mpn: "SX-1",
      makerLot: "ML-2",
      dateCode: "2602",
      dateCodeNewest: "2604",
      manufacturer,
    };
    for (let i = 0; i < 2; i++) await make("ems", 1, { ...other, countryOfOrigin: "MY" });
    await make("ems", 1, { ...other, manufacturer: "Another maker", mpn: "SX-9" });
    expect((await factsOf(lot)).siblings!.claims).to.deep.equal([
      { by: "other", mpn: "SX-1", dateCode: "2602", dateMixed: true, countryOfOrigin: "MY" },
    ]);
    const lots = [
      { lotNumber: "F-restricted", quantity: 1, details: { ...other, dateCode: "2609" } },
    ];
    const restricted = { dateCode: "private" } as const;
    await acts.makeLots(http.ctx, http.parties.ems.address, "introduce", { lots, restricted });
    expect((await factsOf(lot)).siblings!.claims[1]).to.deep.equal({
      by: "other",
      mpn: "SX-1",
      dateMixed: true,
    });
    const bare = await make("maker", 10, { mpn: "SX-1", manufacturer });
    const { siblings, circulation } = await factsOf(bare);
    expect([siblings, circulation]).to.deep.equal([undefined, undefined]);
  });

  it("report a document only to a reader who may read it", async () => {
    const { hash, lot } = await newDocument(http);
    for (const key of ["maker", "operator"] as const)
      expect((await factsOf(lot, key)).documents).to.deep.equal([
        {
          hash,
          present: true,
          altered: false,
          claims: { mpn: "MPN", makerLot: "L" },
          otherMakerLots: { maker: 0, authorised: 0, other: 0 },
        },
      ]);
    const named = { mpn: "DX-1", makerLot: "ML-3", manufacturer: "Another maker", cocHash: hash };
    const introduced = await make("ems", 1, named);
    // A party's own mention of a hash opens nothing to it.
    expect((await factsOf(introduced, "ems")).documents).to.deep.equal([]);
    const [fact] = (await factsOf(introduced)).documents!;
    expect(fact!.otherMakerLots).to.deep.equal({ maker: 0, authorised: 0, other: 1 });
  });

  it("report only alerts on the part that are the reader's own, its maker's, or shared by an issuer of its policy", async () => {
    const lot = await make("maker", 10, {
      mpn: "AX-1",
      makerLot: "ML-4",
      manufacturer: "Test maker",
    });
    const { maker, ems, distributor } = http.parties;
    const alert = (reference: string, mpn: string) =>
      ({ source: "ITX", reference, kind: "suspect", mpn }) as const;
    const stated = await state(http.ctx, ems.address, "alert", [
      alert("1", "ax-1"),
      alert("2", "AX-2"),
    ]);
    const digests = stated.map(({ statement }) => statement);
    await state(http.ctx, maker.address, "alert", [alert("3", "AX-1")]);
    await state(http.ctx, distributor.address, "authorisation", [
      { party: maker.address, brand: "Test maker", grade: "authorised", from: "2026-01-01" },
    ]);
    const seen = async (key: KeyName, policy?: PolicyDocument) =>
      (await factsOf(lot, key, policy)).statements!.map(({ content }) => content!["reference"]);
    expect(await seen("operator")).to.deep.equal(["3"]);
    expect(await seen("maker")).to.deep.equal(["3"]);
    const policy = { alertIssuers: [ems.address] };
    expect(await seen("operator", policy)).to.deep.equal(["3"]);
    await shareAlerts(http.ctx.prisma, ems.address, digests, [ALL]);
    expect(await seen("operator", policy)).to.deep.equal(["1", "3"]);
    expect(await seen("operator")).to.deep.equal(["3"]);
    const shipped = await acts.ship(http.ctx, maker.address, {
      consignee: ems.address,
      lots: [{ lot }],
    });
    await acts.receive(http.ctx, ems.address, { shipment: shipped.hash });
    expect(await seen("ems")).to.deep.equal(["1", "3"]);
  });

  it("include the newest alerts of each issuer without the withdrawn ones, and report when some were left out", async () => {
    const lot = await make("maker", 10, {
      mpn: "QX-1",
      makerLot: "ML-5",
      manufacturer: "Test maker",
    });
    const { maker, ems, distributor } = http.parties;
    const alert = (reference: string) =>
      ({ source: "ITX", reference, kind: "suspect", mpn: "QX-1" }) as const;
    await state(http.ctx, distributor.address, "alert", [alert("of another")]);
    await state(http.ctx, maker.address, "alert", [alert("of the maker")]);
    const many = Array.from({ length: 260 }, (_, i) => alert(`E-${i}`));
    const made = await state(http.ctx, ems.address, "alert", many);
    const policy = { alertIssuers: [ems.address, distributor.address] };
    const { prisma } = http.ctx;
    await prisma.statement.updateMany({ where: { mpn: "QX-1" }, data: { audience: [ALL] } });
    const alerts = async () => {
      const { alertsLeftOut, statements } = await factsOf(lot, "operator", policy);
      return {
        alertsLeftOut,
        references: statements!.flatMap(({ content }) => content?.["reference"] ?? []),
      };
    };
    // One issuer with many alerts does not crowd out the others.
    const all = await alerts();
    expect(all.alertsLeftOut).to.equal(true);
    expect(all.references).to.have.length(250);
    expect(all.references)
      .to.include.members(["of another", "of the maker", "E-259", "E-12"])
      .and.not.include("E-11");
    expect(await factsOf(lot, "operator")).not.to.have.property("alertsLeftOut");

    for (const { statement } of made.slice(-12)) await withdraw(http.ctx, ems.address, statement);
    const fewer = await alerts();
    expect(fewer.alertsLeftOut).to.equal(undefined);
    expect(fewer.references).to.have.length(250).and.include("E-0").and.not.include("E-259");

    // A withdrawal row without its issuer's signature withdraws nothing.
    const withdraws = made.at(-1)!.statement;
    const row = await http.ctx.prisma.statement.findFirstOrThrow({ where: { withdraws } });
    const other = await http.ctx.prisma.statement.findFirstOrThrow({
      where: { issuer: distributor.address },
    });
    await http.ctx.prisma.statement.update({
      where: { digest: row.digest },
      data: { signature: other.signature },
    });
    const again = await alerts();
    expect(again.references).to.include("E-259");
    expect(again.alertsLeftOut).to.equal(true);
  });
});
