// Tests bounds by rank: the rank is never clipped, and a bound covers as often as it says.
import { expect } from "chai";
import {
  fewestFor,
  lowerBound,
  rankOf,
  upperBound,
} from "../../../../protocol/insight/stats/rank.ts";
import { fc, runsOf } from "../../../support/random.ts";

const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

describe("upperBound", () => {
  it("needs 4 values at 0.8, 9 at 0.9 and 19 at 0.95", () => {
    expect([0.8, 0.9, 0.95].map(fewestFor)).to.deep.equal([4, 9, 19]);
  });

  it("has no bound where the rank is more than n, instead of the largest value", () => {
    expect(upperBound(upTo(8), 0.9)).to.equal(null);
    expect(upperBound(upTo(9), 0.9)).to.equal(9);
    expect(upperBound(upTo(18), 0.95)).to.equal(null);
    expect(upperBound(upTo(19), 0.95)).to.equal(19);
    expect(upperBound([], 0.5)).to.equal(null);
  });

  it("takes one of the values, of rank ⌈p(n+1)⌉", () => {
    expect(upperBound(upTo(10), 0.9)).to.equal(10);
    expect(upperBound(upTo(20), 0.9)).to.equal(19);
    expect(upperBound([30, 10, 20], 0.5)).to.equal(20);
  });

  it("covers exactly k of n+1 positions of a next value, and never fewer than the level", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer(), { minLength: 2, maxLength: 60 }),
        fc.integer({ min: 1, max: 99 }),
        (values, percent) => {
          // Each value in turn is the next one, and the others are the past: all orders are equally likely.
          const inside = values.map((next, index) => {
            const bound = upperBound(values.toSpliced(index, 1), percent / 100);
            return bound === null || next <= bound;
          });
          const share = inside.filter(Boolean).length / values.length;
          expect(share).to.be.at.least(percent / 100 - 1e-9);
        },
      ),
      { numRuns: runsOf(1000) },
    );
  });

  it("refuses a level that is not a share", () => {
    expect(() => rankOf(10, 1)).to.throw(RangeError, "level");
    expect(() => rankOf(10, 0)).to.throw(RangeError, "level");
  });
});

describe("lowerBound", () => {
  it("mirrors the upper bound", () => {
    expect(lowerBound(upTo(9), 0.1)).to.equal(1);
    expect(lowerBound(upTo(8), 0.1)).to.equal(null);
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 40 }), (values) => {
        const mirrored = upperBound(
          values.map((value) => -value),
          0.9,
        );
        expect(lowerBound(values, 0.1)).to.equal(mirrored === null ? null : 0 - mirrored);
      }),
      { numRuns: runsOf(1000) },
    );
  });
});
