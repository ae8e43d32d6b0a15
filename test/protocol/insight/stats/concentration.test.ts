// Tests the bounds of concentration: the worked example, and that every course of the unknown pieces lies inside.
import { expect } from "chai";
import {
  effectiveBounds,
  hhiBounds,
  shareBounds,
} from "../../../../protocol/insight/stats/concentration.ts";
import { fc, runsOf } from "../../../support/random.ts";
import { expectNear } from "../../../support/near.ts";

describe("hhiBounds", () => {
  it("bounds the index of 0.5, 0.2 and 0.3 unknown at 0.29 and 0.68", () => {
    const [least, most] = hhiBounds([0.5, 0.2], 0.3);
    expectNear(least, 0.29, 1e-12);
    expectNear(most, 0.68, 1e-12);
  });

  it("is exact where nothing is unknown, and 0 to 1 where everything is", () => {
    expect(hhiBounds([1], 0)).to.deep.equal([1, 1]);
    expect(hhiBounds([], 1)).to.deep.equal([0, 1]);
  });

  it("refuses shares that are more than the whole", () => {
    expect(() => hhiBounds([0.8, 0.3], 0)).to.throw(RangeError, "shares");
    expect(() => hhiBounds([-0.1], 0.2)).to.throw(RangeError, "shares");
    expect(() => hhiBounds([Number.NaN], 0.2)).to.throw(RangeError, "shares");
  });

  it("contains the index of the truth, whatever sources the unknown pieces are of", () => {
    const pieces = fc.array(
      fc.record({
        source: fc.nat(5),
        count: fc.integer({ min: 1, max: 99 }),
        isKnown: fc.boolean(),
      }),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(pieces, (lots) => {
        const total = lots.reduce((sum, { count }) => sum + count, 0);
        const sharesOf = (some: typeof lots) =>
          [...new Set(some.map(({ source }) => source))].map(
            (source) =>
              some.reduce((sum, lot) => sum + (lot.source === source ? lot.count : 0), 0) / total,
          );
        const known = lots.filter(({ isKnown }) => isKnown);
        const unknown = lots.reduce((sum, lot) => sum + (lot.isKnown ? 0 : lot.count), 0) / total;
        const truth = sharesOf(lots).reduce((sum, share) => sum + share ** 2, 0);
        const [least, most] = hhiBounds(sharesOf(known), unknown);
        expect(truth).to.be.within(least - 1e-9, most + 1e-9);
      }),
      { numRuns: runsOf(2000) },
    );
  });
});

describe("shareBounds", () => {
  it("adds the unknown share to the upper bound only", () => {
    expect(shareBounds(0.25, 0.5)).to.deep.equal([0.25, 0.75]);
  });
});

describe("effectiveBounds", () => {
  it("turns the bounds of the index around", () => {
    const [least, most] = effectiveBounds([0.5, 0.2], 0.3);
    expectNear(least, 1 / 0.68, 1e-12);
    expectNear(most, 1 / 0.29, 1e-12);
  });

  it("has no upper bound where no source is known", () => {
    expect(effectiveBounds([], 1)).to.deep.equal([1, null]);
  });
});
