// Gathers what supplies a party's parts: what it received in the last year and from where, what is on its way, and what remains
// of both where something stops.
import { forecastOf } from "./arrivals.ts";
import { isUsable, lotsByPart, type Picked } from "./build.ts";
import type { Facts, Origin, Passage } from "./facts.ts";
import { Lanes } from "./lanes.ts";
import { LENSES } from "./origins.ts";
import { DAY, WEEK } from "./options.ts";
import { isOpenAt } from "./shipments.ts";
import { type Hit, hitOf, hitOnTheWay, type Stop, type StopMode } from "./stops.ts";
import { AHEAD_WEEKS } from "./use-courses.ts";

export interface SuppliesAsk {
  party: string;
  /** Unix seconds: what stops stops then, and only what was known by then is used. */
  cut: number;
  /** Lots that do not count: as for what can be built. */
  refused: ReadonlyMap<string, readonly string[]>;
}

/** Pieces of a lot that the party received, and whether what stops hits them. */
export interface Received {
  lot: string;
  pieces: number;
  happened: number;
  event: string;
  origin: Origin;
  passage: Passage | undefined;
  hit: Hit;
}

/** Where else a part came from, as far as the party has seen. */
export interface OtherSource {
  party: string;
  place: string | null;
  pieces: number;
  /** Unix seconds of the last receipt. */
  last: number;
}

/** What remains for a part. What is not known to come from elsewhere is not counted on. */
export interface Supply {
  usable: number;
  safeComing: number;
  /** Pieces on their way by weeks from the cut. What nobody says when it arrives is in none of them. */
  arrivals: number[];
  /** Pieces in a week that came from elsewhere in the last year. */
  othersPerWeek: number;
}

interface Coming {
  pieces: number;
  passage: Passage;
  origin: Origin | undefined;
  /** Weeks from the cut; null: neither a forecast nor a promise says when. */
  week: number | null;
}

const YEAR = 365 * DAY;

export class Supplies {
  readonly #cut: number;
  readonly #origins: ReadonlyMap<string, Origin>;
  readonly #passages: ReadonlyMap<string, Passage>;
  readonly #received: ReadonlyMap<string, Omit<Received, "hit">[]>;
  readonly #coming: ReadonlyMap<string, Coming[]>;
  readonly #stock: ReadonlyMap<string, readonly Picked[]>;

  constructor(facts: Facts, ask: SuppliesAsk) {
    const { party, cut } = ask;
    this.#cut = cut;
    this.#origins = new Map(facts.origins.map((origin) => [origin.lot, origin]));
    this.#passages = new Map(
      facts.passages.filter(({ to }) => to === party).map((passage) => [passage.lot, passage]),
    );
    this.#stock = lotsByPart(facts, { ...ask, at: cut }, this.#origins);
    this.#received = this.#receipts(facts, party);
    this.#coming = this.#underWay(facts, party);
  }

  /** The part numbers that were received in the last year, in their order. */
  get parts(): string[] {
    return [...this.#received.keys()].sort();
  }

  /** What was received of a part in the last year. */
  receivedOf(mpn: string, stop: Stop): Received[] {
    return this.#received
      .get(mpn)!
      .map((one) => ({ ...one, hit: hitOf(stop, one.origin, one.passage) }));
  }

  /** What remains for a part where something stops. @param alternates part numbers that may be used instead */
  left(
    mpn: string,
    alternates: readonly string[],
    { stop, mode }: { stop: Stop; mode: StopMode },
  ): Supply {
    const names = [...new Set([mpn, ...alternates])];
    const lots = names
      .flatMap((name) => this.#stock.get(name) ?? [])
      .filter((lot) => isUsable(lot, this.#cut))
      .filter(
        ({ lot }) =>
          mode !== "all" || hitOf(stop, this.#origins.get(lot), this.#cameBy(lot)) === false,
      );
    const coming = names
      .flatMap((name) => this.#coming.get(name) ?? [])
      .filter(
        ({ origin, passage }) => mode === "new" || hitOnTheWay(stop, origin, passage) === false,
      );
    const arrivals = new Array<number>(AHEAD_WEEKS).fill(0);
    for (const { week, pieces } of coming)
      if (week !== null && week < AHEAD_WEEKS) arrivals[week]! += pieces;
    return {
      usable: lots.reduce((sum, { pieces }) => sum + pieces, 0),
      safeComing: coming.reduce((sum, { pieces }) => sum + pieces, 0),
      arrivals,
      othersPerWeek: this.#perWeek(this.receivedOf(mpn, stop)),
    };
  }

  /** Where else a part came from in the last year; the newest first. */
  othersOf(received: readonly Received[], stop: Stop): OtherSource[] {
    const lens = stop.kind === "place" ? stop.lens : "package";
    const elsewhere = received.filter(({ hit }) => hit === false);
    const groups = Map.groupBy(elsewhere, ({ origin, passage }) =>
      JSON.stringify([passage?.from ?? origin.issuer, origin.fields[LENSES[lens]] ?? null]),
    );
    return [...groups]
      .map(([key, some]) => {
        const [party, place] = JSON.parse(key) as [string, string | null];
        return {
          ...{ party, place, pieces: some.reduce((sum, { pieces }) => sum + pieces, 0) },
          last: some.reduce((latest, { happened }) => Math.max(latest, happened), 0),
        };
      })
      .sort((a, b) => b.last - a.last || (a.party < b.party ? -1 : 1));
  }

  /** Pieces in a week since the first receipt, of those that are known to come from elsewhere. */
  #perWeek(received: readonly Received[]): number {
    const first = received.reduce((least, { happened }) => Math.min(least, happened), this.#cut);
    const elsewhere = received.reduce(
      (sum, { hit, pieces }) => sum + (hit === false ? pieces : 0),
      0,
    );
    return elsewhere / Math.max(1, (this.#cut - first) / WEEK);
  }

  /** The passage by which a lot came, or the one that it was split from. */
  #cameBy(lot: string): Passage | undefined {
    for (let name: string | null = lot; name !== null;) {
      const passage = this.#passages.get(name);
      if (passage) return passage;
      name = this.#origins.get(name)?.parent ?? null;
    }
    return undefined;
  }

  #receipts({ movements }: Facts, party: string): Map<string, Omit<Received, "hit">[]> {
    const found = movements.flatMap(({ lot, party: owner, kind, pieces, happened, event }) => {
      const origin = this.#origins.get(lot);
      const mpn = origin?.fields.mpn;
      if (kind !== "received" || owner !== party || happened < this.#cut - YEAR) return [];
      if (origin === undefined || mpn === undefined) return [];
      return [{ mpn, lot, pieces, happened, event, origin, passage: this.#passages.get(lot) }];
    });
    return Map.groupBy(found, ({ mpn }) => mpn);
  }

  #underWay(facts: Facts, party: string): Map<string, Coming[]> {
    const lanes = new Lanes(facts);
    const found: (Coming & { mpn: string })[] = [];
    const passages = Map.groupBy(facts.passages, ({ ship }) => ship);
    for (const shipment of lanes.shipments) {
      if (shipment.to !== party || !isOpenAt(shipment, this.#cut)) continue;
      const { band } = forecastOf(lanes, shipment, this.#cut);
      const arrives = band?.[2] ?? shipment.expected;
      const week = arrives === null ? null : Math.max(0, Math.floor((arrives - this.#cut) / WEEK));
      for (const passage of passages.get(shipment.event)!) {
        if (passage.end !== null) continue;
        const origin = this.#origins.get(passage.lot);
        const mpn = origin?.fields.mpn;
        if (mpn !== undefined) found.push({ mpn, pieces: passage.sent, passage, origin, week });
      }
    }
    return Map.groupBy(found, ({ mpn }) => mpn);
  }
}
