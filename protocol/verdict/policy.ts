// Defines the reader's policy: a JSON document that says how to judge some findings. Without one, the defaults apply.
import { z } from "zod";
import { Country } from "../event/countries.ts";
import { FINDING_CODES, FINDINGS } from "./findings.ts";
import { MAX_INTEGER } from "../base/limits.ts";
import { Identifier, Text } from "../base/text.ts";
import { Address, calendarDay } from "../base/values.ts";
import { RULE_IDS, SEVERITIES } from "./words.ts";
import { DAY_SECONDS, HOUR_SECONDS } from "../base/time.ts";

const POLICY_VERSION = 1;

const Amount = z.int().min(0).max(MAX_INTEGER);
const Celsius = z.int().min(-2_000).max(5_000);
const Day = calendarDay("Write the day as YYYY-MM-DD.");
const Name = Text(1, 128);

/** A part as the reader's own catalogue or approved parts list has it. */
export const CataloguePart = z.strictObject({
  manufacturer: Name.exactOptional(),
  mpn: Identifier(1, 64),
  /** When the manufacturer first sold the part. */
  introducedOn: Day.exactOptional(),
  /** The manufacturer's last-time-ship day. */
  lastShipOn: Day.exactOptional(),
  /** The countries in which its manufacturer says that it packages or makes the part. */
  countries: z.array(Country).max(64).exactOptional(),
});
export type CataloguePart = z.infer<typeof CataloguePart>;

/** Rules about custody itself: a policy cannot make their findings less grave. */
const FIXED: readonly string[] = ["V01", "V03", "V06", "V08"];

const Severities = z
  .partialRecord(z.enum(FINDING_CODES), z.enum(SEVERITIES))
  .superRefine((severities, issue) => {
    for (const [code, severity] of Object.entries(severities)) {
      const usual = FINDINGS.get(code);
      if (
        severity &&
        usual &&
        FIXED.includes(usual.rule) &&
        SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(usual.verdict)
      )
        issue.addIssue({
          code: "custom",
          path: [code],
          message: `This finding is about custody itself, so no policy can make it less than ${usual.verdict}. Choose ${usual.verdict} or worse, or leave it out.`,
        });
    }
  });

const shape = {
  version: z.literal(POLICY_VERSION).meta({ description: "The version of this form." }),
  name: Name.meta({ description: "The name that its party gave it. Every verdict shows it." }),
  severities: Severities.meta({
    description:
      "How grave a finding is, by its code, if that differs from the usual. Findings about custody itself (V01, V03, V06, V08) can only become graver.",
  }),
  required: z.array(z.enum(RULE_IDS)).max(RULE_IDS.length).meta({
    description: "Rules that must be judged. If one of them cannot be, the verdict is INCOMPLETE.",
  }),
  maxHeadAgeSeconds: Amount.nullable().meta({
    description:
      "V01: how old the block to judge by may be. null: any age, because some chains make no block without a transaction.",
  }),
  brands: z.record(Name, z.array(Address).max(64)).meta({
    description:
      "V02: the parties that may make parts of a brand, by the brand, where it is not the party's own name.",
  }),
  approvedSuppliers: z.array(Address).max(1_000).meta({
    description:
      "V04: the distributors that you have approved yourself, by address; the service also takes their names.",
  }),
  lateAfterSeconds: Amount.meta({
    description: "V05: an event is late if it was recorded this long after it happened.",
  }),
  maxOtherScanners: z.int().min(1).max(1_000).meta({
    description:
      "V12: how many parties that the trail does not name may scan a package within `scanDays`.",
  }),
  scanDays: z
    .int()
    .min(1)
    .max(3_650)
    .meta({ description: "V12: the days for `maxOtherScanners`." }),
  catalogue: z.array(CataloguePart).max(10_000).meta({
    description:
      "V16, V18, V21: parts as you know them: `mpn` and, if known, `manufacturer`, `introducedOn`, `lastShipOn`, `countries`.",
  }),
  maxDateCodeAgeDays: Amount.nullable().meta({
    description: "V18: how old a date code may be. null: any age.",
  }),
  detourCountries: z
    .array(Country)
    .max(256)
    .meta({ description: "V22: the countries that shipments should avoid." }),
  maxSealAgeDays: Amount.meta({
    description:
      "V24: how long a dry pack lasts after it was sealed. J-STD-033 has at least 12 months.",
  }),
  minTemperatureDeciCelsius: Celsius.meta({
    description:
      "V24: the lowest reading that a logger may have on the way, in tenths of a degree.",
  }),
  maxTemperatureDeciCelsius: Celsius.meta({
    description:
      "V24: the highest reading that a logger may have on the way, in tenths of a degree.",
  }),
  maxHumidityPercent: z
    .int()
    .min(0)
    .max(100)
    .meta({ description: "V24: the highest humidity that a logger may have on the way." }),
  maxConditionGapSeconds: Amount.meta({
    description: "V24: the longest time for which a logger may have no reading.",
  }),
  alertIssuers: z.array(Address).max(1_000).meta({
    description:
      "V26: the issuers whose alerts count, besides your own and those of the lot's manufacturer, by address; the service also takes their names.",
  }),
};

/** A complete policy. */
export const Policy = z.strictObject(shape);
export type Policy = z.infer<typeof Policy>;

/** The values that apply if a policy leaves them out. */
export const DEFAULT_POLICY: Policy = {
  version: POLICY_VERSION,
  name: "default",
  severities: {},
  required: [],
  maxHeadAgeSeconds: null,
  brands: {},
  approvedSuppliers: [],
  lateAfterSeconds: 30 * DAY_SECONDS,
  maxOtherScanners: 3,
  scanDays: 30,
  catalogue: [],
  maxDateCodeAgeDays: null,
  detourCountries: [],
  maxSealAgeDays: 365,
  minTemperatureDeciCelsius: -400,
  maxTemperatureDeciCelsius: 850,
  maxHumidityPercent: 100,
  maxConditionGapSeconds: HOUR_SECONDS,
  alertIssuers: [],
};

/** A policy as its party writes it: anything that it leaves out has the default value. */
export const PolicyDocument = Policy.partial();
export type PolicyDocument = z.infer<typeof PolicyDocument>;

/** Completes a policy document with the defaults. */
export function policyOf(document: PolicyDocument = {}): Policy {
  const stated = Object.fromEntries(
    Object.entries(document).filter(([, value]) => value !== undefined),
  );
  return { ...DEFAULT_POLICY, ...stated };
}

/** What each setting of a policy does, by its name. */
export const POLICY_SETTINGS: readonly { name: keyof Policy; about: string }[] = (
  Object.keys(shape) as (keyof Policy)[]
).map((name) => ({ name, about: shape[name].meta()!.description! }));
