// Tests what the rules are foreseen to say of a lot by its own facts, before anyone signs them.
import { expect } from "chai";
import type { EntryDetails } from "../../../protocol/event/details.ts";
import { foresee } from "../../../protocol/verify/foresee.ts";

const NOW = Date.parse("2026-11-30T12:00:00Z") / 1000;

describe("foresee", () => {
  const cases: [facts: EntryDetails, findings: string[]][] = [
    [{}, []],
    [{ dateCode: "2614", makerLot: "L1", countryOfOrigin: "IN" }, []],
    [{ dateCode: "2649" }, []], // the week of the day after, which has begun east of here
    [{ dateCode: "2650" }, ["dateCode DATE_CODE_IN_FUTURE FAIL"]],
    [{ dateCode: "4826" }, ["dateCode DATE_CODE_IN_FUTURE FAIL"]],
    [{ dateCode: "202752", dateCodeFormat: "YYYYWW" }, ["dateCode DATE_CODE_IN_FUTURE FAIL"]],
    [{ dateCode: "4826", dateCodeFormat: "other" }, []],
    [{ dateCode: "2614", dateCodeNewest: "2752" }, ["dateCodeNewest DATE_CODE_IN_FUTURE FAIL"]],
    [{ dateCode: "2553" }, ["dateCode DATE_CODE_NONEXISTENT FAIL"]],
    [{ dateCode: "2614", bagSealDate: "2026-01-02" }, ["dateCode DATE_CODE_AFTER_SEAL FAIL"]],
    [{ dateCode: "2614", makerLot: "L1; L2" }, ["makerLot LOTS_MIXED_UNDECLARED WARN"]],
    [{ dateCode: "MIXED", makerLot: "L1; L2" }, []],
    [
      { countryOfOrigin: "IN", fabCountry: "US", assemblyCountry: "MY" },
      ["countryOfOrigin COUNTRY_NOT_OF_SITES WARN"],
    ],
  ];
  for (const [facts, findings] of cases)
    it(`finds ${findings.join() || "nothing"} in ${JSON.stringify(facts)}`, () => {
      const found = foresee(facts, "introduce", NOW);
      expect(found.map(({ name, code, verdict }) => `${name} ${code} ${verdict}`)).to.deep.equal(
        findings,
      );
      for (const { message } of found) expect(message).to.match(/\.$/);
    });
});
