// Tests what stops first where something stops, on cases that are worked out by hand.
import { expect } from "chai";
import { WEEK } from "../../../protocol/insight/options.ts";
import { Exposure, type Outage } from "../../../protocol/insight/outage.ts";
import { type Stop, stopsSeen } from "../../../protocol/insight/stops.ts";
import { Book, lotOf } from "../../../scripts/world/book.ts";
import { expectNear } from "../../support/near.ts";

const CUT = Date.UTC(2026, 5, 1) / 1000;
const [MAKER, OTHER, USER] = ["1", "2", "3"].map((digit) => `0x${digit.repeat(40)}`) as [
  string,
  string,
  string,
];

/** A book of a user that builds P of two A and one B, and Q of one A. */
class Story {
  readonly book = new Book();
  #lots = 0;
  #time = CUT - 10 * WEEK;

  #record(deed: Omit<Parameters<Book["record"]>[0], "time" | "known">): string {
    this.#time += 60;
    return this.book.record({ ...deed, time: this.#time, known: this.#time });
  }

  #lot = (issuer: string) => lotOf(issuer, `L${++this.#lots}`);

  /** Makes and ships pieces to the user. @param details of the shipment */
  sends(
    from: string,
    quantity: number,
    origin: Record<string, string>,
    details: Record<string, unknown> = {},
  ): string {
    const lot = this.#lot(from);
    this.#record({ action: "commission", actor: from, lots: [{ lot, quantity, details: origin }] });
    this.#record({
      action: "ship",
      actor: from,
      consignee: USER,
      lots: [{ lot, quantity }],
      details,
    });
    return lot;
  }

  receives(lot: string, quantity: number): string {
    this.#record({ action: "receive", actor: USER, lots: [{ lot, quantity }] });
    return lot;
  }

  gets(from: string, quantity: number, origin: Record<string, string>): string {
    return this.receives(this.sends(from, quantity, origin), quantity);
  }

  builds(product: string, used: Record<string, number>, units = 1): void {
    const made = { lot: this.#lot(USER), quantity: units, details: { mpn: product } };
    const inputs = Object.entries(used).map(([lot, pieces]) => ({
      lot,
      quantity: this.book.pieces(lot) - pieces,
    }));
    this.#record({ action: "assemble", actor: USER, lots: [...inputs, made] });
  }
}

const FROM_X = { manufacturer: "Maker", countryOfOrigin: "DE", assemblyCountry: "CN" };
const FROM_Y = { manufacturer: "Maker", countryOfOrigin: "DE", assemblyCountry: "MY" };
const PACKAGED_IN_CN: Stop = { kind: "place", lens: "package", place: "CN" };

const exposureOf = ({ book }: Story, plan?: Record<string, number>, refused: string[] = []) =>
  new Exposure(book.facts, {
    ...{ party: USER, cut: CUT, seed: "a" },
    refused: new Map(refused.map((lot) => [lot, ["RECALLED_OR_SUSPECTED"]])),
    ...(plan && { plan }),
  });
const partOf = ({ parts }: Outage, mpn: string) => parts.find((part) => part.mpn === mpn)!;
const inWeeks = (time: number | null | undefined) => (time! - CUT) / WEEK;

describe("an outage", () => {
  const PLAN = { P: 100, Q: 50 };
  /** 1,000 A and 500 B in stock, all packaged in CN. */
  const stocked = (elsewhere = 0) => {
    const story = new Story();
    if (elsewhere > 0) {
      const away = story.gets(OTHER, elsewhere, { ...FROM_Y, mpn: "A" });
      story.builds("Q", { [away]: elsewhere }, elsewhere);
    }
    const a = story.gets(MAKER, 1_003, { ...FROM_X, mpn: "A" });
    const b = story.gets(MAKER, 501, { ...FROM_X, mpn: "B" });
    story.builds("P", { [a]: 2, [b]: 1 });
    story.builds("Q", { [a]: 1 });
    return { story, a, b };
  };
  const asked = { stop: PACKAGED_IN_CN, days: 28, mode: "new" } as const;

  it("says when each part runs out, and which product stops first for want of what", async () => {
    const { parts, products } = await exposureOf(stocked().story, PLAN).outage(asked);
    expect(parts.map(({ mpn }) => mpn)).to.deep.equal(["A", "B"]);
    expectNear(inWeeks(parts[0]!.runsOut!.alone[1]), 4, 1e-4);
    expectNear(inWeeks(parts[1]!.runsOut!.alone[1]), 5, 1e-4);
    expect(products.map(({ product, by }) => [product, by])).to.deep.equal([
      ["P", "A"],
      ["Q", "A"],
    ]);
    expect(parts[0]!.short!.alone).to.deep.equal([0, 0, 0]);
    expect(products[0]!.exposed.alone).to.equal(0);
    const longer = await exposureOf(stocked().story, PLAN).outage({ ...asked, days: 42 });
    expect(longer.parts[0]!.short!.alone).to.deep.equal([500, 500, 500]);
    expect(longer.parts[1]!.short!.alone).to.deep.equal([100, 100, 100]);
    expect(longer.products[0]!.exposed.alone).to.equal(1);
  });

  it("counts on what is known to come from elsewhere in the second bracket alone", async () => {
    const a = partOf(await exposureOf(stocked(500).story, PLAN).outage(asked), "A");
    expectNear(inWeeks(a.runsOut!.alone[1]), 4, 1e-4);
    expectNear(inWeeks(a.runsOut!.withOthers[1]), 5, 0.01); // 50 a week for ten weeks
    expect(a.hit).to.deep.equal([1_003, 1_003]);
    expect(a.received).to.equal(1_503);
    expect(a.otherSources).to.have.length(1);
    expect(a.otherSources[0]).to.include({ party: OTHER, place: "MY", pieces: 500 });
  });

  it("bounds what is hit where the origin is not shown, and counts such pieces on nothing", async () => {
    const { story } = stocked();
    story.gets(OTHER, 400, { manufacturer: "Maker", mpn: "A" });
    const a = partOf(await exposureOf(story, PLAN).outage(asked), "A");
    expect(a.hit).to.deep.equal([1_003, 1_403]);
    expect(a.usable).to.equal(1_400);
    expectNear(inWeeks(a.runsOut!.withOthers[1]), 5.6, 1e-4);
    const banned = partOf(await exposureOf(story, PLAN).outage({ ...asked, mode: "all" }), "A");
    expect(banned.usable).to.equal(0);
    expectNear(inWeeks(banned.runsOut!.alone[1]), 0, 1e-4);
  });

  it("leaves out recalled lots, and parts that come from elsewhere altogether", async () => {
    const { story, a } = stocked();
    story.gets(OTHER, 400, { ...FROM_Y, mpn: "C" });
    const { parts } = await exposureOf(story, PLAN, [a]).outage(asked);
    expect(parts.map(({ mpn, usable }) => [mpn, usable])).to.deep.equal([
      ["A", 0],
      ["B", 500],
    ]);
  });

  it("counts what is on its way unless that stops, too", async () => {
    const { story } = stocked();
    story.sends(MAKER, 250, { ...FROM_X, mpn: "A" }, { expectedTime: CUT + WEEK });
    story.sends(OTHER, 250, { ...FROM_Y, mpn: "A" }, { expectedTime: CUT + WEEK });
    story.sends(
      OTHER,
      250,
      { ...FROM_Y, mpn: "A" },
      { expectedTime: CUT + WEEK, shipFromCountry: "CN" },
    );
    story.sends(OTHER, 250, { ...FROM_Y, mpn: "A" }); // nobody says when
    const first = async (mode: "new" | "transit") =>
      partOf(await exposureOf(story, PLAN).outage({ ...asked, mode }), "A");
    expect((await first("new")).safeComing).to.equal(1_000);
    expectNear(inWeeks((await first("new")).runsOut!.alone[1]), 7, 1e-4);
    expect((await first("transit")).safeComing).to.equal(500);
    expectNear(inWeeks((await first("transit")).runsOut!.alone[1]), 5, 1e-4);
  });

  it("says what is hit, and of what too little is known, where there is no plan and no past", async () => {
    const { parts, products, abstained } = await exposureOf(stocked().story).outage(asked);
    expect(parts.map(({ runsOut, usable }) => [runsOut, usable])).to.deep.equal([
      [null, 1_000],
      [null, 500],
    ]);
    expect(products).to.deep.equal([]);
    expect(abstained.map(({ subject, code }) => [subject, code])).to.deep.equal([
      ["P", "TOO_FEW"],
      ["Q", "TOO_FEW"],
    ]);
  });

  it("never runs out sooner for a lot more, nor later for a lot less", async () => {
    const time = async (story: Story, refused: string[] = []) =>
      inWeeks((await exposureOf(story, PLAN, refused).outage(asked)).parts[0]!.runsOut!.alone[1]);
    const { story } = stocked();
    const before = await time(story);
    const more = story.gets(MAKER, 37, { ...FROM_X, mpn: "A" });
    expect(await time(story)).to.be.greaterThan(before);
    expectNear(await time(story, [more]), before, 1e-6);
  });

  it("finds everything that could stop, by each of its kinds", async () => {
    const { story } = stocked(500);
    const names = (by: Parameters<typeof stopsSeen>[2]) => stopsSeen(story.book.facts, USER, by);
    expect(names("package").map((stop) => "place" in stop && stop.place)).to.deep.equal([
      "CN",
      "MY",
    ]);
    expect(names("declared")).to.have.length(1);
    expect(names("manufacturer")).to.deep.equal([{ kind: "manufacturer", manufacturer: "Maker" }]);
    expect(names("sender")).to.deep.equal([
      { kind: "sender", party: MAKER },
      { kind: "sender", party: OTHER },
    ]);
    expect(names("carrier")).to.deep.equal([]);
    const sent = await exposureOf(story, PLAN).outage({
      ...asked,
      stop: { kind: "sender", party: OTHER },
    });
    expect(sent.parts.map(({ mpn, hit }) => [mpn, ...hit])).to.deep.equal([["A", 500, 500]]);
  });
});
