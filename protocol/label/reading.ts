// Defines what the reader of labels returns: the fields, the record made of them, what it repaired, or why it refused.
import { z } from "zod";
import { Address, Hash, Quantity } from "../base/values.ts";
import { DateCode } from "./dates.ts";
import { KIND_NAMES } from "./kinds.ts";

/**
 * The manufacturer's or distributor's form in which a label was read. format-06: ISO/IEC 15434 with data identifiers as in
 * MH10.8.2 and EIGP 114. identifier: one linear code with its identifier in front.
 */
export const DIALECTS = [
  "lot-link",
  "format-06",
  "identifier",
  "gs1",
  "mat-label",
  "digi-key",
  "mouser",
  "farnell",
  "tme",
  "lcsc",
  "texas-instruments",
  "nxp",
  "infineon",
  "te-connectivity",
  "kostal",
  "murata",
  "kyocera",
  "taiyo-yuden",
  "wuerth",
  "jeita-c3",
  "stackpole",
  "yageo",
  "koa",
  "sii",
  "copal",
  "chemi-con",
  "samsung",
  "vishay",
  "walsin",
  "assembly-house",
] as const;
export type DialectName = (typeof DIALECTS)[number];

/** Why text was refused, and what to do about it. If several codes are refused, the first in this order is reported. */
export const REFUSALS = {
  NOT_TEXT: "This is not text. Send what the scanner delivered, one string per code.",
  TOO_LONG: "This is longer than any label code. Scan one code at a time.",
  TOO_MANY: "There are more codes than fit on one label. Send the codes of one label.",
  EMPTY: "The scanner delivered nothing. Scan again.",
  SEPARATORS_LOST:
    "The scanner dropped or replaced the characters that separate the fields. Set it to send control characters (GS, RS, EOT), or to replace GS with a character such as ] or |. Then scan again.",
  KEYBOARD_LAYOUT:
    "The scanner and this computer use different keyboard layouts, so characters are swapped. Set both to the same layout, or the scanner to serial mode. Then scan again.",
  UNKNOWN_FORMAT:
    "The code is ISO/IEC 15434 in a format other than 05 or 06, which Reelproof does not read. Scan the label's other codes.",
  UNKNOWN_KEYS:
    "The fields of this code begin with its printer's own keys instead of data identifiers, so their meaning is unknown. Scan the label's other codes.",
  NO_FIELDS: "The code begins like a label but has no fields. Scan again.",
  GS1_MALFORMED:
    "The GS1 code is invalid: an unknown identifier, a wrong length or a wrong check digit. Scan again.",
  LINK_MALFORMED: "The link to a lot is incomplete or contradicts itself. Scan again.",
  LINK_UNKNOWN:
    "The link is neither a link to a lot nor a GS1 Digital Link. Scan the label's other codes.",
  NO_IDENTIFIER:
    "The code does not say what it is: it could be a part number or a lot. Scan the two-dimensional code, or all codes of the label together.",
} as const;
export type RefusalCode = keyof typeof REFUSALS;
export const REFUSAL_CODES = Object.keys(REFUSALS) as [RefusalCode, ...RefusalCode[]];

/** The faults of a text that the reader repaired. */
export const REPAIRS = [
  /** `]d1` or similar: the scanner names the symbology. This is not a fault. */
  "AIM_PREFIX",
  /** `\000026` or similar: the scanner names the character set. This is not a fault. */
  "ECI",
  /** Something before `[)>`, or around a linear code. */
  "LEADING_JUNK",
  /** No envelope. */
  "HEADER_MISSING",
  /** `[)>06` without RS. */
  "RECORD_SEPARATOR_MISSING",
  /** No RS EOT at the end. */
  "TRAILER_MISSING",
  /** Something after RS EOT. It is also removed from the raw text. */
  "TRAILING_JUNK",
  /** ␝ for GS. */
  "CONTROL_PICTURES",
  /** {GS} or another name of GS. */
  "NAMED_SEPARATORS",
  /** ] or another character for GS. */
  "TYPED_SEPARATORS",
  /** Identifiers in lower case. */
  "LOWER_CASE_IDENTIFIERS",
  /** Everything in lower case. The case of all letters was swapped. */
  "CAPS_LOCK",
  /** The scanner sent a linear code several times without anything between. */
  "REPEATED",
] as const;
export type Repair = (typeof REPAIRS)[number];

const RefusalCode = z.enum(REFUSAL_CODES);

/** One field of a label. */
export const LabelField = z.strictObject({
  /** The index of the code, from 0. */
  code: z.int().min(0),
  /** The data identifier, application identifier or key in front; null if the position identifies the field. */
  di: z.string().nullable(),
  /** The text in the code. */
  raw: z.string(),
  kind: z.enum(KIND_NAMES),
  /** private: orders, customers, and anything that may name them. */
  visibility: z.enum(["public", "trail", "private"]),
  /** Normalised; null if the text is empty or does not have the kind's form. */
  value: z.union([z.string(), z.number(), DateCode, z.null()]),
});
export type LabelField = z.infer<typeof LabelField>;

const text = z.string().optional();
const day = z.iso.date().optional();
/** A country as ISO 3166-1 alpha-2, or `mixed`. */
const country = z.union([z.string().regex(/^[A-Z]{2}$/), z.literal("mixed")]).optional();

/** The first value of each kind, starting with the code that has the most fields. Other kinds are missing. */
export const LabelRecord = z.strictObject({
  mpn: text,
  orderCode: text,
  partRevision: text,
  gtin: text,
  manufacturer: text,
  supplierReference: text,
  makerLot: text,
  assemblyLot: text,
  serialNumber: text,
  packageId: text,
  parentPackageId: text,
  licencePlate: text,
  /** The production date if there is no date code. */
  dateCode: DateCode.optional(),
  quantity: Quantity.optional(),
  countryOfOrigin: country,
  fabCountry: country,
  fabSite: text,
  assemblyCountry: country,
  assemblySite: text,
  msl: text,
  peakReflowCelsius: Quantity.optional(),
  floorLifeHours: Quantity.optional(),
  bagSealDate: day,
  expiryDate: day,
  environmentalCategory: text,
  rohs: text,
  /** From a link to a lot. */
  lot: Hash.optional(),
  chainId: Quantity.optional(),
  ledger: Address.optional(),
});
export type LabelRecord = z.infer<typeof LabelRecord>;

/** Codes on one photo that contradict each other. */
export const LabelConflict = z.strictObject({
  kind: z.enum(KIND_NAMES),
  /** Indexes of the fields that differ: the first field of the kind, then one for each other value. */
  fields: z.array(z.int().min(0)).min(2),
});
export type LabelConflict = z.infer<typeof LabelConflict>;

/** The dialect in which a label was read. */
export const Dialect = z.strictObject({
  name: z.enum(DIALECTS),
  /** The label does not name its dialect. This is what it looks like. */
  guess: z.boolean(),
});
export type Dialect = z.infer<typeof Dialect>;

/** One code of a label: its text and dialect, or why it was refused. */
export const LabelCode = z.union([
  z.strictObject({
    status: z.literal("read"),
    /** The code's text, with monetary fields emptied, without character-set escapes and without anything after the trailer. */
    raw: z.string(),
    dialect: Dialect,
    mended: z.array(z.enum(REPAIRS)),
    /** Identifiers of monetary fields that were dropped. */
    dropped: z.array(z.string()),
  }),
  // A refused text could contain a price anywhere, so it is not kept.
  z.strictObject({ status: z.literal("refused"), refusal: RefusalCode, message: z.string() }),
]);
export type LabelCode = z.infer<typeof LabelCode>;

/** The reading of a label, or why it was refused. */
export const LabelReading = z.discriminatedUnion("status", [
  z.strictObject({
    status: z.literal("read"),
    /** The dialect of the code with the most fields. */
    dialect: Dialect,
    /** One for each code, in their order. An input string can hold several. */
    codes: z.array(LabelCode),
    fields: z.array(LabelField),
    record: LabelRecord,
    conflicts: z.array(LabelConflict),
  }),
  z.strictObject({
    status: z.literal("refused"),
    refusal: RefusalCode,
    /** What to do about it, in a sentence. */
    message: z.string(),
    codes: z.array(LabelCode),
  }),
]);
export type LabelReading = z.infer<typeof LabelReading>;
