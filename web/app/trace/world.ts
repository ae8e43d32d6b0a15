// Draws the world: country outlines that come with the pages, and where each country's middle is.
import { geoCentroid, geoNaturalEarth1, geoPath } from "d3-geo";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import atlas from "world-atlas/countries-50m.json" with { type: "json" };
import { readCountry } from "../../../protocol/event/country-codes.ts";

/** The drawing's size. Its last part, below the southernmost goods, is cut off. */
export const WORLD = { width: 960, height: 412 } as const;
const GLOBE_HEIGHT = 480;

export interface Outline {
  /** ISO 3166-1 alpha-2; null for an area without a code. */
  country: string | null;
  path: string;
}

const topology = atlas as unknown as Topology<{ countries: GeometryCollection }>;
const { features } = feature(topology, topology.objects.countries);
const projection = geoNaturalEarth1().fitExtent(
  [
    [4, 4],
    [WORLD.width - 4, GLOBE_HEIGHT - 4],
  ],
  { type: "Sphere" },
);
const path = geoPath(projection).digits(1);

/** Countries are numbers of ISO 3166-1 in the atlas. */
const codeOf = (id: unknown) => (id === undefined ? null : readCountry(String(id)));

export const OUTLINES: readonly Outline[] = features.flatMap((one) => {
  const drawn = path(one);
  // Antarctica has no goods and takes a tenth of the height.
  return drawn === null || codeOf(one.id) === "AQ"
    ? []
    : [{ country: codeOf(one.id), path: drawn }];
});

/** Middles that would lie away from where people are: of countries with far islands or far north. */
const BETTER: Readonly<Record<string, [longitude: number, latitude: number]>> = {
  US: [-97, 39],
  FR: [2.5, 46.5],
  NO: [9.5, 61],
  NL: [5.5, 52.2],
  CA: [-100, 54],
  MY: [102.2, 4.1],
};

const MIDDLES = new Map(
  features.flatMap((one) => {
    const country = codeOf(one.id);
    if (country === null) return [];
    const point = projection(BETTER[country] ?? geoCentroid(one));
    return point ? [[country, { x: point[0], y: point[1] }] as const] : [];
  }),
);

/** Where a country's middle is in the drawing; undefined for one that the atlas does not have. */
export const middleOf = (country: string) => MIDDLES.get(country);
