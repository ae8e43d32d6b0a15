// How the party that asks wants some things to be judged: a JSON document of its own. Without one, these are the defaults.
import { z } from "zod";
import { FINDING_CODES, FINDINGS } from "./findings.ts";
import { MAX_INTEGER } from "../base/limits.ts";
import { Text } from "../base/text.ts";
import { Address } from "../base/values.ts";
import { RULE_IDS, SEVERITIES } from "./words.ts";
import { DAY_SECONDS, HOUR_SECONDS } from "../base/time.ts";

const POLICY_VERSION = 1;

const Amount = z.int().min(0).max(MAX_INTEGER);
const Celsius = z.int().min(-2_000).max(5_000);
const Day = z.iso.date("a day as YYYY-MM-DD");
const Country = z.string().regex(/^[A-Z]{2}$/, "a country as ISO 3166-1 alpha-2");
const Name = Text(1, 128);

/** What a reader knows of a part, from its own catalogue or approved parts list. */
export const CataloguePart = z.strictObject({
  manufacturer: Name.exactOptional(),
  mpn: Text(1, 64),
  /** When the maker first sold the part. */
  introducedOn: Day.exactOptional(),
  /** The maker's last-time-ship day. */
  lastShipOn: Day.exactOptional(),
  /** The countries in which its maker says that it packages or makes the part. */
  countries: z.array(Country).max(64).exactOptional(),
});
export type CataloguePart = z.infer<typeof CataloguePart>;

/** Rules whose findings are facts of custody: no policy makes less of them than they are. */
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
          message: `is ${usual.verdict}, and cannot be made less`,
        });
    }
  });

const shape = {
  version: z.literal(POLICY_VERSION),
  /** What its party calls it. */
  name: Name,
  /** How grave single findings are, by their codes, where that differs from the usual. */
  severities: Severities,
  /** Rules that must be judged: that one cannot be makes the verdict INCOMPLETE. */
  required: z.array(z.enum(RULE_IDS)).max(RULE_IDS.length),
  /** V01: how old the block to judge by may be; null: any age, for some chains rest. */
  maxHeadAgeSeconds: Amount.nullable(),
  /** V02: which parties may speak for a brand, where the brand is not the party's own name. */
  brands: z.record(Name, z.array(Address).max(64)),
  /** V04: distributors that the reader has approved itself. */
  approvedSuppliers: z.array(Address).max(1_000),
  /** V05: from how long after it happened on an event counts as registered late. */
  lateAfterSeconds: Amount,
  /** V12: in how many places a package may be scanned within so many days. */
  maxScanPlaces: z.int().min(1).max(1_000),
  scanPlacesDays: z.int().min(1).max(3_650),
  /** V16, V18, V21: parts as the reader knows them. */
  catalogue: z.array(CataloguePart).max(10_000),
  /** V18: how old a date code may be; null: any age. */
  maxDateCodeAgeDays: Amount.nullable(),
  /** V22: through which countries no shipment should go. */
  detourCountries: z.array(Country).max(256),
  /** V24: how long a dry pack keeps after it was sealed (J-STD-033: at least 12 months). */
  maxSealAgeDays: Amount,
  /** V24: what a logger may have read on the way. */
  minTemperatureDeciCelsius: Celsius,
  maxTemperatureDeciCelsius: Celsius,
  maxHumidityPercent: z.int().min(0).max(100),
  maxConditionGapSeconds: Amount,
  /** V26: whose alerts count, beside the asking party's own and those of the lot's maker. */
  alertIssuers: z.array(Address).max(1_000),
};

/** A policy in whole. */
export const Policy = z.strictObject(shape);
export type Policy = z.infer<typeof Policy>;

/** What holds where a policy says nothing. */
export const DEFAULT_POLICY: Policy = {
  version: POLICY_VERSION,
  name: "default",
  severities: {},
  required: [],
  maxHeadAgeSeconds: null,
  brands: {},
  approvedSuppliers: [],
  lateAfterSeconds: 30 * DAY_SECONDS,
  maxScanPlaces: 3,
  scanPlacesDays: 30,
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

/** A policy as its party writes it: what it leaves out is as in the default. */
export const PolicyDocument = Policy.partial();
export type PolicyDocument = z.infer<typeof PolicyDocument>;

/** The whole policy that a document stands for. */
export function policyOf(document: PolicyDocument = {}): Policy {
  const said = Object.fromEntries(
    Object.entries(document).filter(([, value]) => value !== undefined),
  );
  return { ...DEFAULT_POLICY, ...said };
}
