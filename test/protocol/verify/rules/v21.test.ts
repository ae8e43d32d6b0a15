// Tests V21: whether the countries along a lot's way agree with one another and with the
// reader's catalogue.
import { expect } from "chai";
import { lotId } from "../../../../protocol/event/lot.ts";
import { at, MAKER, openPaper, type Paper, type How, ruleOn } from "../../../support/paper.ts";

const catalogued: How = {
  policy: { catalogue: [{ mpn: "NG74LVC1G08-Q", countries: ["MY", "PH"] }] },
};
const MADE = { countryOfOrigin: "MY", fabCountry: "NO", assemblyCountry: "MY" };

describe("rule V21, origin consistency", () => {
  let paper: Paper;
  beforeEach(() => {
    paper = openPaper();
  });
  const judged = (lot: string, how = catalogued) => ruleOn("V21", paper.trail(lot), how);
  const inspect = (lot: string, shared: object, day = "2026-06-05", more: object = {}) =>
    paper.write(MAKER, "inspect", { lots: paper.pieces(lot), time: at(day), shared, ...more });
  const split = (parent: string, lotNumber: string, facts: object) => {
    const child = lotId(MAKER, lotNumber);
    paper.write(MAKER, "split", {
      lots: { [parent]: paper.pieces(parent)[parent]! - 10, [child]: 10 },
      time: at("2026-06-10"),
      facts: { [child]: { lotNumber, ...facts } },
    });
    return child;
  };

  it("passes one country on the whole trail, of the package or of the wafer", async () => {
    const lot = paper.commission("A", MADE);
    inspect(lot, MADE);
    expect(await judged(lot)).to.deep.equal({ result: "pass", unknown: undefined, findings: [] });
    const wafer = paper.commission("B", { ...MADE, countryOfOrigin: "PH", fabCountry: "PH" });
    expect((await judged(wafer)).result).to.equal("pass");
    const child = split(lot, "A1", { countryOfOrigin: "MY" });
    expect((await judged(child)).result).to.equal("pass");
  });

  describe("rule V21, on a changed country", () => {
    for (const [name, value] of Object.entries({
      countryOfOrigin: "CN",
      fabCountry: "TW",
      assemblyCountry: "PH",
    }))
      it(`fails a later event with another ${name}`, async () => {
        const lot = paper.commission("A", MADE);
        const event = inspect(lot, { [name]: value });
        const { result, findings } = await judged(lot);
        expect(result).to.equal("fail");
        expect(findings).to.deep.equal([
          {
            code: "COUNTRY_CHANGED",
            verdict: "FAIL",
            event,
            lot,
            field: `details.${name}`,
            expected: MADE[name as keyof typeof MADE],
            found: value,
          },
        ]);
      });

    it("fails a split or a mixed lot with another country", async () => {
      const lot = paper.commission("A", MADE);
      const child = split(lot, "A1", { countryOfOrigin: "PH" });
      expect((await judged(child)).findings.map(({ code, lot: of }) => [code, of])).to.deep.equal([
        ["COUNTRY_CHANGED", child],
        ["COUNTRY_NOT_OF_SITES", child],
      ]);
      expect((await judged(lot)).result).to.equal("pass");
      inspect(lot, { countryOfOrigin: "AA" }, "2026-06-11");
      expect((await judged(lot)).findings.map(({ code }) => code)).to.deep.equal([
        "COUNTRY_CHANGED",
      ]);
    });
  });

  describe("rule V21, on a doubtful country", () => {
    it("warns of a mixed lot with one country later, unless that lot was split off", async () => {
      const lot = paper.commission("A", { ...MADE, countryOfOrigin: "AA" });
      const child = split(lot, "A1", { countryOfOrigin: "MY" });
      expect((await judged(child)).findings).to.deep.equal([]);
      inspect(lot, { countryOfOrigin: "MY" }, "2026-06-11");
      const { result, findings } = await judged(lot);
      expect([result, findings.map(({ code }) => code)]).to.deep.equal([
        "warn",
        ["COUNTRY_MIX_NARROWED"],
      ]);
    });

    it("warns of a country of origin that is neither the wafer's nor the package's", async () => {
      const lot = paper.commission("A", { ...MADE, countryOfOrigin: "PH" });
      const { result, findings } = await judged(lot);
      expect(result).to.equal("warn");
      expect(findings).to.have.length(1);
      expect(findings[0]).to.include({
        code: "COUNTRY_NOT_OF_SITES",
        field: "details.entries.0.countryOfOrigin",
        expected: "NO or MY",
        found: "PH",
      });
    });

    it("warns of countries in which the maker does not make the part", async () => {
      const lot = paper.commission("A", {
        countryOfOrigin: "CN",
        fabCountry: "NO",
        assemblyCountry: "CN",
      });
      const { result, findings } = await judged(lot);
      expect(result).to.equal("warn");
      expect(
        findings.map(({ code, field, expected, found: value }) => [code, field, expected, value]),
      ).to.deep.equal([
        ["COUNTRY_NOT_OF_MAKER", "details.entries.0.countryOfOrigin", "MY or PH", "CN"],
        ["COUNTRY_NOT_OF_MAKER", "details.entries.0.assemblyCountry", "MY or PH", "CN"],
      ]);
    });
  });

  describe("rule V21, on missing knowledge", () => {
    const cases: [why: string, unknown: string, facts: object, how?: How][] = [
      ["without any country", "COUNTRY_NOT_SAID", {}],
      [
        "without the country of the wafer and of the package",
        "SITES_NOT_SAID",
        { countryOfOrigin: "MY" },
      ],
      [
        "when the missing site may match",
        "SITES_NOT_SAID",
        { countryOfOrigin: "MY", fabCountry: "NO" },
      ],
      ["for a mixed lot", "COUNTRY_IS_MIXED", { ...MADE, countryOfOrigin: "AA" }],
      ["for mixed sites", "COUNTRY_IS_MIXED", { ...MADE, assemblyCountry: "AA" }],
      ["without a catalogue", "MAKERS_COUNTRIES_NOT_KNOWN", MADE, {}],
    ];
    for (const [why, unknown, facts, how] of cases)
      it(`is not evaluable ${why}`, async () => {
        const lot = paper.commission("A", facts);
        expect(await judged(lot, how)).to.deep.equal({
          result: "not evaluable",
          unknown,
          findings: [],
        });
      });

    it("is not evaluable when an event withholds a country or all details", async () => {
      for (const more of [{ withheld: ["fabCountry"] }, { isShown: false }]) {
        paper = openPaper();
        const lot = paper.commission("A", MADE);
        inspect(lot, { fabCountry: "TW" }, "2026-06-05", more);
        expect((await judged(lot)).unknown).to.equal("COUNTRY_WITHHELD");
      }
    });
  });
});
