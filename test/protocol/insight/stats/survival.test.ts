// Tests Kaplan-Meier: the table of Freireich and Gehan, and why durations that have not ended must count.
import { expect } from "chai";
import {
  durationAt,
  kaplanMeier,
  survivalAt,
  survivalLimits,
} from "../../../../protocol/insight/stats/survival.ts";
import { expectNear } from "../../../support/near.ts";

/** Weeks of remission under 6-MP; + marks one that had not ended (Gehan 1965). */
const FREIREICH = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
  .split(" ")
  .map((text) => ({ time: Number.parseInt(text, 10), isEnd: !text.endsWith("+") }));

describe("kaplanMeier", () => {
  const steps = kaplanMeier(FREIREICH);

  it("gives the table of Freireich and Gehan", () => {
    const table = steps.map(({ time, survival }) => [time, Number(survival.toFixed(3))]);
    expect(table).to.deep.equal([
      [6, 0.857],
      [7, 0.807],
      [10, 0.753],
      [13, 0.69],
      [16, 0.627],
      [22, 0.538],
      [23, 0.448],
    ]);
    expect(durationAt(steps, 0.5)).to.equal(23);
  });

  it("gives Greenwood's standard errors and log-log limits", () => {
    // As survfit of R's survival prints: 0.0764 and 0.1346 at 6 and 23.
    const errors = steps.map(({ survival, greenwood }) => survival * Math.sqrt(greenwood));
    expectNear(errors[0], 0.0764, 5e-5);
    expectNear(errors[6], 0.1346, 5e-5);
    const [least, most] = survivalLimits(steps[0]!, 1.959964)!;
    expectNear(least, 0.6197, 5e-4);
    expectNear(most, 0.9516, 5e-4);
  });

  it("has no limits where nothing survives, and no duration that too few reached", () => {
    const gone = kaplanMeier([{ time: 1, isEnd: true }]);
    expect(survivalLimits(gone[0]!, 2)).to.equal(null);
    expect(durationAt(steps, 0.9)).to.equal(null);
    expect(durationAt(kaplanMeier([]), 0.5)).to.equal(null);
  });

  it("asks for the remaining time of those that have lasted a while", () => {
    // S(10) = 0.753, so half of them end once S is at most 0.3765, which none of the table is.
    expect(durationAt(steps, 0.5, 10)).to.equal(null);
    expect(durationAt(steps, 0.25, 10)).to.equal(22);
    expectNear(survivalAt(steps, 9), 0.807, 5e-4);
    expect(survivalAt(steps, 5)).to.equal(1);
  });

  it("finds the median 0.693 of an exponential law, where the finished ones alone say 0.3725", () => {
    const SIDE = 300;
    const even = (index: number) => (index + 0.5) / SIDE;
    const durations = Array.from({ length: SIDE * SIDE }, (_, cell) => {
      const age = 2 * even(cell % SIDE);
      const time = -Math.log1p(-even(Math.floor(cell / SIDE)));
      return { time: Math.min(time, age), isEnd: time <= age };
    });
    const finished = durations.flatMap(({ time, isEnd }) => (isEnd ? [time] : []));
    const naive = finished.sort((a, b) => a - b)[Math.floor(finished.length / 2)];
    expectNear(naive, 0.3725, 0.005);
    expectNear(durationAt(kaplanMeier(durations), 0.5), 0.6931, 0.005);
  });
});
