// Judges rule V24, moisture and condition. The parts stayed within their floor life (at 30 °C and
// 60 % relative humidity), and the loggers' readings within your policy's limits.
import type { DetailName, MOISTURE_SENSITIVITY_LEVELS } from "../../event/detail-fields.ts";
import type { Case } from "../case.ts";
import { FLOOR_LIFE_HOURS } from "../clock.ts";
import { startOfDay } from "../dates.ts";
import { isHidden } from "../hidden.ts";
import { loggers } from "../loggers.ts";
import { type Moisture, moistureOf } from "../moisture.ts";
import { type Passage, recorded, statedOnWay, whereOf } from "../record.ts";
import { card } from "../../verdict/findings/v24-moisture-and-condition.ts";
import { DAY_SECONDS, HOUR_SECONDS } from "../../base/time.ts";
import { rule, type RulingOf } from "./rule.ts";

type Ruling = RulingOf<typeof card>;

type Level = (typeof MOISTURE_SENSITIVITY_LEVELS)[number];
/** The level of parts that are not sensitive to moisture: they need no dry pack. */
const INSENSITIVE = "1";
/** The level of parts that must always be baked before use. */
const BAKED_ALWAYS = "6";
const CLOCK_FIELDS: readonly DetailName[] = [
  "msl",
  "floorLifeHours",
  "bagSealDate",
  "bagOpenedTime",
  "exposedHours",
  "bakedTime",
  "humidityIndicator",
];

export const moistureAndCondition = rule(card, function* (subject) {
  if (!subject.replay.unbroken) yield { unknown: "CONDITION_NOT_FOLLOWED" };
  const way = subject.replay.way;
  const msl = recorded(subject, "msl") ?? statedOnWay(subject, "msl", way)[0];
  if (msl?.value !== INSENSITIVE) {
    if (isHidden(subject, CLOCK_FIELDS, way)) yield { unknown: "MOISTURE_WITHHELD" };
    if (!msl) yield { unknown: "MSL_NOT_SAID" };
    else yield* moisture(subject, way, msl.value);
    yield* cards(subject, way);
  }
  yield* loggers(subject, way);
});

/** Checks the dry pack's age, and the used floor life. */
function* moisture(
  subject: Case,
  way: readonly Passage[],
  level: Exclude<Level, "1">,
): Generator<Ruling> {
  const until = endOf(subject);
  const state = moistureOf(subject, way, until);
  const { sealed, isOpen, isBaked, used } = state;
  if (level === BAKED_ALWAYS && !isBaked && !used)
    yield {
      code: "BAKE_BEFORE_USE",
      ...whereOf(statedOnWay(subject, "msl", way)[0]),
      found: level,
    };
  if (used) yield* floorLife(subject, way, level, { ...state, used });
  if (isOpen) return;
  if (!sealed) yield { unknown: "SEAL_DATE_NOT_SAID" };
  else {
    const age = Math.floor((until - startOfDay(sealed.value)) / DAY_SECONDS);
    if (age > subject.policy.maxSealAgeDays)
      yield {
        code: "DRY_PACK_OLD",
        ...whereOf(sealed),
        expected: subject.policy.maxSealAgeDays,
        found: age,
      };
  }
}

function* floorLife(
  subject: Case,
  way: readonly Passage[],
  level: Exclude<Level, "1">,
  { isBaked, used }: Moisture & { used: NonNullable<Moisture["used"]> },
): Generator<Ruling> {
  const own = recorded(subject, "floorLifeHours") ?? statedOnWay(subject, "floorLifeHours", way)[0];
  const usual = level === BAKED_ALWAYS ? undefined : FLOOR_LIFE_HOURS[level];
  const life = level === BAKED_ALWAYS && !isBaked ? 0 : (own?.value ?? usual);
  if (life === undefined) yield { unknown: "FLOOR_LIFE_NOT_SAID" };
  else if (used.seconds >= life * HOUR_SECONDS)
    yield {
      code: "FLOOR_LIFE_USED",
      ...whereOf(used.by),
      expected: life,
      found: Math.floor(used.seconds / HOUR_SECONDS),
    };
}

/** The time at which a lot is judged: now, or the last event of a lot that has no pieces left. */
function endOf({ replay, now }: Case): number {
  const last = replay.unbroken ? replay.history.at(-1) : undefined;
  return last?.state.quantity === 0 ? last.step.event.time : now;
}

/** Reports humidity cards that had changed colour, with no bake since. */
function* cards(subject: Case, way: readonly Passage[]): Generator<Ruling> {
  const lastBake = way.findLastIndex(
    (passage) => statedOnWay(subject, "bakedTime", [passage]).length > 0,
  );
  for (const card of statedOnWay(subject, "humidityIndicator", way.slice(lastBake + 1)))
    if (card.value === "fail")
      yield { code: "HUMIDITY_CARD_FAILED", ...whereOf(card), expected: "pass", found: "fail" };
}
