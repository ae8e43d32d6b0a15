// Defines what can stop, and which pieces come from there: for certain, or possibly, where it is not shown.
import type { Facts, Origin, Passage } from "./facts.ts";
import { type Lens, LENSES } from "./origins.ts";

/** What stops: a place by a lens, a manufacturer, a party that sends, or a carrier. */
export type Stop =
  | { kind: "place"; lens: Lens; place: string }
  | { kind: "manufacturer"; manufacturer: string }
  | { kind: "sender"; party: string }
  | { kind: "carrier"; carrier: string };

/**
 * What else stops with it: `new`, nothing more is sent from there; `transit`, what is on its way from there does not arrive,
 * either; `all`, what has arrived from there may not be used, either.
 */
export const STOP_MODES = ["new", "transit", "all"] as const;
export type StopMode = (typeof STOP_MODES)[number];

/** Whether pieces come from what stops; null: it is not shown. */
export type Hit = boolean | null;

const isSame = (value: string | null | undefined, stopped: string): Hit =>
  value === undefined || value === null ? null : value === stopped;

/** Whether pieces of a lot that came by a passage are hit. A lot that came by none, such as an own one, has no sender. */
export function hitOf(stop: Stop, origin: Origin | undefined, passage: Passage | undefined): Hit {
  switch (stop.kind) {
    case "place":
      return isSame(origin?.fields[LENSES[stop.lens]], stop.place);
    case "manufacturer":
      return isSame(origin?.fields.manufacturer, stop.manufacturer);
    case "sender":
      return passage?.from === stop.party;
    case "carrier":
      return passage === undefined ? false : isSame(passage.carrier, stop.carrier);
  }
}

/** Whether a shipment under way is hit where what is on the way stops, too: also one that is sent from the country. */
export function hitOnTheWay(stop: Stop, origin: Origin | undefined, passage: Passage): Hit {
  if (stop.kind === "place" && passage.fromCountry === stop.place) return true;
  return hitOf(stop, origin, passage);
}

/** The country, site, manufacturer, party or carrier that stops, as it is called. */
export const stopName = (stop: Stop): string =>
  stop.kind === "place"
    ? stop.place
    : stop.kind === "manufacturer"
      ? stop.manufacturer
      : stop.kind === "sender"
        ? stop.party
        : stop.carrier;

/** Everything that pieces which a party received could stop with: by a lens, or all manufacturers, senders or carriers. */
export function stopsSeen(
  { passages, origins }: Facts,
  party: string,
  by: Lens | Exclude<Stop["kind"], "place">,
): Stop[] {
  const made = new Map(origins.map((origin) => [origin.lot, origin]));
  const own = passages.filter(({ to, isReturn }) => to === party && !isReturn);
  const named = (of: (passage: Passage) => string | null | undefined): string[] =>
    [...new Set(own.flatMap((passage) => of(passage) ?? []))].sort();
  switch (by) {
    case "manufacturer":
      return named(({ lot }) => made.get(lot)?.fields.manufacturer).map((manufacturer) => ({
        kind: "manufacturer",
        manufacturer,
      }));
    case "sender":
      return named(({ from }) => from).map((sender) => ({ kind: "sender", party: sender }));
    case "carrier":
      return named(({ carrier }) => carrier).map((carrier) => ({ kind: "carrier", carrier }));
    default:
      return named(({ lot }) => made.get(lot)?.fields[LENSES[by]]).map((place) => ({
        kind: "place",
        lens: by,
        place,
      }));
  }
}
