// Back-tests the forecasts of insight (arrivals, use, outages) in seeded worlds and on real flights, beside what an engineer might do instead and beside
// the truth that the world is drawn from. `--seed 3` or `--seed 1-20`, `--variant shift` (default: stationary), `--json`.
// Flights are read from CONFORMANCE_DIR, and left out without it.
import { argv, env } from "node:process";
import { VARIANTS, type Variant } from "../scripts/world/lanes.ts";
import { makeWorld } from "../scripts/world/world.ts";
import { type ArrivalCase, backtestArrivals, summaryOf } from "./insight-arrivals.ts";
import { backtestDemand, demandSummary, type DemandSeries } from "./insight-demand.ts";
import { backtestFlights, readFlights } from "./insight-flights.ts";
import { backtestOutages, type OutageCase, outageSummary } from "./insight-outage.ts";

const option = (name: string) => {
  const at = argv.indexOf(`--${name}`);
  return at < 0 ? undefined : argv[at + 1];
};
const variant = (option("variant") ?? "stationary") as Variant;
if (!VARIANTS.includes(variant)) throw new Error(`--variant is one of ${VARIANTS.join(", ")}.`);
const [first, last = first] = (option("seed") ?? "1").split("-").map(Number);
if (!(first! >= 0 && last! >= first!)) throw new Error("--seed is a number, or two as 1-20.");

const cases: ArrivalCase[] = [];
const series: DemandSeries[] = [];
const outages: OutageCase[] = [];
let events = 0;
for (let seed = first!; seed <= last!; seed++) {
  const world = makeWorld({ seed, variant });
  events += new Set(world.facts.movements.map(({ event }) => event)).size;
  for (const one of backtestArrivals(world)) cases.push(one);
  series.push(...backtestDemand(world, seed));
  outages.push(...(await backtestOutages({ seed, variant })));
}
const arrivals = summaryOf(cases);
const demand = demandSummary(series);
const outage = outageSummary(outages);
const flights = readFlights(env["CONFORMANCE_DIR"]);
const flown = flights && backtestFlights(flights);

if (argv.includes("--json"))
  console.log(
    JSON.stringify(
      { variant, seeds: [first, last], events, arrivals, demand, outage, flights: flown ?? null },
      undefined,
      2,
    ),
  );
else {
  console.log(
    `Arrivals, ${variant} world, seeds ${first} to ${last}, ${events.toLocaleString("en")} events`,
  );
  printFlat(arrivals);
  console.log("\nUse of the next eight weeks, losses scaled by the series' mean step");
  printFlat(demand);
  console.log("\nThe week in which a product stops, when its distributor does");
  printFlat(outage);
  if (flown) {
    console.log("\nDelays of real flights, minutes, rolling, all origins together");
    printFlat(flown);
  }
}

/** Prints the figures of a summary, one a line. */
function printFlat(summary: object, prefix = ""): void {
  for (const [name, value] of Object.entries(summary) as [string, unknown][])
    if (typeof value === "number")
      console.log(
        `  ${(prefix + name).padEnd(40)}${String(Math.round(value * 1000) / 1000).padStart(12)}`,
      );
    else if (typeof value === "object" && value !== null && !Array.isArray(value))
      printFlat(value, `${prefix}${name} `);
}
