// What a field of a label can be: the closed list, who may see it, and how its text becomes a value.
import {
  DETAIL_FIELDS,
  MOISTURE_SENSITIVITY_LEVELS,
  type Visibility,
} from "../event/detail-fields.ts";
import { MAX_INTEGER } from "../base/limits.ts";
import { textFault } from "../base/text.ts";
import { LABEL_CODE } from "./commitment.ts";
import { readCountry } from "./countries.ts";
import { ANY_DATE, type DateCode, type DateFormat, readDateCode, readDay } from "./dates.ts";

/** Characters in a text value; a longer one keeps its raw text only. */
const MAX_VALUE_LENGTH = 128;

export type Value = string | number | DateCode;
/** Makes a value of a field's text; null where the text is not of the kind's form. */
type Read = (raw: string, formats: readonly DateFormat[]) => Value | null;

/** Text that people can compare: NFC, trimmed, without control characters. */
const text: Read = (raw) => {
  const value = raw.normalize("NFC").trim();
  return textFault(value, 1, MAX_VALUE_LENGTH) === undefined ? value : null;
};
/** Text that is a name, not a number. */
const name: Read = (raw) => (/\p{L}/u.test(raw) ? text(raw, []) : null);

const inRange = (digits: string) => {
  const value = Number(digits);
  return Number.isSafeInteger(value) && value <= MAX_INTEGER ? value : null;
};
/** Pieces: leading zeros, zero decimals and a unit that means pieces (PCS, EA; NAR and its decimals) are taken off. */
const pieces: Read = (raw) => {
  const match = /^(\d{1,16})(?:[.]0{1,6})?\s?(?:PCS?|PC|EA|NAR\d{0,3})?$/i.exec(raw.trim());
  return match ? inRange(match[1]!) : null;
};
const whole: Read = (raw) => (/^\d{1,16}$/.test(raw) ? inRange(raw) : null);

/** Levels of J-STD-020 with or without a word in front: `LEVEL 3`, `MSL3`, `2A`. */
const level: Read = (raw) => {
  const value = /^(?:MSL|LEVEL)?[ -]?([1-6]A?)$/i.exec(raw.trim())?.[1]?.toLowerCase() ?? "";
  return (MOISTURE_SENSITIVITY_LEVELS as readonly string[]).includes(value) ? value : null;
};
const celsius: Read = (raw) => (/^\d{2,3}$/.test(raw) ? Number(raw) : null);

const HOURS = { HOUR: 1, HR: 1, H: 1, DAY: 24, WEEK: 168, WK: 168, YEAR: 8_760, YR: 8_760 };
/** A floor life in hours; none where it is unlimited. */
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
/** The code of a label of ours. */
const labelCodeText: Read = (raw) =>
  LABEL_CODE.test(raw.toUpperCase()) ? raw.toUpperCase() : null;
/** A GTIN of any length as 14 digits. */
const gtin: Read = (raw) => (/^\d{8,14}$/.test(raw) ? raw.padStart(14, "0") : null);

interface KindOfField {
  read: Read;
  visibility: Visibility;
}
/** Kinds that a record of a lot knows by the same name are as visible as there. */
const known = <N extends keyof typeof DETAIL_FIELDS>(field: N, read: Read = text): KindOfField => ({
  read,
  visibility: DETAIL_FIELDS[field].visibility,
});
const seen = (visibility: Visibility, read: Read = text): KindOfField => ({ read, visibility });

export const KINDS = {
  // what it is, and whose
  mpn: known("mpn"),
  /** The maker's ordering code where it is another than the MPN. */
  orderCode: seen("public"),
  partRevision: known("partRevision"),
  partDescription: known("partDescription"),
  gtin: seen("public", gtin),
  manufacturer: known("manufacturer", name),
  manufacturerCage: known("manufacturerCage"),
  manufacturerDuns: known("manufacturerDuns"),
  supplierReference: known("supplierReference"),

  // which of them
  makerLot: known("makerLot"),
  /** A further lot in the same package, where the label has a place of its own for it. */
  furtherLot: seen("public"),
  assemblyLot: known("assemblyLot"),
  /** Other trace numbers of the maker. */
  traceNumber: seen("public"),
  serialNumber: seen("public"),
  packageId: known("packageId"),
  parentPackageId: known("parentPackageId"),
  /** A number that no other package in the world has (ISO/IEC 15459; GS1's SSCC). */
  licencePlate: seen("public"),
  dateCode: known("dateCode", readDateCode),
  productionDate: seen("public", readDateCode),
  expiryDate: known("expiryDate", readDay),
  shipDate: seen("trail", readDay),
  quantity: seen("public", pieces),
  /** n of m packages. */
  packageCount: seen("trail"),

  // where it was made, and how it is to be treated
  countryOfOrigin: known("countryOfOrigin", readCountry),
  fabCountry: known("fabCountry", readCountry),
  fabSite: known("fabSite"),
  assemblyCountry: known("assemblyCountry", readCountry),
  assemblySite: known("assemblySite"),
  msl: known("msl", level),
  peakReflowCelsius: known("peakReflowCelsius", celsius),
  floorLifeHours: known("floorLifeHours", hours),
  bagSealDate: known("bagSealDate", readDay),
  environmentalCategory: known("environmentalCategory"),
  rohs: known("rohs"),
  hts: known("hts"),
  /** Handling in the maker's own form, read further into fields of its own. */
  handling: seen("public"),

  // a link to a lot of ours
  lot: seen("public", lowerHex(/^0x[0-9a-f]{64}$/)),
  chainId: seen("public", whole),
  ledger: seen("public", lowerHex(/^0x[0-9a-f]{40}$/)),
  /** What proves that the label was at hand: for the caller that scanned it, and stored nowhere. */
  labelCode: seen("private", labelCodeText),

  // orders and papers
  customerPartNumber: known("customerPartNumber"),
  purchaseOrder: known("purchaseOrder"),
  purchaseOrderLine: known("purchaseOrderLine"),
  salesOrder: known("salesOrder"),
  salesOrderLine: known("salesOrderLine"),
  invoice: known("invoice"),
  packingList: known("packingList"),
  deliveryNote: known("deliveryNote"),
  billOfLading: known("billOfLading"),
  asnNumber: known("asnNumber"),
  trackingNumber: known("trackingNumber"),
  returnAuthorisation: known("returnAuthorisation"),
  supplierCode: seen("private"),
  customerCode: seen("private"),

  // the rest
  labelVersion: seen("public"),
  /** What nobody but its maker knows the meaning of: taken as private, for it may name a customer. */
  other: seen("private"),
} satisfies Record<string, KindOfField>;

export type KindName = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as [KindName, ...KindName[]];

/** What an identifier stands for. */
export interface Meaning {
  kind: KindName;
  /** The forms of its date, the likelier first; those of 9D where it does not say. */
  dates?: readonly DateFormat[];
  /** Fields inside the field's text. */
  inner?: (raw: string) => { raw: string; meaning: Meaning }[];
}

/** The value of a field's text, null where it has none. */
export function valueOf(raw: string, { kind, dates = ANY_DATE }: Meaning): Value | null {
  return KINDS[kind].read(raw, dates);
}
