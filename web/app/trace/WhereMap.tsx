// Shows where a lot and what it was made from were made, and where they went, on a map and as a list: what the record states.
import type { LotWithDetails } from "../../../api/lots.ts";
import { count, moment } from "../../verify/words.ts";
import { useTrailUp } from "../data/trace.ts";
import { Failed, Loading } from "../parts/States.tsx";
import { lotNames } from "./names.ts";
import { countryName, type Place, placesOf, type Route, routesOf } from "./places.ts";
import { middleOf, OUTLINES, WORLD } from "./world.ts";

export default function WhereMap({ lot }: { lot: LotWithDetails }) {
  const trail = useTrailUp(lot.lot);
  if (trail.isPending) return <Loading what="the map" rows={8} />;
  if (trail.isError) return <Failed error={trail.error} onRetry={() => void trail.refetch()} />;
  const events = trail.data.items;
  const places = placesOf(events);
  const routes = routesOf(events);
  const shipments = events.filter(({ action }) => action === "ship").length;
  const names = lotNames(events, undefined);
  return (
    <section aria-label="Map" className="where">
      {places.length + routes.length === 0 ? (
        <p className="soft">
          No event that you see states a country: neither where the parts were made nor where they
          were shipped.
        </p>
      ) : (
        <>
          <World places={places} routes={routes} />
          <p className="soft">
            {routes.length < shipments
              ? `${count(shipments - routes.length, "shipment")} of ${shipments} name${shipments - routes.length === 1 ? "s" : ""} no country, and cannot be drawn. `
              : ""}
            The map shows what the parties stated. A dot stands in a country's middle, not at a
            site.
          </p>
          <Countries places={places} names={names} />
          {routes.length > 0 && <Routes routes={routes} />}
        </>
      )}
    </section>
  );
}

function World({ places, routes }: { places: readonly Place[]; routes: readonly Route[] }) {
  const made = new Set(places.map(({ country }) => country));
  const countries = new Set([
    ...made,
    ...routes.flatMap(({ from, to }) => [from, to].filter((each) => each !== null)),
  ]);
  const lines = new Map<string, Route>();
  for (const route of routes)
    if (route.from !== null && route.to !== null && route.from !== route.to)
      lines.set(`${route.from}${route.to}`, route);
  return (
    <svg
      className="world"
      viewBox={`0 0 ${WORLD.width} ${WORLD.height}`}
      role="img"
      aria-label={`A map with ${[...countries].map(countryName).join(", ")}. The list below says the same.`}
    >
      {OUTLINES.map(({ country, path }, i) => (
        <path
          key={i}
          d={path}
          className={
            country === null || !countries.has(country)
              ? "land"
              : made.has(country)
                ? "land is-made"
                : "land is-passed"
          }
        />
      ))}
      {[...lines.values()].map(({ event, from, to }) => (
        <Line key={event} from={from!} to={to!} />
      ))}
      {spotsOf(countries).map(({ country, x, y, isLeft }) => (
        <g key={country} className="spot">
          <circle cx={x} cy={y} r={4} />
          <text x={isLeft ? x - 7 : x + 7} y={y + 4} textAnchor={isLeft ? "end" : "start"}>
            {country}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** Where countries stand. A name that would cover another dot stands to the left of its own. */
function spotsOf(countries: Iterable<string>) {
  const spots = [...countries].flatMap((country) => {
    const at = middleOf(country);
    return at ? [{ country, ...at }] : [];
  });
  const covers = (a: { x: number; y: number }, b: { x: number; y: number }) =>
    b.x > a.x && b.x - a.x < 30 && Math.abs(b.y - a.y) < 12;
  return spots.map((spot) => ({ ...spot, isLeft: spots.some((other) => covers(spot, other)) }));
}

/** A bent line from one country to another, with its arrow at the end. */
function Line({ from, to }: { from: string; to: string }) {
  const [a, b] = [middleOf(from), middleOf(to)];
  if (!a || !b) return null;
  const bend = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 - Math.hypot(b.x - a.x, b.y - a.y) / 5 };
  const angle = Math.atan2(b.y - bend.y, b.x - bend.x);
  const wing = (turn: number) =>
    `${b.x - 9 * Math.cos(angle + turn)} ${b.y - 9 * Math.sin(angle + turn)}`;
  return (
    <path
      className="way"
      d={`M${a.x} ${a.y}Q${bend.x} ${bend.y} ${b.x} ${b.y}M${wing(0.45)}L${b.x} ${b.y}L${wing(-0.45)}`}
    />
  );
}

interface CountriesProps {
  places: readonly Place[];
  names: ReadonlyMap<string, string>;
}

function Countries({ places, names }: CountriesProps) {
  const byCountry = [...Map.groupBy(places, ({ country }) => country)].sort(([a], [b]) =>
    countryName(a).localeCompare(countryName(b)),
  );
  return (
    <section className="card" aria-labelledby="made-in">
      <h2 id="made-in">Where it was made</h2>
      <table>
        <tbody>
          {byCountry.map(([country, some]) => (
            <tr key={country}>
              <th scope="row">
                {countryName(country)} <span className="soft">{country}</span>
              </th>
              <td>
                {some.map(({ kind, lots }) => (
                  <span key={kind} className="block">
                    {kind}: {lotList(lots, names)}
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const MOST_NAMED = 4;

function lotList(lots: readonly string[], names: ReadonlyMap<string, string>): string {
  const known = lots.slice(0, MOST_NAMED).map((lot) => names.get(lot) ?? "a lot");
  const more = lots.length - known.length;
  return known.join(", ") + (more > 0 ? ` and ${count(more, "other")}` : "");
}

function Routes({ routes }: { routes: readonly Route[] }) {
  const end = (country: string | null) => (country === null ? "not stated" : countryName(country));
  return (
    <section className="card" aria-labelledby="routes">
      <h2 id="routes">Where it went</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">Parties</th>
          </tr>
        </thead>
        <tbody>
          {routes.map((route) => (
            <tr key={route.event}>
              <td>{moment(route.time)}</td>
              <td>{end(route.from)}</td>
              <td>{end(route.to)}</td>
              <td>
                {route.shipper ?? "an unknown party"} to {route.consignee ?? "an unknown party"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
