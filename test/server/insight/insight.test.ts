// Tests the answers of insight on the sample: they add up, an old answer stays as it was, and each reader's is made of what it
// sees alone.
import { expect } from "chai";
import type {
  ArrivalsAnswer,
  BuildAnswer,
  OriginsAnswer,
  PromisesAnswer,
  RecallAnswer,
  StockAnswer,
  TrackRecordAnswer,
} from "../../../api/insight.ts";
import { run } from "../../../cli/program.ts";
import { buildAnswer } from "../../../server/insight/answers.ts";
import { factsAndBasis } from "../../../server/insight/asked.ts";
import { inputsOf } from "../../../server/insight/basis.ts";
import { openSampleService, SAMPLE_NOW, type SampleService } from "../../support/sample-service.ts";

const DAY = 24 * 60 * 60;
const sum = (counts: object) =>
  Object.values(counts).reduce((all: number, count: number) => all + count, 0);

describe("insight on the sample", () => {
  let sample: SampleService;
  before(async () => {
    sample = await openSampleService();
  });
  after(() => sample.close());

  const get = async <T>(key: string, path: string): Promise<T> =>
    (await sample.expecting<T>(200, "GET", `/v1/insight/${path}`, { key })) as T;
  const post = async <T>(key: string, path: string, body: object): Promise<T> =>
    (await sample.expecting<T>(200, "POST", `/v1/insight/${path}`, { key, body })) as T;
  const gathered = async (party: string) => {
    const asked = { reader: { party } };
    return (await factsAndBasis(sample.service.ctx, asked, { name: "test", version: 1 })).gathered;
  };
  /** Runs a command line, split at blanks. @returns what it prints */
  async function command(key: string, line: string): Promise<string> {
    const texts = { out: "", error: "" };
    const env = { REELPROOF_URL: sample.service.url, REELPROOF_API_KEY: sample.key(key) };
    const out = { write: (text: string) => void (texts.out += text) };
    const error = { write: (text: string) => void (texts.error += text) };
    expect(await run(line.split(" "), env, out, error), texts.error).to.equal(0);
    return texts.out;
  }
  const PARTIES = [
    ...["halden", "mizuhara", "saebyeok", "pellworth", "dravatronik", "ostermark"],
    ...["norrvolt", "ferrholm", "kaivapower", "sorvik"],
  ];

  it("states stock that adds up for every party and part, to zero pieces", async () => {
    let parts = 0;
    for (const party of PARTIES) {
      const answer = await get<StockAnswer>(party, `stock?from=${SAMPLE_NOW - 120 * DAY}`);
      for (const part of answer.parts) {
        parts++;
        const of = `${party}, ${part.part?.mpn}`;
        expect(part.opening + sum(part.in) + sum(part.out), of).to.equal(part.closing);
        expect(part.free + part.held + part.sent + part.recalled, of).to.equal(part.closing);
        const inLots = part.lots.reduce((all, { pieces }) => all + pieces, 0);
        expect(inLots, of).to.equal(part.closing);
      }
    }
    expect(parts).to.be.greaterThan(40);
  });

  it("states what the lots say that the party holds now", async () => {
    const { prisma } = sample.service.ctx;
    for (const party of PARTIES) {
      const rows = await prisma.lot.findMany({
        where: { holder: sample.party(party), quantity: { gt: 0 } },
      });
      const { parts } = await get<StockAnswer>(party, "stock");
      const stated = parts.flatMap(({ lots }) => lots.map(({ lot, pieces }) => [lot, pieces]));
      const held = rows.map(({ id, quantity }) => [id, Number(quantity)]);
      expect(stated.sort(), party).to.deep.equal(held.sort());
    }
  });

  it("keeps an answer at an old moment, whatever happens later", async () => {
    const asOf = SAMPLE_NOW - 30 * DAY;
    const ask = () => get<StockAnswer>("dravatronik", `stock?asOf=${asOf}&to=${asOf}`);
    const earlier = await ask();
    const [lot] = (await get<StockAnswer>("dravatronik", "stock")).parts.flatMap(
      ({ lots }) => lots,
    );
    const act = { key: "dravatronik", body: { details: { reason: "count" } } };
    await sample.expecting(201, "POST", `/v1/lots/${lot!.lot}/hold`, act);
    expect(await ask()).to.deep.equal(earlier);
    const now = await get<StockAnswer>("dravatronik", "stock");
    expect(now.basis.unsettled).to.equal(1);
    expect(now.basis.inputs).not.to.equal(earlier.basis.inputs);
  });

  it("uses no event of a lot's life after the reader handed it on", async () => {
    const party = sample.party("pellworth");
    const { facts } = await gathered(party);
    const last = new Map<string, number>();
    for (const { lot, kind, sequence, party: of } of facts.movements)
      if (of === party && kind === "handedOver") last.set(lot, sequence);
    const held = new Set(
      (await get<StockAnswer>("pellworth", "stock")).parts.flatMap(({ lots }) =>
        lots.map(({ lot }) => lot),
      ),
    );
    const later = facts.movements.filter(
      ({ lot, sequence }) => !held.has(lot) && sequence > (last.get(lot) ?? Infinity),
    );
    expect(last.size).to.be.greaterThan(5);
    expect(later).to.deep.equal([]);
  });

  it("names the events that it rests on by one hash", async () => {
    const party = sample.party("halden");
    const { events } = await gathered(party);
    const { basis } = await get<StockAnswer>("halden", "stock");
    expect(basis).to.deep.include({ asOf: SAMPLE_NOW, reader: party, events: events.length });
    expect(basis.inputs).to.equal(inputsOf(events.toReversed()));
  });

  it("drills a recall that reconciles to zero pieces, and bounds the units", async () => {
    for (const key of ["saebyeok", "operator"]) {
      const answer = await post<RecallAnswer>(key, "recall", { lots: ["SBT26K088184"] });
      const [lot] = answer.lots;
      expect(lot).to.include({ issued: 2_000, difference: 0 });
      const { free, transit, handedOn, consumed, scrapped, short, unseen } = lot!;
      expect(free + transit + handedOn + consumed + scrapped + short + unseen).to.equal(2_000);
    }
    const issuer = await post<RecallAnswer>("saebyeok", "recall", { lots: ["SBT26K088184"] });
    expect(issuer.lots[0]).to.include({ free: 0, handedOn: 2_000 });
    expect(issuer.holders[0]).to.include({ pieces: 0, handedOn: 2_000 });
    expect(issuer.sentence).to.contain("Where those are now that you handed on, you do not see");
    const whole = await post<RecallAnswer>("operator", "recall", { lots: ["SBT26K088184"] });
    expect(whole.lots[0]).to.include({ free: 1_517, consumed: 483, unseen: 0 });
    expect(whole.products.map(({ lotNumber, affected }) => [lotNumber, affected])).to.deep.equal([
      ["EVC7-26-1006", [480, 480]],
    ]);
    expect(whole.sentence).to.contain("They add up.");
    const unknown = await post<RecallAnswer>("halden", "recall", { lots: [`0x${"7".repeat(64)}`] });
    expect(unknown.abstained.map(({ code }) => code)).to.deep.equal(["NOT_SEEN"]);
  });

  it("works out a build, leaves out what fails, and says why", async () => {
    const product = "DTK-GW200-C";
    const plain = await post<BuildAnswer>("dravatronik", "build", { product, units: 500 });
    expect(plain.lines.length).to.be.greaterThan(8);
    expect(plain.units).to.equal(Math.min(...plain.lines.map(({ units }) => units)));
    expect(plain.by).to.equal(plain.lines[0]!.mpn);
    const verified = await post<BuildAnswer>("dravatronik", "build", { product, verify: true });
    const reasons = verified.lines.flatMap(({ left }) => left.flatMap(({ why }) => why));
    expect(reasons).to.include.members(["FAIL", "FLOOR_LIFE_USED"]);
    expect(verified.units).to.be.at.most(plain.units);
    const nothing = await post<BuildAnswer>("dravatronik", "build", { product: "NO-SUCH" });
    expect(nothing.abstained.map(({ code }) => code)).to.deep.equal(["NO_BOM"]);
    const own = { product: "NO-SUCH", bom: { [plain.lines.at(-1)!.mpn]: 1_000_000 } };
    expect((await post<BuildAnswer>("dravatronik", "build", own)).units).to.equal(0);
  });

  it("charges for each verdict before it is made, and makes none that is refused", async () => {
    const { ctx } = sample.service;
    const reader = { party: sample.party("dravatronik") };
    const charged: number[] = [];
    const refused = new Error("spent");
    const ask = { product: "DTK-GW200-C", verify: true };
    const answer = buildAnswer(ctx, { reader }, ask, (verdicts) => {
      charged.push(verdicts);
      return Promise.reject(refused);
    });
    expect(await answer.catch((error: unknown) => error)).to.equal(refused);
    expect(charged).to.have.length(1);
    expect(charged[0]).to.be.greaterThan(10);
  });

  it("takes part numbers that are called like parts of the language", async () => {
    for (const name of ["constructor", "toString", "hasOwnProperty"]) {
      const body = { product: name, bom: { [name]: 1 }, alternates: {} };
      const { lines } = await post<BuildAnswer>("dravatronik", "build", body);
      expect(lines.map(({ mpn, alternates }) => [mpn, alternates])).to.deep.equal([[name, []]]);
    }
  });

  it("tells origins by lens, with bounds for what is not shown", async () => {
    const answer = await get<OriginsAnswer>("dravatronik", "origins?lens=package&from=0&place=MY");
    for (const { places, unknown, pieces } of answer.parts) {
      const known = places.reduce((all, place) => all + place.pieces, 0);
      expect(known + Math.round(unknown * pieces)).to.equal(pieces);
      for (const { share, pieces: some } of places)
        expect(share).to.deep.equal([some / pieces, Math.min(1, some / pieces + unknown)]);
    }
    const part = answer.parts.find(({ part: { mpn } }) => mpn === "HM32G431CBT6TR")!;
    expect(part.places.map(({ place }) => place)).to.deep.equal(["MY"]);
    expect(part.unknown).to.be.within(0.1, 0.3);
    expect(part.flips).to.include("wafer");
    const [product] = answer.products;
    expect(product!.certain).to.include("HLV73333PDBVR");
  });

  it("says what is missing where there is too little to forecast", async () => {
    const arrivals = await get<ArrivalsAnswer>("dravatronik", "arrivals");
    expect(arrivals.shipments).to.have.length(1);
    expect(arrivals.shipments[0]).to.include({ arrival: null, late: null });
    expect(arrivals.abstained.map(({ code }) => code)).to.deep.equal(["TOO_FEW"]);
    const { of, sentence, abstained } = await get<PromisesAnswer>("dravatronik", "promises");
    const promised = of.map(({ carrier, n, add90 }) => [carrier, n, add90]);
    expect(promised.sort()).to.deep.equal([
      ["Channel Couriers", 2, null],
      ["Lonestar Parcel", 1, null], // overdue
      ["Rheinpost Logistik", 2, null],
    ]);
    expect(sentence).to.contain("4 of 5 promises");
    expect(abstained.map(({ about }) => about)).to.include(
      "Pellworth Components Inc., Lonestar Parcel",
    );
    const { cuts } = await get<TrackRecordAnswer>("dravatronik", "track-record");
    expect(sum(cuts.map(({ n }) => n))).to.equal(0);
  });

  it("is on the command line, as a sentence with tables, as CSV and as JSON", async () => {
    const lines = {
      stock: "insight stock --lots --from 2026-09-01",
      build: "insight build DTK-GW200-C --units 500",
      arrivals: "insight arrivals --as-of 2026-11-20",
      promises: "insight promises",
      origins: "insight origins --lens package --place MY --from 2024-01-01",
      recall: "insight recall HS26-112706",
      "track-record": "insight track-record",
    };
    for (const [name, line] of Object.entries(lines)) {
      const key = name === "recall" ? "halden" : "dravatronik";
      const whole = await command(key, line);
      const [sentence] = whole.split("\n");
      expect(sentence, name).to.match(/^[A-Z0-9].*\.$/);
      expect(whole, name).to.match(/From \d+ events? known by .*; inputs 0x[0-9a-f]{64}\./);
      const json = JSON.parse(await command(key, `${line} --json`)) as { sentence: string };
      expect(json.sentence, name).to.equal(sentence);
      const csv = (await command(key, `${line} --csv`)).trimEnd().split("\n");
      expect(csv[0], name).to.match(/^[a-z_,]+$/);
    }
    const held = await command("dravatronik", "insight stock --csv");
    expect(held).to.match(/^Halden Semiconductor AS,HM32L031K6U6,0,300,0,300,/m);
  });

  it("refuses what it cannot read, and names the field", async () => {
    const { status, body } = await sample.call<{ code: string; field: string }>(
      "GET",
      "/v1/insight/origins?lens=horoscope",
      { key: "halden" },
    );
    expect([status, body.code, body.field]).to.deep.equal([400, "BAD_FIELD", "lens"]);
    const stock = await sample.call("GET", "/v1/insight/stock", { key: "operator" });
    expect(stock.status).to.equal(403);
  });
});
