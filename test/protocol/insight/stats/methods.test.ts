// Tests the small methods by the vectors of their sources: proportions, unusual cases, run-out, demand, losses.
import { expect } from "chai";
import { drawCourses } from "../../../../protocol/insight/stats/courses.ts";
import { AdaptiveLevel } from "../../../../protocol/insight/stats/conformal.ts";
import { generatorOf } from "../../../../protocol/insight/stats/generator.ts";
import {
  croston,
  demandClass,
  sba,
  sbj,
  ses,
  tsb,
} from "../../../../protocol/insight/stats/intermittent.ts";
import {
  brier,
  coverage,
  intervalScore,
  pinball,
  stepScale,
} from "../../../../protocol/insight/stats/losses.ts";
import {
  binomialTails,
  funnelPlace,
  overdispersion,
  wilson,
} from "../../../../protocol/insight/stats/proportion.ts";
import {
  daysOfSupply,
  missing,
  runsOut,
  stops,
  survives,
} from "../../../../protocol/insight/stats/run-out.ts";
import { benjaminiHochberg, conformalP } from "../../../../protocol/insight/stats/unusual.ts";
import { fc, Random, runsOf, SEED } from "../../../support/random.ts";
import { expectNear } from "../../../support/near.ts";

describe("AdaptiveLevel", () => {
  it("misses as often as it should over time, though the law keeps changing", () => {
    const random = new Random(SEED);
    const level = new AdaptiveLevel(0.9);
    let misses = 0;
    const rounds = 5000;
    for (let round = 0; round < rounds; round++) {
      const actual = random.int(0, 1000) * (1 + Math.floor(round / 500));
      // The bound stems from the first law only, which soon covers far too little.
      const isMiss = level.level !== null && actual > level.level * 1000;
      if (isMiss) misses++;
      level.learn(isMiss);
    }
    expectNear(misses / rounds, 0.1, 0.012);
  });

  it("has no level once no bound is wide enough, and recovers", () => {
    const level = new AdaptiveLevel(0.9, 0.1);
    expectNear(level.level, 0.9, 1e-12);
    for (let i = 0; i < 3; i++) level.learn(true);
    expect(level.level).to.equal(null);
    for (let i = 0; i < 30; i++) level.learn(false);
    expect(level.level).to.be.a("number");
  });
});

describe("wilson", () => {
  it("gives 0.80 to 0.97 for 37 of 40, and stays inside 0 to 1", () => {
    const [least, most] = wilson(37, 40);
    expectNear(least, 0.8014, 5e-4);
    expectNear(most, 0.9742, 5e-4);
    expect(wilson(0, 5)[0]).to.equal(0);
    expect(wilson(5, 5)[1]).to.equal(1);
    expect(() => wilson(3, 2)).to.throw(RangeError, "x");
  });
});

describe("funnelPlace", () => {
  it("uses exact binomial tails", () => {
    // P(X ≤ 2) and P(X ≥ 2) of n = 10, p = 0.5: 56/1024 and 1013/1024.
    expectNear(binomialTails(2, 10, 0.5).atMost, 56 / 1024, 1e-12);
    expectNear(binomialTails(2, 10, 0.5).atLeast, 1013 / 1024, 1e-12);
    expect(funnelPlace({ x: 1, n: 10 }, 0.5)).to.equal("95");
    expect(funnelPlace({ x: 0, n: 10 }, 0.5)).to.equal("99.8");
    expect(funnelPlace({ x: 2, n: 10 }, 0.5)).to.equal("inside");
    expect(funnelPlace({ x: 0, n: 9 }, 0.5)).to.equal(null);
  });

  it("widens with overdispersion, which is 1 for equal sources", () => {
    expect(funnelPlace({ x: 0, n: 10 }, 0.5, 4)).to.equal("inside");
    const equal = Array.from({ length: 20 }, () => ({ x: 5, n: 50 }));
    expect(overdispersion(equal)).to.equal(1);
    const spread = Array.from({ length: 20 }, (_, i) => ({ x: i % 2 ? 5 : 45, n: 50 }));
    expect(overdispersion(spread)).to.be.greaterThan(10);
  });

  it("places at most 1 in 20 of equal sources outside of 95 %, and 1 in 500 outside of 99.8 %", () => {
    const random = new Random(SEED);
    let [outside, far] = [0, 0];
    const sources = 4000;
    for (let i = 0; i < sources; i++) {
      const n = random.int(10, 150);
      const x = Array.from({ length: n }, () => random.chance(0.1)).filter(Boolean).length;
      const place = funnelPlace({ x, n }, 0.1);
      if (place !== "inside") outside++;
      if (place === "99.8") far++;
    }
    expect(outside / sources).to.be.at.most(0.05);
    expect(far / sources).to.be.at.most(0.002);
  });
});

describe("benjaminiHochberg", () => {
  it("picks the four smallest of the fifteen of Benjamini and Hochberg (1995)", () => {
    const p = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719,
      0.6528, 0.759, 1,
    ];
    expect(benjaminiHochberg(p, 0.05).filter(Boolean)).to.have.lengthOf(4);
    expect(benjaminiHochberg([0.5, 0.001], 0.1)).to.deep.equal([false, true]);
    expect(benjaminiHochberg([], 0.1)).to.deep.equal([]);
  });

  it("keeps false alarms under the rate with conformal p-values", () => {
    const random = new Random(SEED);
    const value = () => random.int(0, 1e6);
    let share = 0;
    const days = 400;
    for (let day = 0; day < days; day++) {
      const past = Array.from({ length: 99 }, value);
      const cases = Array.from({ length: 20 }, (_, i) => (i < 2 ? 2e6 : value()));
      const picked = benjaminiHochberg(
        cases.map((one) => conformalP(past, one)),
        0.1,
      );
      const alarms = picked.filter(Boolean).length;
      if (alarms > 0) share += picked.slice(2).filter(Boolean).length / alarms;
    }
    expect(share / days).to.be.at.most(0.1);
  });

  it("counts the value itself, so that no p is 0", () => {
    expect(conformalP([1, 2, 3], 9)).to.equal(0.25);
    expect(conformalP([1, 2, 3], 2)).to.equal(0.75);
  });
});

describe("stops", () => {
  const products = [
    { product: "P", unitsPerWeek: 100, parts: { A: 2, B: 1 } },
    { product: "Q", unitsPerWeek: 50, parts: { A: 1 } },
  ];

  it("runs out of A after 4 weeks and of B after 5, and of A after 5 with 50 a week from elsewhere", () => {
    const alone = stops({ A: 1000, B: 500 }, products);
    expect(alone.parts).to.deep.equal({ A: 4, B: 5 });
    expect(alone.products).to.deep.equal({ P: 4, Q: 4 });
    expect(stops({ A: 1000, B: 500 }, products, { A: 50 }).parts).to.deep.equal({ A: 5, B: 5 });
    expect(survives(10, 5, 5)).to.equal(null);
  });

  it("equals a greedy course of production in small steps, in 100 random cases", () => {
    const random = new Random(SEED);
    const STEPS = 200;
    for (let round = 0; round < 100; round++) {
      const names = ["A", "B", "C", "D"].slice(0, random.int(1, 4));
      const lines = Array.from({ length: random.int(1, 3) }, (_, i) => ({
        product: `P${i}`,
        unitsPerWeek: random.int(1, 60),
        parts: Object.fromEntries(names.map((name) => [name, random.int(1, 4)])),
      }));
      const stock = Object.fromEntries(names.map((name) => [name, random.int(0, 900)]));
      const arrivals = Object.fromEntries(names.map((name) => [name, random.int(0, 20)]));
      const left: Record<string, number> = { ...stock };
      let steps = 0;
      const isServed = () =>
        names.every((name) => {
          const used = lines.reduce((sum, line) => sum + line.unitsPerWeek * line.parts[name]!, 0);
          left[name] = left[name]! + (arrivals[name]! - used) / STEPS;
          return left[name]! >= -1e-6;
        });
      while (steps < 60 * STEPS && isServed()) steps++;
      const times = Object.values(stops(stock, lines, arrivals).parts);
      const first = Math.min(...times.map((time) => time ?? Infinity));
      if (steps === 60 * STEPS) expect(first).to.be.at.least(60 - 1e-6);
      else expectNear(steps / STEPS, first, 1.01 / STEPS);
    }
  });
});

describe("runsOut", () => {
  it("finds the moment within a week at which use outruns stock and arrivals", () => {
    expect(runsOut(100, [40, 40, 40])).to.equal(2.5);
    expect(runsOut(100, [40, 40, 40], [0, 0, 20])).to.equal(null);
    expect(runsOut(0, [0, 5])).to.equal(1);
    expect(missing(100, [40, 40, 40])).to.equal(20);
    expect(missing(100, [40, 40], [500])).to.equal(0);
  });
});

describe("daysOfSupply", () => {
  it("gives the figures of PURIS' SupplyServiceTest", () => {
    const days = daysOfSupply(100, [40, 60, 50, 50, 60, 50], [0, 60, 100, 0, 0, 40]);
    expect(days.map((day) => Number(day.toFixed(9)))).to.deep.equal([1, 1.2, 2, 1, 0]);
  });
});

describe("intermittent demand", () => {
  const series = [0, 1, 0, 2];
  const smoothing = { alpha: 0.5, beta: 0.4 };

  it("gives the forecasts of intermittent_forecast's tests", () => {
    expectNear(croston(series, smoothing), 0.75, 1e-12);
    expectNear(sba(series, smoothing), 0.6, 1e-12);
    expectNear(sbj(series, smoothing), 0.5625, 1e-12);
    expectNear(tsb(series, smoothing), 0.978, 1e-12);
    expectNear(ses(series, 0.5), 1.125, 1e-12);
  });

  it("gives 1.9 by SBA for 6 pieces every third week", () => {
    const steady = Array.from({ length: 60 }, (_, week) => (week % 3 === 2 ? 6 : 0));
    expectNear(sba(steady, { alpha: 0.1, beta: 0.1 }), 1.9, 1e-12);
  });

  it("falls by TSB once a part is no longer used, and not by Croston", () => {
    const dying = [...series, ...Array.from({ length: 30 }, () => 0)];
    expect(tsb(dying, smoothing)).to.be.lessThan(0.001);
    expectNear(croston(dying, smoothing), 0.75, 1e-12);
  });

  it("has no forecast of what was never used", () => {
    expect(croston([0, 0], smoothing)).to.equal(null);
    expect(sba([], smoothing)).to.equal(null);
    expect(sbj([], smoothing)).to.equal(null);
    expect(tsb([0], smoothing)).to.equal(null);
    expect(ses([], 0.1)).to.equal(null);
    expect(demandClass([0])).to.equal(null);
  });

  it("tells the four classes apart", () => {
    expect(demandClass([5, 5, 6, 5])).to.equal("smooth");
    expect(demandClass([1, 9, 1, 30])).to.equal("erratic");
    expect(demandClass([5, 0, 0, 5])).to.equal("intermittent");
    expect(demandClass([1, 0, 0, 90, 0, 2])).to.equal("lumpy");
  });
});

describe("drawCourses", () => {
  const options = { weeks: 8, courses: 2000, stretch: 4, alpha: 0.3 };
  const totals = (series: number[], seed: string) =>
    drawCourses(series, options, generatorOf(seed)).map((course) =>
      course.reduce((sum, value) => sum + value, 0),
    );
  const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  const weeksOf = (count: number, of: (week: number) => number) =>
    Array.from({ length: count }, (_, week) => of(week));

  it("draws the same from the same seed, and other courses from another", () => {
    const series = weeksOf(20, (week) => (week * 7) % 5);
    expect(totals(series, "a")).to.deep.equal(totals(series, "a"));
    expect(totals(series, "a")).to.not.deep.equal(totals(series, "b"));
  });

  it("carries on an even series, and one that was never used", () => {
    expect(
      totals(
        weeksOf(30, () => 5),
        "a",
      ).every((total) => Math.abs(total - 40) < 1e-9),
    ).to.equal(true);
    expect(
      totals(
        weeksOf(30, () => 0),
        "a",
      ).every((total) => total === 0),
    ).to.equal(true);
  });

  it("carries on what grows and what falls", () => {
    expect(
      mean(
        totals(
          weeksOf(60, (week) => 10 * 1.05 ** week),
          "a",
        ),
      ),
    ).to.be.greaterThan(8 * 10 * 1.05 ** 60);
    expect(
      mean(
        totals(
          weeksOf(60, (week) => 1000 * 0.9 ** week),
          "a",
        ),
      ),
    ).to.be.lessThan(8 * 1000 * 0.9 ** 60);
  });

  it("refuses a series from which no stretch follows another", () => {
    expect(() =>
      totals(
        weeksOf(7, () => 1),
        "a",
      ),
    ).to.throw(RangeError, "stretches");
  });
});

describe("losses", () => {
  it("weigh misses above and below by the level", () => {
    expectNear(pinball(10, 8, 0.9), 1.8, 1e-12);
    expectNear(pinball(8, 10, 0.9), 0.2, 1e-12);
    expectNear(intervalScore(5, [6, 8], 0.8), 12, 1e-9);
    expect(intervalScore(7, [6, 8], 0.8)).to.equal(2);
    expect(coverage([true, true, false, true])).to.equal(0.75);
    expect(stepScale([1, 3, 2])).to.equal(1.5);
    expect(stepScale([2, 2, 2])).to.equal(null);
    expect(stepScale([2])).to.equal(null);
    const forecasts = [
      { chance: 0.9, isTrue: true },
      { chance: 0.3, isTrue: false },
    ];
    expectNear(brier(forecasts), 0.05, 1e-12);
  });

  it("has the least mean pinball loss at the quantile itself", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 9 }), (values) => {
        const loss = (forecast: number) =>
          values.reduce((sum, value) => sum + pinball(value, forecast, 0.9), 0);
        const quantile = values.toSorted((a, b) => a - b)[Math.ceil(0.9 * values.length) - 1]!;
        for (let other = 0; other < 100; other++)
          expect(loss(quantile)).to.be.at.most(loss(other) + 1e-6);
      }),
      { numRuns: runsOf(300) },
    );
  });
});
