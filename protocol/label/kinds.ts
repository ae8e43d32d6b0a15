// Lists the kinds of fields on a label: who may see each, and how its text becomes a value.
import {
  DETAIL_FIELDS,
  MOISTURE_SENSITIVITY_LEVELS,
  type Visibility,
} from "../event/detail-fields.ts";
import { MAX_INTEGER } from "../base/limits.ts";
import { textFault } from "../base/text.ts";
import { LABEL_CODE } from "./commitment.ts";
import { readCountry } from "../event/country-codes.ts";
import { ANY_DATE, type DateCode, type DateFormat, readDateCode, readDay } from "./dates.ts";

/** Characters in a text value; a longer one keeps its raw text only. */
const MAX_VALUE_LENGTH = 128;

/** A field's value. */
export type Value = string | number | DateCode;
/** Makes a value of a field's text; null if the text does not have the kind's form. */
type Read = (raw: string, formats: readonly DateFormat[]) => Value | null;

/** Text that people can compare: NFC, trimmed, without control characters. */
const text: Read = (raw) => {
  const value = raw.normalize("NFC").trim();
  return textFault(value, 1, MAX_VALUE_LENGTH) === undefined ? value : null;
};
/** A name: text with at least one letter. */
const name: Read = (raw) => (/\p{L}/u.test(raw) ? text(raw, []) : null);

const inRange = (digits: string) => {
  const value = Number(digits);
  return Number.isSafeInteger(value) && value <= MAX_INTEGER ? value : null;
};
/**
 * Pieces, without leading zeros, zero decimals or a unit that means pieces (PCS, EA; NAR and its decimals). Three digits behind
 * a point are thousands in half of Europe, so they have no value.
 */
const pieces: Read = (raw) => {
  const match = /^(\d{1,16})(?:[.]0{1,2})?\s?(?:PCS?|PC|EA|NAR0{0,3})?$/i.exec(raw.trim());
  return match ? inRange(match[1]!) : null;
};
/** Digits of which the last one counts the zeros behind the others. */
const withZeros: Read = (raw) =>
  /^\d{2,7}$/.test(raw) ? inRange(raw.slice(0, -1) + "0".repeat(Number(raw.at(-1)))) : null;
const whole: Read = (raw) => (/^\d{1,16}$/.test(raw) ? inRange(raw) : null);

/** A level of J-STD-020, with or without a word in front: `LEVEL 3`, `MSL3`, `2A`, `01`. */
const level: Read = (raw) => {
  const value = /^(?:MSL|LEVEL)?[ -]?0?([1-6]A?)$/i.exec(raw.trim())?.[1]?.toLowerCase() ?? "";
  return (MOISTURE_SENSITIVITY_LEVELS as readonly string[]).includes(value) ? value : null;
};
const celsius: Read = (raw) => (/^\d{2,3}$/.test(raw) ? Number(raw) : null);

const HOURS = { HOUR: 1, HR: 1, H: 1, DAY: 24, WEEK: 168, WK: 168, YEAR: 8_760, YR: 8_760 };
/** A floor life in hours; null if it is unlimited. */
const hours: Read = (raw) => {
  const match = /^(\d{1,4}) ?([A-Z]{1,5}?)S?$/.exec(raw.trim().toUpperCase());
  const unit = match && HOURS[match[2] as keyof typeof HOURS];
  return unit ? Number(match[1]) * unit : null;
};
const lowerHex =
  (pattern: RegExp): Read =>
  (raw) => {
    const value = raw.toLowerCase();
    return pattern.test(value) ? value : null;
  };
/** The secret code on one of our own labels. */
const labelCodeText: Read = (raw) =>
  LABEL_CODE.test(raw.toUpperCase()) ? raw.toUpperCase() : null;
/** A GTIN of any length as 14 digits. */
const gtin: Read = (raw) => (/^\d{8,14}$/.test(raw) ? raw.padStart(14, "0") : null);

/** A date code; null if there is none. */
const dateCode: Read = (raw, formats) => (raw.trim() === "" ? null : readDateCode(raw, formats));

interface KindOfField {
  read: Read;
  visibility: Visibility;
}
/** A kind that a lot's record has under the same name. It is as visible as there. */
const recordKind = <N extends keyof typeof DETAIL_FIELDS>(
  field: N,
  read: Read = text,
): KindOfField => ({
  read,
  visibility: DETAIL_FIELDS[field].visibility,
});
/** A kind that only labels have. */
const labelKind = (visibility: Visibility, read: Read = text): KindOfField => ({
  read,
  visibility,
});

/** Every kind of field. */
export const KINDS = {
  // what it is, and whose
  mpn: recordKind("mpn"),
  /** The manufacturer's ordering code, if it differs from the MPN. */
  orderCode: labelKind("public"),
  partRevision: recordKind("partRevision"),
  partDescription: recordKind("partDescription"),
  gtin: labelKind("public", gtin),
  manufacturer: recordKind("manufacturer", name),
  manufacturerCage: recordKind("manufacturerCage"),
  manufacturerDuns: recordKind("manufacturerDuns"),
  supplierReference: recordKind("supplierReference"),

  // which of them
  makerLot: recordKind("makerLot"),
  /** Another lot in the same package, if the label has a separate field for it. */
  furtherLot: labelKind("public"),
  assemblyLot: recordKind("assemblyLot"),
  /** Other trace numbers of the manufacturer. */
  traceNumber: labelKind("public"),
  serialNumber: labelKind("public"),
  packageId: recordKind("packageId"),
  parentPackageId: recordKind("parentPackageId"),
  /** A number that no other package in the world has (ISO/IEC 15459; GS1's SSCC). */
  licencePlate: labelKind("public"),
  dateCode: recordKind("dateCode", dateCode),
  productionDate: labelKind("public", dateCode),
  expiryDate: recordKind("expiryDate", readDay),
  shipDate: labelKind("trail", readDay),
  quantity: labelKind("public", pieces),
  /** n of m packages. */
  packageCount: labelKind("trail"),

  // where it was made, and how it is to be treated
  countryOfOrigin: recordKind("countryOfOrigin", readCountry),
  fabCountry: recordKind("fabCountry", readCountry),
  fabSite: recordKind("fabSite"),
  assemblyCountry: recordKind("assemblyCountry", readCountry),
  assemblySite: recordKind("assemblySite"),
  msl: recordKind("msl", level),
  peakReflowCelsius: recordKind("peakReflowCelsius", celsius),
  floorLifeHours: recordKind("floorLifeHours", hours),
  bagSealDate: recordKind("bagSealDate", readDay),
  environmentalCategory: recordKind("environmentalCategory"),
  rohs: recordKind("rohs"),
  hts: recordKind("hts"),
  /** Handling in the manufacturer's own form, which is cut into further fields. */
  handling: labelKind("public"),

  // a link to a lot on a Reelproof service
  lot: labelKind("public", lowerHex(/^0x[0-9a-f]{64}$/)),
  chainId: labelKind("public", whole),
  ledger: labelKind("public", lowerHex(/^0x[0-9a-f]{40}$/)),
  /** Proves that the caller had the label in hand. Only that caller sees it, and it is never stored. */
  labelCode: labelKind("private", labelCodeText),

  // orders and papers
  customerPartNumber: recordKind("customerPartNumber"),
  purchaseOrder: recordKind("purchaseOrder"),
  purchaseOrderLine: recordKind("purchaseOrderLine"),
  salesOrder: recordKind("salesOrder"),
  salesOrderLine: recordKind("salesOrderLine"),
  invoice: recordKind("invoice"),
  packingList: recordKind("packingList"),
  deliveryNote: recordKind("deliveryNote"),
  billOfLading: recordKind("billOfLading"),
  asnNumber: recordKind("asnNumber"),
  trackingNumber: recordKind("trackingNumber"),
  returnAuthorisation: recordKind("returnAuthorisation"),
  supplierCode: labelKind("private"),
  customerCode: labelKind("private"),

  // the rest
  labelVersion: labelKind("public"),
  /** A field whose meaning only its manufacturer knows. It is private, because it may name a customer. */
  other: labelKind("private"),
} satisfies Record<string, KindOfField>;

export type KindName = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as [KindName, ...KindName[]];

/** What an identifier stands for. */
export interface Meaning {
  kind: KindName;
  /** The formats of its date, likelier first; those of 9D by default. */
  dates?: readonly DateFormat[];
  /** The last digit of a quantity counts its zeros. */
  countsZeros?: true;
  /** Fields inside the field's text. */
  inner?: (raw: string) => { raw: string; meaning: Meaning }[];
}

/** The value of a field's text; null if it has none. */
export function valueOf(
  raw: string,
  { kind, dates = ANY_DATE, countsZeros }: Meaning,
): Value | null {
  if (countsZeros) return withZeros(raw, dates);
  return KINDS[kind].read(raw, dates);
}
