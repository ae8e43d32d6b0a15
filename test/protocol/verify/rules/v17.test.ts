// Tests V17: impossible date codes, on both sides of each day.
import { expect } from "chai";
import { readLabel } from "../../../../protocol/label/label.ts";
import { verify } from "../../../../protocol/verify/verify.ts";
import {
  act,
  lotOf,
  maker,
  openWorld,
  trailFor,
  trustIn,
  type World,
} from "../../../support/trails.ts";
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
import { recover } from "../../../support/recover.ts";

const RS = "\x1e";
const GS = "\x1d";
const label = (...fields: string[]) => readLabel(`[)>${RS}06${GS}${fields.join(GS)}${RS}\x04`);

describe("rule V17, date impossible", () => {
  let paper: Paper;
  beforeEach(() => {
    paper = openPaper();
  });
  const judged = (lot: string, how?: How) => ruleOn("V17", paper.trail(lot), how);
  const codesOf = async (lot: string, how?: How) =>
    (await judged(lot, how)).findings.map(({ code }) => code);
  const dated = (facts: Parameters<Paper["commission"]>[1], time?: string) =>
    paper.commission("A", facts, time === undefined ? undefined : at(time));

  describe("rule V17, on a possible date", () => {
    it("passes a date code earlier than every other time, with the ledger", async () => {
      const world = await openWorld();
      const lot = lotOf(world.maker, "A");
      await act(world, world.maker, "commission", {
        lots: { [lot]: 5 },
        facts: { [lot]: { ...maker("A"), dateCode: "2401", bagSealDate: "2024-01-01" } },
      });
      const verdict = await verify(
        trailFor(world, lot),
        await trustIn(world),
        world.ledger.reader,
        recover,
      );
      expect(ruleResultOf("V17", verdict)).to.deep.equal({
        result: "pass",
        unknown: undefined,
        findings: [],
      });
    });
  });

  describe("rule V17, on an impossible date", () => {
    it("fails a code later than the origin in every time zone", async () => {
      // The week 2626 begins on 22 June; on the day before at 10:00 in UTC it has begun at UTC+14.
      const origin = await judged(dated({ dateCode: "2626" }, "2026-06-21T09:59:59"));
      expect(origin.result).to.equal("fail");
      expect(origin.findings).to.have.length(1);
      expect(origin.findings[0]).to.include({
        code: "DATE_CODE_AFTER_ORIGIN",
        verdict: "FAIL",
        field: "details.entries.0.dateCode",
        expected: "2026-06-21",
        found: "2626",
      });
      paper = openPaper();
      expect(await codesOf(dated({ dateCode: "2626" }, "2026-06-21T10:00:00"))).to.deep.equal([]);
    });

    it("fails a code later than the ledger's record of the origin", async () => {
      const world: World = await openWorld();
      const lot = lotOf(world.maker, "A");
      await act(world, world.maker, "commission", {
        lots: { [lot]: 5 },
        facts: { [lot]: { ...maker("A"), dateCode: "5001" } },
      });
      const verdict = await verify(
        trailFor(world, lot),
        await trustIn(world),
        world.ledger.reader,
        recover,
      );
      const { result, findings } = ruleResultOf("V17", verdict);
      expect(result).to.equal("fail");
      expect(findings.map(({ code }) => code)).to.deep.equal([
        "DATE_CODE_AFTER_ORIGIN",
        "DATE_CODE_AFTER_RECORDING",
        "DATE_CODE_IN_FUTURE",
      ]);
    });

    it("fails a code later than a shipment of the parts", async () => {
      const lot = dated({ dateCode: "2627" }, "2026-07-10");
      paper.write(MAKER, "ship", {
        lots: paper.pieces(lot),
        time: at("2026-06-28T09:59:59"),
        consignee: DISTRIBUTOR,
      });
      expect(await codesOf(lot)).to.deep.equal(["DATE_CODE_AFTER_SHIPMENT"]);
      paper = openPaper();
      const fine = dated({ dateCode: "2627" }, "2026-07-10");
      paper.write(MAKER, "ship", {
        lots: paper.pieces(fine),
        time: at("2026-06-28T10:00:00"),
        consignee: DISTRIBUTOR,
      });
      expect(await codesOf(fine)).to.deep.equal([]);
    });

    it("fails a code later than the dry pack's seal date, recorded or scanned", async () => {
      expect(await codesOf(dated({ dateCode: "2621", bagSealDate: "2026-05-17" }))).to.deep.equal([
        "DATE_CODE_AFTER_SEAL",
      ]);
      paper = openPaper();
      expect(await codesOf(dated({ dateCode: "2621", bagSealDate: "2026-05-18" }))).to.deep.equal(
        [],
      );
      paper = openPaper();
      const lot = dated({ dateCode: "2621" });
      const sealed = label(
        "1PNG74LVC1G08-Q",
        "3Z2/260C/1YEAR;//;051726",
        "V0033317",
        "20LDM5",
        "21LUSA",
        "22LTAI",
        "23LTWN",
      );
      expect(sealed.status === "read" && sealed.record.bagSealDate).to.equal("2026-05-17");
      expect(await codesOf(lot, { label: sealed })).to.deep.equal(["DATE_CODE_AFTER_SEAL"]);
    });

    it("fails a code of a week that has not begun anywhere", async () => {
      const lot = dated({ dateCode: "2626" }, "2026-07-01");
      expect(await codesOf(lot, { now: at("2026-06-21T09:59:59") })).to.deep.equal([
        "DATE_CODE_IN_FUTURE",
      ]);
      expect(await codesOf(lot, { now: at("2026-06-21T10:00:00") })).to.deep.equal([]);
    });

    it("fails the newest of several codes", async () => {
      const findings = (await judged(dated({ dateCode: "2610", dateCodeNewest: "2630" }))).findings;
      expect(findings.map(({ code, field }) => [code, field])).to.deep.equal([
        ["DATE_CODE_AFTER_ORIGIN", "details.entries.0.dateCodeNewest"],
      ]);
    });

    for (const [dateCode, dateCodeFormat] of [
      ["2600"],
      ["2553"],
      ["260053", "YYYYWW"],
      ["202553", "YYYYWW"],
      ["260231", "YYMMDD"],
      ["20250229", "YYYYMMDD"],
      ["2025-04-31", "YYYY-MM-DD"],
    ] as [string, "YYWW"?][])
      it(`fails ${dateCode}, which is in no calendar`, async () => {
        const outcome = await judged(
          dated({ dateCode, ...(dateCodeFormat && { dateCodeFormat }) }),
        );
        expect(outcome.result).to.equal("fail");
        expect(outcome.findings[0]).to.include({ code: "DATE_CODE_NONEXISTENT", found: dateCode });
      });

    it("judges a scanned code that differs from the record's", async () => {
      const lot = dated({ dateCode: "2621" });
      const cases: [string, string[]][] = [
        ["10D2622", []],
        ["10D2626", ["DATE_CODE_AFTER_ORIGIN"]],
        ["10D2654", ["DATE_CODE_NONEXISTENT"]],
        ["10DN/T", []],
        ["9D20261026", ["DATE_CODE_AFTER_ORIGIN"]],
        // Week 26 of 2026, or week 26 of 2020 and two digits more: one of them can be.
        ["9D202626", []],
      ];
      for (const [di, codes] of cases) {
        const { findings } = await judged(lot, { label: label("1PNG74LVC1G08-Q", "Q1000", di) });
        expect(
          findings.map(({ code }) => code),
          di,
        ).to.deep.equal(codes);
        for (const { field } of findings) expect(field).to.equal("label.dateCode");
      }
      paper = openPaper();
      const late = dated({ dateCode: "2626" });
      expect(
        await codesOf(late, { label: label("1PNG74LVC1G08-Q", "Q1000", "10D2626") }),
      ).to.have.length(1);
    });
  });

  describe("rule V17, on missing knowledge", () => {
    const cases: [why: string, unknown: string, makeLot: () => string][] = [
      ["without a date code", "DATE_CODE_NOT_GIVEN", () => dated({})],
      ["for N/T", "DATE_CODE_NO_DATE", () => dated({ dateCode: "N/T" })],
      [
        "for a maker's own form",
        "DATE_CODE_NO_DATE",
        () => dated({ dateCode: "K7Z", dateCodeFormat: "other" }),
      ],
      [
        "without the ledger's record of the origin",
        "ORIGIN_NOT_ANCHORED",
        () => dated({ dateCode: "2610" }),
      ],
    ];
    for (const [why, unknown, makeLot] of cases)
      it(`is not evaluable ${why}`, async () => {
        expect(await judged(makeLot())).to.deep.equal({
          result: "not evaluable",
          unknown,
          findings: [],
        });
      });

    it("is not evaluable for a scanned code without a date, unless the record has one", async () => {
      const none = { label: label("1PNG74LVC1G08-Q", "Q1000", "10DN/T") };
      expect((await judged(dated({}), none)).unknown).to.equal("DATE_CODE_NO_DATE");
      paper = openPaper();
      expect((await judged(dated({ dateCode: "2610" }), none)).unknown).to.equal(
        "ORIGIN_NOT_ANCHORED",
      );
    });

    it("is not evaluable when the code is withheld or the origin is missing", async () => {
      const lot = dated({});
      paper.write(MAKER, "inspect", {
        lots: paper.pieces(lot),
        time: at("2026-06-02"),
        shared: { dateCode: "2610" },
        withheld: ["dateCode"],
      });
      expect((await judged(lot)).unknown).to.equal("DATE_CODE_WITHHELD");
      paper = openPaper();
      const other = dated({});
      paper.write(MAKER, "inspect", {
        lots: paper.pieces(other),
        time: at("2026-06-02"),
        shared: { dateCode: "2610" },
      });
      const trail = paper.trail(other);
      trail.events.shift();
      expect((await ruleOn("V17", trail)).unknown).to.equal("ORIGIN_TIME_NOT_KNOWN");
    });
  });

  it("uses the origin of a split's parent, and the split's own code", async () => {
    const lot = dated({ dateCode: "2626" });
    const child = lotChild("A1", lot, {});
    expect(await codesOf(child)).to.deep.equal(["DATE_CODE_AFTER_ORIGIN"]);
    const own = lotChild("A2", lot, { dateCode: "2610" });
    expect(await codesOf(own)).to.deep.equal([]);
  });

  function lotChild(lotNumber: string, parent: string, facts: object): string {
    const child = lotOf({ address: MAKER } as Parameters<typeof lotOf>[0], lotNumber);
    const left = paper.pieces(parent)[parent]! - 100;
    paper.write(MAKER, "split", {
      lots: { [parent]: left, [child]: 100 },
      time: at("2026-09-01"),
      facts: { [child]: { lotNumber, ...facts } },
    });
    return child;
  }
});
