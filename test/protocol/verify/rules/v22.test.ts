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

describe("rule V22, time and route", () => {
  let paper: Paper;
  let lot: string;
  beforeEach(() => {
    paper = openPaper();
    lot = paper.commission("A");
  });
  const judged = (how?: How) => ruleOn("V22", paper.trail(lot), how);
  const sent = (ship = route("NO", "DE"), took = 3 * DAY) =>
    paper.deliver(lot, MAKER, DISTRIBUTOR, at("2026-06-02"), at("2026-06-02") + took, ship);

  describe("rule V22, on an ordinary route", () => {
    it("passes a lot that never left", async () => {
      expect(await judged()).to.deep.equal({ result: "pass", unknown: undefined, findings: [] });
    });

    it("passes a shipment in the usual time, and the next one from its destination", async () => {
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
      expect(await judged(how)).to.deep.equal({ result: "pass", unknown: undefined, findings: [] });
    });

    it("passes a lot whose shipments were refused or cancelled", async () => {
      const ship = (day: string) =>
        paper.write(MAKER, "ship", {
          lots: paper.pieces(lot),
          time: at(day),
          consignee: DISTRIBUTOR,
          shared: route("NO", "DE"),
        });
      ship("2026-06-02");
      paper.write(DISTRIBUTOR, "refuse", {
        lots: paper.pieces(lot),
        time: at("2026-06-20"),
        holder: MAKER,
      });
      ship("2026-06-21");
      paper.write(MAKER, "cancel", { lots: paper.pieces(lot), time: at("2026-06-22") });
      ship("2026-06-23");
      expect(await judged(lanes(lane()))).to.deep.equal({
        result: "pass",
        unknown: undefined,
        findings: [],
      });
    });
  });

  it("fails an event dated before its predecessor", async () => {
    const time = at("2026-05-31");
    const event = paper.write(MAKER, "inspect", { lots: paper.pieces(lot), time });
    const { result, findings } = await judged();
    expect(result).to.equal("fail");
    expect(findings).to.deep.equal([
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

  describe("rule V22, on an unusual route", () => {
    it("warns of a transit one second longer than the lane's 90th percentile", async () => {
      const [, event] = sent(route("NO", "DE"), 3 * DAY + 1);
      const { result, findings } = await judged(lanes(lane()));
      expect(result).to.equal("warn");
      expect(findings).to.deep.equal([
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
      expect((await judged(lanes(lane({ p90Seconds: 3 * DAY + 1 })))).findings).to.deep.equal([]);
    });

    it("warns of a country to avoid, at either end", async () => {
      const [event] = sent(route("NO", "DE"));
      for (const [country, field] of [
        ["NO", "shipFromCountry"],
        ["DE", "shipToCountry"],
      ] as const) {
        const { result, findings } = await judged({
          ...lanes(lane()),
          policy: { detourCountries: [country, "CN"] },
        });
        expect(result).to.equal("warn");
        expect(findings).to.deep.equal([
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

    it("warns of a lot that leaves from another country than it was shipped to", async () => {
      sent();
      const [event] = paper.deliver(
        lot,
        DISTRIBUTOR,
        BROKER,
        at("2026-06-10"),
        at("2026-06-11"),
        route("CN", "GB"),
      );
      const { result, findings } = await judged(
        lanes(lane(), lane({ from: DISTRIBUTOR, to: BROKER })),
      );
      expect(result).to.equal("warn");
      expect(findings).to.deep.equal([
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

    it("uses the country that the receiver reports", async () => {
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
      expect((await judged()).findings).to.deep.equal([]);
    });
  });

  describe("rule V22, on missing knowledge", () => {
    const cases: [why: string, unknown: string, how?: How][] = [
      ["without facts", "LANE_NOT_KNOWN", {}],
      ["for an unknown lane", "LANE_NOT_KNOWN", lanes(lane({ from: DISTRIBUTOR, to: MAKER }))],
      ["for a lane with seven shipments", "LANE_TOO_SHORT", lanes(lane({ count: 7 }))],
      ["for a lane without a 90th percentile", "LANE_TOO_SHORT", lanes(lane({ p90Seconds: null }))],
    ];
    for (const [why, unknown, how] of cases)
      it(`is not evaluable ${why}`, async () => {
        sent();
        expect(await judged(how)).to.deep.equal({ result: "not evaluable", unknown, findings: [] });
      });

    for (const [why, shared, withheld] of [
      ["without the countries", { carrier: "Brightline" }, []],
      ["with one country only", { shipFromCountry: "NO" }, []],
      ["when a country is withheld", route("NO", "DE"), ["shipToCountry"]],
    ] as const)
      it(`is not evaluable ${why}`, async () => {
        paper.write(MAKER, "ship", {
          lots: paper.pieces(lot),
          time: at("2026-06-02"),
          consignee: DISTRIBUTOR,
          shared,
          withheld: [...withheld],
        });
        expect((await judged(lanes(lane()))).unknown).to.equal("ROUTE_NOT_SAID");
      });

    it("is not evaluable when the trail breaks off", async () => {
      sent();
      const trail = paper.trail(lot);
      trail.events.splice(1, 1);
      expect((await ruleOn("V22", trail, { now: NOW })).unknown).to.equal("WAY_NOT_FOLLOWED");
    });
  });
});
