// Tests V25: documents that events name, compared with the stored ones and their claims.
import { expect } from "chai";
import type { DocumentFact, Facts } from "../../../../protocol/verdict/facts.ts";
import { ROLES } from "../../../../protocol/event/roles.ts";
import { verify } from "../../../../protocol/verify/verify.ts";
import { admit } from "../../../support/ledger.ts";
import {
  at,
  DISTRIBUTOR,
  MAKER,
  openPaper,
  type Paper,
  type How,
  ruleOn,
  ruleResultOf,
} from "../../../support/paper.ts";
import { act, commission, deliver, openWorld, trailFor, trustIn } from "../../../support/trails.ts";
import { recover } from "../../../support/recover.ts";

const COC = `0x${"c0".repeat(32)}`;
const LIST = `0x${"11".repeat(32)}`;
const fact = (more: Partial<DocumentFact> = {}): DocumentFact => ({
  hash: COC,
  present: true,
  altered: false,
  claims: {},
  otherMakerLots: { maker: 0, authorised: 0, other: 0 },
  ...more,
});

describe("rule V25, documents", () => {
  let paper: Paper;
  let lot: string;
  beforeEach(() => {
    paper = openPaper();
    lot = paper.commission("A", { cocHash: COC, dateCode: "2620", purchaseOrder: "PO-7" });
  });
  const judge = (documents?: Facts["documents"], { expected = null }: How = {}) =>
    ruleOn("V25", paper.trail(lot), {
      facts: { source: "test", ...(documents && { documents }) },
      expected,
    });
  const codesOf = async (...args: Parameters<typeof judge>) => {
    const { result, unknown, findings } = await judge(...args);
    return [
      result,
      ...(unknown === undefined
        ? findings.map(({ code, field }) => `${code} ${field}`)
        : [unknown]),
    ];
  };

  it("passes without documents, and with a certificate that agrees with the record", async () => {
    const { result } = await ruleOn("V25", paper.trail(paper.commission("B")));
    expect(result).to.equal("pass");
    const claims = {
      manufacturer: "NORTHGATE Semiconductor",
      mpn: "NG74LVC1G08-Q",
      makerLot: "K7T221",
      dateCode: "2620",
      quantity: 1000,
      purchaseOrder: "PO-7",
      certificateNumber: "C-1",
    };
    expect(await codesOf([fact({ claims })])).to.deep.equal(["pass"]);
  });

  it("fails a stored document with another hash", async () => {
    const { result, findings } = await judge([fact({ altered: true })]);
    expect(result).to.equal("fail");
    const event = findings[0]!.event;
    expect(findings).to.deep.equal([
      {
        code: "DOCUMENT_NOT_AS_NAMED",
        verdict: "FAIL",
        event,
        lot,
        field: "details.entries.0.cocHash",
        expected: COC,
      },
    ]);
  });

  it("does not reveal the hash of a private document", async () => {
    const shared = { packingListHash: LIST };
    paper.write(MAKER, "ship", {
      lots: paper.pieces(lot),
      time: at("2026-06-02"),
      consignee: DISTRIBUTOR,
      shared,
    });
    const { findings } = await judge([fact(), fact({ hash: LIST, altered: true })]);
    expect(findings).to.have.length(1);
    expect(findings[0]).to.have.all.keys("code", "verdict", "event", "lot", "field");
    expect(findings[0]!.field).to.equal("details.packingListHash");
  });

  for (const [name, claim] of Object.entries({
    manufacturer: "Southgate",
    mpn: "NG74LVC1G08",
    makerLot: "K7T222",
    dateCode: "2621",
    quantity: 999,
  }))
    it(`warns of a certificate with another ${name}`, async () => {
      const { findings } = await judge([fact({ claims: { [name]: claim } })]);
      expect(findings).to.have.length(1);
      expect(findings[0]).to.include({
        code: "COC_DIFFERS",
        verdict: "WARN",
        field: name,
        found: claim,
      });
      expect(findings[0]!.expected).not.to.equal(undefined);
    });

  it("warns of another purchase order than recorded or expected, and reveals neither", async () => {
    const { findings } = await judge([fact({ claims: { purchaseOrder: "PO-8" } })]);
    expect(findings[0]).to.have.all.keys("code", "verdict", "event", "lot", "field");
    const own = [fact({ claims: { purchaseOrder: "PO-7" } })];
    expect(await codesOf(own, { expected: { purchaseOrder: "PO-9" } })).to.deep.equal([
      "warn",
      "COC_DIFFERS purchaseOrder",
    ]);
    expect(await codesOf(own, { expected: { purchaseOrder: "PO-7" } })).to.deep.equal(["pass"]);
  });

  it("accepts the quantity of the lot, of the event's lots in total, or of the order", async () => {
    const claiming = [fact({ claims: { quantity: 500 } })];
    expect(await codesOf(claiming)).to.deep.equal(["warn", "COC_DIFFERS quantity"]);
    expect(await codesOf(claiming, { expected: { quantity: 500 } })).to.deep.equal(["pass"]);
  });

  it("warns of a certificate that was also given with other maker's lots", async () => {
    const given = (by: Partial<DocumentFact["otherMakerLots"]>) =>
      codesOf([fact({ otherMakerLots: { maker: 0, authorised: 0, other: 0, ...by } })]);
    expect(await given({ maker: 1 })).to.deep.equal([
      "warn",
      "COC_OF_OTHER_LOTS details.entries.0.cocHash",
    ]);
    for (const by of [{ authorised: 1 }, { other: 1 }])
      expect(await given(by)).to.deep.equal([
        "info",
        "COC_CLAIMED_FOR_OTHER_LOTS details.entries.0.cocHash",
      ]);
  });

  it("remarks on a stranger's use of a certificate that a holder of the maker's pieces named", async () => {
    const bare = paper.commission("C");
    paper.deliver(bare, MAKER, DISTRIBUTOR, at("2026-06-02"), at("2026-06-03"));
    const lots = paper.pieces(bare);
    paper.write(DISTRIBUTOR, "inspect", { lots, time: at("2026-06-04"), shared: { cocHash: COC } });
    const documents = [fact({ otherMakerLots: { maker: 0, authorised: 0, other: 3 } })];
    const facts = { source: "test", documents };
    const { findings } = await ruleOn("V25", paper.trail(bare), { facts });
    expect(findings.map(({ code }) => code)).to.deep.equal(["COC_CLAIMED_FOR_OTHER_LOTS"]);
  });

  it("is not evaluable without a search, and for a withheld, missing or unreachable document", async () => {
    expect(await codesOf()).to.deep.equal(["not evaluable", "DOCUMENTS_NOT_KNOWN"]);
    expect(await codesOf([])).to.deep.equal(["not evaluable", "DOCUMENT_NOT_HERE"]);
    expect(await codesOf([fact({ present: false })])).to.deep.equal([
      "not evaluable",
      "DOCUMENT_NOT_HERE",
    ]);
    const away = fact({ present: null, altered: null });
    expect(await codesOf([away])).to.deep.equal(["not evaluable", "DOCUMENT_NOT_HERE"]);
    const facts = { [lot]: { photoHash: LIST } };
    const withheld = ["photoHash"];
    paper.write(MAKER, "inspect", {
      lots: paper.pieces(lot),
      time: at("2026-06-02"),
      facts,
      withheld,
    });
    expect(await codesOf([fact()])).to.deep.equal(["not evaluable", "DOCUMENT_WITHHELD"]);
  });

  it("warns of a test report that no laboratory recorded", async () => {
    const world = await openWorld();
    const laboratory = await admit(world.ledger, "Laboratory", ROLES.laboratory);
    const tested = await commission(world, "T1", 10);
    await deliver(world, world.maker, laboratory, [tested]);
    const report = () =>
      act(world, laboratory, "inspect", {
        lots: { [tested]: 10 },
        shared: { testReportHash: COC },
      });
    await report();
    const outcome = async (node = true) => {
      const facts: Facts = { source: "test", documents: [fact()] };
      const reader = node ? world.ledger.reader : null;
      return ruleResultOf(
        "V25",
        await verify(trailFor(world, tested), await trustIn(world), reader, recover, { facts }),
      );
    };
    expect(await outcome()).to.deep.include({ result: "pass", findings: [] });
    expect((await outcome(false)).unknown).to.equal("LABORATORY_NOT_KNOWN");
    await deliver(world, laboratory, world.broker, [tested]);
    await act(world, world.broker, "inspect", {
      lots: { [tested]: 10 },
      shared: { testReportHash: COC },
    });
    const { findings } = await outcome();
    expect(findings.map(({ code, found: by }) => [code, by])).to.deep.equal([
      ["REPORT_NOT_BY_LABORATORY", world.broker.address],
    ]);
  });

  it("accepts the maker's own test report in its commission event", async () => {
    const made = paper.commission("C", { testReportHash: COC });
    const { result } = await ruleOn("V25", paper.trail(made), {
      facts: { source: "test", documents: [fact()] },
    });
    expect(result).to.equal("pass");
  });
});
