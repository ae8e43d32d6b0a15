// Tests V07 and V19: a lot compared with everything known of the same maker's lot.
import { expect } from "chai";
import type { Facts, Sibling } from "../../../../protocol/verdict/facts.ts";
import { lotId } from "../../../../protocol/event/lot.ts";
import { type Voucher, VOUCHERS } from "../../../../protocol/verdict/precedence.ts";
import { MAX_INTEGER } from "../../../../protocol/base/limits.ts";
import {
  ASSEMBLER,
  at,
  BROKER,
  MAKER,
  openPaper,
  type Paper,
  ruleOn,
} from "../../../support/paper.ts";

/** All that a source can know. */
const ALL = [...VOUCHERS];

/** A lot with the parts of the maker's, introduced by a broker. */
function introduced(paper: Paper, lotNumber = "S"): string {
  const lot = lotId(BROKER, lotNumber);
  const parts = { mpn: "NG74LVC1G08-Q", manufacturer: "Northgate Semiconductor" };
  const facts = { [lot]: { lotNumber, ...parts, makerLot: "K7T221", dateCode: "2620" } };
  paper.write(BROKER, "introduce", { lots: { [lot]: 500 }, time: at("2026-06-05"), facts });
  return lot;
}

describe("rule V07, lot over-issue", () => {
  let paper: Paper;
  beforeEach(() => {
    paper = openPaper();
  });
  type Circulation = NonNullable<Facts["circulation"]>;
  const counted = (
    commissioned: number | null,
    [maker, authorised, other]: [number, number, number],
    complete = ALL,
  ): Circulation => ({ commissioned, open: { maker, authorised, other }, complete });
  const judge = async (lot: string, circulation?: Circulation, makerOnLedger = true) => {
    const facts = { source: "test", makerOnLedger, ...(circulation && { circulation }) };
    const { result, unknown, findings } = await ruleOn("V07", paper.trail(lot), { facts });
    return [result, unknown, findings] as const;
  };
  const codeOf = async (...args: Parameters<typeof judge>) => {
    const [result, unknown, [finding]] = await judge(...args);
    return [result, finding?.code ?? unknown];
  };

  it("passes a maker's lot up to the commissioned quantity, and remarks on what others claim beyond", async () => {
    const lot = paper.commission("A");
    expect(await judge(lot, counted(1000, [900, 50, 50]))).to.deep.equal(["pass", undefined, []]);
    for (const claimed of [
      [1000, 0, 1],
      [1000, 1, 0],
      [1, MAX_INTEGER, MAX_INTEGER],
    ] as const) {
      const [result, , findings] = await judge(lot, counted(1000, [...claimed]));
      expect(result).to.equal("info");
      const found = Math.min(claimed[0] + claimed[1] + claimed[2], MAX_INTEGER);
      expect(findings).to.deep.equal([
        { code: "MORE_CLAIMED_THAN_COMMISSIONED", verdict: "INFO", lot, expected: 1000, found },
      ]);
    }
  });

  it("fails a lot if the pieces of words as good as its own are one more than commissioned", async () => {
    const maker = paper.commission("A");
    expect(await codeOf(maker, counted(1000, [1001, 0, 0]))).to.deep.equal([
      "fail",
      "MORE_THAN_COMMISSIONED",
    ]);
    const lot = introduced(paper);
    expect(await codeOf(lot, counted(1000, [500, 250, 250]))).to.deep.equal(["pass", undefined]);
    const [result, , findings] = await judge(lot, counted(1000, [500, 250, 251]));
    expect(result).to.equal("fail");
    expect(findings).to.deep.equal([
      { code: "MORE_THAN_COMMISSIONED", verdict: "FAIL", lot, expected: 1000, found: 1001 },
    ]);
  });

  it("still fails an introduced lot by a sum that leaves lots out, and is INCOMPLETE below", async () => {
    const lot = introduced(paper);
    const lots = [MAX_INTEGER, MAX_INTEGER, MAX_INTEGER] as [number, number, number];
    for (const complete of [[], ["other"], ["maker", "authorised"]] as Voucher[][]) {
      expect(await codeOf(lot, counted(1000, [1, 0, 1000], complete))).to.deep.equal([
        "fail",
        "MORE_THAN_COMMISSIONED",
      ]);
      expect(await codeOf(lot, counted(1000, lots, complete))).to.include("fail");
      expect(await codeOf(lot, counted(1000, [1, 0, 5], complete))).to.deep.equal([
        "not evaluable",
        "CIRCULATION_NOT_COUNTED",
      ]);
    }
    for (const circulation of [counted(null, [1, 0, 1000]), undefined])
      expect(await codeOf(lot, circulation)).to.deep.equal([
        "not evaluable",
        "CIRCULATION_NOT_COUNTED",
      ]);
  });

  it("does not let what is left out of others' claims touch a maker's lot", async () => {
    const lot = paper.commission("A");
    expect(await codeOf(lot, counted(1000, [900, 0, 5], ["maker"]))).to.deep.equal([
      "pass",
      undefined,
    ]);
    expect(await codeOf(lot, counted(1000, [900, 0, 5], []))).to.deep.equal(["pass", undefined]);
    expect((await codeOf(lot, counted(null, [1, 0, 5])))[0]).to.equal("not evaluable");
  });

  it("stops being INCOMPLETE by a passed test of the reader's own, and by nobody else's", async () => {
    const lot = introduced(paper);
    paper.deliver(lot, BROKER, ASSEMBLER, at("2026-06-06"), at("2026-06-07"));
    const time = at("2026-06-08");
    paper.write(ASSEMBLER, "inspect", {
      lots: paper.pieces(lot),
      time,
      shared: { testResult: "pass" },
    });
    const facts = { source: "test", makerOnLedger: true };
    const codeFor = async (reader: string) => {
      const how = { facts: { ...facts, reader } };
      const { unknown, findings } = await ruleOn("V07", paper.trail(lot), how);
      return findings[0]?.code ?? unknown;
    };
    expect(await codeFor(ASSEMBLER)).to.equal("CIRCULATION_NOT_KNOWN");
    expect(await codeFor(BROKER)).to.equal("CIRCULATION_NOT_COUNTED");
  });

  it("judges an introduced lot of a maker without lots on the ledger as before", async () => {
    const lot = introduced(paper);
    expect(await codeOf(lot, undefined, false)).to.deep.equal([
      "not evaluable",
      "CIRCULATION_NOT_KNOWN",
    ]);
    expect(await codeOf(lot, counted(0, [0, 0, 500]), false)).to.deep.equal([
      "not evaluable",
      "NONE_COMMISSIONED",
    ]);
  });

  it("is not evaluable without facts, without a commissioned quantity or without a maker's lot", async () => {
    const lot = paper.commission("A");
    expect(await codeOf(lot)).to.deep.equal(["not evaluable", "CIRCULATION_NOT_KNOWN"]);
    const none = await codeOf(lot, counted(0, [5, 0, 0]));
    expect(none).to.deep.equal(["not evaluable", "NONE_COMMISSIONED"]);
    const bare = lotId(MAKER, "B");
    const facts = { [bare]: { lotNumber: "B", mpn: "NG74" } };
    paper.write(MAKER, "commission", { lots: { [bare]: 5 }, time: at("2026-06-01"), facts });
    const unnamed = await codeOf(bare, counted(5, [5, 0, 0]));
    expect(unnamed).to.deep.equal(["not evaluable", "MAKER_LOT_NOT_RECORDED"]);
  });

  it("passes a product, which its assembler counts", async () => {
    expect((await judge(productOf(paper)))[0]).to.equal("pass");
  });

  it("does not take a lot that a split gave another maker's lot for the maker's", async () => {
    const lot = paper.commission("A");
    paper.deliver(lot, MAKER, BROKER, at("2026-06-02"), at("2026-06-03"));
    const child = lotId(BROKER, "A-1");
    paper.write(BROKER, "split", {
      lots: { [lot]: 900, [child]: 100 },
      time: at("2026-06-04"),
      facts: { [child]: { lotNumber: "A-1", makerLot: "K7T222" } },
    });
    const circulation = counted(1000, [1000, 0, 1]);
    expect(await codeOf(lot, circulation)).to.include("info");
    expect(await codeOf(child, circulation)).to.deep.equal(["fail", "MORE_THAN_COMMISSIONED"]);
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
  const factsOf = (claims: Partial<Sibling>[], complete = ALL): Facts => ({
    source: "test",
    makerOnLedger: true,
    siblings: {
      claims: claims.map((each) => ({ by: "maker", dateMixed: false, ...each })),
      complete,
    },
  });
  const judge = async (lot: string, ...siblings: Partial<Sibling>[]) => {
    const facts = factsOf(siblings);
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
    const facts = factsOf([{ mpn: "NG74LVC1G08-T", dateCode: "2699" }]);
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

  it("remarks once for each field on what weaker words claim, however many they are", async () => {
    const lot = paper.commission("A", OWN);
    const claims = Array.from({ length: 200 }, (_, i): Partial<Sibling>[] => [
      { by: "other", mpn: `NG74LVC1G08-${i}` },
      { by: "authorised", dateCode: `26${String(i % 50).padStart(2, "0")}` },
      { by: "other", countryOfOrigin: i % 2 === 0 ? "PH" : "CN" },
    ]).flat();
    const remark = "LOT_CLAIMED_OTHERWISE";
    expect(await judge(lot, ...claims)).to.deep.equal(["info", remark, remark, remark]);
    const suspect = introduced(paper);
    const [result, ...codes] = await judge(suspect, ...claims);
    expect(result).to.equal("fail");
    expect(codes).to.include.members(["LOT_OF_OTHER_MPN", "LOT_OF_OTHER_DATE"]);
  });

  it("is INCOMPLETE for an introduced lot if claims as good as its own are left out", async () => {
    const missing = async (lot: string, complete: Voucher[]) => {
      const facts = factsOf([], complete);
      const { result, unknown, findings } = await ruleOn("V19", paper.trail(lot), { facts });
      return [result, findings[0]?.code ?? unknown];
    };
    const lot = introduced(paper);
    for (const complete of [[], ["maker"], ["maker", "authorised"]] as Voucher[][])
      expect(await missing(lot, complete)).to.deep.equal([
        "not evaluable",
        "SIBLINGS_NOT_COMPARED",
      ]);
    expect(await missing(lot, ALL)).to.deep.equal(["pass", undefined]);
    const maker = paper.commission("A", OWN);
    expect(await missing(maker, ["maker"])).to.deep.equal(["pass", undefined]);
    expect(await missing(maker, [])).to.deep.equal(["not evaluable", "SIBLINGS_NOT_KNOWN"]);
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
