// Tests V22: times, lanes, countries to avoid, and routes with a gap.
import { expect } from "chai";
import { Facts, type Lane } from "../../../../protocol/verdict/facts.ts";
import {
  at,
  BROKER,
  DAY,
  DISTRIBUTOR,
  type How,
  MAKER,
  NOW,
  openPaper,
  type Paper,
  ruleOn,
} from "../../../support/paper.ts";

const lane = (more: Partial<Lane> = {}): Lane => ({
  from: MAKER,
  to: DISTRIBUTOR,
  count: 8,
  p90Seconds: 3 * DAY,
  ...more,
});
const lanes = (...all: Lane[]): How => ({ facts: Facts.parse({ source: "test", lanes: all }) });
const route = (shipFromCountry: string, shipToCountry: string) => ({
  shipFromCountry,
  shipToCountry,
});

describe("V22 time and route", () => {
  let paper: Paper;
  let lot: string;
  beforeEach(() => {
    paper = openPaper();
    lot = paper.commission("A");
  });
  const judged = (how?: How) => ruleOn("V22", paper.trail(lot), how);
  const sent = (ship = route("NO", "DE"), took = 3 * DAY) =>
    paper.deliver(lot, MAKER, DISTRIBUTOR, at("2026-06-02"), at("2026-06-02") + took, ship);

  describe("passes", () => {
    it("a lot that never left", async () => {
      expect(await judged()).to.deep.equal({ result: "pass", unknown: undefined, found: [] });
    });

    it("a shipment in the usual time, and the next from where it arrived", async () => {
      sent();
      const on = lane({ from: DISTRIBUTOR, to: BROKER });
      paper.deliver(
        lot,
        DISTRIBUTOR,
        BROKER,
        at("2026-06-10"),
        at("2026-06-11"),
        route("DE", "GB"),
      );
      const how = { ...lanes(lane(), on), policy: { detourCountries: ["CN"] } };
      expect(await judged(how)).to.deep.equal({ result: "pass", unknown: undefined, found: [] });
    });

    it("a shipment that was refused or cancelled: the lot stays where it was", async () => {
      const ship = (day: string) =>
        paper.tell(MAKER, "ship", {
          lots: paper.pieces(lot),
          time: at(day),
          consignee: DISTRIBUTOR,
          shared: route("NO", "DE"),
        });
      ship("2026-06-02");
      paper.tell(DISTRIBUTOR, "refuse", {
        lots: paper.pieces(lot),
        time: at("2026-06-20"),
        holder: MAKER,
      });
      ship("2026-06-21");
      paper.tell(MAKER, "cancel", { lots: paper.pieces(lot), time: at("2026-06-22") });
      ship("2026-06-23");
      expect(await judged(lanes(lane()))).to.deep.equal({
        result: "pass",
        unknown: undefined,
        found: [],
      });
    });
  });

  it("fails an event before the one that it follows", async () => {
    const time = at("2026-05-31");
    const event = paper.tell(MAKER, "inspect", { lots: paper.pieces(lot), time });
    const { result, found } = await judged();
    expect(result).to.equal("fail");
    expect(found).to.deep.equal([
      {
        code: "TIME_BEFORE_PREDECESSOR",
        verdict: "FAIL",
        event,
        field: "time",
        expected: at("2026-06-01"),
        found: time,
      },
    ]);
  });

  describe("warns", () => {
    it("of a transit longer than nine in ten, from the second on", async () => {
      const [, event] = sent(route("NO", "DE"), 3 * DAY + 1);
      const { result, found } = await judged(lanes(lane()));
      expect(result).to.equal("warn");
      expect(found).to.deep.equal([
        {
          code: "TRANSIT_SLOW",
          verdict: "WARN",
          event,
          lot,
          field: "time",
          expected: 3 * DAY,
          found: 3 * DAY + 1,
        },
      ]);
      expect((await judged(lanes(lane({ p90Seconds: 3 * DAY + 1 })))).found).to.deep.equal([]);
    });

    it("of a country to keep clear of, at either end", async () => {
      const [event] = sent(route("NO", "DE"));
      for (const [country, field] of [
        ["NO", "shipFromCountry"],
        ["DE", "shipToCountry"],
      ] as const) {
        const { result, found } = await judged({
          ...lanes(lane()),
          policy: { detourCountries: [country, "CN"] },
        });
        expect(result).to.equal("warn");
        expect(found).to.deep.equal([
          {
            code: "DETOUR_COUNTRY",
            verdict: "WARN",
            event,
            lot,
            field: `details.${field}`,
            found: country,
          },
        ]);
      }
    });

    it("of a lot that leaves from another country than it was shipped to", async () => {
      sent();
      const [event] = paper.deliver(
        lot,
        DISTRIBUTOR,
        BROKER,
        at("2026-06-10"),
        at("2026-06-11"),
        route("CN", "GB"),
      );
      const { result, found } = await judged(
        lanes(lane(), lane({ from: DISTRIBUTOR, to: BROKER })),
      );
      expect(result).to.equal("warn");
      expect(found).to.deep.equal([
        {
          code: "ROUTE_BROKEN",
          verdict: "WARN",
          event,
          lot,
          field: "details.shipFromCountry",
          expected: "DE",
          found: "CN",
        },
      ]);
    });

    it("by where the receiver says that it came", async () => {
      paper.deliver(
        lot,
        MAKER,
        DISTRIBUTOR,
        at("2026-06-02"),
        at("2026-06-03"),
        route("NO", "DE"),
        {
          shipToCountry: "CN",
        },
      );
      paper.deliver(
        lot,
        DISTRIBUTOR,
        BROKER,
        at("2026-06-10"),
        at("2026-06-11"),
        route("CN", "GB"),
      );
      expect((await judged()).found).to.deep.equal([]);
    });
  });

  describe("cannot say", () => {
    const cases: [why: string, unknown: string, how?: How][] = [
      ["without facts", "LANE_NOT_KNOWN", {}],
      [
        "of a lane that nobody knows",
        "LANE_NOT_KNOWN",
        lanes(lane({ from: DISTRIBUTOR, to: MAKER })),
      ],
      ["of a lane with seven shipments", "LANE_TOO_SHORT", lanes(lane({ count: 7 }))],
      ["of a lane of which nothing is told", "LANE_TOO_SHORT", lanes(lane({ p90Seconds: null }))],
    ];
    for (const [why, unknown, how] of cases)
      it(why, async () => {
        sent();
        expect(await judged(how)).to.deep.equal({ result: "not evaluable", unknown, found: [] });
      });

    for (const [why, shared, withheld] of [
      ["without the countries", { carrier: "Brightline" }, []],
      ["without one of them", { shipFromCountry: "NO" }, []],
      ["where one is withheld", route("NO", "DE"), ["shipToCountry"]],
    ] as const)
      it(why, async () => {
        paper.tell(MAKER, "ship", {
          lots: paper.pieces(lot),
          time: at("2026-06-02"),
          consignee: DISTRIBUTOR,
          shared,
          withheld: [...withheld],
        });
        expect((await judged(lanes(lane()))).unknown).to.equal("ROUTE_NOT_SAID");
      });

    it("where the trail breaks off", async () => {
      sent();
      const trail = paper.trail(lot);
      trail.events.splice(1, 1);
      expect((await ruleOn("V22", trail, { now: NOW })).unknown).to.equal("WAY_NOT_FOLLOWED");
    });
  });
});
