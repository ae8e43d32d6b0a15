// Tests the head of a verdict: the worst reason, and a hold that something graver would hide.
import { expect } from "chai";
import { headOf, headText } from "../../../protocol/verdict/head.ts";
import { finding, worst } from "../../../protocol/verdict/verdict.ts";

const headWith = (...codes: string[]) => {
  const findings = codes.map((code) => finding({ code }));
  return headOf({ verdict: worst(findings.map(({ verdict }) => verdict)), findings });
};

describe("headOf", () => {
  it("gives no reason for a pass, with or without information", () => {
    for (const head of [headWith(), headWith("RETURNED")])
      expect(head).to.deep.equal({ verdict: "PASS", because: null, alsoOnHold: null });
    expect(headText(headWith())).to.equal("PASS");
  });

  it("gives the worst reason, without what to do about it", () => {
    expect(headWith("ORIGIN_INTRODUCED").verdict).to.equal("WARN");
    expect(headText(headWith("RECALLED", "ORIGIN_INTRODUCED"))).to.equal(
      "HOLD: The issuer has recalled this lot.",
    );
  });

  it("says FAIL before HOLD, and both", () => {
    expect(headText(headWith("DETAILS_MISMATCH", "RECALLED", "LOT_IS_HELD"))).to.equal(
      "FAIL: The details are not the ones that were signed. Also on HOLD: The issuer has recalled this lot.",
    );
    expect(headWith("DETAILS_MISMATCH").alsoOnHold).to.equal(null);
  });
});
