// Lists every fact that details may hold: its form, its placement, and who may see it. Other fields are refused. Prices and
// other monetary values are left out on purpose.
import { z } from "zod";
import { Country } from "./countries.ts";
import type { ActionName } from "./event.ts";
import { LotNumber } from "./lot.ts";
import { MAX_INTEGER, MAX_TEXT_LENGTH } from "../base/limits.ts";
import { Identifier, Text } from "../base/text.ts";
import { Address, Hash, Quantity, Time, calendarDay } from "../base/values.ts";

/**
 * Who may see a field. public: every party that may see the lot. trail: the parties that issued, held, hold or will receive
 * the lot, and the parties to which they give access. private: the parties that the event itself names (actor, holder,
 * consignee), and the parties to which they give access.
 */
export type Visibility = "public" | "trail" | "private";

/** Where a field may be: beside the entries, for all of them; in an entry's own object; or in either. */
export type Placement = "shared" | "entry" | "either";

/** What details may be about: an event of some action, a recall, suspicion or withdrawal, or a correction. */
export type Occasion = ActionName | "notice" | "correction";

/** The rules for one field. */
export interface DetailField {
  type: z.ZodType<string | number | boolean>;
  place: Placement;
  visibility: Visibility;
  on: readonly Occasion[];
  /** One sentence, with the field identifier of MH10.8.2 where a label carries it. */
  about: string;
}

/** How a manufacturer writes its date codes. `other`: in the manufacturer's own way, which no program should interpret. */
export const DATE_CODE_FORMATS = {
  YYWW: /^(\d\d([0-4]\d|5[0-3])M?|N\/T|MIXED)$/,
  YYYYWW: /^(19|20)\d\d([0-4]\d|5[0-3])$/,
  YYMMDD: /^\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/,
  YYYYMMDD: /^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/,
  "YYYY-MM": /^(19|20)\d\d-(0[1-9]|1[0-2])$/,
  "YYYY-MM-DD": /^(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
  other: /^/,
} as const satisfies Record<string, RegExp>;
export type DateCodeFormat = keyof typeof DATE_CODE_FORMATS;

/** A date code means nothing without its format, so these are inherited and corrected together. */
export const DATE_FIELDS = ["dateCode", "dateCodeNewest", "dateCodeFormat"] as const;

/** Moisture sensitivity levels of J-STD-020. */
export const MOISTURE_SENSITIVITY_LEVELS = ["1", "2", "2a", "3", "4", "5", "5a", "6"] as const;

/** How goods travel. `mixed`: one way after another. */
export const TRANSPORT_MODES = [
  "air",
  "road",
  "sea",
  "rail",
  "inland",
  "courier",
  "mixed",
] as const;

const line = Text(1, 128);
const code = Identifier(1, 64);
const term = Text(1, 64);
const prose = Text(1, MAX_TEXT_LENGTH);
const yes = z.boolean();
const integer = z.int().min(-MAX_INTEGER).max(MAX_INTEGER);
const percent = z.int().min(0).max(100);
const formed = (pattern: RegExp, form: string) => z.string().regex(pattern, `must be ${form}`);
const day = calendarDay("must be a day as YYYY-MM-DD");
const elsewhere = formed(
  /^\d{1,16}:0x[0-9a-f]{40}:0x[0-9a-f]{64}$/,
  "chain id, ledger and lot, separated by colons",
);

const NEW = ["commission", "introduce", "split", "assemble"] as const;
const DOCK = ["receive", "refuse"] as const;
// The event that makes a lot states its identity. A party that holds the goods may also state what it reads on them.
const STATES_IDENTITY = [...NEW, "ship", ...DOCK, "inspect", "notice", "correction"] as const;
const TRANSPORT = ["ship", "receive", "refuse", "cancel"] as const;
const FINDINGS = ["receive", "refuse", "inspect", "hold", "release", "scrap"] as const;
// An event that says where its actor's pieces lie. Nobody ships to itself: an inspection that names another site is the move.
const AT_SITE = [...NEW, "ship", ...DOCK, "inspect", "scrap"] as const;
const EVENTS = [
  "commission",
  "introduce",
  "ship",
  "receive",
  "refuse",
  "cancel",
  "split",
  "assemble",
  "inspect",
  "hold",
  "release",
  "scrap",
] as readonly ActionName[];
const ALL: readonly Occasion[] = [...EVENTS, "notice", "correction"];

type Rest = Omit<DetailField, "type">;
/** Keeps a field's own type and placement for the compiler. */
const field = <T extends DetailField["type"], P extends Placement>(
  type: T,
  place: P,
  visibility: Visibility,
  on: readonly Occasion[],
  about: string,
): Rest & { type: T; place: P } => ({ type, place, visibility, on, about });

const entry = <T extends DetailField["type"]>(
  type: T,
  visibility: Visibility,
  on: readonly Occasion[],
  about: string,
) => field(type, "entry", visibility, on, about);
const shared = <T extends DetailField["type"]>(
  type: T,
  visibility: Visibility,
  on: readonly Occasion[],
  about: string,
) => field(type, "shared", visibility, on, about);
const either = <T extends DetailField["type"]>(
  type: T,
  visibility: Visibility,
  on: readonly Occasion[],
  about: string,
) => field(type, "either", visibility, on, about);

/** Every field. Names carry units. Values from labels and papers are kept as written. */
export const DETAIL_FIELDS = {
  // who and what: the identity of a lot, stated by the event that makes it
  lotNumber: entry(
    LotNumber,
    "public",
    NEW,
    "The issuer's unique package id; the lot's id is made from it (3S, J).",
  ),
  manufacturer: either(line, "public", STATES_IDENTITY, "The manufacturer's legal name (1V)."),
  manufacturerParty: either(
    Address,
    "public",
    STATES_IDENTITY,
    "The manufacturer's party on this ledger.",
  ),
  manufacturerCage: either(
    formed(/^[0-9A-Z]{5}$/, "a CAGE code"),
    "public",
    STATES_IDENTITY,
    "The manufacturer's CAGE code (17V).",
  ),
  manufacturerDuns: either(
    formed(/^\d{9}$/, "a DUNS number"),
    "public",
    STATES_IDENTITY,
    "The manufacturer's DUNS number (12V).",
  ),
  manufacturerLei: either(
    formed(/^[0-9A-Z]{18}\d\d$/, "an LEI"),
    "public",
    STATES_IDENTITY,
    "The manufacturer's LEI (ISO 17442).",
  ),
  brand: either(
    line,
    "public",
    STATES_IDENTITY,
    "The brand on the part, if it is not the manufacturer's name.",
  ),
  mpn: either(
    code,
    "public",
    STATES_IDENTITY,
    "The manufacturer's part number, exact to the suffix (1P).",
  ),
  partRevision: either(code, "public", STATES_IDENTITY, "The part's or die's revision (2P)."),
  partDescription: either(line, "public", STATES_IDENTITY, "The part in words."),
  makerLot: either(code, "public", STATES_IDENTITY, "The manufacturer lot code (1T)."),
  assemblyLot: either(
    code,
    "public",
    STATES_IDENTITY,
    "The manufacturer's assembly lot code, if it has one besides the lot code (31T).",
  ),
  dateCode: either(
    Identifier(1, 32),
    "public",
    STATES_IDENTITY,
    "The date code as written; YYWW unless a format is stated (9D, 10D).",
  ),
  dateCodeNewest: either(
    Identifier(1, 32),
    "public",
    STATES_IDENTITY,
    "The newest date code, if pieces of several date codes are together (13D).",
  ),
  dateCodeFormat: either(
    z.enum(Object.keys(DATE_CODE_FORMATS) as [DateCodeFormat, ...DateCodeFormat[]]),
    "public",
    STATES_IDENTITY,
    "The format of the date codes; YYWW by default.",
  ),
  expiryDate: either(day, "public", STATES_IDENTITY, "The manufacturer's expiry date (14D)."),
  claimsLot: entry(
    Hash,
    "public",
    ["introduce"],
    "The id of the manufacturer lot that an introduced lot claims to come from; that lot's notices apply.",
  ),
  foundFrom: entry(
    Hash,
    "trail",
    ["introduce"],
    "The lot in which these pieces were found as a surplus.",
  ),
  recoveredFrom: entry(line, "public", ["introduce"], "What these pieces were salvaged from."),
  used: either(yes, "public", ["introduce"], "The pieces have been in use before."),
  movedFrom: entry(
    elsewhere,
    "public",
    ["introduce"],
    "The lot on another ledger from which this lot moved here: chain id, ledger and lot.",
  ),
  movedTo: entry(
    elsewhere,
    "public",
    ["scrap"],
    "The lot on another ledger to which this lot moved: chain id, ledger and lot.",
  ),

  // where it was made
  countryOfOrigin: either(
    Country,
    "public",
    STATES_IDENTITY,
    "The declared country of origin (4L).",
  ),
  fabCountry: either(Country, "public", STATES_IDENTITY, "Where the wafer was made (21L)."),
  fabSite: either(line, "public", STATES_IDENTITY, "The wafer fab (20L)."),
  assemblyCountry: either(Country, "public", STATES_IDENTITY, "Where the part was packaged (23L)."),
  assemblySite: either(line, "public", STATES_IDENTITY, "The packaging site (22L)."),
  testCountry: either(Country, "public", STATES_IDENTITY, "Where the part was tested."),
  testSite: either(line, "public", STATES_IDENTITY, "The test site."),

  // what it is made of, and its legal classification
  rohs: either(term, "public", STATES_IDENTITY, "The RoHS status as declared."),
  reach: either(term, "public", STATES_IDENTITY, "The REACH status as declared."),
  environmentalCategory: either(
    code,
    "public",
    STATES_IDENTITY,
    "The lead-free category of J-STD-609 (E).",
  ),
  eccn: either(
    formed(/^(EAR99|\d[A-E]\d{3}[0-9A-Za-z.]{0,16})$/, "an ECCN, or EAR99"),
    "public",
    STATES_IDENTITY,
    "The export control classification number.",
  ),
  hts: either(
    formed(
      /^\d{4}(\.?\d\d(\.?\d{2,4}(\.?\d{2,4})?)?)?$/,
      "a tariff number: 4, 6 or more digits, with dots only behind the 4th, 6th and a later digit",
    ),
    "public",
    STATES_IDENTITY,
    "The customs tariff number (27P).",
  ),

  // moisture and handling
  msl: either(
    z.enum(MOISTURE_SENSITIVITY_LEVELS),
    "public",
    STATES_IDENTITY,
    "The moisture sensitivity level of J-STD-020 (13E).",
  ),
  floorLifeHours: either(
    Quantity,
    "public",
    STATES_IDENTITY,
    "The floor life after the bag is opened.",
  ),
  peakReflowCelsius: either(
    z.int().min(0).max(500),
    "public",
    STATES_IDENTITY,
    "The highest body temperature in reflow.",
  ),
  bagSealDate: either(
    day,
    "public",
    [...NEW, "inspect", "correction"],
    "When the dry pack was sealed.",
  ),
  bagOpenedTime: either(
    Time,
    "trail",
    ["receive", "split", "inspect"],
    "When the dry pack was opened, Unix seconds.",
  ),
  exposedHours: either(
    Quantity,
    "trail",
    ["split", "ship", "receive", "inspect"],
    "Floor life used up so far.",
  ),
  bakedTime: either(
    Time,
    "trail",
    ["inspect"],
    "When a bake ended that reset the floor life, Unix seconds.",
  ),
  humidityIndicator: either(
    z.enum(["pass", "fail"]),
    "trail",
    FINDINGS,
    "The reading of the humidity indicator card.",
  ),
  esdProtected: either(
    yes,
    "public",
    [...NEW, ...DOCK, "inspect"],
    "The package protects from electrostatic discharge.",
  ),

  // packages
  packaging: either(term, "public", [...NEW, "inspect"], "Reel, cut tape, tray, tube, bag, box."),
  packageId: entry(
    code,
    "public",
    [...NEW, "ship", "inspect"],
    "The package's id, if it differs from the lot number (3S).",
  ),
  parentPackageId: entry(
    code,
    "trail",
    [...NEW, "ship", "inspect"],
    "The carton or pallet that holds the package (4S, 5S).",
  ),
  container: either(
    code,
    "trail",
    EVENTS,
    "A container that holds several lots. The record keeps them apart.",
  ),
  containers: shared(Quantity, "trail", ["ship", ...DOCK], "Cartons or pallets in the shipment."),
  grossWeightGrams: shared(Quantity, "trail", ["ship", ...DOCK], "The shipment's gross weight."),
  labelCommitment: entry(
    Hash,
    "public",
    NEW,
    "The hash of the code on the lot's own label: SHA-256(0x4c ‖ lot ‖ code).",
  ),
  serialFirst: entry(code, "public", NEW, "The first serial number in the lot (S)."),
  serialLast: entry(code, "public", NEW, "The last serial number in the lot."),

  // orders and papers of a sale; no prices
  customerPartNumber: either(
    code,
    "private",
    [...NEW, "ship", ...DOCK],
    "The customer's part number (P).",
  ),
  purchaseOrder: either(
    code,
    "private",
    [...NEW, "ship", ...DOCK],
    "The customer's purchase order (K).",
  ),
  purchaseOrderLine: either(
    code,
    "private",
    [...NEW, "ship", ...DOCK],
    "The line of the purchase order (4K).",
  ),
  salesOrder: either(code, "private", ["split", "ship", ...DOCK], "The supplier's order (1K)."),
  salesOrderLine: either(
    code,
    "private",
    ["split", "ship", ...DOCK],
    "The line of the supplier's order.",
  ),
  invoice: either(code, "private", ["ship", ...DOCK], "The invoice's number (10K)."),
  packingList: shared(code, "private", ["ship", ...DOCK], "The packing list's number (11K)."),
  deliveryNote: shared(code, "private", ["ship", ...DOCK], "The delivery note's number (16K)."),
  asnNumber: shared(
    code,
    "trail",
    ["ship", ...DOCK],
    "The advance ship notice's shipment id (2S; X12 element 396).",
  ),
  supplierReference: either(
    code,
    "private",
    ["introduce", "ship", ...DOCK],
    "The supplier's own part number or stock number (30P).",
  ),

  orderedOn: either(day, "private", ["ship", ...DOCK], "The day of the customer's order."),
  requestedOn: either(day, "private", ["ship", ...DOCK], "The day for which the customer asked."),
  confirmedOn: either(
    day,
    "private",
    ["ship", ...DOCK],
    "The day that the supplier confirmed for the order.",
  ),

  // customs; no duties
  customsEntry: either(
    term,
    "private",
    ["ship", "receive", "inspect"],
    "The number of the import or export declaration.",
  ),
  customsEntryLine: either(
    term,
    "private",
    ["ship", "receive", "inspect"],
    "The line of that declaration.",
  ),
  customsRegime: either(
    term,
    "private",
    ["ship", "receive"],
    "The customs procedure, such as free circulation, inward processing, or a free zone.",
  ),
  exportControlReference: either(
    term,
    "private",
    ["ship"],
    "The number of the export licence or exemption.",
  ),
  drawbackCertificate: either(
    Hash,
    "private",
    ["ship", "receive"],
    "SHA-256 of the document that assigns the right to a drawback of duty.",
  ),

  // transport
  carrier: shared(line, "trail", TRANSPORT, "The company that carries the shipment."),
  carrierService: shared(line, "trail", TRANSPORT, "The carrier's service."),
  trackingNumber: shared(code, "trail", TRANSPORT, "The carrier's number of the shipment."),
  billOfLading: shared(code, "trail", TRANSPORT, "The bill of lading's number (13K)."),
  shipFromCountry: shared(Country, "trail", TRANSPORT, "The country from which it is shipped."),
  shipToCountry: shared(Country, "trail", TRANSPORT, "The country to which it is shipped."),
  expectedTime: shared(Time, "trail", ["ship"], "The expected time of arrival, Unix seconds."),
  transportMode: shared(
    z.enum(TRANSPORT_MODES),
    "trail",
    ["ship", "receive", "cancel"],
    "How the shipment travels.",
  ),
  site: either(term, "trail", AT_SITE, "The actor's plant or warehouse where the pieces are."),
  toSite: shared(term, "trail", ["ship"], "The consignee's plant or warehouse."),
  returnAuthorisation: shared(
    code,
    "trail",
    ["ship", ...DOCK],
    "The supplier's authorisation of a return (1R).",
  ),

  // why, and what was found
  reason: either(
    line,
    "trail",
    ALL,
    "Why; of a shipment `return`, of scrapped pieces `test` or `loss`, or in words.",
  ),
  shortfallReason: either(line, "trail", ["receive"], "Why less was received than was shipped."),
  expectedQuantity: entry(
    Quantity,
    "trail",
    ["receive", "refuse", "inspect"],
    "The pieces stated on papers or label.",
  ),
  countedQuantity: entry(
    Quantity,
    "trail",
    ["receive", "refuse", "inspect"],
    "The pieces that were counted.",
  ),
  inspectionResult: either(
    z.enum(["accepted", "conditional", "rejected"]),
    "trail",
    FINDINGS,
    "The decision of incoming inspection.",
  ),
  inspector: either(line, "private", FINDINGS, "The inspector's name."),
  inspectionPlan: either(
    term,
    "trail",
    FINDINGS,
    "The plan or procedure inspected to, such as a sampling standard.",
  ),
  sampleSize: either(Quantity, "trail", FINDINGS, "Pieces inspected."),
  samplesFailed: either(Quantity, "trail", FINDINGS, "Inspected pieces that failed."),
  sealIntact: either(yes, "trail", FINDINGS, "The manufacturer's seal was whole."),
  packageDamaged: either(yes, "trail", FINDINGS, "The package was damaged."),
  labelMatches: either(yes, "trail", FINDINGS, "Label and papers agreed."),
  markingMatches: either(yes, "trail", FINDINGS, "The marking on the part was the manufacturer's."),
  remarks: either(prose, "trail", ALL, "Other remarks, in words."),

  // laboratory
  lab: either(line, "trail", ["inspect", "scrap", "release"], "The laboratory's name."),
  labParty: either(
    Address,
    "trail",
    ["inspect", "scrap", "release"],
    "The laboratory's party on this ledger.",
  ),
  labAccreditation: either(
    term,
    "trail",
    ["inspect", "scrap", "release"],
    "The laboratory's accreditation, such as of ISO/IEC 17025.",
  ),
  testMethod: either(
    term,
    "trail",
    ["inspect", "scrap", "release"],
    "The method, such as a slash sheet of AS6171.",
  ),
  testRiskLevel: either(
    term,
    "trail",
    ["inspect", "scrap", "release"],
    "The risk level tested to.",
  ),
  testResult: either(
    z.enum(["pass", "fail", "inconclusive"]),
    "trail",
    ["inspect", "scrap", "release"],
    "The result of the test.",
  ),
  testReport: either(code, "trail", ["inspect", "scrap", "release"], "The test report's number."),

  // assembly and products
  workOrder: either(
    code,
    "trail",
    ["assemble", "split", "inspect", "scrap"],
    "The work order that used or made the lot.",
  ),
  productName: either(line, "public", ["assemble"], "The product's name."),
  productRevision: either(code, "public", ["assemble"], "The product's revision."),
  bomRevision: either(code, "trail", ["assemble"], "The revision of the bill of materials."),
  productionLine: either(term, "trail", ["assemble"], "The line that used the pieces."),
  referenceDesignators: entry(prose, "trail", ["assemble"], "Where on the board the pieces went."),
  lostPieces: entry(
    Quantity,
    "trail",
    ["assemble"],
    "Of the pieces used, those that were lost on the line and are on no product.",
  ),
  substituteFor: entry(
    code,
    "trail",
    ["assemble"],
    "The part number of the bill of materials that this lot's pieces replaced.",
  ),

  // condition on the way, from a logger
  conditionFrom: either(Time, "trail", FINDINGS, "The first reading, Unix seconds."),
  conditionTo: either(Time, "trail", FINDINGS, "The last reading, Unix seconds."),
  conditionDevice: either(code, "trail", FINDINGS, "The logger's id."),
  conditionSamplingSeconds: either(Quantity, "trail", FINDINGS, "Seconds between readings."),
  conditionLongestGapSeconds: either(
    Quantity,
    "trail",
    FINDINGS,
    "The longest time without a reading.",
  ),
  conditionLogHash: either(Hash, "trail", FINDINGS, "SHA-256 of the logger's file."),
  temperatureMinDeciCelsius: either(
    integer,
    "trail",
    FINDINGS,
    "The lowest temperature, tenths of a degree.",
  ),
  temperatureMaxDeciCelsius: either(
    integer,
    "trail",
    FINDINGS,
    "The highest temperature, tenths of a degree.",
  ),
  humidityMinPercent: either(percent, "trail", FINDINGS, "The lowest relative humidity."),
  humidityMaxPercent: either(percent, "trail", FINDINGS, "The highest relative humidity."),
  shockMaxMilliG: either(Quantity, "trail", FINDINGS, "The hardest shock, thousandths of g."),

  // documents, by SHA-256 of their bytes: that they have not changed, not that they are true
  cocHash: either(Hash, "trail", EVENTS, "SHA-256 of the certificate of conformity."),
  packingListHash: either(Hash, "private", ["ship", ...DOCK], "SHA-256 of the packing list."),
  testReportHash: either(
    Hash,
    "trail",
    ["commission", "introduce", ...FINDINGS],
    "SHA-256 of a test report.",
  ),
  photoHash: either(Hash, "trail", EVENTS, "SHA-256 of a photo."),
  labelHash: either(Hash, "trail", EVENTS, "SHA-256 of the raw text of the scanned label."),
  documentHash: either(Hash, "trail", ALL, "SHA-256 of another document."),
  documentKind: either(code, "trail", ALL, "The kind of that document."),
  documentMediaType: either(code, "trail", ALL, "Its media type."),
  documentIssuer: either(line, "trail", ALL, "The issuer of that document."),
  documentDate: either(day, "trail", ALL, "The day of issue."),

  // notices
  alertReference: shared(
    code,
    "public",
    ["notice", "correction", "hold"],
    "The number of the alert, recall or change notice.",
  ),
  discoveredOn: shared(day, "trail", ["notice", "correction", "hold"], "When it was discovered."),
  effectiveFrom: shared(day, "public", ["notice"], "The first day on which it applies."),
  contact: shared(line, "public", ["notice", "correction"], "The person or office to ask."),
} as const satisfies Record<string, DetailField>;

export type DetailName = keyof typeof DETAIL_FIELDS;
type NamesNotAt<P extends Placement> = {
  [N in DetailName]: (typeof DETAIL_FIELDS)[N]["place"] extends P ? never : N;
}[DetailName];
export type SharedName = NamesNotAt<"entry">;
export type EntryName = NamesNotAt<"shared">;

const names = Object.keys(DETAIL_FIELDS) as DetailName[];
/** The fields that may be beside the entries. */
export const SHARED_NAMES = names.filter(
  (name) => DETAIL_FIELDS[name].place !== "entry",
) as SharedName[];
/** The fields that may be in an entry's own object. */
export const ENTRY_NAMES = names.filter(
  (name) => DETAIL_FIELDS[name].place !== "shared",
) as EntryName[];

/** The fields of a correction that are about the correction itself, and not about the parts. */
const ABOUT_CORRECTION: readonly DetailName[] = [
  "reason",
  "remarks",
  "documentHash",
  "documentKind",
  "documentMediaType",
  "documentIssuer",
  "documentDate",
  "alertReference",
  "discoveredOn",
  "contact",
];
/** The fields that a correction can state anew. */
export const CORRECTABLE: readonly DetailName[] = names.filter((name) => {
  const { on }: DetailField = DETAIL_FIELDS[name];
  return on.includes("correction") && !ABOUT_CORRECTION.includes(name);
});
