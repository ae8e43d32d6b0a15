// Finds the past shipments that a shipment is like: its own lane and service first, and wider groups where those are too few.
import { LANE_FEWEST } from "./options.ts";
import { Law, type LawKind } from "./law.ts";
import { hasEndedAt, type Shipment, shipmentsOf } from "./shipments.ts";
import type { Facts } from "./facts.ts";

/** The groups that a forecast can be made from, nearest first. */
export const LANE_LEVELS = ["service", "lane", "sender", "countries"] as const;
export type LaneLevel = (typeof LANE_LEVELS)[number];

/** What a shipment has in common with the others of its group; null: it does not say enough to be in one. */
function keyOf(level: LaneLevel, one: Shipment): string | null {
  const { from, to, carrier, service, mode, fromCountry, toCountry } = one;
  const countries = fromCountry === null || toCountry === null ? null : [fromCountry, toCountry];
  const parts = {
    service: carrier === null && service === null ? null : [from, to, carrier, service],
    lane: [from, to],
    sender: countries && [from, ...countries],
    countries: countries && [...countries, mode],
  }[level];
  return parts === null ? null : JSON.stringify([level, one.isReturn, ...parts]);
}

/** The law of a shipment's group, and how wide the group is. */
export interface LaneLaw {
  level: LaneLevel;
  law: Law;
  /** The group's shipments that had arrived. */
  n: number;
}

/** All shipments of the facts, and the laws of their groups. Made once, it answers for every cut. */
export class Lanes {
  readonly shipments: readonly Shipment[];
  readonly #groups = new Map<string, Shipment[]>();
  readonly #laws = new Map<string, Law>();

  constructor(facts: Pick<Facts, "passages">) {
    this.shipments = shipmentsOf(facts);
    for (const shipment of this.shipments)
      for (const level of LANE_LEVELS) {
        const key = keyOf(level, shipment);
        if (key === null) continue;
        const group = this.#groups.get(key);
        if (group === undefined) this.#groups.set(key, [shipment]);
        else group.push(shipment);
      }
  }

  #law(kind: LawKind, key: string): Law {
    const name = `${kind} ${key}`;
    let law = this.#laws.get(name);
    if (law === undefined) {
      law = new Law(kind, this.#groups.get(key)!);
      this.#laws.set(name, law);
    }
    return law;
  }

  /** The law of the nearest group with enough arrivals at a cut; otherwise the most arrivals that any group has. */
  lawOf(
    kind: LawKind,
    shipment: Shipment,
    cut: number,
    fewest = LANE_FEWEST,
  ): LaneLaw | { most: number } {
    let most = 0;
    if (kind === "promise" && shipment.expected === null) return { most };
    for (const level of LANE_LEVELS) {
      const key = keyOf(level, shipment);
      if (key === null) continue;
      const law = this.#law(kind, key);
      const n = law.finished(cut);
      if (n >= fewest) return { level, law, n };
      most = Math.max(most, n);
    }
    return { most };
  }

  /** How long the finished shipments of a shipment's own lane had taken, in seconds: what a naive forecast is made from. */
  finishedOf(shipment: Shipment, cut: number): number[] {
    return this.#groups
      .get(keyOf("lane", shipment)!)!
      .filter((one) => hasEndedAt(one, cut) && one.isReceived)
      .map(({ left, ended }) => ended! - left);
  }
}
