// Tests V18: a date code's place in the life of a part, on both sides of each day.
import { expect } from "chai";
import type { PolicyDocument } from "../../../../protocol/verdict/policy.ts";
import { readLabel } from "../../../../protocol/label/label.ts";
import { at, DAY, MAKER, openPaper, type Paper, type How, ruleOn } from "../../../support/paper.ts";

const PART = { mpn: "NG74LVC1G08-Q", introducedOn: "2020-03-02", lastShipOn: "2026-05-25" };
const catalogued: PolicyDocument = { catalogue: [PART] };

describe("rule V18, date lifecycle", () => {
  let paper: Paper;
  const judged = (facts: Parameters<Paper["commission"]>[1], how: How = { policy: catalogued }) => {
    paper = openPaper();
    return ruleOn("V18", paper.trail(paper.commission("A", facts)), how);
  };
  const codesOf = async (facts: Parameters<Paper["commission"]>[1], how?: How) =>
    (await judged(facts, how)).findings.map(({ code }) => code);

  it("passes a code from the week of the first sale to the week of the last shipment", async () => {
    for (const dateCode of ["2010", "2301", "2622"])
      expect(await judged({ dateCode })).to.deep.equal({
        result: "pass",
        unknown: undefined,
        findings: [],
      });
  });

  describe("rule V18, on a code outside the part's life", () => {
    it("warns of a code from before the first sale", async () => {
      // Week 2009 ends on 1 March 2020, the day before.
      const { result, findings } = await judged({ dateCode: "2009" });
      expect(result).to.equal("warn");
      expect(findings[0]).to.include({
        code: "DATE_CODE_BEFORE_INTRODUCTION",
        verdict: "WARN",
        field: "details.entries.0.dateCode",
        expected: "2020-03-02",
        found: "2009",
      });
    });

    it("warns of a code from after the last-time-ship day, and uses the newest of several", async () => {
      // Week 2623 begins on 1 June 2026; 2622 on the very day.
      const { result, findings } = await judged({ dateCode: "2623" });
      expect(result).to.equal("warn");
      expect(findings[0]).to.include({
        code: "DATE_CODE_AFTER_LAST_SHIP",
        expected: "2026-05-25",
        found: "2623",
      });
      const both = await judged({ dateCode: "2610", dateCodeNewest: "2623" });
      expect(both.findings.map(({ code, found: raw }) => [code, raw])).to.deep.equal([
        ["DATE_CODE_AFTER_LAST_SHIP", "2623"],
      ]);
    });

    it("warns of an old code only when the policy sets a maximum age", async () => {
      // Week 2410 ends on 10 March 2024.
      const now = at("2026-03-10");
      const aged = (maxDateCodeAgeDays: number) => ({
        policy: { ...catalogued, maxDateCodeAgeDays },
        now,
      });
      expect(await codesOf({ dateCode: "2410" }, { policy: catalogued, now })).to.deep.equal([]);
      expect(await codesOf({ dateCode: "2410" }, aged(730))).to.deep.equal([]);
      const old = await judged({ dateCode: "2410" }, aged(729));
      expect([old.result, old.findings[0]!.code, old.findings[0]!.expected]).to.deep.equal([
        "warn",
        "DATE_CODE_OLD",
        "2024-03-11",
      ]);
      expect(await codesOf({ dateCode: "7001" }, aged(Number.MAX_SAFE_INTEGER))).not.to.include(
        "DATE_CODE_OLD",
      );
    });

    it("warns of a scanned code that differs from the record's", async () => {
      const label = readLabel("[)>\x1e06\x1d1PNG74LVC1G08-Q\x1dQ5\x1d10D1901\x1e\x04");
      const { findings } = await judged({ dateCode: "2301" }, { policy: catalogued, label });
      expect(findings.map(({ code, field }) => [code, field])).to.deep.equal([
        ["DATE_CODE_BEFORE_INTRODUCTION", "label.dateCode"],
      ]);
    });
  });

  describe("rule V18, on a code without a date", () => {
    it("reports INFO for a code that is unreadable or not traceable", async () => {
      const own = await judged({ dateCode: "K7Z", dateCodeFormat: "other" });
      expect([own.result, own.findings.map(({ code }) => code)]).to.deep.equal([
        "info",
        ["DATE_CODE_UNREADABLE"],
      ]);
      const none = await judged({ dateCode: "N/T" });
      expect([none.result, none.findings.map(({ code }) => code)]).to.deep.equal([
        "info",
        ["DATE_CODE_NOT_TRACEABLE"],
      ]);
      expect(none.findings[0]!.verdict).to.equal("INFO");
    });
  });

  describe("rule V18, on missing knowledge", () => {
    const cases: [why: string, unknown: string, facts: object, how?: How][] = [
      ["without a date code", "DATE_CODE_NOT_SHOWN", {}],
      ["for a mixed date", "DATE_CODES_ONLY_MIXED", { dateCode: "MIXED" }],
      ["for a date that does not exist", "DATE_CODE_OF_NO_DATE", { dateCode: "2553" }],
      ["without a catalogue", "LIFE_OF_PART_NOT_KNOWN", { dateCode: "2301" }, {}],
      [
        "for a part that is not in the catalogue",
        "LIFE_OF_PART_NOT_KNOWN",
        { dateCode: "2301", mpn: "NG74LVC1G08" },
      ],
      [
        "for another maker's part",
        "LIFE_OF_PART_NOT_KNOWN",
        { dateCode: "2301", manufacturer: "Other Semi" },
        with_({ manufacturer: "Northgate Semiconductor" }),
      ],
      [
        "without the day of the first sale",
        "LIFE_OF_PART_NOT_KNOWN",
        { dateCode: "2301" },
        { policy: { catalogue: [{ mpn: PART.mpn }] } },
      ],
    ];
    for (const [why, unknown, facts, how] of cases)
      it(`is not evaluable ${why}`, async () => {
        expect(await judged(facts, how)).to.deep.equal({
          result: "not evaluable",
          unknown,
          findings: [],
        });
      });

    function with_(more: object): How {
      return { policy: { catalogue: [{ ...PART, ...more }] } };
    }
  });

  it("ignores a scanned MIXED when the record has a date", async () => {
    const label = readLabel("[)>\x1e06\x1d1PNG74LVC1G08-Q\x1dQ5\x1d10DMIXED\x1e\x04");
    expect((await judged({ dateCode: "2301" }, { policy: catalogued, label })).result).to.equal(
      "pass",
    );
    expect((await judged({}, { policy: catalogued, label })).unknown).to.equal(
      "DATE_CODES_ONLY_MIXED",
    );
    const none = readLabel("[)>\x1e06\x1d1PNG74LVC1G08-Q\x1dQ5\x1d10DN/T\x1e\x04");
    expect(
      (await judged({ dateCode: "2301" }, { policy: catalogued, label: none })).result,
    ).to.equal("info");
  });

  it("finds the part by its maker's name in any spelling", async () => {
    const policy = { catalogue: [{ ...PART, manufacturer: "NORTHGATE  semiconductor" }] };
    expect((await judged({ dateCode: "2301" }, { policy })).result).to.equal("pass");
  });

  it("uses the first event with a date code when the origin has none", async () => {
    paper = openPaper();
    const lot = paper.commission("A");
    for (const [day, dateCode] of [
      ["02", "2009"],
      ["03", "2301"],
    ])
      paper.write(MAKER, "inspect", {
        lots: paper.pieces(lot),
        time: at("2026-06-" + day!),
        shared: { dateCode: dateCode! },
      });
    const { findings } = await ruleOn("V18", paper.trail(lot), {
      policy: catalogued,
      now: at("2026-06-03") + DAY,
    });
    expect(findings.map(({ field, found: raw }) => [field, raw])).to.deep.equal([
      ["details.dateCode", "2009"],
    ]);
  });
});
