// Judges rule V17, date impossible. The date code, recorded and scanned, names a date that exists
// and is not later than the lot's origin, recording, shipment, seal or today.
import { ACTIONS } from "../../event/event.ts";
import type { Case } from "../case.ts";
import { isVouched, registeredAt } from "../places.ts";
import {
  isNegligible,
  labelDates,
  latestDayAt,
  newestFrom,
  recordedDates,
  type StatedDate,
} from "../dates.ts";
import { isHidden } from "../hidden.ts";
import { statedOnWay } from "../record.ts";
import { card } from "../../verdict/findings/v17-date-impossible.ts";
import { type FindingOf, rule, type RulingOf } from "./rule.ts";

type Ruling = RulingOf<typeof card>;

/** Whether a date code is later than a day in every reading. */
const isAfter = ({ code: { readings } }: StatedDate, day: string): boolean =>
  readings.length > 0 && readings.every((reading) => newestFrom(reading) > day);

export const dateImpossible = rule(card, function* (subject) {
  const recorded = recordedDates(subject);
  const all = [...recorded, ...labelDates(subject, recorded)];
  if (all.length === 0)
    yield {
      unknown: isHidden(subject, ["dateCode"]) ? "DATE_CODE_WITHHELD" : "DATE_CODE_NOT_GIVEN",
    };
  for (const date of all) {
    if (date.code.readings[0]?.format === "WWYY")
      yield { code: "DATE_CODE_WEEK_FIRST", ...date.where, found: date.code.raw };
    if (date.code.readings.length > 0) yield* comparisons(subject, date);
    else if (date.isFormed)
      yield { code: "DATE_CODE_NONEXISTENT", ...date.where, found: date.code.raw };
    else if (!isNegligible(date, recorded)) yield { unknown: "DATE_CODE_NO_DATE" };
  }
  if (all.length > 0) yield* missing(subject);
});

/** Yields everything that a date code is later than. */
function* comparisons(subject: Case, date: StatedDate): Generator<Ruling> {
  const { trail, identities, chain, now, input } = subject;
  const later = (
    code: FindingOf<typeof card>["code"],
    expected: string,
    event?: string,
  ): Ruling[] => {
    const where = {
      ...date.where,
      ...(event !== undefined && { event }),
      expected,
      found: date.code.raw,
    };
    return isAfter(date, expected) ? [{ code, ...where }] : [];
  };
  const origin = identities.origins.get(trail.lot)?.by;
  if (origin) yield* later("DATE_CODE_AFTER_ORIGIN", latestDayAt(origin.event.time), origin.digest);
  const recordedAt = origin && registeredAt(chain, origin);
  if (recordedAt !== undefined)
    yield* later("DATE_CODE_AFTER_RECORDING", latestDayAt(recordedAt), origin!.digest);
  const shipment = subject.replay.way.find(({ step }) => step.event.action === ACTIONS.ship)?.step;
  if (shipment)
    yield* later("DATE_CODE_AFTER_SHIPMENT", latestDayAt(shipment.event.time), shipment.digest);
  for (const seal of statedOnWay(subject, "bagSealDate"))
    yield* later("DATE_CODE_AFTER_SEAL", seal.value, seal.step.digest);
  const scanned = input.label?.status === "read" ? input.label.record.bagSealDate : undefined;
  if (scanned !== undefined) yield* later("DATE_CODE_AFTER_SEAL", scanned);
  yield* later("DATE_CODE_IN_FUTURE", latestDayAt(now));
}

/** Reports the times that a date code should be compared with but that are unknown. */
function* missing({ trail, identities, chain }: Case): Generator<Ruling> {
  const origin = identities.origins.get(trail.lot)?.by;
  if (!origin) yield { unknown: "ORIGIN_TIME_NOT_KNOWN" };
  else if (!chain || !isVouched(chain, origin)) yield { unknown: "ORIGIN_NOT_ANCHORED" };
}
