// Tests the forecasts of arrivals: what counts as one observation, what a cut hides, and when they are silent.
import { expect } from "chai";
import { arrivals } from "../../../protocol/insight/arrivals.ts";
import { DAY, LANE_FEWEST } from "../../../protocol/insight/options.ts";
import { promises } from "../../../protocol/insight/promises.ts";
import { trackArrivals } from "../../../protocol/insight/track-record.ts";
import { backtestArrivals, summaryOf } from "../../../bench/insight-arrivals.ts";
import { makeWorld } from "../../../scripts/world/world.ts";
import { factsOf, passage } from "./passages.ts";
import { expectNear } from "../../support/near.ts";

/** Shipments one a day that take 1 to 10 days in turn, and one more on day 50. */
const usual = () => Array.from({ length: 40 }, (_, i) => passage(i * DAY, 1 + (i % 10)));
const CUT = 50 * DAY;

describe("arrivals", () => {
  it("gives the ranks of past durations for a shipment that has just left", () => {
    const { shipments } = arrivals(factsOf([...usual(), passage(CUT, null)]), { cut: CUT });
    // Of 40, four each of 1 to 10 days: rank ⌊4.1⌋, ⌈20.5⌉ and ⌈36.9⌉ and, with a lane that covers exactly, no adapting.
    const [one] = shipments;
    expect(shipments).to.have.lengthOf(1);
    expect(one!.arrival!.map((time) => (time! - CUT) / DAY)).to.deep.equal([1, 6, 10]);
    expect(one).to.include({ method: "transit", level: "lane", n: 40, late: null });
  });

  it("does not change by what was known only after the cut", () => {
    const before = [...usual(), passage(CUT - DAY, null)];
    const later = passage(CUT - 2 * DAY, 1, { leftKnown: CUT + 1, endedKnown: CUT + 2 });
    const ended = { ...before.at(-1)!, end: "received", ended: CUT, endedKnown: CUT + 1 } as const;
    const after = [...before.slice(0, -1), ended, later];
    expect(arrivals(factsOf(after), { cut: CUT })).to.deep.equal(
      arrivals(factsOf(before), { cut: CUT }),
    );
  });

  it("counts a shipment of many lots once, and takes its last lot's receipt", () => {
    const lots = usual().flatMap((one) => [
      one,
      { ...one, lot: `${one.lot} early`, ended: one.left + 1, endedKnown: one.left + 1 },
    ]);
    const open = passage(CUT, null);
    const single = arrivals(factsOf([...usual(), open]), { cut: CUT });
    const double = arrivals(factsOf([...lots, open]), { cut: CUT });
    expect(double.shipments[0]!.n).to.equal(40);
    expect(double.shipments[0]!.arrival).to.deep.equal(single.shipments[0]!.arrival);
  });

  it("is silent on a lane with too few arrivals, and says how many it needs", () => {
    const few = usual().slice(0, LANE_FEWEST - 1);
    const open = passage(CUT, null);
    const { shipments, abstained } = arrivals(factsOf([...few, open]), { cut: CUT });
    expect(shipments[0]!.arrival).to.equal(null);
    expect(abstained).to.deep.include({
      ...{ code: "TOO_FEW", subject: open.ship },
      ...{ have: LANE_FEWEST - 1, need: LANE_FEWEST },
    });
  });

  it("asks the sender's other lanes between the same countries where its own has too few", () => {
    const countries = { fromCountry: "DE", toCountry: "US" };
    const past = usual().map((one) => ({ ...one, ...countries, to: "C" }));
    const open = passage(CUT, null, countries);
    const { shipments } = arrivals(factsOf([...past, open]), { cut: CUT, to: "B" });
    expect(shipments[0]!).to.include({ level: "sender", n: 40 });
  });

  it("says nothing of a shipment that is older than all of its lane, but that it is unusual", () => {
    const open = passage(CUT - 30 * DAY, null, { expected: CUT - DAY });
    const { shipments, abstained } = arrivals(factsOf([...usual(), open]), { cut: CUT });
    expect(shipments[0]!.arrival![2]).to.equal(null);
    expectNear(shipments[0]!.unusual, 1 / 41, 0.01);
    expect(shipments[0]!.late).to.equal(1);
    expect(abstained.map(({ code }) => code)).to.include("TOO_FEW");
  });

  it("prefers the sender's promise where it tells more than the lane does", () => {
    const past = usual().map((one) => ({ ...one, expected: one.ended! - DAY }));
    const open = passage(CUT, null, { expected: CUT + 20 * DAY });
    const { shipments } = arrivals(factsOf([...past, open]), { cut: CUT });
    expect(shipments[0]!.method).to.equal("promise");
    expect(shipments[0]!.arrival).to.deep.equal([CUT + 21 * DAY, CUT + 21 * DAY, CUT + 21 * DAY]);
    expect(shipments[0]!.late).to.equal(1);
  });

  it("takes a refused shipment as under way until it was refused", () => {
    const refused = Array.from({ length: 40 }, (_, i) =>
      passage(i * DAY, 0.5, { end: "refused", received: 0 }),
    );
    const open = passage(CUT, null);
    const { shipments } = arrivals(factsOf([...usual(), ...refused, open]), { cut: CUT });
    expect(shipments[0]!.n).to.equal(40);
    expect(shipments[0]!.arrival![1]).to.equal(CUT + 6 * DAY);
  });
});

describe("promises", () => {
  it("counts kept promises of arrived and overdue shipments, and what to add", () => {
    const past = usual().map((one, i) => ({ ...one, expected: one.ended! - (i % 2) * DAY }));
    const overdue = passage(CUT - 9 * DAY, null, { expected: CUT - DAY });
    const running = passage(CUT - DAY, null, { expected: CUT + DAY });
    const { of } = promises(factsOf([...past, overdue, running]), { cut: CUT });
    expect(of).to.have.lengthOf(1);
    expect(of[0]!.inWindow).to.include({ x: 20, n: 41 });
    expect(of[0]!.add90).to.equal(DAY);
    expect(of[0]!.measured[1]).to.be.greaterThan(20);
  });

  it("is silent on a sender with too few promises", () => {
    const { of, abstained } = promises(factsOf([passage(0, 1, { expected: DAY })]), { cut: CUT });
    expect(of[0]!.add90).to.equal(null);
    expect(abstained).to.have.lengthOf(1);
  });
});

describe("trackArrivals", () => {
  it("recomputes what was said at each cut, so later facts change only what it was", () => {
    const { facts, end } = makeWorld({ seed: 3, weeks: 60 });
    const from = end - 20 * 7 * DAY;
    const track = trackArrivals(facts, { from, cut: end });
    expect(track.cuts).to.have.lengthOf(20);
    for (const miss of track.worst) {
      const { shipments } = arrivals(facts, { cut: miss.at });
      const said = shipments.find(({ event }) => event === miss.subject)!;
      expect(said.arrival![2]).to.equal(miss.said);
      expect(miss.was).to.be.greaterThan(miss.said);
    }
    expect(track.worst).to.not.be.empty;
    expect(() => trackArrivals(facts, { from, cut: end, every: 0 })).to.throw(RangeError, "every");
  });
});

describe("the back-test of arrivals", () => {
  it("covers 0.85 to 0.95 at 90 % in a small world, at no more loss than its baselines", () => {
    const { coverage, pinball, n } = summaryOf(backtestArrivals(makeWorld({ seed: 1 })));
    expect(n).to.be.greaterThan(2000);
    expect(coverage.p90).to.be.within(0.85, 0.95);
    expect(pinball.ours).to.be.lessThan(1.02 * Math.min(pinball.normal!, pinball.finished!));
    expect(pinball.ours).to.be.lessThan(1.15 * pinball.oracle!);
  }).timeout(20_000);

  it("is mostly silent in a thin world", () => {
    const lanes = makeWorld({ seed: 1, variant: "thin", weeks: 20 });
    const { shipments } = arrivals(lanes.facts, { cut: lanes.end });
    for (const { arrival, n } of shipments)
      if (arrival !== null) expect(n).to.be.at.least(LANE_FEWEST);
    expect(shipments.some(({ arrival }) => arrival === null)).to.equal(true);
  });
});
