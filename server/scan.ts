// From a label to the lot that it names: which lots its text can mean, and what of it the record says otherwise.
import { readLabel } from "../protocol/label.ts";
import { type DateCode, type DateFormat, datesMeet, readDateCode } from "../protocol/label/dates.ts";
import type { KindName } from "../protocol/label/kinds.ts";
import type { LabelReading } from "../protocol/label/reading.ts";
import type { Verdict } from "../protocol/verdict.ts";
import type { Lot, Prisma } from "../prisma/generated/client.ts";
import type { Context } from "./context.ts";
import type { Db } from "./db.ts";
import { factsOf, type LotFacts } from "./lot-facts.ts";
import { verdictOf } from "./verdict.ts";
import { type LotView, lotViews } from "./views.ts";
import { lotsFor, type Reader } from "./visibility.ts";

/** Lots that one label may mean, before a person has to look for another way. */
export const MAX_CANDIDATES = 20;

/** Why a label does not name one lot, with what to do about it. */
export const WHY_NOT = {
  LABEL_REFUSED: "The label could not be read: scan it again.",
  OTHER_LEDGER:
    "The link on this label is to a lot of another ledger, or does not say of which: open the link, or scan the label's other codes alone.",
  NO_LOT_ON_LABEL: "This bag's label carries no lot: scan the maker's label or pick the packing-list line.",
  NOT_KNOWN:
    "You see no lot that this label can mean: scan the package's other labels, or ask the sender whether it registered and shipped the lot to you.",
  SEVERAL_LOTS: "The label fits several lots: pick the one whose package id and quantity are on the package.",
} as const;
export type WhyNot = keyof typeof WHY_NOT;
export const WHY_NOTS = Object.keys(WHY_NOT) as [WhyNot, ...WhyNot[]];

export const COMPARED_FIELDS = [
  ...(["packageId", "manufacturer", "mpn", "makerLot", "dateCode"] as const),
  ...(["quantity", "countryOfOrigin", "msl"] as const),
] as const;
type ComparedField = (typeof COMPARED_FIELDS)[number];

export interface Compared {
  field: ComparedField;
  /** What the label says; several different values with commas between. */
  scanned: string | number | null;
  recorded: string | number | null;
  /** Null where one side says nothing, or nothing that can be compared. */
  agrees: boolean | null;
}

export interface Scanned {
  reading: LabelReading;
  candidates: LotView[];
  /** Whether there are more candidates than these. */
  more: boolean;
  why: WhyNot | null;
  message: string | null;
  comparison: Compared[] | null;
  verdict: Verdict | null;
}

/** Reads a label, finds the lots that the reader sees and it can mean, and judges the lot where it is one. */
export async function scan(ctx: Context, reader: Reader, label: string | readonly string[]): Promise<Scanned> {
  const reading = readLabel(label);
  const none = (why: WhyNot, message: string = WHY_NOT[why]): Scanned => ({
    ...{ reading, candidates: [], more: false, why, message, comparison: null, verdict: null },
  });
  if (reading.status === "refused") return none("LABEL_REFUSED", reading.message);
  const found = await findLots(ctx, reader, reading);
  if (typeof found === "string") return none(found);

  const lots = found.slice(0, MAX_CANDIDATES);
  const candidates = await lotViews(ctx.prisma, lots);
  const [lot, other] = lots;
  if (!lot || other) {
    const more = found.length > lots.length;
    return { ...none("SEVERAL_LOTS"), candidates, more };
  }
  const [facts, verdict] = await Promise.all([factsOf(ctx.prisma, reader, lot), verdictOf(ctx, lot.id)]);
  const comparison = compare(reading, lot, facts);
  return { ...{ reading, candidates, more: false, why: null, message: null }, comparison, verdict };
}

/* WHICH LOT */

type Read = Extract<LabelReading, { status: "read" }>;

/** The different values that a label has of some kinds. */
function saidOf({ fields }: Read, ...kinds: KindName[]): (string | number | DateCode)[] {
  const values = fields.flatMap(({ kind, value }) => (kinds.includes(kind) && value !== null ? [value] : []));
  return [...new Map(values.map((value) => [typeof value === "object" ? value.raw : value, value])).values()];
}
const textsOf = (reading: Read, ...kinds: KindName[]) => saidOf(reading, ...kinds).map(String);

/** The surest first: a link to one lot, then the package's id, then the maker's lot. An MPN names no lot. */
async function findLots({ prisma, domain }: Context, reader: Reader, reading: Read): Promise<Lot[] | WhyNot> {
  const linked = textsOf(reading, "lot");
  if (linked.length > 0) {
    const isOurs = (kind: KindName, ours: string) => textsOf(reading, kind).join() === ours;
    if (!isOurs("chainId", String(domain.chainId)) || !isOurs("ledger", domain.ledger)) return "OTHER_LEDGER";
    return orUnknown(await seen(prisma, reader, { id: { in: linked } }));
  }
  const packages = textsOf(reading, "packageId", "licencePlate");
  const makerLots = textsOf(reading, "makerLot", "furtherLot");
  if (packages.length + makerLots.length === 0) return "NO_LOT_ON_LABEL";
  const mpns = textsOf(reading, "mpn", "orderCode");
  const byNumber = { lotNumber: { in: packages } };
  const byMakerLot = { makerLot: { in: makerLots } };
  for (const where of [...(packages.length > 0 ? [byNumber] : []), ...(makerLots.length > 0 ? [byMakerLot] : [])]) {
    // A lot with another MPN is shown where there is no better one: that its MPN differs is worth knowing.
    for (const narrower of mpns.length > 0 ? [{ ...where, mpn: { in: mpns } }, where] : [where]) {
      const lots = await seen(prisma, reader, narrower);
      if (lots.length === 0) continue;
      const same = lots.length > 1 ? await withPackageId(prisma, reader, lots, packages) : [];
      return same.length > 0 ? same : lots;
    }
  }
  const words = packages.map((id) => ({ text: { contains: id.toLowerCase().replace(/[\\%_]/g, "\\$&") } }));
  if (words.length === 0) return "NOT_KNOWN";
  return orUnknown(await withPackageId(prisma, reader, await seen(prisma, reader, { OR: words }), packages));
}

/** Those of some lots whose package has one of these ids, beside its lot number. */
async function withPackageId(
  db: Db,
  reader: Reader,
  lots: readonly Lot[],
  packages: readonly string[],
): Promise<Lot[]> {
  if (packages.length === 0) return [];
  const facts = await Promise.all(lots.map((lot) => factsOf(db, reader, lot)));
  return lots.filter((_, i) => packages.includes(facts[i]!.packageId ?? ""));
}

const orUnknown = (lots: Lot[]): Lot[] | WhyNot => (lots.length > 0 ? lots : "NOT_KNOWN");

/** The lots of these that a reader sees, one more than are shown. */
function seen(db: Db, reader: Reader, where: Prisma.LotWhereInput): Promise<Lot[]> {
  return db.lot.findMany({
    where: { AND: [where, lotsFor(reader)] },
    orderBy: [{ sequence: "asc" }, { id: "asc" }],
    take: MAX_CANDIDATES + 1,
  });
}

/* WHAT DIFFERS */

interface Side {
  shown: string | number | null;
  agrees: boolean | null;
}

/** Sets what a label says beside what the record says. */
export function compare(reading: Read, lot: Lot, facts: LotFacts): Compared[] {
  const quantity = Number(lot.quantity);
  const packageIds = [lot.lotNumber, facts.packageId ?? null].filter((id) => id !== null);
  const recorded: Record<ComparedField, string | number | null> = {
    packageId: packageIds[0] ?? null,
    manufacturer: lot.manufacturer,
    mpn: lot.mpn,
    makerLot: lot.makerLot,
    dateCode: lot.dateCode,
    quantity,
    countryOfOrigin: facts.countryOfOrigin === "AA" ? "mixed" : (facts.countryOfOrigin ?? null),
    msl: facts.msl ?? null,
  };
  const same = (field: ComparedField, kinds: KindName[] = [field], equal?: (value: string | number) => boolean) => {
    const values = saidOf(reading, ...kinds).map((value) => (typeof value === "object" ? value.raw : value));
    const isUnknown = recorded[field] === null || values.length === 0;
    return {
      shown: shownOf(values),
      agrees: isUnknown ? null : values.every(equal ?? ((value) => value === recorded[field])),
    };
  };
  // A package may carry an id of everybody who had it in hand: one that is ours is enough.
  const ids = textsOf(reading, "packageId", "licencePlate");
  const isOurs = ids.some((id) => packageIds.includes(id));
  const sides: Record<ComparedField, Side> = {
    packageId: same("packageId", ["packageId", "licencePlate"], () => isOurs),
    manufacturer: same("manufacturer", undefined, (name) => plain(name) === plain(lot.manufacturer!)),
    mpn: same("mpn"),
    makerLot: same("makerLot", ["makerLot", "furtherLot"]),
    dateCode: datesSide(reading, lot.dateCode, facts),
    quantity: same("quantity"),
    countryOfOrigin: same("countryOfOrigin"),
    msl: same("msl"),
  };
  return COMPARED_FIELDS.map((field) => {
    const { shown, agrees } = sides[field];
    return { field, scanned: shown, recorded: recorded[field], agrees };
  });
}

const shownOf = (values: readonly (string | number)[]) => (values.length > 1 ? values.join(", ") : (values[0] ?? null));
/** Names of makers are written in many ways: case and blanks at least do not count. */
const plain = (name: string | number) => String(name).toLowerCase().replaceAll(/\s+/g, " ");

function datesSide(reading: Read, recorded: string | null, facts: LotFacts): Side {
  const own = saidOf(reading, "dateCode");
  const said = (own.length > 0 ? own : saidOf(reading, "productionDate")) as DateCode[];
  const agree = recorded === null ? [] : said.map((each) => dateAgrees(each, recorded, facts));
  const agrees = agree.length === 0 || agree.includes(null) ? null : true;
  return { shown: shownOf(said.map(({ raw }) => raw)), agrees: agree.includes(false) ? false : agrees };
}

/** Whether a date on a label and the recorded one can be the same time; null where one of them cannot be read. */
function dateAgrees(said: DateCode, recorded: string, { dateCodeNewest, dateCodeFormat = "YYWW" }: LotFacts) {
  // The maker's own form is for nobody to read, and everybody to compare.
  const formats: DateFormat[] = dateCodeFormat === "other" ? [] : [dateCodeFormat];
  const oldest = readDateCode(recorded, formats);
  const newest = readDateCode(dateCodeNewest ?? recorded, formats);
  const isMixed = oldest.mixed || newest.raw !== oldest.raw;
  if (said.raw.trim() === recorded.trim() && !isMixed) return true;
  if (said.certainty === "none") return said.mixed ? isMixed : null;
  const [from, to] = [oldest.readings[0], newest.readings[0]];
  if (!from || !to || said.readings.length === 0) return said.raw.trim() === recorded.trim() ? true : null;
  return datesMeet(said, { ...oldest, readings: [{ ...from, to: to.to }] });
}
