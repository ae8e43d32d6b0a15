// Compares loggers' readings in a lot's history with the limits of the reader's policy.
import type { DetailName } from "../event/detail-fields.ts";
import type { card } from "../verdict/findings/v24-moisture-and-condition.ts";
import type { RulingOf } from "./rules/rule.ts";
import type { Case } from "./case.ts";
import { type Passage, statedOnWay, whereOf } from "./record.ts";

const TEMPERATURES = ["temperatureMinDeciCelsius", "temperatureMaxDeciCelsius"] as const;
const HUMIDITIES = ["humidityMinPercent", "humidityMaxPercent"] as const;
const GAP = "conditionLongestGapSeconds";
const READINGS = [
  "conditionFrom",
  "conditionTo",
  "conditionLogHash",
  ...TEMPERATURES,
  ...HUMIDITIES,
] as const;

/** Yields readings outside the limits, gaps that are too long, and readings that come without their longest gap. */
export function* loggers(subject: Case, way: readonly Passage[]): Generator<RulingOf<typeof card>> {
  const { policy } = subject;
  const { minTemperatureDeciCelsius: coldest, maxTemperatureDeciCelsius: hottest } = policy;
  for (const passage of way) {
    const fieldOf = (name: DetailName) => statedOnWay(subject, name, [passage])[0];
    const gap = fieldOf(GAP);
    if (gap && Number(gap.value) > policy.maxConditionGapSeconds)
      yield {
        code: "CONDITION_GAP",
        ...whereOf(gap),
        expected: policy.maxConditionGapSeconds,
        found: gap.value,
      };
    if (!gap && READINGS.some((name) => fieldOf(name))) yield { unknown: "LOGGER_GAP_NOT_SAID" };
    for (const read of TEMPERATURES.flatMap((name) => fieldOf(name) ?? [])) {
      const expected =
        Number(read.value) < coldest ? coldest : Number(read.value) > hottest ? hottest : undefined;
      if (expected !== undefined)
        yield { code: "TEMPERATURE_OUTSIDE", ...whereOf(read), expected, found: read.value };
    }
    for (const read of HUMIDITIES.flatMap((name) => fieldOf(name) ?? []))
      if (Number(read.value) > policy.maxHumidityPercent)
        yield {
          code: "HUMIDITY_OUTSIDE",
          ...whereOf(read),
          expected: policy.maxHumidityPercent,
          found: read.value,
        };
  }
}
