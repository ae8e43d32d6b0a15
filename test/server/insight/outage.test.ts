// Tests on the sample's eighteen months what stops first, and what the coming weeks take: a part that is European by declaration and
// hangs on one packaging site.
import { expect } from "chai";
import type { DemandAnswer } from "../../../api/demand.ts";
import type { OutageAnswer, SweepAnswer } from "../../../api/outage.ts";
import { run } from "../../../cli/program.ts";
import { openSampleService, type SampleService } from "../../support/sample-service.ts";

/** The last day of the story. */
const AS_OF = Date.UTC(2026, 10, 13, 23, 59, 59) / 1000;
const dayOf = (time: number | null) => new Date(time! * 1000).toISOString().slice(0, 10);

describe("outages and demand on the sample", () => {
  let sample: SampleService;
  before(async () => {
    sample = await openSampleService();
  });
  after(() => sample.close());

  const post = async <T>(path: string, body: object, key = "kaivapower"): Promise<T> =>
    (await sample.expecting<T>(200, "POST", `/v1/insight/${path}`, { key, body })) as T;
  const sweep = (by: string, more: object = {}) =>
    post<SweepAnswer>("outage/sweep", { by, days: 60, asOf: AS_OF, ...more });
  const outage = (stop: object, more: object = {}) =>
    post<OutageAnswer>("outage", { stop, days: 60, asOf: AS_OF, ...more });
  const packaged = (place: string) => ({ kind: "place", lens: "package", place });
  async function command(line: string): Promise<string> {
    const texts = { out: "", error: "" };
    const env = { REELPROOF_URL: sample.service.url, REELPROOF_API_KEY: sample.key("kaivapower") };
    const out = { write: (text: string) => void (texts.out += text) };
    const error = { write: (text: string) => void (texts.error += text) };
    const code = await run(line.split(" "), env, out, error);
    expect(code, texts.error).to.equal(0);
    return texts.out;
  }

  it("find by packaging what the declared origin hides", async () => {
    const declared = await sweep("declared");
    expect(declared.stops.map(({ stop }) => "place" in stop && stop.place)).to.have.members([
      "DE",
      "CZ",
    ]);
    const { stops, sentence } = await sweep("package");
    expect(stops.map(({ stop }) => "place" in stop && stop.place)).to.include("CN");
    expect(sentence).to.match(/^The soonest is CN\. KV-INV300 stops first, around 2026-12-\d\d, /);
    const { parts, products } = await outage(packaged("CN"));
    expect(parts.map(({ mpn }) => mpn)).to.deep.equal(["NVM60R045"]);
    const [{ hit, received, otherSources }] = parts as [OutageAnswer["parts"][number]];
    expect(hit[0]).to.equal(hit[1]);
    expect(hit[0] / received).to.be.greaterThan(0.6);
    expect(otherSources.map(({ place }) => place)).to.deep.equal(["MY"]);
    expect(products.map(({ product, by }) => [product, by])).to.deep.equal([
      ["KV-INV300", "NVM60R045"],
    ]);
    const [low, middle, high] = products[0]!.stops.alone;
    expect([dayOf(low), dayOf(middle), dayOf(high)]).to.deep.equal(
      [dayOf(low), dayOf(middle), dayOf(high)].sort(),
    );
    expect(products[0]!.stops.withOthers[1]).to.be.greaterThan(middle!);
  });

  it("go by the caller's own plan, and say what a site, a supplier or a manufacturer hits", async () => {
    const plan = { "KV-INV300": 100 }; // 600 switches a week, of 2,220
    const { products } = await outage(packaged("CN"), { plan });
    const days = (products[0]!.stops.alone[1]! - AS_OF) / 86_400;
    expect(days).to.be.closeTo((2_220 / 600) * 7, 0.01);
    expect(products[0]!.exposed.alone).to.equal(1);
    const idle = await outage(packaged("CN"), { plan: { "KV-CHG75": 100 } });
    expect(idle.products[0]!.stops.alone).to.deep.equal([null, null, null]);
    expect(idle.sentence).to.contain("Nothing runs out within a year");
    const site = await outage({ kind: "place", lens: "packageSite", place: "Dongguan" });
    expect(site.parts.map(({ mpn }) => mpn)).to.deep.equal(["NVM60R045"]);
    const supplier = await outage({ kind: "sender", party: sample.party("ferrholm") });
    expect(supplier.parts.map(({ mpn }) => mpn)).to.have.members([
      ...["NVG2110", "NVM60R045", "NVM65R190"],
    ]);
    expect(supplier.sentence).to.contain("If Ferrholm Distribution B.V. stops for 60 days");
    const maker = await outage({ kind: "manufacturer", manufacturer: "Tessmar Magnetics s.r.o." });
    expect(maker.parts.map(({ mpn }) => mpn)).to.deep.equal(["TM-PQ3220-22U"]);
    const nobody = await outage(packaged("XX"));
    expect(nobody.sentence).to.contain("Nothing that you received in the last year came from XX");
  });

  it("give the same answer for the same question, and another one for what was known earlier", async () => {
    const once = await outage(packaged("CN"));
    expect(await outage(packaged("CN"))).to.deep.equal(once);
    const earlier = await outage(packaged("CN"), { asOf: AS_OF - 90 * 86_400 });
    expect(earlier.basis.inputs).to.not.equal(once.basis.inputs);
    const before = await outage(packaged("CN"), { asOf: Date.UTC(2025, 0, 1) / 1000 });
    expect(before.parts).to.deep.equal([]);
  });

  it("say of what too little is known, and ask for a plan", async () => {
    const young = await outage(packaged("CN"), { asOf: Date.UTC(2025, 9, 1) / 1000 });
    expect(young.parts[0]!.runsOut).to.equal(null);
    expect(young.abstained[0]!.code).to.equal("TOO_FEW");
    expect(young.abstained[0]!.advice).to.contain("Send your own plan");
    expect(young.sentence).to.contain("When they run out cannot be said");
  });

  it("forecast use, with the bounds that held until now", async () => {
    const path = `/v1/insight/demand?weeks=8&asOf=${AS_OF}`;
    const answer = (await sample.expecting<DemandAnswer>(200, "GET", path, { key: "kaivapower" }))!;
    expect(answer.parts.map(({ flow }) => flow)).to.include.members(["used", "built", "shipped"]);
    for (const { part, band, kept, record, past } of answer.parts) {
      const [low, middle, high] = band! as [number, number, number];
      expect(low, part.mpn).to.be.at.most(middle);
      expect(middle, part.mpn).to.be.at.most(high);
      const held = record.filter((one) => one.was <= one.band[2]!).length;
      expect(kept, part.mpn).to.deep.equal([held, record.length]);
      expect(past.length, part.mpn).to.be.greaterThan(60);
    }
    const one = (await sample.expecting<DemandAnswer>(200, "GET", `${path}&mpn=NVM60R045`, {
      key: "kaivapower",
    }))!;
    expect(one.parts.map(({ part }) => part.mpn)).to.deep.equal(["NVM60R045"]);
  });

  it("are on the command line, as a sentence with tables, as CSV and as JSON", async () => {
    for (const line of [
      "insight demand --weeks 4 --as-of 2026-11-13",
      "insight outage --days 60 --as-of 2026-11-13",
      "insight outage --by sender Ferrholm --mode transit --as-of 2026-11-13",
      "insight outage CN --plan KV-INV300=90 --as-of 2026-11-13",
    ]) {
      const whole = await command(line);
      const [sentence] = whole.split("\n");
      expect(sentence, line).to.match(/^[A-Z0-9].*\.$/);
      expect(whole, line).to.match(/From \d+ events known by 2026-11-13 .*; inputs 0x/);
      const json = JSON.parse(await command(`${line} --json`)) as { sentence: string };
      expect(json.sentence, line).to.equal(sentence);
      const csv = (await command(`${line} --csv`)).trimEnd().split("\n");
      expect(csv[0], line).to.match(/^[a-z_,]+$/);
    }
  });

  it("refuse what they cannot read, and name the field", async () => {
    const stop = packaged("CN");
    for (const [body, field] of [
      [{ stop: { kind: "weather" } }, "stop.kind"],
      [{ stop: { ...stop, lens: "horoscope" } }, "stop.lens"],
      [{ stop, days: 0 }, "days"],
      [{ stop, days: 366 }, "days"],
      [{ stop, mode: "some" }, "mode"],
      [{ stop, plan: { "KV-INV300": -1 } }, "plan.KV-INV300"],
      [{ stop, more: 1 }, "more"],
    ] as const) {
      const path = "/v1/insight/outage";
      const options = { key: "kaivapower", body };
      const { status, body: said } = await sample.call<{ field: string }>("POST", path, options);
      expect([status, said.field], field).to.deep.equal([400, field]);
    }
    const many = await sample.call<{ field: string }>("GET", "/v1/insight/demand?weeks=27", {
      key: "kaivapower",
    });
    expect([many.status, many.body.field]).to.deep.equal([400, "weeks"]);
    const body = { stop };
    const nobody = await sample.call("POST", "/v1/insight/outage", { key: "operator", body });
    expect(nobody.status).to.equal(403);
  });
});
