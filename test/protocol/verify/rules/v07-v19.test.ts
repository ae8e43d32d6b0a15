// Tests V07 and V19: a lot compared with everything known of the same maker's lot.
import { expect } from "chai";
import type { Facts, Sibling } from "../../../../protocol/verdict/facts.ts";
import { lotId } from "../../../../protocol/event/lot.ts";
import { ASSEMBLER, at, MAKER, openPaper, type Paper, ruleOn } from "../../../support/paper.ts";

describe("rule V07, lot over-issue", () => {
  let paper: Paper;
  beforeEach(() => {
    paper = openPaper();
  });
  const judge = async (lot: string, circulation?: Facts["circulation"]) => {
    const facts = { source: "test", ...(circulation && { circulation }) };
    const { result, unknown, findings } = await ruleOn("V07", paper.trail(lot), { facts });
    return [result, unknown, findings] as const;
  };

  it("passes up to the commissioned quantity, and fails one piece more", async () => {
    const lot = paper.commission("A");
    expect(await judge(lot, { commissioned: 1000, open: 1000 })).to.deep.equal([
      "pass",
      undefined,
      [],
    ]);
    const [result, , findings] = await judge(lot, { commissioned: 1000, open: 1001 });
    expect(result).to.equal("fail");
    expect(findings).to.deep.equal([
      { code: "MORE_THAN_COMMISSIONED", verdict: "FAIL", lot, expected: 1000, found: 1001 },
    ]);
  });

  it("is not evaluable without facts, without a commissioned quantity or without a maker's lot", async () => {
    const lot = paper.commission("A");
    expect((await judge(lot)).slice(0, 2)).to.deep.equal([
      "not evaluable",
      "CIRCULATION_NOT_KNOWN",
    ]);
    const none = await judge(lot, { commissioned: 0, open: 5 });
    expect(none.slice(0, 2)).to.deep.equal(["not evaluable", "NONE_COMMISSIONED"]);
    const bare = lotId(MAKER, "B");
    const facts = { [bare]: { lotNumber: "B", mpn: "NG74" } };
    paper.write(MAKER, "commission", { lots: { [bare]: 5 }, time: at("2026-06-01"), facts });
    const unnamed = await judge(bare, { commissioned: 5, open: 5 });
    expect(unnamed.slice(0, 2)).to.deep.equal(["not evaluable", "MAKER_LOT_NOT_RECORDED"]);
  });

  it("passes a product, which its assembler counts", async () => {
    expect((await judge(productOf(paper)))[0]).to.equal("pass");
  });
});

/** A product of 5 pieces, made of a lot of the maker's. */
function productOf(paper: Paper): string {
  const input = paper.commission("input");
  const product = lotId(ASSEMBLER, "P");
  paper.deliver(input, MAKER, ASSEMBLER, at("2026-06-02"), at("2026-06-03"));
  paper.write(ASSEMBLER, "assemble", {
    lots: { [input]: 900, [product]: 5 },
    time: at("2026-06-04"),
    facts: { [product]: { lotNumber: "P", mpn: "LH-1" } },
  });
  return product;
}

describe("rule V19, lot pairing", () => {
  let paper: Paper;
  beforeEach(() => {
    paper = openPaper();
  });
  const OWN = { dateCode: "2620", countryOfOrigin: "MY" };
  const judge = async (lot: string, ...siblings: Partial<Sibling>[]) => {
    const facts = {
      source: "test",
      siblings: siblings.map((each) => ({ dateMixed: false, ...each })),
    };
    const { result, unknown, findings } = await ruleOn("V19", paper.trail(lot), { facts });
    return [result, ...(unknown === undefined ? findings.map(({ code }) => code) : [unknown])];
  };

  it("passes facts that say the same in any form, or nothing", async () => {
    const lot = paper.commission("A", OWN);
    const same = { mpn: "ng74lvc1g08-q", ...OWN };
    expect(await judge(lot, same, {})).to.deep.equal(["pass"]);
    expect(await judge(lot, { dateCode: "202620", dateCodeFormat: "YYYYWW" })).to.deep.equal([
      "pass",
    ]);
    expect(await judge(lot, { dateCode: "A6", dateCodeFormat: "other" })).to.deep.equal(["pass"]);
  });

  it("fails another part number, and reports both", async () => {
    const lot = paper.commission("A", OWN);
    const facts = {
      source: "test",
      siblings: [{ mpn: "NG74LVC1G08-T", dateCode: "2699", dateMixed: false }],
    };
    const { findings } = await ruleOn("V19", paper.trail(lot), { facts });
    expect(findings).to.have.length(1);
    expect(findings[0]).to.include({
      code: "LOT_OF_OTHER_MPN",
      verdict: "FAIL",
      lot,
      field: "details.entries.0.mpn",
      expected: "NG74LVC1G08-Q",
      found: "NG74LVC1G08-T",
    });
  });

  it("warns of another date code or country", async () => {
    const lot = paper.commission("A", OWN);
    expect(await judge(lot, { dateCode: "2621" })).to.deep.equal(["warn", "LOT_OF_OTHER_DATE"]);
    const later = { dateCode: "202621", dateCodeFormat: "YYYYWW" };
    expect(await judge(lot, later)).to.deep.equal(["warn", "LOT_OF_OTHER_DATE"]);
    expect(await judge(lot, { countryOfOrigin: "PH" })).to.deep.equal([
      "warn",
      "LOT_OF_OTHER_COUNTRY",
    ]);
  });

  it("ignores declared mixes on either side", async () => {
    const lot = paper.commission("A", OWN);
    for (const mixed of [
      { dateCode: "MIXED" },
      { dateCode: "2621M" },
      { dateCode: "2621", dateMixed: true },
    ])
      expect(await judge(lot, mixed)).to.deep.equal(["pass"]);
    expect(await judge(lot, { countryOfOrigin: "AA" })).to.deep.equal(["pass"]);
    const of = { dateCode: "2618", dateCodeNewest: "2621", countryOfOrigin: "AA" };
    expect(
      await judge(paper.commission("B", of), { dateCode: "2601", countryOfOrigin: "CN" }),
    ).to.deep.equal(["pass"]);
  });

  it("is not evaluable without a search, without a maker's lot and for a product", async () => {
    const lot = paper.commission("A", OWN);
    const { result, unknown } = await ruleOn("V19", paper.trail(lot));
    expect([result, unknown]).to.deep.equal(["not evaluable", "SIBLINGS_NOT_KNOWN"]);
    const bare = lotId(MAKER, "B");
    const facts = { [bare]: { lotNumber: "B", mpn: "NG74" } };
    paper.write(MAKER, "commission", { lots: { [bare]: 5 }, time: at("2026-06-01"), facts });
    expect(await judge(bare)).to.deep.equal(["not evaluable", "PAIRING_NOT_RECORDED"]);
    expect(await judge(productOf(paper))).to.deep.equal(["pass"]);
  });
});
