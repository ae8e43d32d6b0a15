// Tests the trail rules (V17, V18, V21, V22, V23, V24) over HTTP on the sample, and the lane facts on frequent shipments.
import { expect } from "chai";
import { ACTIONS } from "../../protocol/event/event.ts";
import type { PolicyDocument } from "../../protocol/verdict/policy.ts";
import type { Finding, Verdict } from "../../protocol/verdict/verdict.ts";
import * as acts from "../../server/custody/acts.ts";
import { type Client, openTestHttp, type TestHttp } from "../support/http.ts";
import { openSampleService, type SampleService } from "../support/sample-service.ts";
import { CLEARANCE } from "./named.ts";

const FRESH = "halden/HS26-431420";
const REEL = "halden/HS26-953261";
/** Returned, inspected and restocked. */
const RETURNED = "halden/HS26-112706";

/** The time that a verdict uses: that of the newest block, where the clock is behind it. Unix seconds. */
const nowOf = ({ trusted, block }: Verdict) => Math.max(trusted.now, block!.time);

async function ask(client: Client, lot: string, policy?: PolicyDocument) {
  const path = `/v1/lots/${lot}/verdict`;
  const verdict = policy
    ? await client.expecting<Verdict>(200, "post", path, { key: "operator", body: { policy } })
    : await client.expecting<Verdict>(200, "get", path, { key: "operator" });
  const rule = (id: string) => verdict.rules.find((each) => each.rule === id)!;
  return {
    verdict,
    result: (id: string) => rule(id).result,
    reason: (id: string) => rule(id).reason?.code,
    of: (id: string): Finding[] => verdict.findings.filter((finding) => finding.rule === id),
    codes: (id: string) =>
      verdict.findings.filter((finding) => finding.rule === id).map(({ code }) => code),
  };
}

describe("trail rules on the sample", () => {
  let sample: SampleService;

  before(async () => {
    sample = await openSampleService();
  });
  after(() => sample.close());

  const on = (ref: string, policy?: PolicyDocument) => ask(sample, sample.lot(ref), policy);

  /** Asks about a lot while the details of its shipments are missing from the database. */
  async function onWithoutDetails(ref: string) {
    const { prisma } = sample.service.ctx;
    const lot = sample.lot(ref);
    const rows = await prisma.event.findMany({
      where: { action: ACTIONS.ship, entries: { some: { lot } } },
    });
    expect(rows).not.to.deep.equal([]);
    const where = (hash: string) => ({ where: { hash } });
    for (const { hash } of rows)
      await prisma.event.update({ ...where(hash), data: { details: null, secret: null } });
    try {
      return await on(ref);
    } finally {
      for (const { hash, details, secret } of rows)
        await prisma.event.update({ ...where(hash), data: { details, secret } });
    }
  }

  describe("V17 date impossible", () => {
    it("passes a maker's reel", async () => {
      expect((await on(FRESH)).result("V17")).to.equal("pass");
    });

    it("fails a date code later than the dry pack's seal date", async () => {
      const { verdict, result, of } = await on(CLEARANCE.relabelled);
      expect([verdict.verdict, result("V17")]).to.deep.equal(["FAIL", "fail"]);
      expect(of("V17")).to.have.length(1);
      expect(of("V17")[0]).to.include({
        code: "DATE_CODE_AFTER_SEAL",
        expected: "2026-05-08",
        found: "2630",
        fixedBy: "holder",
      });
    });

    it("is not evaluable when the date code is not a date", async () => {
      const { result, reason } = await on(CLEARANCE.undated);
      expect([result("V17"), reason("V17")]).to.deep.equal(["not evaluable", "DATE_CODE_NO_DATE"]);
    });
  });

  describe("V18 date lifecycle", () => {
    const catalogue = (introducedOn: string, lastShipOn: string): PolicyDocument => ({
      catalogue: [{ mpn: "HM32G431CBT6TR", introducedOn, lastShipOn }],
    });

    it("passes within the part's life in the reader's catalogue, and warns outside it", async () => {
      // The reel's date code is week 22: 25 to 31 May.
      expect((await on(REEL, catalogue("2026-05-31", "2026-05-31"))).result("V18")).to.equal(
        "pass",
      );
      const early = await on(REEL, catalogue("2026-06-01", "2027-01-01"));
      expect([early.result("V18"), early.codes("V18")]).to.deep.equal([
        "warn",
        ["DATE_CODE_BEFORE_INTRODUCTION"],
      ]);
      const late = await on(REEL, catalogue("2020-01-01", "2026-05-24"));
      expect([late.result("V18"), late.codes("V18")]).to.deep.equal([
        "warn",
        ["DATE_CODE_AFTER_LAST_SHIP"],
      ]);
    });

    it("warns of an old date code only if the policy limits its age", async () => {
      expect((await on(REEL)).codes("V18")).to.deep.equal([]);
      const { result, codes } = await on(REEL, { maxDateCodeAgeDays: 90 });
      expect([result("V18"), codes("V18")]).to.deep.equal(["warn", ["DATE_CODE_OLD"]]);
    });

    it("reports N/T as info, and is not evaluable without a catalogue", async () => {
      const { result, codes } = await on(CLEARANCE.undated);
      expect([result("V18"), codes("V18")]).to.deep.equal(["info", ["DATE_CODE_NOT_TRACEABLE"]]);
      const reel = await on(REEL);
      expect([reel.result("V18"), reel.reason("V18")]).to.deep.equal([
        "not evaluable",
        "LIFE_OF_PART_NOT_KNOWN",
      ]);
    });
  });

  describe("V21 origin consistency", () => {
    it("passes for a country in the reader's catalogue, and warns of another", async () => {
      const made = (countries: string[]) => ({ catalogue: [{ mpn: "HM32G431CBT6TR", countries }] });
      expect((await on(REEL, made(["MY"]))).result("V21")).to.equal("pass");
      const { result, codes } = await on(REEL, made(["PH"]));
      expect([result("V21"), codes("V21")]).to.deep.equal([
        "warn",
        ["COUNTRY_NOT_OF_MAKER", "COUNTRY_NOT_OF_MAKER"],
      ]);
    });

    it("fails when the country changes along the trail", async () => {
      const { verdict, result, of } = await on(CLEARANCE.moved);
      expect([verdict.verdict, result("V21")]).to.deep.equal(["FAIL", "fail"]);
      expect(of("V21")).to.have.length(1);
      expect(of("V21")[0]).to.include({ code: "COUNTRY_CHANGED", expected: "PH", found: "CN" });
    });

    it("warns of a country that is neither the wafer site's nor the package site's", async () => {
      const { result, codes } = await on(CLEARANCE.undated);
      expect([result("V21"), codes("V21")]).to.deep.equal(["warn", ["COUNTRY_NOT_OF_SITES"]]);
    });

    it("is not evaluable without a catalogue", async () => {
      const { result, reason } = await on(REEL);
      expect([result("V21"), reason("V21")]).to.deep.equal([
        "not evaluable",
        "MAKERS_COUNTRIES_NOT_KNOWN",
      ]);
    });
  });

  describe("V22 time and route", () => {
    it("passes a lot that never left its maker", async () => {
      expect((await on(FRESH)).result("V22")).to.equal("pass");
    });

    it("warns of a gap in the route, and of a country that the policy avoids", async () => {
      const { result, of } = await on(CLEARANCE.resold);
      expect(result("V22")).to.equal("warn");
      expect(of("V22")).to.have.length(1);
      expect(of("V22")[0]).to.include({
        code: "ROUTE_BROKEN",
        field: "details.shipFromCountry",
        expected: "GB",
        found: "HK",
      });
      const { codes } = await on(CLEARANCE.resold, { detourCountries: ["HK"] });
      expect(codes("V22")).to.have.members(["ROUTE_BROKEN", "DETOUR_COUNTRY"]);
    });

    it("is not evaluable with too few shipments between two parties", async () => {
      const { result, reason, verdict } = await on(CLEARANCE.opened);
      expect([result("V22"), reason("V22")]).to.deep.equal(["not evaluable", "LANE_TOO_SHORT"]);
      const lane = {
        from: sample.party("larkhill"),
        to: sample.party("dravatronik"),
        p90Seconds: null,
      };
      expect(verdict.given.facts!.lanes).to.have.length(1);
      expect(verdict.given.facts!.lanes![0]).to.include(lane);
    });
  });

  describe("V23 return and re-entry", () => {
    it("passes a lot that was never returned", async () => {
      expect((await on(REEL)).result("V23")).to.equal("pass");
    });

    it("reports an inspected return as info", async () => {
      const { result, codes } = await on(RETURNED);
      expect([result("V23"), codes("V23")]).to.deep.equal(["info", ["RETURNED"]]);
    });

    it("warns of a return resold without inspection, and fails it under a stricter policy", async () => {
      const { result, codes } = await on(CLEARANCE.resold);
      expect([result("V23"), codes("V23")]).to.deep.equal([
        "warn",
        ["RETURN_NOT_INSPECTED", "RETURNED"],
      ]);
      const strict = await on(CLEARANCE.resold, { severities: { RETURN_NOT_INSPECTED: "FAIL" } });
      expect([strict.verdict.verdict, strict.result("V23")]).to.deep.equal(["FAIL", "fail"]);
    });

    it("is not evaluable when the details of shipments are missing", async () => {
      const { result, reason } = await onWithoutDetails(REEL);
      expect([result("V23"), reason("V23")]).to.deep.equal([
        "not evaluable",
        "RETURN_DETAILS_MISSING",
      ]);
    });
  });

  describe("V24 moisture and condition", () => {
    it("passes parts that are not moisture sensitive", async () => {
      expect((await on(FRESH)).result("V24")).to.equal("pass");
    });

    it("fails parts that were outside their dry pack longer than their moisture level allows", async () => {
      const { verdict, result, of } = await on(CLEARANCE.opened);
      expect([verdict.verdict, result("V24")]).to.deep.equal(["FAIL", "fail"]);
      const hours = Math.floor((nowOf(verdict) - Date.UTC(2026, 9, 16, 6) / 1000) / 3_600);
      expect(of("V24")[0]).to.include({ code: "FLOOR_LIFE_USED", expected: 168, found: hours });
    });

    it("warns of an old dry pack if the policy limits its age", async () => {
      expect((await on(CLEARANCE.moved)).result("V24")).to.equal("pass");
      const { verdict, result, of } = await on(CLEARANCE.moved, { maxSealAgeDays: 100 });
      expect(result("V24")).to.equal("warn");
      const days = Math.floor((nowOf(verdict) - Date.UTC(2026, 4, 1) / 1000) / 86_400);
      expect(of("V24")[0]).to.include({ code: "DRY_PACK_OLD", expected: 100, found: days });
    });

    it("is not evaluable without the pack's seal date", async () => {
      const { result, reason } = await on(CLEARANCE.undated);
      expect([result("V24"), reason("V24")]).to.deep.equal(["not evaluable", "SEAL_DATE_NOT_SAID"]);
    });
  });
});

describe("lane facts", () => {
  let http: TestHttp;
  const HOUR = 3_600;
  const START = Math.floor(Date.now() / 1000) - 100 * 24 * HOUR;
  let serial = 0;

  before(async () => {
    http = await openTestHttp();
  });
  after(() => http.close());

  /** Makes a lot and ships it from the maker to a party. It arrives `took` seconds later; with null it stays in transit. */
  async function shipped(
    took: number | null,
    to: "distributor" | "ems" = "distributor",
    isSettled = true,
  ) {
    const { ctx, parties } = http;
    const lotNumber = `LANE-${++serial}`;
    const from = parties.maker.address;
    const lots = [{ lotNumber, quantity: 5, details: { mpn: "RX-1" } }];
    const made = await acts.makeLots(ctx, from, "commission", { lots, time: START });
    const { lot } = await ctx.prisma.entry.findFirstOrThrow({ where: { event: made.hash } });
    const details = { shipFromCountry: "NO", shipToCountry: "DE" };
    const consignee = parties[to].address;
    const { hash } = await acts.ship(ctx, from, {
      consignee,
      lots: [{ lot }],
      time: START,
      details,
    });
    if (isSettled) await http.settle();
    if (took !== null)
      await acts.receive(ctx, consignee, { shipment: hash, lots: [{ lot }], time: START + took });
    if (isSettled) await http.settle();
    return lot;
  }
  const lanesOf = async (lot: string) => (await ask(http, lot)).verdict.given.facts!.lanes;

  it("count the settled arrivals of other lots between two parties, and have a transit time from eight arrivals on", async () => {
    const [from, to] = [http.parties.maker.address, http.parties.distributor.address];
    const lot = await shipped(50 * HOUR);
    expect(await lanesOf(lot)).to.deep.equal([{ from, to, count: 0, p90Seconds: null }]);
    for (let i = 1; i <= 7; i++) await shipped(i * HOUR);
    // In transit, to another party, and not settled: none of the three counts.
    await shipped(null);
    await shipped(HOUR, "ems");
    await shipped(HOUR, "distributor", false);
    const few = await ask(http, lot);
    expect(few.verdict.given.facts!.lanes).to.deep.equal([
      { from, to, count: 7, p90Seconds: null },
    ]);
    expect(few.reason("V22")).to.equal("LANE_TOO_SHORT");
    await http.settle();
    // With the eighth arrival: 1, 1, 2, 3, 4, 5, 6, 7 hours. Seven of eight are less than nine in ten, so p90 is the longest.
    expect(await lanesOf(lot)).to.deep.equal([{ from, to, count: 8, p90Seconds: 7 * HOUR }]);
    const { result, of } = await ask(http, lot);
    expect(result("V22")).to.equal("warn");
    expect(of("V22")[0]).to.include({ code: "TRANSIT_SLOW", expected: 7 * HOUR, found: 50 * HOUR });
    const quick = await shipped(2 * HOUR);
    // For the quick lot the slow one is among the others: 1, 1, 2, 3, 4, 5, 6, 7, 50 hours.
    expect(await lanesOf(quick)).to.deep.equal([{ from, to, count: 9, p90Seconds: 50 * HOUR }]);
    expect((await ask(http, quick)).result("V22")).to.equal("pass");
  });

  it("are empty for a lot that was never shipped", async () => {
    const lots = [{ lotNumber: `LANE-${++serial}`, quantity: 5, details: { mpn: "RX-1" } }];
    const { hash } = await acts.makeLots(http.ctx, http.parties.maker.address, "commission", {
      lots,
    });
    const { lot } = await http.ctx.prisma.entry.findFirstOrThrow({ where: { event: hash } });
    expect(await lanesOf(lot)).to.deep.equal([]);
  });
});
