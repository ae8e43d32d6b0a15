// Tests forecasts of use: what counts as use, in which week, and that little evidence gives no figure.
import { expect } from "chai";
import { forecastUse } from "../../../protocol/insight/demand.ts";
import { USE_COURSES, USE_PATHS, WEEK } from "../../../protocol/insight/options.ts";
import { drawCourses } from "../../../protocol/insight/stats/courses.ts";
import { generatorOf } from "../../../protocol/insight/stats/generator.ts";
import { useCourses } from "../../../protocol/insight/use-courses.ts";
import { bandOf } from "../../../protocol/insight/use-methods.ts";
import {
  flowsOf,
  type PartFlow,
  startOfWeek,
  weekOf,
  weeksOf,
} from "../../../protocol/insight/weekly.ts";
import { Book, lotOf } from "../../../scripts/world/book.ts";
import { factsOf, passage } from "./passages.ts";

const MONDAY = Date.UTC(2026, 0, 5) / 1000; // ISO week 2 of 2026
const part = { manufacturer: "Halden", mpn: "HM32" };
const flowOf = (pieces: readonly number[], known = 0): PartFlow => ({
  ...{ part, flow: "used" },
  flowed: pieces.flatMap((count, week) =>
    count === 0
      ? []
      : [
          {
            ...{ happened: MONDAY + week * WEEK, pieces: count, event: `use ${week}` },
            known: MONDAY + week * WEEK + known,
          },
        ],
  ),
});
const options = (weeks: number) => ({ cut: MONDAY + weeks * WEEK, weeks: 4, seed: "a" });

describe("weeks of use", () => {
  it("begin on Monday in UTC, also over the turn of a year with a week 53", () => {
    expect(startOfWeek(weekOf(MONDAY))).to.equal(MONDAY);
    expect(weekOf(MONDAY - 1)).to.equal(weekOf(MONDAY) - 1);
    const newYear = Date.UTC(2027, 0, 1) / 1000; // a Friday, in week 53 of 2026
    expect(startOfWeek(weekOf(newYear))).to.equal(Date.UTC(2026, 11, 28) / 1000);
  });

  it("go on to the last whole week, whether or not anything was used then", () => {
    expect(weeksOf(flowOf([3, 0, 4]).flowed, MONDAY + 4.5 * WEEK)!.pieces).to.deep.equal([
      3, 0, 4, 0,
    ]);
    expect(weeksOf(flowOf([3]).flowed, MONDAY + 0.5 * WEEK)).to.equal(null);
  });

  it("count only what was known at the cut", () => {
    const { flowed } = flowOf([3, 0, 4], 3 * WEEK);
    expect(weeksOf(flowed, MONDAY + 4 * WEEK)!.pieces).to.deep.equal([3, 0, 0, 0]);
  });

  it("count pieces that were used, built and handed on, and none that went back", () => {
    const book = new Book();
    const [maker, user, buyer] = ["1", "2", "3"].map((digit) => `0x${digit.repeat(40)}`) as [
      string,
      string,
      string,
    ];
    const [reel, board] = [lotOf(maker, "REEL"), lotOf(user, "BOARD")];
    let time = MONDAY;
    const record = (deed: Omit<Parameters<Book["record"]>[0], "time" | "known">) => {
      time += 3600;
      book.record({ ...deed, time, known: time });
    };
    record({
      action: "commission",
      actor: maker,
      lots: [{ lot: reel, quantity: 100, details: part }],
    });
    record({ action: "ship", actor: maker, consignee: user, lots: [{ lot: reel, quantity: 100 }] });
    record({ action: "receive", actor: user, lots: [{ lot: reel, quantity: 98 }] });
    const made = { lot: board, quantity: 20, details: { mpn: "BOARD" } };
    record({ action: "assemble", actor: user, lots: [{ lot: reel, quantity: 58 }, made] });
    record({ action: "ship", actor: user, consignee: buyer, lots: [{ lot: board, quantity: 20 }] });
    record({ action: "receive", actor: buyer, lots: [{ lot: board, quantity: 20 }] });
    record({
      ...{ action: "ship", actor: user, consignee: maker, lots: [{ lot: reel, quantity: 58 }] },
      details: { reason: "return" },
    });
    record({ action: "receive", actor: maker, lots: [{ lot: reel, quantity: 58 }] });
    const flows = (party: string) =>
      flowsOf(book.facts, party).map(({ part: { mpn }, flow, flowed }) => [
        ...[mpn, flow],
        ...flowed.map(({ pieces }) => pieces),
      ]);
    expect(flows(user)).to.deep.equal([
      ["BOARD", "built", 20],
      ["BOARD", "shipped", 20],
      ["HM32", "used", 40],
    ]);
    expect(flows(maker)).to.deep.equal([["HM32", "shipped", 98, 2]]);
    expect(flowsOf(factsOf([passage(0, 1)]), user)).to.deep.equal([]);
  });
});

describe("forecastUse", () => {
  it("abstains under 26 weeks, or under 6 weeks with use, and says how many there are", () => {
    const young = forecastUse(flowOf(new Array<number>(25).fill(9)), options(25));
    expect([young.band, young.method]).to.deep.equal([null, null]);
    expect(young.abstention).to.include({ code: "TOO_FEW", have: 25, need: 26 });
    const rare = forecastUse(flowOf([9]), options(60));
    expect(rare.abstention).to.include({ code: "TOO_FEW", have: 1, need: 6 });
  });

  it("says what an even part takes, and that the simplest method does as well as any", () => {
    const even = forecastUse(flowOf(new Array<number>(60).fill(10)), options(60));
    expect(even.band).to.deep.equal([40, 40, 40]);
    expect(even.method).to.equal("naive");
    expect(even.abstention?.code).to.equal("NO_BETTER_THAN_NAIVE");
    expect(even.kept[0]).to.equal(even.kept[1]);
  });

  it("leaves the past for what grows, and for what dies", () => {
    const growing = Array.from({ length: 80 }, (_, week) => Math.round(10 * 1.05 ** week));
    const next = [80, 81, 82, 83].reduce((sum, week) => sum + 10 * 1.05 ** week, 0);
    const grown = forecastUse(flowOf(growing), options(80));
    expect(grown.method).to.not.equal("naive");
    expect(grown.loss!.ours).to.be.lessThan(grown.loss!.naive);
    expect(grown.band![2]).to.be.within(0.9 * next, 1.3 * next);
    const dying = Array.from({ length: 80 }, (_, week) => (week < 60 ? 100 : 0));
    const dead = forecastUse(flowOf(dying), options(80));
    expect(dead.band![1]).to.be.lessThan(100);
  });

  it("is the same for the same evidence, and is not changed by what is known later", () => {
    const pieces = Array.from({ length: 70 }, (_, week) => (week * 37) % 11);
    const then = forecastUse(flowOf(pieces.slice(0, 60)), options(60));
    expect(forecastUse(flowOf(pieces), { ...options(60) })).to.deep.equal(then);
  });

  it("never takes a rank beyond what there is: with too few sums it gives no upper bound", () => {
    const few = forecastUse(flowOf(Array.from({ length: 27 }, (_, week) => week)), {
      ...options(27),
      weeks: 26,
    });
    expect(few.naive![2]).to.equal(null);
  });
});

describe("useCourses", () => {
  const width = (courses: readonly (readonly number[])[]) => {
    const sums = courses.map((course) => course.slice(0, 8).reduce((sum, count) => sum + count, 0));
    const [low, , high] = bandOf(sums);
    return high! - low!;
  };
  const plain = (series: readonly number[]) =>
    drawCourses(series, { weeks: 52, courses: USE_PATHS.now, ...USE_COURSES }, generatorOf("a"));

  it("draws what is even as even, and what past courses missed wider apart than these were", () => {
    const even = useCourses(new Array<number>(60).fill(10), "a");
    expect(even).to.have.length(USE_PATHS.now);
    expect(even.flat().every((count) => Math.abs(count - 10) < 1e-9)).to.equal(true);
    const waves = Array.from({ length: 90 }, (_, week) =>
      Math.round(100 + 80 * Math.sin(week / 6) + ((week * 37) % 11)),
    );
    expect(width(useCourses(waves, "a"))).to.be.greaterThan(1.2 * width(plain(waves)));
    expect(Math.min(...useCourses(waves, "a").flat())).to.be.at.least(0);
    expect(useCourses(waves, "a")).to.deep.equal(useCourses(waves, "a"));
  });
});
