// Tests that linear codes from another keyboard layout are recognised by what they should have been, and other codes are not.
import { expect } from "chai";
import { compare, type LotRecord } from "../../../protocol/label/compare.ts";
import type { Expected } from "../../../protocol/label/expected.ts";
import { readLabel } from "../../../protocol/label/label.ts";
import { idsBefore, mistypedIn, type Originals } from "../../../protocol/label/mistyped.ts";
import type { Read } from "../../../protocol/label/values.ts";

const RECORD: LotRecord = {
  packageIds: ["PWD1-378"],
  manufacturer: null,
  mpn: "ELT67C-T2V1-5-8-Z",
  makerLot: "H0912-3B",
  dateCode: null,
  dateCodeNewest: null,
  dateCodeFormat: "YYWW",
  quantity: null,
  countryOfOrigin: null,
  msl: null,
};
const read = (...codes: string[]) => {
  const reading = readLabel(codes);
  if (reading.status === "refused") throw new Error(reading.refusal);
  return reading as Read;
};
/** The linear codes of the record's package with another sign in place of each hyphen. */
const codesWith = (sign: string) =>
  ["3SPWD1-378", "1PELT67C-T2V1-5-8-Z", "1TH0912-3B"].map((code) => code.replaceAll("-", sign));
const mpns = (...values: string[]): Originals => ({ packageIds: [], mpns: values, makerLots: [] });
const originalsIn = (label: Read, originals: Originals) =>
  mistypedIn(label, originals).map(({ original }) => original);

describe("linear codes of another keyboard layout", () => {
  const SIGNS = {
    Italian: "'",
    Swedish: "+",
    Turkish: "*",
    Dutch: "/",
    French: ")",
    "Turkish scanner": "=",
  };
  for (const [layout, sign] of Object.entries(SIGNS))
    it(`are not compared where every hyphen is ${sign} (${layout})`, () => {
      const label = read(...codesWith(sign));
      const rows = compare(label, RECORD, { mpn: RECORD.mpn!, makerLot: RECORD.makerLot! });
      for (const field of ["packageId", "mpn", "makerLot"] as const) {
        const { agrees, scannedAsExpected } = rows.find((row) => row.field === field)!;
        expect([agrees, scannedAsExpected], field).to.deep.equal([null, null]);
      }
    });

  it("of a German or Hungarian keyboard are refused before: no code has such letters", () => {
    for (const sign of ["ß", "ü"])
      expect(readLabel(codesWith(sign)), sign).to.include({ refusal: "KEYBOARD_LAYOUT" });
  });

  it("may have other signs and letters exchanged as well, all by one layout", () => {
    const rows: [original: string, scanned: string][] = [
      ["RX-4711/AB", "RX'4711-AB"],
      ["RX-4711/AB", "RX+4711-AB"],
      ["RX-4711/AB", "RX*4711.AB"],
      ["RX-4711/AB", "RX/4711&AB"],
      ["RZ-4711Y", "RY/4711Z"],
      ["AZ-1", "QW)1"],
      ["rx-4711", "RX'4711"],
    ];
    for (const [original, scanned] of rows)
      expect(originalsIn(read(`1P${scanned}`), mpns(original)), scanned).to.deep.equal([original]);
  });

  it("are other codes where a sign differs twice, stays once, or is one that no layout makes", () => {
    const rows: [original: string, scanned: string][] = [
      ["RX-4711-AB", "RX'4711+AB"],
      ["RX-4711-AB", "RX'4711-AB"],
      ["RX-4711-AB", "RX-4711'AB"],
      ["RX-4711-AB", "RX'4712'AB"],
      ["RX-4711-AB", "RX'4711'A"],
      ["RX-4711-AB", "RX'4711'ABC"],
      ["RX-4711/AB", "RX'4711/AB"],
      ["RX-4711", "RX#4711"],
      ["RX-4711", "RX.4711"],
      ["RX-4711", "RX64711"],
      ["RX/4711", "RX-4711"],
      ["RX+4711", "RX-4711"],
      ["WS2812", "ZS2812"],
      ["AY-1", "AZ-1"],
    ];
    for (const [original, scanned] of rows)
      expect(originalsIn(read(`1P${scanned}`), mpns(original)), scanned).to.deep.equal([]);
  });

  it("have one layout: with two, or a code that differs in itself, nothing is the keyboard's fault", () => {
    const [id, mpn] = codesWith("'") as [string, string];
    for (const lot of ["1TH0912+3B", "1TH0912'3C", "1TOTHER"]) {
      const rows = compare(read(id, mpn, lot), RECORD, null);
      expect(rows.map(({ agrees }) => agrees).filter((agrees) => agrees !== null)).to.deep.equal([
        false,
        false,
        false,
      ]);
    }
    // An id of another party may stand beside the lot's own.
    expect(
      originalsIn(read(mpn, "3SSENDER-7"), { ...mpns(RECORD.mpn!), packageIds: ["A"] }),
    ).to.deep.equal([RECORD.mpn]);
  });

  it("are never in a code with a header, which no layout leaves whole", () => {
    const label = read(`[)>\x1e06\x1d1PELT67C'T2V1'5'8'Z\x1d1TH0912'3B\x1e\x04`);
    expect(originalsIn(label, mpns(RECORD.mpn!))).to.deep.equal([]);
    expect(compare(label, RECORD, null).find(({ field }) => field === "mpn")!.agrees).to.equal(
      false,
    );
  });

  it("are compared with each of several lots, and with the order where the record lacks the value", () => {
    const several = { ...RECORD, mpn: null, makerLot: "L-1; L-2" };
    const agreesOf = (codes: string[], expected: Expected | null = null) =>
      compare(read(...codes), several, expected);
    const lot = agreesOf(["1TL'2"]).find(({ field }) => field === "makerLot")!;
    expect(lot.agrees).to.equal(null);
    const mpn = agreesOf(["1PRX'1"], { mpn: "RX-1" }).find(({ field }) => field === "mpn")!;
    expect([mpn.agrees, mpn.scannedAsExpected]).to.deep.equal([null, null]);
  });

  it("lead back to the package ids that they can have been", () => {
    expect(idsBefore(read("3SPKG'112706"))).to.deep.equal(["PKG-112706"]);
    expect(idsBefore(read("3SPKG/11+27"))).to.include("PKG-11+27");
    expect(idsBefore(read("3SPKG.112706"))).to.deep.equal([]);
    expect(idsBefore(read("[)>\x1e06\x1d3SPKG'112706\x1e\x04"))).to.deep.equal([]);
  });
});
