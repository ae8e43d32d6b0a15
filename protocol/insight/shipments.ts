// Groups passages into shipments. A shipment is one observation, however many lots it has.
import type { Facts, Passage } from "./facts.ts";

/** One shipment, as all facts tell it. `at` tells what was known of it at a cut. */
export interface Shipment {
  event: string;
  sequence: number;
  from: string;
  to: string;
  carrier: string | null;
  service: string | null;
  mode: string | null;
  fromCountry: string | null;
  toCountry: string | null;
  isReturn: boolean;
  left: number;
  leftKnown: number;
  expected: number | null;
  /** When its last lot arrived, or was refused or cancelled; null: not all lots have. */
  ended: number | null;
  /** When the last of that was known. */
  endedKnown: number | null;
  /** Whether all lots arrived. One with a lot that was refused or cancelled was under way until then, and says no more. */
  isReceived: boolean;
  lots: readonly { lot: string; pieces: number }[];
}

/** Groups the passages, in the order in which their shipping was known. */
export function shipmentsOf({ passages }: Pick<Facts, "passages">): Shipment[] {
  const groups = Map.groupBy(passages, ({ ship }) => ship);
  return [...groups.values()]
    .map(shipmentOf)
    .sort((a, b) => a.leftKnown - b.leftKnown || a.sequence - b.sequence);
}

function shipmentOf(group: Passage[]): Shipment {
  const [first] = group as [Passage];
  const { ship: event, sequence, from, to, carrier, service, mode, fromCountry, toCountry } = first;
  const latest = (times: (number | null)[]) =>
    times.some((time) => time === null) ? null : Math.max(...(times as number[]));
  return {
    ...{ event, sequence, from, to, carrier, service, mode, fromCountry, toCountry },
    isReturn: first.isReturn,
    left: first.left,
    leftKnown: first.leftKnown,
    expected: first.expected,
    ended: latest(group.map(({ ended }) => ended)),
    endedKnown: latest(group.map(({ endedKnown }) => endedKnown)),
    isReceived: group.every(({ end }) => end === "received"),
    lots: group.map(({ lot, sent }) => ({ lot, pieces: sent })),
  };
}

/** Whether a shipment's end was known at a cut. */
export const hasEndedAt = ({ endedKnown }: Shipment, cut: number): boolean =>
  endedKnown !== null && endedKnown <= cut;

/** Whether a shipment was known at a cut, and its end was not. */
export const isOpenAt = (shipment: Shipment, cut: number): boolean =>
  shipment.leftKnown <= cut && !hasEndedAt(shipment, cut);
