// Compares labels with records and orders: what is declared as several is a set on each side, and case does not count in codes.
import { expect } from "chai";
import { compare, type ComparedField, type LotRecord } from "../../../protocol/label/compare.ts";
import type { Expected } from "../../../protocol/label/expected.ts";
import { readLabel } from "../../../protocol/label/label.ts";

const NOTHING: LotRecord = {
  packageIds: [],
  manufacturer: null,
  mpn: null,
  makerLot: null,
  dateCode: null,
  dateCodeNewest: null,
  dateCodeFormat: "YYWW",
  quantity: null,
  countryOfOrigin: null,
  msl: null,
};

/** The row of a field for a label with some fields. */
function row(
  field: ComparedField,
  fields: readonly string[],
  record: Partial<LotRecord>,
  expected: Expected | null = null,
) {
  const reading = readLabel(`[)>\x1e06${fields.map((each) => `\x1d${each}`).join("")}\x1e\x04`);
  if (reading.status === "refused") throw new Error(reading.refusal);
  const rows = compare(reading, { ...NOTHING, ...record }, expected);
  return rows.find((each) => each.field === field)!;
}
const agrees = (...args: Parameters<typeof row>) => row(...args).agrees;

describe("compare", () => {
  it("compares lots as sets: a label may name some of the record's lots, but no other", () => {
    const rows: [label: string[], record: string, agrees: boolean | null][] = [
      [["1TL7003", "1TL7004"], "L7003, L7004", true],
      [["1TL7004", "2TL7003"], "L7003; L7004", true],
      [["1TL7003, L7004"], "L7003, L7004", true],
      [["1TL7003, L7004"], "L7004;L7003", true],
      [["1TL7003"], "L7003, L7004", true],
      [["1TL7005"], "L7003, L7004", false],
      [["1TL7003", "1TL7005"], "L7003, L7004", false],
      [["1TL7003", "1TL7004"], "L7003", false],
      [["1TL7003"], "L7003/L7004", null],
      [["1TL7003"], "L7003 L7004", null],
      [["1TL7003/L7004"], "L7003/L7004", true],
      [["1TL700"], "L7003, L7004", false],
    ];
    for (const [label, makerLot, expected] of rows)
      expect(agrees("makerLot", label, { makerLot }), `${label.join()} and ${makerLot}`).to.equal(
        expected,
      );
  });

  it("compares dates as spans: each date of the label lies in the record's", () => {
    const mixed = { dateCode: "2614", dateCodeNewest: "2616" };
    expect(agrees("dateCode", ["13D26142616"], mixed)).to.equal(true);
    expect(agrees("dateCode", ["10D2614", "10D2616"], mixed)).to.equal(true);
    expect(agrees("dateCode", ["10D2615"], mixed)).to.equal(true);
    expect(agrees("dateCode", ["10D2614", "10D2618"], mixed)).to.equal(false);
    expect(agrees("dateCode", ["10DMIXED"], mixed)).to.equal(true);
    expect(agrees("dateCode", ["10DMIXED"], { dateCode: "MIXED" })).to.equal(true);
    expect(agrees("dateCode", ["10D2616"], { dateCode: "2614, 2616" })).to.equal(true);
    expect(agrees("dateCode", ["10D2617"], { dateCode: "2614, 2616" })).to.equal(false);
    expect(agrees("dateCode", ["10D2614"], { dateCode: "2614" })).to.equal(true);
  });

  it("compares countries as sets: several on the label are what the record calls mixed", () => {
    const mixed = { countryOfOrigin: "AA" };
    expect(agrees("countryOfOrigin", ["4LMY", "4LTW"], mixed)).to.equal(true);
    expect(agrees("countryOfOrigin", ["4LAA"], mixed)).to.equal(true);
    expect(agrees("countryOfOrigin", ["4LMY"], mixed)).to.equal(null);
    expect(agrees("countryOfOrigin", ["4LMY", "4LTW"], { countryOfOrigin: "MY" })).to.equal(false);
    expect(agrees("countryOfOrigin", ["4LAA"], { countryOfOrigin: "MY" })).to.equal(false);
  });

  it("takes codes in capitals for the same as in mixed case: Code 39 has no other letters", () => {
    expect(agrees("mpn", ["1PATMEGA328P-AU"], { mpn: "ATmega328P-AU" })).to.equal(true);
    expect(agrees("mpn", ["1PATMEGA328P-AN"], { mpn: "ATmega328P-AU" })).to.equal(false);
    expect(agrees("makerLot", ["1TL7103A"], { makerLot: "l7103a" })).to.equal(true);
    expect(agrees("packageId", ["3SFLD-H25"], { packageIds: ["fld-h25"] })).to.equal(true);
    const { recordedAsExpected, scannedAsExpected } = row(
      "mpn",
      ["1PHCAN1042"],
      { mpn: "HCAN1042" },
      { mpn: "hcan1042" },
    );
    expect([recordedAsExpected, scannedAsExpected]).to.deep.equal([true, true]);
  });

  it("accepts an order that names one of the record's lots", () => {
    const record = { makerLot: "L7003, L7004" };
    const ordered = (makerLot: string) =>
      row("makerLot", ["Q1"], record, { makerLot }).recordedAsExpected;
    expect([ordered("L7003"), ordered("L7004, L7003"), ordered("L7005")]).to.deep.equal([
      true,
      true,
      false,
    ]);
  });
});
