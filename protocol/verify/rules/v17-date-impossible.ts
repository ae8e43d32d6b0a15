// V17: the date code is of a week that there is, and of none in which the parts had been made, packed or sent already.
import { ACTIONS } from "../../event/event.ts";
import type { Found } from "../../verdict/verdict.ts";
import { type Case, isVouched, registeredAt } from "../case.ts";
import {
  isBesides,
  labelDates,
  latestDayAt,
  newestFrom,
  recordedDates,
  type SaidDate,
} from "../dates.ts";
import { isHidden } from "../hidden.ts";
import { saidOnWay, wayOf } from "../record.ts";
import { kind, type Kinds, type Rule, type Unknown } from "./rule.ts";

export const findings = {
  DATE_CODE_NONEXISTENT: kind(
    "FAIL",
    "issuer",
    "The date code is of a week or day that no calendar has: compare the marking on the parts, and ask the maker about it.",
  ),
  DATE_CODE_AFTER_ORIGIN: kind(
    "FAIL",
    "issuer",
    "The date code is later than the event that says that the parts were there: do not use them until that is explained.",
  ),
  DATE_CODE_AFTER_RECORDING: kind(
    "FAIL",
    "issuer",
    "The ledger knew the lot before the week of its date code, so the code cannot be theirs: do not use the parts.",
  ),
  DATE_CODE_AFTER_SHIPMENT: kind(
    "FAIL",
    "actor",
    "The date code is later than a shipment of these very parts: ask the sender what was in the package.",
  ),
  DATE_CODE_AFTER_SEAL: kind(
    "FAIL",
    "holder",
    "The date code is later than the day on which the dry pack was sealed: look for signs that the label was exchanged.",
  ),
  DATE_CODE_IN_FUTURE: kind(
    "FAIL",
    "holder",
    "The date code is of a week that has not begun yet: refuse the parts, and ask who labelled them.",
  ),
} satisfies Kinds;

/** Whether a code is later than a day whichever way it is read. */
const isAfter = ({ code: { readings } }: SaidDate, day: string): boolean =>
  readings.length > 0 && readings.every((reading) => newestFrom(reading) > day);

/** The date code is of a week that there is, and of none in which the parts had been made, packed or sent already. */
export const dateImpossible: Rule = {
  id: "V17",
  name: "date impossible",
  version: 2,
  looksAt:
    "the date code, recorded and scanned, beside the times of origin, recording, shipment, dry pack and now; as readings all have it",
  findings,
  unknowns: {
    DATE_CODE_NOT_GIVEN:
      "Neither the record nor a scanned label gives a date code to compare: read it off the maker's label or the parts.",
    DATE_CODE_WITHHELD:
      "The date code is withheld: ask the party that signed the event to disclose it.",
    DATE_CODE_NO_DATE:
      "The date code cannot be read as a date, so nothing can be said of when the parts were made: ask the maker how to read it.",
    ORIGIN_TIME_NOT_KNOWN:
      "The event that made the lot is missing, so the date code has nothing to be compared with: ask for the whole trail.",
    ORIGIN_NOT_ANCHORED:
      "When the ledger recorded the lot's first event is not known: verify with a node, or wait until it is settled.",
  },
  *judge(subject) {
    const recorded = recordedDates(subject);
    const all = [...recorded, ...labelDates(subject, recorded)];
    if (all.length === 0)
      yield {
        unknown: isHidden(subject, ["dateCode"]) ? "DATE_CODE_WITHHELD" : "DATE_CODE_NOT_GIVEN",
      };
    for (const said of all) {
      if (said.code.readings.length > 0) yield* comparisons(subject, said);
      else if (said.isFormed)
        yield { code: "DATE_CODE_NONEXISTENT", ...said.where, found: said.code.raw };
      else if (!isBesides(said, recorded)) yield { unknown: "DATE_CODE_NO_DATE" };
    }
    if (all.length > 0) yield* missing(subject);
  },
};

/** Everything that a date code is later than. */
function* comparisons(subject: Case, said: SaidDate): Generator<Found> {
  const { trail, identities, chain, trust, given } = subject;
  const later = (code: Found["code"], expected: string, event?: string): Found[] => {
    const found = {
      ...said.where,
      ...(event !== undefined && { event }),
      expected,
      found: said.code.raw,
    };
    return isAfter(said, expected) ? [{ code, ...found }] : [];
  };
  const origin = identities.origins.get(trail.lot)?.by;
  if (origin) yield* later("DATE_CODE_AFTER_ORIGIN", latestDayAt(origin.event.time), origin.digest);
  const recordedAt = origin && registeredAt(chain, origin);
  if (recordedAt !== undefined)
    yield* later("DATE_CODE_AFTER_RECORDING", latestDayAt(recordedAt), origin!.digest);
  const shipment = wayOf(subject).find(({ step }) => step.event.action === ACTIONS.ship)?.step;
  if (shipment)
    yield* later("DATE_CODE_AFTER_SHIPMENT", latestDayAt(shipment.event.time), shipment.digest);
  for (const seal of saidOnWay(subject, "bagSealDate"))
    yield* later("DATE_CODE_AFTER_SEAL", seal.value, seal.step.digest);
  const scanned = given.label?.status === "read" ? given.label.record.bagSealDate : undefined;
  if (scanned !== undefined) yield* later("DATE_CODE_AFTER_SEAL", scanned);
  yield* later("DATE_CODE_IN_FUTURE", latestDayAt(trust.now));
}

/** Times that a date code should have been compared with, and that are not known. */
function* missing({ trail, identities, chain }: Case): Generator<Unknown> {
  const origin = identities.origins.get(trail.lot)?.by;
  if (!origin) yield { unknown: "ORIGIN_TIME_NOT_KNOWN" };
  else if (!chain || !isVouched(chain, origin)) yield { unknown: "ORIGIN_NOT_ANCHORED" };
}
