// Tests whose word about a maker's parts counts against whom.
import { expect } from "chai";
import { ACTIONS } from "../../../protocol/event/event.ts";
import {
  coversDay,
  strongest,
  voucherOf,
  VOUCHERS,
  weighingOn,
  weightOn,
} from "../../../protocol/verdict/precedence.ts";

describe("voucherOf", () => {
  const by = (action: keyof typeof ACTIONS, isMaker: boolean, isAuthorised: boolean) =>
    voucherOf({ action: ACTIONS[action], isMaker, isAuthorised });

  it("takes what a maker commissions, assembles or splits as the maker's word", () => {
    for (const action of ["commission", "assemble", "split", "ship"] as const)
      expect(by(action, true, false)).to.equal("maker");
  });

  it("takes what a maker introduces, and what an authorised party states, as an authorised word", () => {
    expect(by("introduce", true, false)).to.equal("authorised");
    for (const action of ["commission", "introduce", "split"] as const)
      expect(by(action, false, true)).to.equal("authorised");
  });

  it("takes what any other party states as its own word, whatever it does", () => {
    for (const action of Object.keys(ACTIONS) as (keyof typeof ACTIONS)[])
      expect(by(action, false, false)).to.equal("other");
  });
});

describe("weightOn", () => {
  it("counts equal and stronger words in full, and weaker ones as a remark", () => {
    const weights = VOUCHERS.map((own) => VOUCHERS.map((other) => weightOn(own, other)));
    expect(weights).to.deep.equal([
      ["full", "remark", "remark"],
      ["full", "full", "remark"],
      ["full", "full", "full"],
    ]);
  });

  it("lets equal words tell on both lots, and the weaker of two on its own lot alone", () => {
    for (const one of VOUCHERS)
      for (const other of VOUCHERS) {
        const full = [weightOn(one, other), weightOn(other, one)].filter((each) => each === "full");
        expect(full, `${one} and ${other}`).to.have.length(one === other ? 2 : 1);
      }
  });
});

describe("weighingOn", () => {
  it("lists those whose claims count in full", () => {
    expect(VOUCHERS.map(weighingOn)).to.deep.equal([
      ["maker"],
      ["maker", "authorised"],
      ["maker", "authorised", "other"],
    ]);
  });
});

describe("strongest", () => {
  it("finds the strongest voucher in any order", () => {
    expect(strongest("other", "maker", "authorised")).to.equal("maker");
    expect(strongest("authorised", "other")).to.equal("authorised");
    expect(strongest("other")).to.equal("other");
  });
});

describe("coversDay", () => {
  it("includes the first and the last day", () => {
    const year = { from: "2026-01-01", to: "2026-12-31" };
    const days = ["2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01"];
    expect(days.map((day) => coversDay(year, day))).to.deep.equal([false, true, true, false]);
    expect(coversDay({ from: "2026-01-01" }, "9999-12-31")).to.equal(true);
  });
});
