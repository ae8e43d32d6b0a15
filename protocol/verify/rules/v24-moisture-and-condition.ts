// V24: parts that moisture harms kept dry, and what a logger read on the way was within bounds.
import type { DetailName, MOISTURE_SENSITIVITY_LEVELS } from "../../event/detail-fields.ts";
import type { Found } from "../../verdict/verdict.ts";
import type { Case } from "../case.ts";
import { DAY_SECONDS, startOfDay } from "../dates.ts";
import { isHidden } from "../hidden.ts";
import { loggers } from "../loggers.ts";
import { type Moisture, moistureOf } from "../moisture.ts";
import { type Passage, recorded, saidOnWay, wayOf } from "../record.ts";
import { whereOf } from "../said.ts";
import { kind, type Kinds, type Rule, type Unknown } from "./rule.ts";

export const findings = {
  FLOOR_LIFE_USED: kind(
    "FAIL",
    "holder",
    "The parts were out of their dry pack for as long as their level allows, or longer: bake them before use, and record it.",
  ),
  DRY_PACK_OLD: kind(
    "WARN",
    "holder",
    "The dry pack was sealed longer ago than it keeps by your policy: read its humidity card before use, and bake if it asks for it.",
  ),
  HUMIDITY_CARD_FAILED: kind(
    "WARN",
    "holder",
    "The humidity card in the pack had turned, and no bake is recorded since: bake the parts before use, and record it.",
  ),
  CONDITION_GAP: kind(
    "WARN",
    "actor",
    "The logger was silent for longer than your policy allows: ask whoever had the goods then what became of them.",
  ),
  TEMPERATURE_OUTSIDE: kind(
    "WARN",
    "actor",
    "The logger read a temperature outside of what your policy allows: ask the carrier, and inspect the parts.",
  ),
  HUMIDITY_OUTSIDE: kind(
    "WARN",
    "actor",
    "The logger read more humidity than your policy allows: look at the dry pack and its card before use.",
  ),
  BAKE_BEFORE_USE: kind(
    "INFO",
    "holder",
    "Parts of this moisture level must be baked before use, however new the pack: plan for it, and record the bake.",
  ),
} satisfies Kinds;

type Level = (typeof MOISTURE_SENSITIVITY_LEVELS)[number];
/** Not sensitive to moisture: no dry pack, no clock. */
const INSENSITIVE = "1";
/** To be baked before use, always. */
const BAKED_ALWAYS = "6";
/** J-STD-033: hours out of the pack at 30 °C and 60 % relative humidity at most. Of level 6 the label says how many. */
const FLOOR_LIFE_HOURS: Record<Exclude<Level, "1" | "6">, number> = {
  ...{ "2": 365 * 24, "2a": 28 * 24, "3": 168 },
  ...{ "4": 72, "5": 48, "5a": 24 },
};
const HOUR_SECONDS = 3_600;

const CLOCK_FIELDS: readonly DetailName[] = [
  ...([
    "msl",
    "floorLifeHours",
    "bagSealDate",
    "bagOpenedTime",
    "exposedHours",
    "bakedTime",
  ] as const),
  "humidityIndicator",
];

/** Parts that moisture harms kept dry, and what a logger read on the way was within bounds. */
export const moistureAndCondition: Rule = {
  id: "V24",
  name: "moisture and condition",
  version: 1,
  looksAt:
    "moisture level, dry pack, floor life (at 30 °C and 60 % relative humidity), bakes, humidity cards, and loggers on the way",
  findings,
  unknowns: {
    MSL_NOT_SAID:
      "The moisture sensitivity level is not said: read it off the maker's label or data sheet.",
    SEAL_DATE_NOT_SAID:
      "Parts of this level come in a dry pack, and when it was sealed is not said: read it off the pack's label.",
    FLOOR_LIFE_NOT_SAID:
      "How long parts of this level may be out after a bake stands on their label alone, and is not said: read it there.",
    MOISTURE_WITHHELD:
      "Something about the dry pack is withheld or not shown, so the clock cannot be read: ask the parties that had the lot.",
    LOGGER_GAP_NOT_SAID:
      "A logger's readings are told without its longest silence, so something may be left out: ask for the logger's file.",
    CONDITION_NOT_FOLLOWED:
      "The trail breaks off, so what became of the pack later cannot be seen: ask for the newest trail.",
  },
  *judge(subject) {
    if (!subject.replay.unbroken) yield { unknown: "CONDITION_NOT_FOLLOWED" };
    const way = wayOf(subject);
    const msl = recorded(subject, "msl") ?? saidOnWay(subject, "msl", way)[0];
    if (msl?.value !== INSENSITIVE) {
      if (isHidden(subject, CLOCK_FIELDS, way)) yield { unknown: "MOISTURE_WITHHELD" };
      if (!msl) yield { unknown: "MSL_NOT_SAID" };
      else yield* moisture(subject, way, msl.value);
      yield* cards(subject, way);
    }
    yield* loggers(subject, way);
  },
};

/** The dry pack's age, or the floor life that was used. */
function* moisture(
  subject: Case,
  way: readonly Passage[],
  level: Exclude<Level, "1">,
): Generator<Found | Unknown> {
  const until = endOf(subject);
  const state = moistureOf(subject, way, until);
  const { sealed, isOpen, isBaked, used } = state;
  if (level === BAKED_ALWAYS && !isBaked && !used)
    yield { code: "BAKE_BEFORE_USE", ...whereOf(saidOnWay(subject, "msl", way)[0]), found: level };
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
): Generator<Found | Unknown> {
  const own = recorded(subject, "floorLifeHours") ?? saidOnWay(subject, "floorLifeHours", way)[0];
  const usual = level === BAKED_ALWAYS ? undefined : FLOOR_LIFE_HOURS[level];
  const life = level === BAKED_ALWAYS && !isBaked ? 0 : (own?.value ?? usual);
  if (life === undefined) yield { unknown: "FLOOR_LIFE_NOT_SAID" };
  else if (used.seconds >= life * HOUR_SECONDS)
    yield {
      ...{ code: "FLOOR_LIFE_USED", ...whereOf(used.by) },
      ...{ expected: life, found: Math.floor(used.seconds / HOUR_SECONDS) },
    };
}

/** A lot is judged as of now; one that is used up or gone, as of its last event. */
function endOf({ replay, trust }: Case): number {
  const last = replay.unbroken ? replay.history.at(-1) : undefined;
  return last?.state.quantity === 0 ? last.step.event.time : trust.now;
}

/** Humidity cards that had turned, and no bake since. */
function* cards(subject: Case, way: readonly Passage[]): Generator<Found> {
  const lastBake = way.findLastIndex(
    (passage) => saidOnWay(subject, "bakedTime", [passage]).length > 0,
  );
  for (const card of saidOnWay(subject, "humidityIndicator", way.slice(lastBake + 1)))
    if (card.value === "fail")
      yield { code: "HUMIDITY_CARD_FAILED", ...whereOf(card), expected: "pass", found: "fail" };
}
