// Makes a world of parties, parts and products from a seed: two years of custody events, and the truths behind them.
import { DAY, WEEK } from "../../protocol/insight/options.ts";
import type { Facts } from "../../protocol/insight/facts.ts";
import { Book, lotOf } from "./book.ts";
import { Chance } from "./chance.ts";
import { drawUnits, type Demand, DEMANDS } from "./demand.ts";
import { drawArrival, drawLane, type Lane, promiseOf, START, type Variant } from "./lanes.ts";

export interface WorldOptions {
  seed: number;
  variant?: Variant;
  weeks?: number;
  makers?: number;
  distributors?: number;
  assemblers?: number;
  parts?: number;
  /** Products of each assembler. */
  products?: number;
  /** A distributor that ships nothing from a week on. What it sent before arrives. */
  stop?: { distributor: number; week: number };
}

interface PartTruth {
  mpn: string;
  maker: string;
  distributor: string;
}

export interface ProductTruth {
  mpn: string;
  assembler: string;
  lines: { part: PartTruth; perUnit: number }[];
  demand: Demand;
  /** Units wanted and units built in each week. */
  wanted: number[];
  built: number[];
}

/** A world, and what is true in it. */
export interface World {
  facts: Facts;
  events: number;
  end: number;
  variant: Variant;
  makers: string[];
  distributors: string[];
  assemblers: string[];
  lanes: Map<string, Lane>;
  products: ProductTruth[];
}

/** The name of a lane. */
export const laneName = (from: string, to: string): string => `${from} ${to}`;

const COUNTRIES = ["DE", "MY", "CN", "US", "TW", "MX"];
const address = (kind: number, index: number): string =>
  `0x${kind.toString(16).padStart(2, "0")}${(index + 1).toString(16).padStart(38, "0")}`;

interface Pending {
  arrival: number;
  event: string;
  from: string;
  to: string;
  mpn: string;
  lots: { lot: string; quantity: number }[];
}

class Maker {
  readonly book = new Book();
  readonly stock = new Map<string, string[]>();
  readonly onOrder = new Map<string, number>();
  readonly lanes = new Map<string, Lane>();
  readonly variant: Variant;
  readonly #seed: string;
  readonly #chance: Chance;
  #lots = 0;
  pending: Pending[] = [];

  constructor(seed: number, variant: Variant) {
    this.variant = variant;
    this.#seed = `world ${seed}`;
    this.#chance = new Chance(`${this.#seed} events`);
  }

  lane(from: string, to: string): Lane {
    const name = laneName(from, to);
    let lane = this.lanes.get(name);
    if (lane === undefined) {
      const chance = new Chance(`${this.#seed} ${name}`);
      const ends = {
        from,
        to,
        fromCountry: chance.pick(COUNTRIES),
        toCountry: chance.pick(COUNTRIES),
      };
      lane = drawLane(ends, this.variant, chance);
      this.lanes.set(name, lane);
    }
    return lane;
  }

  /** When an event is registered: within hours, or one in 33 after a week or two; in bulk on Fridays by the adversarial. */
  known(time: number, actor: string): number {
    if (this.variant === "adversarial" && actor.endsWith("1"))
      return START + (Math.floor((time - START) / WEEK) + 1) * WEEK - 2 * DAY + 60;
    const late = this.#chance.is(0.03) ? this.#chance.between(7, 14) * DAY : 0;
    return Math.floor(time + this.#chance.logNormal(2 * 3600, 0.8) + late);
  }

  #newLot(actor: string): { lot: string; lotNumber: string } {
    const lotNumber = `L${++this.#lots}`;
    return { lot: lotOf(actor, lotNumber), lotNumber };
  }

  key = (party: string, mpn: string): string => `${party} ${mpn}`;

  lotsOf(party: string, mpn: string): string[] {
    const key = this.key(party, mpn);
    let lots = this.stock.get(key);
    if (lots === undefined) this.stock.set(key, (lots = []));
    return lots;
  }

  held(party: string, mpn: string): number {
    return this.lotsOf(party, mpn).reduce((sum, lot) => sum + this.book.pieces(lot), 0);
  }

  commission(maker: string, mpn: string, quantity: number, time: number): void {
    const { lot, lotNumber } = this.#newLot(maker);
    const country = this.lane(maker, maker).fromCountry;
    const origin = { countryOfOrigin: country, fabCountry: country, assemblyCountry: "CN" };
    const details = { manufacturer: maker, mpn, lotNumber, ...origin };
    this.book.record({
      ...{ action: "commission", actor: maker, time, known: this.known(time, maker) },
      lots: [{ lot, quantity, details }],
    });
    this.lotsOf(maker, mpn).push(lot);
  }

  /** Ships up to so many pieces from the oldest lots; splits the last. */
  ship(from: string, to: string, mpn: string, wanted: number, time: number): number {
    const lots = this.lotsOf(from, mpn);
    const taken: { lot: string; quantity: number }[] = [];
    let left = wanted;
    while (left > 0 && lots.length > 0) {
      const lot = lots[0]!;
      const quantity = this.book.pieces(lot);
      if (quantity <= left) {
        lots.shift();
        taken.push({ lot, quantity });
        left -= quantity;
        continue;
      }
      const child = this.#newLot(from);
      this.book.record({
        ...{ action: "split", actor: from, time: time - 60, known: this.known(time, from) },
        lots: [
          { lot, quantity: quantity - left },
          { lot: child.lot, quantity: left, details: { lotNumber: child.lotNumber } },
        ],
      });
      taken.push({ lot: child.lot, quantity: left });
      left = 0;
    }
    if (taken.length === 0) return 0;
    const lane = this.lane(from, to);
    const expectedTime = promiseOf(lane, time);
    const { carrier, fromCountry: shipFromCountry, toCountry: shipToCountry } = lane;
    const event = this.book.record({
      ...{ action: "ship", actor: from, consignee: to, lots: taken, time },
      known: this.known(time, from),
      details: {
        ...{ carrier, shipFromCountry, shipToCountry },
        ...(expectedTime === null ? {} : { expectedTime }),
      },
    });
    const arrival = drawArrival(lane, time, this.variant, this.#chance);
    this.pending.push({ arrival, event, from, to, mpn, lots: taken });
    return wanted - left;
  }

  /** Receives what has arrived by a time: now and then some pieces short, or refused. */
  arrive(until: number): void {
    const due = this.pending.filter(({ arrival }) => arrival < until);
    this.pending = this.pending.filter(({ arrival }) => arrival >= until);
    for (const { arrival: time, from, to, mpn, lots } of due.sort(
      (a, b) => a.arrival - b.arrival,
    )) {
      const total = lots.reduce((sum, { quantity }) => sum + quantity, 0);
      const key = this.key(to, mpn);
      this.onOrder.set(key, (this.onOrder.get(key) ?? 0) - total);
      const known = this.known(time, to);
      const isRefused = this.#chance.is(0.005);
      const isShort = this.#chance.is(0.01);
      const action = isRefused ? "refuse" : "receive";
      const after = lots.map(({ lot, quantity }) => ({
        lot,
        quantity: isShort && !isRefused ? Math.max(1, quantity - 1) : quantity,
      }));
      this.book.record({
        ...{ action, actor: to, lots: after, time, known },
        ...(isRefused ? { holder: from } : {}),
      });
      this.lotsOf(isRefused ? from : to, mpn).push(...lots.map(({ lot }) => lot));
    }
  }

  /** Builds units, as many as the parts allow. */
  build(product: ProductTruth, units: number, time: number): number {
    const { assembler, mpn, lines } = product;
    const most = lines.map(({ part, perUnit }) =>
      Math.floor(this.held(assembler, part.mpn) / perUnit),
    );
    const made = Math.min(units, ...most);
    if (made <= 0) return 0;
    const consumed = lines.flatMap(({ part, perUnit }) => {
      const lots = this.lotsOf(assembler, part.mpn);
      const used: { lot: string; quantity: number }[] = [];
      for (let left = made * perUnit; left > 0;) {
        const lot = lots[0]!;
        const pieces = this.book.pieces(lot);
        const taken = Math.min(left, pieces);
        left -= taken;
        used.push({ lot, quantity: pieces - taken });
        if (taken === pieces) lots.shift();
      }
      return used;
    });
    const { lot, lotNumber } = this.#newLot(assembler);
    const details = { mpn, lotNumber };
    this.book.record({
      ...{ action: "assemble", actor: assembler, time, known: this.known(time, assembler) },
      lots: [...consumed, { lot, quantity: made, details }],
    });
    return made;
  }
}

/** Makes a world. */
export function makeWorld(options: WorldOptions): World {
  const { seed, variant = "stationary", weeks = 104, stop } = options;
  const { parts: partCount = 24, products: productCount = 3 } = options;
  const chance = new Chance(`world ${seed} parties`);
  const people = (kind: number, count: number) =>
    Array.from({ length: count }, (_, index) => address(kind, index));
  const makers = people(0xa1, options.makers ?? 3);
  const distributors = people(0xb1, options.distributors ?? 3);
  const assemblers = people(0xc1, options.assemblers ?? 3);
  const world = new Maker(seed, variant);
  const parts = Array.from({ length: partCount }, (_, index): PartTruth => ({
    mpn: `P-${index}`,
    maker: chance.pick(makers),
    distributor: chance.pick(distributors),
  }));
  const products = assemblers.flatMap((assembler, a) =>
    Array.from({ length: productCount }, (_, p): ProductTruth => {
      const lines = parts.toSorted(() => chance.unit() - 0.5).slice(0, chance.int(3, 7));
      return {
        mpn: `BOARD-${a}-${p}`,
        assembler,
        lines: lines.map((part) => ({ part, perUnit: chance.int(1, 4) })),
        demand: {
          kind: DEMANDS[(a * productCount + p + seed) % DEMANDS.length]!,
          mean: 10 * chance.int(4, 30),
        },
        wanted: [],
        built: [],
      };
    }),
  );
  const weekly = new Map<string, number>();
  for (const { assembler, lines, demand } of products)
    for (const { part, perUnit } of lines) {
      const key = world.key(assembler, part.mpn);
      weekly.set(key, (weekly.get(key) ?? 0) + demand.mean * perUnit);
    }
  const wants = new Chance(`world ${seed} demand`);
  const orderEvery = variant === "thin" ? 6 : 1;
  for (let week = 0; week < weeks; week++) {
    const monday = START + week * WEEK;
    const canShip = (distributor: string) =>
      stop === undefined || week < stop.week || distributor !== distributors[stop.distributor];
    for (const part of parts) {
      const users = assemblers.filter((one) => weekly.has(world.key(one, part.mpn)));
      const total = users.reduce((sum, one) => sum + weekly.get(world.key(one, part.mpn))!, 0);
      if (total === 0) continue;
      const { maker, distributor, mpn } = part;
      if (week % orderEvery === 0) {
        const wanted = order(world, distributor, mpn, total * 9);
        if (wanted > 0) {
          world.commission(maker, mpn, wanted, monday + 3600 + wants.int(0, 3600));
          const shipped = world.ship(
            maker,
            distributor,
            mpn,
            wanted,
            monday + (wants.int(0, 4) * 24 + 8) * 3600,
          );
          add(world.onOrder, world.key(distributor, mpn), shipped);
        }
      }
      world.arrive(monday + DAY);
      for (const user of users) {
        if ((week + users.indexOf(user)) % orderEvery !== 0) continue;
        const key = world.key(user, mpn);
        const wanted = order(world, user, mpn, weekly.get(key)! * 7);
        // Everything that arrived until Friday was received before it is shipped on.
        const time = monday + (wants.int(1, 4) * 24 + 15) * 3600;
        if (wanted > 0 && canShip(distributor))
          add(world.onOrder, key, world.ship(distributor, user, mpn, wanted, time));
      }
    }
    world.arrive(monday + 5 * DAY);
    for (const product of products) {
      const units = drawUnits(product.demand, week, wants);
      const friday = monday + 5 * DAY + 3600 * wants.int(1, 9);
      const made = units > 0 ? world.build(product, units, friday) : 0;
      product.wanted.push(units);
      product.built.push(made);
    }
    world.arrive(monday + WEEK);
  }
  return {
    ...{ facts: world.book.facts, events: world.book.events, end: START + weeks * WEEK },
    ...{ variant, makers, distributors, assemblers, lanes: world.lanes, products },
  };
}

/** What is missing to a target, of stock and orders together; only once it is worth a shipment. */
function order(world: Maker, party: string, mpn: string, target: number): number {
  const missing = target - world.held(party, mpn) - (world.onOrder.get(world.key(party, mpn)) ?? 0);
  return missing > target * 0.15 ? Math.ceil(missing) : 0;
}

function add(map: Map<string, number>, key: string, count: number): void {
  map.set(key, (map.get(key) ?? 0) + count);
}
