// Judges rule V18, date lifecycle. The date code, recorded and scanned, lies between the first and
// last sale of the part in your catalogue, and within the age your policy allows.
import type { Policy } from "../../verdict/policy.ts";
import type { Case } from "../case.ts";
import { catalogued } from "../catalogue.ts";
import {
  dayOf,
  isNegligible,
  labelDates,
  newestFrom,
  oldestTo,
  recordedDates,
  type StatedDate,
} from "../dates.ts";
import { card } from "../../verdict/findings/v18-date-lifecycle.ts";
import { DAY_SECONDS } from "../../base/time.ts";
import { rule, type RulingOf } from "./rule.ts";

type Ruling = RulingOf<typeof card>;

const NOT_TRACEABLE = "N/T";

export const dateLifecycle = rule(card, function* (subject) {
  const recorded = recordedDates(subject);
  const all = [...recorded, ...labelDates(subject, recorded)];
  if (all.length === 0) yield { unknown: "DATE_CODE_NOT_SHOWN" };
  for (const date of all) yield* judged(subject, date, isNegligible(date, recorded));
});

function* judged(subject: Case, date: StatedDate, isBeside: boolean): Generator<Ruling> {
  const { code, where, isFormed } = date;
  const at = { ...where, found: code.raw };
  if (code.readings.length > 0) yield* lifeOf(subject, date);
  else if (code.raw.trim().toUpperCase() === NOT_TRACEABLE)
    yield { code: "DATE_CODE_NOT_TRACEABLE", ...at };
  else if (code.mixed) {
    if (!isBeside) yield { unknown: "DATE_CODES_ONLY_MIXED" };
  }
  // A date that does not exist is a finding of V17.
  else if (isFormed) yield { unknown: "DATE_CODE_OF_NO_DATE" };
  else yield { code: "DATE_CODE_UNREADABLE", ...at };
}

function* lifeOf(subject: Case, { code: { raw, readings }, where }: StatedDate): Generator<Ruling> {
  const at = { ...where, found: raw };
  const lines = catalogued(subject).filter(({ introducedOn }) => introducedOn !== undefined);
  if (lines.length === 0) yield { unknown: "LIFE_OF_PART_NOT_KNOWN" };
  for (const { introducedOn, lastShipOn } of lines) {
    if (readings.every((reading) => oldestTo(reading) < introducedOn!))
      yield { code: "DATE_CODE_BEFORE_INTRODUCTION", ...at, expected: introducedOn };
    if (lastShipOn !== undefined && readings.every((reading) => newestFrom(reading) > lastShipOn))
      yield { code: "DATE_CODE_AFTER_LAST_SHIP", ...at, expected: lastShipOn };
  }
  const oldest = oldestDay(subject.policy, subject.now);
  if (oldest !== undefined && readings.every((reading) => oldestTo(reading) < oldest))
    yield { code: "DATE_CODE_OLD", ...at, expected: oldest };
}

/** The oldest day that a date code may have. Undefined if any is allowed. */
function oldestDay({ maxDateCodeAgeDays }: Policy, now: number): string | undefined {
  if (maxDateCodeAgeDays === null) return undefined;
  const first = now - maxDateCodeAgeDays * DAY_SECONDS;
  return first < 0 ? undefined : dayOf(first);
}
