// Tests V24: dry packs, floor life, bakes and loggers, on both sides of each limit.
import { expect } from "chai";
import type { Details } from "../../../../protocol/event/details.ts";
import { lotId } from "../../../../protocol/event/lot.ts";
import {
  at,
  DAY,
  DISTRIBUTOR,
  HOUR,
  type How,
  MAKER,
  openPaper,
  type Paper,
  ruleOn,
} from "../../../support/paper.ts";

type Shared = Omit<Details, "entries">;
const SEALED = { msl: "3", bagSealDate: "2026-05-29" } as const;

describe("rule V24, moisture and condition", () => {
  let paper: Paper;
  let lot: string;
  const OPENED = at("2026-06-10");
  beforeEach(() => {
    paper = openPaper();
  });
  const made = (facts: Parameters<Paper["commission"]>[1] = SEALED) =>
    (lot = paper.commission("A", facts));
  const inspect = (time: number, shared: Shared, more: object = {}) =>
    paper.write(MAKER, "inspect", { lots: paper.pieces(lot), time, shared, ...more });
  const judged = (how: How = { now: OPENED }, of = lot) => ruleOn("V24", paper.trail(of), how);
  const codesOf = async (how?: How, of?: string) =>
    (await judged(how, of)).findings.map(({ code }) => code);

  describe("rule V24, on parts in good condition", () => {
    it("passes moisture level 1, in any state of the pack", async () => {
      made({ msl: "1" });
      inspect(OPENED, { bagOpenedTime: 0, humidityIndicator: "fail" });
      expect(await judged({})).to.deep.equal({ result: "pass", unknown: undefined, findings: [] });
    });

    it("passes a dry pack that is closed and young enough", async () => {
      made();
      expect(await judged()).to.deep.equal({ result: "pass", unknown: undefined, findings: [] });
    });
  });

  describe("rule V24, on the dry pack's age", () => {
    it("warns from the day after the maximum age", async () => {
      made();
      // 365 days after 29 May 2026 is 29 May 2027.
      expect(await codesOf({ now: at("2027-05-29T23:59:59") })).to.deep.equal([]);
      const { result, findings } = await judged({ now: at("2027-05-30T00:00:00") });
      expect(result).to.equal("warn");
      expect(findings[0]).to.include({
        code: "DRY_PACK_OLD",
        verdict: "WARN",
        field: "details.entries.0.bagSealDate",
        expected: 365,
        found: 366,
      });
      const longer = { now: at("2027-05-30"), policy: { maxSealAgeDays: 366 } };
      expect(await codesOf(longer)).to.deep.equal([]);
    });

    it("counts from the newest seal, not from an older one that is repeated later", async () => {
      made();
      inspect(OPENED, { bagSealDate: "2026-06-10" });
      inspect(OPENED + HOUR, { bagSealDate: "2026-05-29" });
      expect(await codesOf({ now: at("2027-06-10") })).to.deep.equal([]);
      expect(await codesOf({ now: at("2027-06-11") })).to.deep.equal(["DRY_PACK_OLD"]);
    });

    it("stops counting when the lot is closed", async () => {
      made();
      paper.write(MAKER, "scrap", { lots: { [lot]: 0 }, time: at("2026-07-01") });
      expect(await codesOf({ now: at("2036-01-01") })).to.deep.equal([]);
    });
  });

  describe("rule V24, on floor life", () => {
    const LIVES = { "2": 8_760, "2a": 672, "3": 168, "4": 72, "5": 48, "5a": 24 } as const;
    for (const [msl, hours] of Object.entries(LIVES) as ["2", number][])
      it(`fails level ${msl} after ${hours} hours`, async () => {
        made({ ...SEALED, msl });
        const event = inspect(OPENED, { bagOpenedTime: OPENED });
        expect(await codesOf({ now: OPENED + hours * HOUR - 1 })).to.deep.equal([]);
        const { result, findings } = await judged({ now: OPENED + hours * HOUR });
        expect(result).to.equal("fail");
        expect(findings).to.deep.equal([
          {
            code: "FLOOR_LIFE_USED",
            verdict: "FAIL",
            event,
            lot,
            field: "details.bagOpenedTime",
            expected: hours,
            found: hours,
          },
        ]);
      });

    it("uses the floor life of the record if it has one", async () => {
      made({ ...SEALED, floorLifeHours: 10 });
      inspect(OPENED, { bagOpenedTime: OPENED });
      expect(await codesOf({ now: OPENED + 10 * HOUR - 1 })).to.deep.equal([]);
      expect(await codesOf({ now: OPENED + 10 * HOUR })).to.deep.equal(["FLOOR_LIFE_USED"]);
    });

    it("fails level 6 until a bake, and then uses the floor life of its label", async () => {
      made({ ...SEALED, msl: "6" });
      expect((await judged()).findings.map(({ code, verdict }) => [code, verdict])).to.deep.equal([
        ["BAKE_BEFORE_USE", "INFO"],
      ]);
      inspect(OPENED, { bagOpenedTime: OPENED });
      expect(await codesOf()).to.deep.equal(["FLOOR_LIFE_USED"]);
      inspect(OPENED + DAY, { bakedTime: OPENED + DAY });
      expect((await judged({ now: OPENED + DAY })).unknown).to.equal("FLOOR_LIFE_NOT_SAID");
      inspect(OPENED + DAY, { floorLifeHours: 6 });
      expect(await codesOf({ now: OPENED + DAY + 6 * HOUR - 1 })).to.deep.equal([]);
      expect(await codesOf({ now: OPENED + DAY + 6 * HOUR })).to.deep.equal(["FLOOR_LIFE_USED"]);
    });

    it("pauses from the end of the day on which the pack is sealed again, and resumes at the next opening", async () => {
      made({ ...SEALED, msl: "5a" });
      const opened = at("2026-06-10T20:00:00");
      inspect(at("2026-06-11"), { bagOpenedTime: opened, bagSealDate: "2026-06-10" });
      // Four hours until midnight.
      expect(await codesOf({ now: at("2026-12-01") })).to.deep.equal([]);
      const again = at("2026-07-01");
      inspect(again, { bagOpenedTime: again });
      expect(await codesOf({ now: again + 20 * HOUR - 1 })).to.deep.equal([]);
      expect(await codesOf({ now: again + 20 * HOUR })).to.deep.equal(["FLOOR_LIFE_USED"]);
    });

    it("does not restart for a repeated opening or an older seal", async () => {
      made();
      inspect(OPENED, { bagOpenedTime: OPENED });
      inspect(OPENED + DAY, { bagOpenedTime: OPENED + DAY, bagSealDate: "2026-05-29" });
      expect(await codesOf({ now: OPENED + 168 * HOUR })).to.deep.equal(["FLOOR_LIFE_USED"]);
      paper = openPaper();
      made();
      inspect(OPENED, { bagOpenedTime: OPENED, bagSealDate: "2026-06-10" });
      inspect(OPENED + DAY, { bagOpenedTime: OPENED });
      expect(await codesOf({ now: OPENED + 100 * DAY })).to.deep.equal([]);
    });

    it("restarts at the end of a bake, and not for a repeated or an earlier bake", async () => {
      made();
      inspect(OPENED, { bagOpenedTime: OPENED });
      const baked = OPENED + 10 * DAY;
      inspect(baked + HOUR, { bakedTime: baked });
      expect(await codesOf({ now: baked + 168 * HOUR - 1 })).to.deep.equal([]);
      expect(await codesOf({ now: baked + 168 * HOUR })).to.deep.equal(["FLOOR_LIFE_USED"]);
      // A repeated or an earlier bake does not restart it.
      inspect(baked + 2 * HOUR, { exposedHours: 100 });
      for (const bakedTime of [baked, OPENED + DAY]) inspect(baked + 2 * HOUR, { bakedTime });
      expect(await codesOf({ now: baked + 70 * HOUR })).to.deep.equal(["FLOOR_LIFE_USED"]);
      inspect(baked + 2 * HOUR, { bagSealDate: "2026-06-20" });
      expect(await codesOf({ now: baked + 200 * DAY })).to.deep.equal([]);
    });

    it("uses the exposed hours that the holder counted, and never a lower count later", async () => {
      made();
      inspect(OPENED, { bagOpenedTime: OPENED });
      inspect(OPENED + 100 * HOUR, { exposedHours: 40 });
      expect(await codesOf({ now: OPENED + 228 * HOUR - 1 })).to.deep.equal([]);
      expect(await codesOf({ now: OPENED + 228 * HOUR })).to.deep.equal(["FLOOR_LIFE_USED"]);
      inspect(OPENED + 101 * HOUR, { exposedHours: 3 });
      expect(await codesOf({ now: OPENED + 229 * HOUR })).to.deep.equal(["FLOOR_LIFE_USED"]);
      paper = openPaper();
      made();
      inspect(OPENED, { exposedHours: 167 });
      expect(await codesOf({ now: OPENED + 300 * DAY })).to.deep.equal([]);
      inspect(OPENED, { exposedHours: 168 });
      expect(await codesOf()).to.deep.equal(["FLOOR_LIFE_USED"]);
    });

    it("cannot be delayed by an opening or a bake in the future", async () => {
      made();
      inspect(OPENED, { bagOpenedTime: OPENED + 1000 * DAY });
      expect(await codesOf({ now: OPENED + 168 * HOUR })).to.deep.equal(["FLOOR_LIFE_USED"]);
      inspect(OPENED + HOUR, { bakedTime: OPENED + 1000 * DAY });
      expect(await codesOf({ now: OPENED + 169 * HOUR - 1 })).to.deep.equal([]);
      expect(await codesOf({ now: OPENED + 169 * HOUR })).to.deep.equal(["FLOOR_LIFE_USED"]);
    });

    it("carries over to a lot that is split off", async () => {
      made();
      inspect(OPENED, { bagOpenedTime: OPENED });
      const child = lotId(MAKER, "A1");
      paper.write(MAKER, "split", {
        lots: { [lot]: 900, [child]: 100 },
        time: OPENED + DAY,
        facts: { [child]: { lotNumber: "A1" } },
      });
      // Later events of the parent do not concern the child.
      inspect(OPENED + 2 * DAY, { bakedTime: OPENED + 2 * DAY });
      expect(await codesOf({ now: OPENED + 168 * HOUR - 1 }, child)).to.deep.equal([]);
      expect(await codesOf({ now: OPENED + 168 * HOUR }, child)).to.deep.equal(["FLOOR_LIFE_USED"]);
      expect(await codesOf({ now: OPENED + 168 * HOUR })).to.deep.equal([]);
    });
  });

  it("warns of a humidity card that failed, until the parts are baked", async () => {
    made();
    const event = inspect(OPENED, { humidityIndicator: "fail" });
    inspect(OPENED, { humidityIndicator: "pass" });
    const { result, findings } = await judged();
    expect(result).to.equal("warn");
    expect(findings).to.deep.equal([
      {
        code: "HUMIDITY_CARD_FAILED",
        verdict: "WARN",
        event,
        lot,
        field: "details.humidityIndicator",
        expected: "pass",
        found: "fail",
      },
    ]);
    inspect(OPENED + HOUR, { bakedTime: OPENED + HOUR, bagSealDate: "2026-06-10" });
    expect(await codesOf()).to.deep.equal([]);
    inspect(OPENED + DAY, { humidityIndicator: "fail" });
    expect(await codesOf()).to.deep.equal(["HUMIDITY_CARD_FAILED"]);
  });

  describe("rule V24, on condition loggers", () => {
    const policy = {
      minTemperatureDeciCelsius: 50,
      maxTemperatureDeciCelsius: 300,
      maxHumidityPercent: 60,
    };
    const cases: [
      field: keyof Details,
      within: number,
      outside: number,
      code: string,
      bound: number,
    ][] = [
      ["conditionLongestGapSeconds", 3_600, 3_601, "CONDITION_GAP", 3_600],
      ["temperatureMinDeciCelsius", 50, 49, "TEMPERATURE_OUTSIDE", 50],
      ["temperatureMinDeciCelsius", 300, 301, "TEMPERATURE_OUTSIDE", 300],
      ["temperatureMaxDeciCelsius", 300, 301, "TEMPERATURE_OUTSIDE", 300],
      ["temperatureMaxDeciCelsius", 50, 49, "TEMPERATURE_OUTSIDE", 50],
      ["humidityMaxPercent", 60, 61, "HUMIDITY_OUTSIDE", 60],
      ["humidityMinPercent", 60, 61, "HUMIDITY_OUTSIDE", 60],
    ];
    for (const [field, within, outside, code, expected] of cases)
      it(`warns of ${field} ${outside}, and passes ${within}`, async () => {
        for (const [value, result] of [
          [within, "pass"],
          [outside, "warn"],
        ] as const) {
          paper = openPaper();
          made({ msl: "1" });
          const event = inspect(OPENED, { conditionLongestGapSeconds: 60, [field]: value });
          const outcome = await judged({ policy });
          expect(outcome.result).to.equal(result);
          if (result === "warn")
            expect(outcome.findings).to.deep.equal([
              {
                code,
                verdict: "WARN",
                event,
                lot,
                field: `details.${field}`,
                expected,
                found: value,
              },
            ]);
        }
      });

    it("reports a logger's gap for a lot split off later, and nothing from the parent's next shipment", async () => {
      made({ msl: "1" });
      paper.deliver(
        lot,
        MAKER,
        DISTRIBUTOR,
        OPENED,
        OPENED + DAY,
        {},
        { conditionLongestGapSeconds: 7_200 },
      );
      const child = lotId(DISTRIBUTOR, "A1");
      paper.write(DISTRIBUTOR, "split", {
        lots: { [lot]: 900, [child]: 100 },
        time: OPENED + DAY,
        facts: { [child]: { lotNumber: "A1" } },
      });
      paper.deliver(
        lot,
        DISTRIBUTOR,
        MAKER,
        OPENED + DAY,
        OPENED + DAY,
        {},
        { temperatureMaxDeciCelsius: 5_000 },
      );
      expect(await codesOf({}, child)).to.deep.equal(["CONDITION_GAP"]);
    });
  });

  describe("rule V24, on missing knowledge", () => {
    it("is not evaluable without a moisture level, a seal date or a logger's longest gap", async () => {
      for (const [unknown, facts, shared] of [
        ["MSL_NOT_SAID", {}, {}],
        ["SEAL_DATE_NOT_SAID", { msl: "2" }, {}],
        ["LOGGER_GAP_NOT_SAID", { msl: "1" }, { temperatureMaxDeciCelsius: 250 }],
      ] as const) {
        paper = openPaper();
        made(facts);
        inspect(OPENED, shared);
        expect(await judged()).to.deep.equal({ result: "not evaluable", unknown, findings: [] });
      }
    });

    it("is not evaluable when details are withheld or the trail breaks off", async () => {
      for (const more of [{ withheld: ["bagOpenedTime"] }, { isShown: false }]) {
        paper = openPaper();
        made();
        inspect(OPENED, { bagOpenedTime: OPENED }, more);
        expect((await judged()).unknown).to.equal("MOISTURE_WITHHELD");
      }
      paper = openPaper();
      made();
      const trail = paper.trail(lot);
      inspect(OPENED, {});
      inspect(OPENED, {});
      trail.events.push(paper.trail(lot).events.at(-1)!);
      expect((await ruleOn("V24", trail, { now: OPENED })).unknown).to.equal(
        "CONDITION_NOT_FOLLOWED",
      );
    });
  });
});
