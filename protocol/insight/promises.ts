// Answers whose dates hold: of each sender and carrier, how many promises were kept, and what to add to the next one.
import type { Abstention, Kept, Rate } from "./abstention.ts";
import type { Facts } from "./facts.ts";
import { Law } from "./law.ts";
import { LANE_FEWEST, PROMISE_WINDOW } from "./options.ts";
import { hasEndedAt, type Shipment, shipmentsOf } from "./shipments.ts";
import { wilson } from "./stats/proportion.ts";

export interface PromisesOptions {
  /** Unix seconds: only what was known by then is used. */
  cut: number;
  /** Only shipments to this party. */
  to?: string;
  /** How many seconds before and after its promise a shipment is on time. */
  window?: { early: number; late: number };
}

export interface PromiseRecord {
  party: string;
  carrier: string | null;
  service: string | null;
  /** Promises whose shipments arrived, and those that are overdue. */
  n: number;
  inWindow: Rate;
  /** Seconds to add to a promise so that nine in ten arrive by then; null: too few, or too many missed. */
  add90: number | null;
  /** How many of the past shipments arrived within what was to be added then. */
  measured: Kept;
}

/** Sums up the promises of each sender, carrier and service, in the order of their names. */
export function promises(
  facts: Pick<Facts, "passages">,
  { cut, to, window = PROMISE_WINDOW }: PromisesOptions,
): { of: PromiseRecord[]; abstained: Abstention[] } {
  const promised = shipmentsOf(facts).filter(
    (one) => one.expected !== null && one.leftKnown <= cut && (to === undefined || one.to === to),
  );
  const groups = Map.groupBy(promised, ({ from, carrier, service }) =>
    JSON.stringify([from, carrier, service]),
  );
  const abstained: Abstention[] = [];
  const of = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([subject, members]): PromiseRecord => {
      const [{ from: party, carrier, service }] = members as [Shipment];
      const due = members.filter((one) => isDue(one, cut, window.late));
      const x = due.filter((one) => isOnTime(one, cut, window)).length;
      const n = due.length;
      const law = new Law("promise", members);
      const finished = law.finished(cut);
      const add90 = finished < LANE_FEWEST ? null : law.addition(cut, 0.9);
      if (add90 === null)
        abstained.push({ code: "TOO_FEW", subject, have: finished, need: LANE_FEWEST });
      const rate = n === 0 ? null : x / n;
      const inWindow = { x, n, rate, interval: n === 0 ? null : wilson(x, n) };
      return { party, carrier, service, n, inWindow, add90, measured: law.kept(cut, 0.9) };
    });
  return { of, abstained };
}

/** Whether a promise can be judged: it arrived, or it is overdue. A refused or cancelled one never arrives. */
function isDue(shipment: Shipment, cut: number, late: number): boolean {
  if (hasEndedAt(shipment, cut)) return shipment.isReceived;
  return cut > shipment.expected! + late;
}

function isOnTime(
  shipment: Shipment,
  cut: number,
  { early, late }: { early: number; late: number },
): boolean {
  if (!hasEndedAt(shipment, cut)) return false;
  const error = shipment.ended! - shipment.expected!;
  return error >= -early && error <= late;
}
