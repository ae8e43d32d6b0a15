// Finds the countries that a lot's record states: where it was made, and from where to where it was shipped. Guesses none.
import type { EventView, PlainDetails } from "../../../api/events.ts";

/** What happened in a country. */
export const PLACE_KINDS = {
  fabCountry: "wafer made",
  assemblyCountry: "packaged",
  testCountry: "tested",
  countryOfOrigin: "country of origin",
} as const;
export type PlaceKind = (typeof PLACE_KINDS)[keyof typeof PLACE_KINDS];

export interface Place {
  /** ISO 3166-1 alpha-2. */
  country: string;
  kind: PlaceKind;
  /** The lots of which it is stated. */
  lots: string[];
}

/** A shipment of which at least one end is stated. Null: that end is not. */
export interface Route {
  event: string;
  time: number;
  from: string | null;
  to: string | null;
  shipper: string | null;
  consignee: string | null;
}

const isCountry = (value: PlainDetails[string] | undefined): value is string =>
  typeof value === "string" && /^[A-Z]{2}$/.test(value) && value !== "AA";

/** The countries that the events of a trail state, each kind of each country once. */
export function placesOf(events: readonly EventView[]): Place[] {
  const places = new Map<string, Place>();
  for (const { details, entries } of events)
    for (const { lot, isNew, details: own } of entries)
      if (isNew)
        for (const [field, kind] of Object.entries(PLACE_KINDS)) {
          const country = own[field] ?? details[field];
          if (!isCountry(country)) continue;
          const key = `${country} ${kind}`;
          const place = places.get(key) ?? { country, kind, lots: [] };
          places.set(key, place);
          if (!place.lots.includes(lot)) place.lots.push(lot);
        }
  return [...places.values()];
}

/** The shipments whose countries the events state, in the order of time. */
export function routesOf(events: readonly EventView[]): Route[] {
  return events
    .flatMap((event): Route[] => {
      const { shipFromCountry: from, shipToCountry: to } = event.details;
      if (event.action !== "ship" || (!isCountry(from) && !isCountry(to))) return [];
      return [
        {
          event: event.hash,
          time: event.time,
          from: isCountry(from) ? from : null,
          to: isCountry(to) ? to : null,
          shipper: event.actor.name,
          consignee: event.consignee?.name ?? null,
        },
      ];
    })
    .sort((a, b) => a.time - b.time);
}

const NAMES = new Intl.DisplayNames("en", { type: "region" });

/** A country's name in English. */
export const countryName = (code: string): string => NAMES.of(code) ?? code;
