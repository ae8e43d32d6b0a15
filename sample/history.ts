// Makes the story's second part: eighteen months of a small power electronics maker, week by week, so that forecasts and outages
// have a past to speak of. All of it is log-only. The same numbers are drawn each time.
//
// Its plot: the switch NVM60R045 is European by declaration and by wafer, and two thirds of it are packaged at one site in
// China. If packaging there stops, the inverter KV-INV300 stops first, for want of it.
import type { Story, StoryStep } from "./story.ts";
import { generatorOf } from "../protocol/insight/stats/generator.ts";
import { DAY_SECONDS } from "../protocol/base/time.ts";

const WEEK_SECONDS = 7 * DAY_SECONDS;
const HOUR_SECONDS = 3600;
/** The Monday of the first week. */
const BEGINS = Date.UTC(2025, 4, 19) / 1000;
const WEEKS = 78;
/** What arrives later is on its way when the story ends. */
const ENDS = Date.UTC(2026, 10, 13, 12) / 1000;

/** The parties, as in parties.json. */
export const HISTORY_PARTIES: Story["parties"] = [
  {
    ...{ alias: "norrvolt", name: "Norrvolt Semiconductor GmbH", roles: ["manufacturer"] },
    site: { city: "Dresden", country: "DE" },
  },
  {
    ...{ alias: "tessmar", name: "Tessmar Magnetics s.r.o.", roles: ["manufacturer"] },
    site: { city: "Brno", country: "CZ" },
  },
  {
    ...{ alias: "ferrholm", name: "Ferrholm Distribution B.V.", roles: ["distributor"] },
    site: { city: "Venlo", country: "NL" },
  },
  {
    ...{ alias: "kaivapower", name: "Kaiva Power Oy", roles: ["assembler"] },
    site: { city: "Tampere", country: "FI" },
  },
  {
    ...{ alias: "sorvik", name: "Sorvik Rail AS", roles: ["assembler"] },
    site: { city: "Trondheim", country: "NO" },
  },
];

interface SamplePart {
  mpn: string;
  by: "norrvolt" | "tessmar";
  /** Pieces on a reel. */
  reel: number;
  details: Record<string, string>;
}

const NORRVOLT = {
  manufacturer: "Norrvolt Semiconductor GmbH",
  countryOfOrigin: "DE",
  fabCountry: "DE",
};
const SWITCH: SamplePart = {
  ...{ mpn: "NVM60R045", by: "norrvolt", reel: 1_200 },
  details: {
    ...NORRVOLT,
    partDescription: "MOSFET 600 V 45 mOhm TO-263-7",
    msl: "1",
    packaging: "reel",
  },
};
const SMALL_SWITCH: SamplePart = {
  ...{ mpn: "NVM65R190", by: "norrvolt", reel: 1_000 },
  details: {
    ...{ ...NORRVOLT, partDescription: "MOSFET 650 V 190 mOhm TO-252", msl: "1" },
    ...{ packaging: "reel", assemblyCountry: "MY", assemblySite: "Melaka" },
  },
};
const DRIVER: SamplePart = {
  ...{ mpn: "NVG2110", by: "norrvolt", reel: 2_500 },
  details: {
    ...NORRVOLT,
    partDescription: "Gate driver half bridge SOIC-14",
    msl: "2",
    packaging: "reel",
    assemblyCountry: "MY",
    assemblySite: "Melaka",
  },
};
const CHOKE: SamplePart = {
  ...{ mpn: "TM-PQ3220-22U", by: "tessmar", reel: 400 },
  details: {
    ...{ manufacturer: "Tessmar Magnetics s.r.o.", partDescription: "Choke 22 uH PQ32/20" },
    ...{
      countryOfOrigin: "CZ",
      assemblyCountry: "CZ",
      assemblySite: "Brno",
      msl: "1",
      packaging: "tray",
    },
  },
};
/** What the distributor sells. */
const STOCKED = [SWITCH, SMALL_SWITCH, DRIVER];

const PRODUCTS = [
  {
    mpn: "KV-INV300",
    mean: 90,
    lines: [
      [SWITCH, 6],
      [DRIVER, 3],
      [CHOKE, 1],
    ],
  },
  {
    mpn: "KV-CHG75",
    mean: 130,
    lines: [
      [SMALL_SWITCH, 2],
      [DRIVER, 1],
      [CHOKE, 1],
    ],
  },
] as const satisfies readonly {
  mpn: string;
  mean: number;
  lines: readonly (readonly [SamplePart, number])[];
}[];

/** Weeks from one order of a kind to the next. */
const EVERY = { maker: 6, distributor: 3, choke: 6, delivery: 6 } as const;

/** One party's lots of one part, oldest first, with what is left in each, and when it arrived or will. */
type Shelf = { lot: string; left: number; arrived: number }[];

class History {
  readonly #next = generatorOf("eighteen months");
  readonly #steps: StoryStep[] = [];
  readonly #shelves = new Map<string, Shelf>();
  readonly #finished: string[] = [];
  #numbers = 0;
  #shipments = 0;
  #switches = 0;

  /** The steps, in the order of time. */
  get steps(): StoryStep[] {
    return this.#steps.toSorted((a, b) => a.at - b.at);
  }

  #between = (least: number, most: number) => least + Math.floor(this.#next() * (most - least + 1));

  #shelf(party: string, mpn: string): Shelf {
    const key = `${party} ${mpn}`;
    let shelf = this.#shelves.get(key);
    if (shelf === undefined) this.#shelves.set(key, (shelf = []));
    return shelf;
  }

  #add(step: StoryStep): void {
    this.#steps.push(step);
  }

  /** A moment on a weekday of a week, 0 being Monday. */
  #on = (week: number, day: number) =>
    BEGINS +
    week * WEEK_SECONDS +
    day * DAY_SECONDS +
    8 * HOUR_SECONDS +
    this.#between(0, 6 * 3600);

  /** Makes reels, and ships them to the next holder, who has them after some days. */
  #supplies(part: SamplePart, reels: number, to: string, week: number): void {
    const at = this.#on(week, 0);
    const lots = Array.from({ length: reels }, () => {
      // Two thirds of the switches are packaged at one site.
      const packaged =
        part !== SWITCH
          ? {}
          : ++this.#switches % 3 !== 0
            ? { assemblyCountry: "CN", assemblySite: "Dongguan" }
            : { assemblyCountry: "MY", assemblySite: "Melaka" };
      const lotNumber = `${part.by === "norrvolt" ? "NV" : "TM"}${String(5_200_000 + 13 * ++this.#numbers)}`;
      const made = new Date((at - 4 * WEEK_SECONDS) * 1000);
      return {
        lotNumber,
        quantity: part.reel,
        details: {
          ...packaged,
          dateCode: dateCodeOf(made),
          makerLot: `${lotNumber.slice(-5)}.${this.#between(10, 99)}`,
        },
      };
    });
    this.#add({
      ...{ act: "commission", at, by: part.by, note: noteAt(at, `${part.by} makes ${part.mpn}.`) },
      ...{ details: { ...part.details, mpn: part.mpn }, lots, settlement: "log" },
    });
    const refs = lots.map(({ lotNumber }) => `${part.by}/${lotNumber}`);
    this.#ship(part.by, to, refs, { at: at + DAY_SECONDS, mpn: part.mpn, quantity: part.reel });
  }

  /** Ships lots. They are on the consignee's shelf when they have arrived. */
  #ship(
    by: string,
    to: string,
    refs: string[],
    { at, mpn, quantity }: { at: number; mpn: string; quantity: number },
  ): void {
    const id = `log-${String(++this.#shipments).padStart(3, "0")}`;
    const isFar = by === "norrvolt";
    const expectedTime = at + (isFar ? 6 : 4) * DAY_SECONDS;
    const late = this.#next() < 0.15 ? this.#between(1, 5) : 0;
    // Received on a weekday: what arrives at a weekend waits for Monday.
    let arrived =
      expectedTime +
      (late > 0 ? late : this.#between(-2, 0)) * DAY_SECONDS +
      this.#between(0, 4 * 3600);
    while ([0, 6].includes(new Date(arrived * 1000).getUTCDay())) arrived += DAY_SECONDS;
    const details = {
      ...{ carrier: isFar ? "Hanse Cargo" : "Nordline", expectedTime },
      ...{ shipFromCountry: countryOf(by), shipToCountry: countryOf(to) },
    };
    const lots = refs.map((lot) => ({ lot, details: {} }));
    this.#add({
      ...{ act: "ship", at, by, to, id, details, lots },
      note: noteAt(at, `${by} ships ${mpn} to ${to}.`),
    });
    if (arrived < ENDS)
      this.#add({
        ...{ act: "receive", at: arrived, by: to, shipment: id, details: {}, lots: [] },
        note: noteAt(arrived, `${to} receives ${mpn}.`),
      });
    const shelf = this.#shelf(to, mpn);
    for (const lot of refs) shelf.push({ lot, left: quantity, arrived });
  }

  /** Pieces that a party has or will get, or has at a moment. */
  #stock = (party: string, mpn: string, at = Infinity) =>
    this.#shelf(party, mpn).reduce((sum, { left, arrived }) => sum + (arrived < at ? left : 0), 0);

  /** The distributor ships whole reels, as many as the assembler needs for the coming weeks. */
  #passesOn(part: SamplePart, week: number): void {
    const shelf = this.#shelf("ferrholm", part.mpn);
    const missing = targetOf(part, 7) - this.#stock("kaivapower", part.mpn);
    const at = this.#on(week, 1);
    const here = shelf.filter(({ arrived }) => arrived < at).length;
    const reels = shelf.splice(0, Math.min(here, Math.max(0, Math.ceil(missing / part.reel))));
    if (reels.length === 0) return;
    const refs = reels.map(({ lot }) => lot);
    this.#ship("ferrholm", "kaivapower", refs, {
      at,
      mpn: part.mpn,
      quantity: part.reel,
    });
  }

  /** Builds a product from the oldest reels that are there. */
  #builds({ mpn, mean, lines }: (typeof PRODUCTS)[number], week: number): void {
    const at = this.#on(week, 4);
    const wanted = 10 * Math.max(1, Math.round((mean / 10) * (0.8 + 0.4 * this.#next())));
    const units = Math.min(
      wanted,
      ...lines.map(([part, perUnit]) =>
        Math.floor(this.#stock("kaivapower", part.mpn, at) / perUnit),
      ),
    );
    if (units <= 0) return;
    const inputs = lines.flatMap(([part, perUnit]) => {
      const shelf = this.#shelf("kaivapower", part.mpn);
      const used: { lot: string; quantity: number; details: Record<string, string> }[] = [];
      for (let needed = units * perUnit; needed > 0;) {
        const reel = shelf[0]!;
        const quantity = Math.min(needed, reel.left);
        used.push({ lot: reel.lot, quantity, details: {} });
        needed -= quantity;
        reel.left -= quantity;
        if (reel.left === 0) shelf.shift();
      }
      return used;
    });
    const lotNumber = `${mpn.slice(3)}-${dateCodeOf(new Date(at * 1000))}`;
    this.#add({
      ...{
        act: "assemble",
        at,
        by: "kaivapower",
        note: noteAt(at, `Kaiva Power builds ${units} ${mpn}.`),
      },
      ...{ details: { productionLine: "Line 1", site: "Tampere" }, inputs },
      products: [{ lotNumber, quantity: units, details: { mpn, manufacturer: "Kaiva Power Oy" } }],
    });
    this.#finished.push(`kaivapower/${lotNumber}`);
  }

  /** Ships what is finished to the customer. */
  #delivers(week: number): void {
    const refs = this.#finished.splice(0);
    if (refs.length === 0) return;
    this.#ship("kaivapower", "sorvik", refs, {
      at: this.#on(week, 0),
      mpn: "products",
      quantity: 0,
    });
  }

  play(): void {
    for (let week = 0; week < WEEKS; week++) {
      if (week % EVERY.maker === 0)
        for (const part of STOCKED) {
          const missing = targetOf(part, 16) - this.#stock("ferrholm", part.mpn);
          const reels = Math.ceil(missing / part.reel);
          if (reels > 0) this.#supplies(part, reels, "ferrholm", week);
        }
      if (week % EVERY.choke === 2) {
        const missing = targetOf(CHOKE, 14) - this.#stock("kaivapower", CHOKE.mpn);
        if (missing > 0) this.#supplies(CHOKE, Math.ceil(missing / CHOKE.reel), "kaivapower", week);
      }
      if (week >= 2 && week % EVERY.distributor === 2)
        for (const part of STOCKED) this.#passesOn(part, week);
      if (week % EVERY.delivery === 5) this.#delivers(week); // on Monday, what was built until Friday
      // Each product is built every second week.
      if (week >= 6) this.#builds(PRODUCTS[week % 2]!, week);
    }
  }
}

/** Pieces of a part that so many weeks take on average. */
function targetOf(part: SamplePart, weeks: number): number {
  const perWeek = PRODUCTS.reduce((sum, { mean, lines }) => {
    const line = lines.find(([of]) => of === part);
    return sum + (line === undefined ? 0 : (mean * line[1]) / 2);
  }, 0);
  return perWeek * weeks;
}

const countryOf = (alias: string): string =>
  HISTORY_PARTIES.find((party) => party.alias === alias)!.site.country;

const noteAt = (at: number, text: string): string =>
  `${new Date(at * 1000).toISOString().slice(0, 10)}: ${text}`;

/** The date code of a day: year and ISO week. */
function dateCodeOf(day: Date): string {
  const thursday = new Date(day);
  thursday.setUTCDate(day.getUTCDate() + 3 - ((day.getUTCDay() + 6) % 7));
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (WEEK_SECONDS * 1000)) + 1;
  return `${String(year).slice(2)}${String(week).padStart(2, "0")}`;
}

/** The steps of the eighteen months. */
export function historySteps(): StoryStep[] {
  const history = new History();
  history.play();
  return history.steps;
}
