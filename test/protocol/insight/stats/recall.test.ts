// Tests the bounds on affected units: the worked example, and every placing of pieces in small assemblies.
import { expect } from "chai";
import { affectedAmong, affectedUnits } from "../../../../protocol/insight/stats/recall.ts";

const boards = {
  suspect: [498, 498],
  consumed: 2000,
  units: 1000,
  perUnit: 2,
  lost: null,
} as const;

describe("affectedUnits", () => {
  it("bounds 498 of 2,000 pieces in 1,000 boards of 2 at 249 and 498", () => {
    expect(affectedUnits(boards)).to.deep.equal([249, 498]);
  });

  it("takes what may be lost on the line from the lower bound only", () => {
    expect(affectedUnits({ ...boards, consumed: 2100 })).to.deep.equal([199, 498]);
  });

  it("takes what is known to be lost from both bounds", () => {
    expect(affectedUnits({ ...boards, consumed: 2010, lost: 10 })).to.deep.equal([244, 488]);
  });

  it("takes bounds of pieces, as units of the level below are", () => {
    const next = { ...boards, suspect: [249, 498], consumed: 1000, units: 500 } as const;
    expect(affectedUnits(next)).to.deep.equal([125, 498]);
  });

  it("refuses counts that no assembly has", () => {
    expect(() => affectedUnits({ ...boards, units: -1 })).to.throw(RangeError, "assembly");
    expect(() => affectedUnits({ ...boards, suspect: [5, 4] })).to.throw(RangeError, "assembly");
    expect(() => affectedUnits({ ...boards, perUnit: 0 })).to.throw(RangeError, "perUnit");
  });

  it("is attained at both ends, among all placings of pieces in small assemblies", () => {
    let assemblies = 0;
    for (let units = 1; units <= 3; units++)
      for (let perUnit = 1; perUnit <= 3; perUnit++)
        for (let spoiled = 0; spoiled <= 2; spoiled++)
          for (let x = 0; x <= units * perUnit + spoiled; x++) {
            const consumed = units * perUnit + spoiled;
            const counts = placings(x, consumed, units, perUnit);
            const bounds = affectedUnits({ suspect: [x, x], consumed, units, perUnit, lost: null });
            expect(bounds).to.deep.equal([Math.min(...counts), Math.max(...counts)]);
            assemblies++;
          }
    expect(assemblies).to.be.greaterThan(100);
  });

  it("assumes the worst where it is not known how many pieces a unit holds", () => {
    const unknown = { suspect: [5, 5], consumed: 6, units: 2, perUnit: null, lost: null } as const;
    const counts = [1, 2, 3].flatMap((perUnit) => placings(5, 6, 2, perUnit));
    expect(affectedUnits(unknown)).to.deep.equal([Math.min(...counts), Math.max(...counts)]);
  });
});

/** The affected units of every way in which `x` suspect pieces of `consumed` can lie in units and in the waste. */
function placings(x: number, consumed: number, units: number, perUnit: number): number[] {
  const spoiled = consumed - units * perUnit;
  const found: number[] = [];
  const place = (left: number, unit: number, affected: number): void => {
    if (unit === units) {
      if (left <= spoiled) found.push(affected);
      return;
    }
    for (let here = 0; here <= Math.min(left, perUnit); here++)
      place(left - here, unit + 1, affected + (here > 0 ? 1 : 0));
  };
  place(x, 0, 0);
  return found;
}

describe("affectedAmong", () => {
  it("bounds 600 of 1,000 boards at 0 and 498, and all of them as before", () => {
    expect(affectedAmong([249, 498], 1000, 600)).to.deep.equal([0, 498]);
    expect(affectedAmong([249, 498], 1000, 1000)).to.deep.equal([249, 498]);
    expect(affectedAmong([249, 498], 1000, 900)).to.deep.equal([149, 498]);
  });

  it("refuses to take more than there are", () => {
    expect(() => affectedAmong([0, 1], 10, 11)).to.throw(RangeError, "taken");
  });
});
