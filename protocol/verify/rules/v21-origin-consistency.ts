// Judges rule V21, origin consistency. The countries of origin, wafer and package agree along the
// lot's history, and with your catalogue.
import { ACTIONS } from "../../event/event.ts";
import type { Case } from "../case.ts";
import { catalogued } from "../catalogue.ts";
import { isHidden } from "../hidden.ts";
import { recorded, type StatedField, statedOnWay } from "../record.ts";
import type { Step } from "../replay.ts";
import { card } from "../../verdict/findings/v21-origin-consistency.ts";
import { rule, type RulingOf } from "./rule.ts";

type Ruling = RulingOf<typeof card>;

const FIELDS = ["countryOfOrigin", "fabCountry", "assemblyCountry"] as const;
/** The code for several countries (MH10.8.2). */
const MIXED = "AA";

export const originConsistency = rule(card, function* (subject) {
  const way = subject.replay.way;
  const countries = FIELDS.map((name) => statedOnWay(subject, name, way));
  const firstSteps = new Map(way.toReversed().map(({ lot, step }) => [lot, step]));
  for (const each of countries) yield* changes(each, firstSteps);
  if (isHidden(subject, FIELDS, way)) yield { unknown: "COUNTRY_WITHHELD" };
  const first = recorded(subject, "countryOfOrigin") ?? countries[0]![0];
  if (!first) yield { unknown: "COUNTRY_NOT_SAID" };
  else yield* places(subject, first, [countries[1]!, countries[2]!]);
  yield* byCatalogue(subject, [first, recorded(subject, "assemblyCountry") ?? countries[2]![0]]);
});

type Country = StatedField<(typeof FIELDS)[number]>;

/** Reports a country that differs from the one before it. A split may take the pieces of one country from a mixed lot. */
function* changes(
  countries: readonly Country[],
  firstSteps: ReadonlyMap<string, Step>,
): Generator<Ruling> {
  let before: Country | undefined;
  for (const each of countries) {
    const { step, lot, field, value } = each;
    const where = { event: step.digest, lot, field, found: value };
    if (before && before.value !== value) {
      const expected = before.value;
      if (expected !== MIXED) yield { code: "COUNTRY_CHANGED", ...where, expected };
      else if (step.event.action !== ACTIONS.split || firstSteps.get(lot) !== step)
        yield { code: "COUNTRY_MIX_NARROWED", ...where, expected };
    }
    before = each;
  }
}

/** Compares the declared country with those of the wafer and the package. */
function* places(
  subject: Case,
  { value, step, lot, field }: Country,
  [fabs, assemblies]: [readonly Country[], readonly Country[]],
): Generator<Ruling> {
  const fab = recorded(subject, "fabCountry") ?? fabs[0];
  const assembly = recorded(subject, "assemblyCountry") ?? assemblies[0];
  const sites = [fab, assembly].flatMap((site) => site?.value ?? []);
  if (value === MIXED || sites.includes(MIXED)) yield { unknown: "COUNTRY_IS_MIXED" };
  else if (sites.includes(value)) return;
  else if (!fab || !assembly) yield { unknown: "SITES_NOT_SAID" };
  else
    yield {
      code: "COUNTRY_NOT_OF_SITES",
      event: step.digest,
      lot,
      field,
      expected: [...new Set(sites)].join(" or "),
      found: value,
    };
}

/** Compares the declared countries with those in the reader's catalogue. */
function* byCatalogue(
  subject: Case,
  declared: readonly (Country | undefined)[],
): Generator<Ruling> {
  const lines = catalogued(subject).flatMap(({ countries }) => countries ?? []);
  const makersCountries = new Set(lines);
  if (makersCountries.size === 0) yield { unknown: "MAKERS_COUNTRIES_NOT_KNOWN" };
  else
    for (const each of declared)
      if (each && each.value !== MIXED && !makersCountries.has(each.value))
        yield {
          code: "COUNTRY_NOT_OF_MAKER",
          event: each.step.digest,
          lot: each.lot,
          field: each.field,
          expected: [...makersCountries].join(" or "),
          found: each.value,
        };
}
