// Gathers what takes a party's parts: the products that it builds, with the pieces in a unit, and the parts that it ships on. The
// coming weeks of each are drawn from its past ones, or are the reader's own plan.
import type { Abstention } from "./abstention.ts";
import { bomOf, substitutesOf } from "./bom.ts";
import { shortageOf } from "./demand.ts";
import type { Facts } from "./facts.ts";
import { USE_PATHS } from "./options.ts";
import { AHEAD_WEEKS, useCourses } from "./use-courses.ts";
import { flowsOf, type PartFlow, weeksOf } from "./weekly.ts";

/** Units of each product in a week: the reader's own. Products that it does not name are not built. */
export type Plan = Readonly<Record<string, number>>;

/** What takes pieces of parts. */
export interface Consumer {
  /** The product's part number; null: pieces of a part that are shipped on as they are. */
  product: string | null;
  /** Pieces of each part number in a unit: the most that any assembly took. */
  perUnit: ReadonlyMap<string, number>;
  /** Part numbers that assemblies used instead. */
  alternates: ReadonlyMap<string, readonly string[]>;
  /** Whether enough is known of it to draw courses. */
  isKnown: boolean;
  /** Courses of the coming weeks, in units of each week: the same ones each time. */
  paths(): readonly (readonly number[])[];
}

export interface ConsumersAsk {
  party: string;
  /** Unix seconds. */
  cut: number;
  plan?: Plan;
  seed: string;
}

/** What takes a party's parts, and of what too little is known. */
export function consumersOf(
  facts: Facts,
  ask: ConsumersAsk,
): { consumers: Consumer[]; abstained: Abstention[] } {
  const flows = flowsOf(facts, ask.party);
  const origins = new Map(facts.origins.map((origin) => [origin.lot, origin]));
  const abstained: Abstention[] = [];
  const drawn = ({ part, flow, flowed }: PartFlow): Pick<Consumer, "isKnown" | "paths"> => {
    const { cut, seed } = ask;
    const subject = part.mpn;
    const pieces = weeksOf(flowed, cut)?.pieces ?? [];
    const short = shortageOf(pieces);
    if (short !== null) abstained.push({ code: "TOO_FEW", subject, ...short });
    return {
      isKnown: short === null,
      paths: () => useCourses(pieces, `${seed} ${flow} ${subject}`),
    };
  };
  const planned = (units: number): Pick<Consumer, "isKnown" | "paths"> => {
    const course = new Array<number>(AHEAD_WEEKS).fill(units);
    const paths = new Array<readonly number[]>(USE_PATHS.now).fill(course);
    return { isKnown: true, paths: () => paths };
  };
  const built = flows.filter(({ flow }) => flow === "built");
  const own = new Set(built.map(({ part }) => part.mpn));
  const products = built.map((flow): Consumer => {
    const product = flow.part.mpn;
    const uses = facts.uses.filter((use) => origins.get(use.product)?.fields.mpn === product);
    const lines = [...bomOf(uses, origins)];
    return {
      product,
      perUnit: new Map(lines.map(([mpn, { most }]) => [mpn, most])),
      alternates: new Map(lines.map(([mpn]) => [mpn, substitutesOf(mpn, uses, origins)])),
      // A product may be called "constructor".
      ...(ask.plan
        ? planned(Object.hasOwn(ask.plan, product) ? ask.plan[product]! : 0)
        : remembered(drawn(flow))),
    };
  });
  const shipped = flows
    .filter(({ flow, part }) => flow === "shipped" && !own.has(part.mpn))
    .map((flow): Consumer => ({
      product: null,
      perUnit: new Map([[flow.part.mpn, 1]]),
      alternates: new Map(),
      // A distributor ships thousands of parts, each hit by few things: its courses are drawn when they are asked for.
      ...drawn(flow),
    }));
  return { consumers: [...products, ...shipped], abstained };
}

/** The courses of a product, which many parts ask for. */
function remembered({ isKnown, paths }: Pick<Consumer, "isKnown" | "paths">) {
  let known: ReturnType<Consumer["paths"]> | undefined;
  return { isKnown, paths: () => (known ??= paths()) };
}
