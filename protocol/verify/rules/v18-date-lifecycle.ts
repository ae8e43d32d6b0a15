// V18: the date code lies in the time in which the maker sold the part, and can be read.
import type { Policy } from "../../verdict/policy.ts";
import type { Found } from "../../verdict/verdict.ts";
import type { Case } from "../case.ts";
import { catalogued } from "../catalogue.ts";
import {
  DAY_SECONDS,
  dayOf,
  isBesides,
  labelDates,
  newestFrom,
  oldestTo,
  recordedDates,
  type SaidDate,
} from "../dates.ts";
import { kind, type Kinds, type Rule, type Unknown } from "./rule.ts";

export const findings = {
  DATE_CODE_BEFORE_INTRODUCTION: kind(
    "WARN",
    "holder",
    "The date code is from before the part was first sold, by your catalogue: check the marking, and the catalogue's day.",
  ),
  DATE_CODE_AFTER_LAST_SHIP: kind(
    "WARN",
    "holder",
    "The date code is from after the maker's last-time-ship day for the part: ask the maker whether it made these.",
  ),
  DATE_CODE_OLD: kind(
    "WARN",
    "reader",
    "The parts are older than your policy allows: that says nothing against their origin, so check how they were stored.",
  ),
  DATE_CODE_UNREADABLE: kind(
    "INFO",
    "reader",
    "The date code is in no form that can be read as a date: look up in the maker's own key what it means.",
  ),
  DATE_CODE_NOT_TRACEABLE: kind(
    "INFO",
    "issuer",
    "The date code says N/T, that the parts cannot be traced by a date: rely on the maker's lot in its place.",
  ),
} satisfies Kinds;

const NOT_TRACEABLE = "N/T";

/** The date code lies in the time in which the maker sold the part, and can be read. */
export const dateLifecycle: Rule = {
  id: "V18",
  name: "date lifecycle",
  version: 1,
  looksAt:
    "the date code, recorded and scanned, beside the part's first and last days of sale in your catalogue, and its age",
  findings,
  unknowns: {
    DATE_CODE_NOT_SHOWN:
      "No date code of the lot is shown, so it cannot be placed in the part's life: ask the issuer, or scan the maker's label.",
    DATE_CODES_ONLY_MIXED:
      "The record says that dates are mixed, and not which: ask for the oldest and the newest date code in the package.",
    DATE_CODE_OF_NO_DATE:
      "The date code is of a date that does not exist, so it has no place in the part's life: settle first which is meant.",
    LIFE_OF_PART_NOT_KNOWN:
      "Your catalogue does not say since when the part is sold: add the part with the days of its first and last sale.",
  },
  *judge(subject) {
    const recorded = recordedDates(subject);
    const all = [...recorded, ...labelDates(subject, recorded)];
    if (all.length === 0) yield { unknown: "DATE_CODE_NOT_SHOWN" };
    for (const said of all) yield* judged(subject, said, isBesides(said, recorded));
  },
};

function* judged(subject: Case, said: SaidDate, isBeside: boolean): Generator<Found | Unknown> {
  const { code, where, isFormed } = said;
  const at = { ...where, found: code.raw };
  if (code.readings.length > 0) yield* lifeOf(subject, said);
  else if (code.raw.trim().toUpperCase() === NOT_TRACEABLE)
    yield { code: "DATE_CODE_NOT_TRACEABLE", ...at };
  else if (code.mixed) {
    if (!isBeside) yield { unknown: "DATE_CODES_ONLY_MIXED" };
  }
  // A date that there is not is for V17 to fail.
  else if (isFormed) yield { unknown: "DATE_CODE_OF_NO_DATE" };
  else yield { code: "DATE_CODE_UNREADABLE", ...at };
}

function* lifeOf(
  subject: Case,
  { code: { raw, readings }, where }: SaidDate,
): Generator<Found | Unknown> {
  const at = { ...where, found: raw };
  const lines = catalogued(subject).filter(({ introducedOn }) => introducedOn !== undefined);
  if (lines.length === 0) yield { unknown: "LIFE_OF_PART_NOT_KNOWN" };
  for (const { introducedOn, lastShipOn } of lines) {
    if (readings.every((reading) => oldestTo(reading) < introducedOn!))
      yield { code: "DATE_CODE_BEFORE_INTRODUCTION", ...at, expected: introducedOn };
    if (lastShipOn !== undefined && readings.every((reading) => newestFrom(reading) > lastShipOn))
      yield { code: "DATE_CODE_AFTER_LAST_SHIP", ...at, expected: lastShipOn };
  }
  const oldest = oldestDay(subject.policy, subject.trust.now);
  if (oldest !== undefined && readings.every((reading) => oldestTo(reading) < oldest))
    yield { code: "DATE_CODE_OLD", ...at, expected: oldest };
}

/** The first day of which a date code may be; undefined where any may. */
function oldestDay({ maxDateCodeAgeDays }: Policy, now: number): string | undefined {
  if (maxDateCodeAgeDays === null) return undefined;
  const first = now - maxDateCodeAgeDays * DAY_SECONDS;
  return first < 0 ? undefined : dayOf(first);
}
