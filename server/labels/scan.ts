// Finds the lots that a label can mean, and judges the lot where there is only one, else the label alone.
import { ProtocolError } from "../../protocol/base/errors.ts";
import type { Expected } from "../../protocol/label/expected.ts";
import { readLabel } from "../../protocol/label/label.ts";
import { idsBefore } from "../../protocol/label/mistyped.ts";
import type { LabelReading } from "../../protocol/label/reading.ts";
import type { KindName } from "../../protocol/label/kinds.ts";
import { areAmong, isSameCode } from "../../protocol/label/several.ts";
import { type Read, textsOf } from "../../protocol/label/values.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { SessionScan } from "../../protocol/verdict/facts.ts";
import type { ObservationIn, Verdict } from "../../protocol/verdict/verdict.ts";
import type { WhyAlone } from "../../protocol/verify/unregistered.ts";
import { MAX_CANDIDATES, type ScanReason, type ScanView } from "../../api/scan.ts";
import type { Lot, Prisma } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { type LabelAsk, labelVerdict } from "../verdict/label.ts";
import { keepInSession, packageNames } from "../verdict/sessions.ts";
import { keepSighting } from "../verdict/sightings.ts";
import { verdictOf } from "../verdict/verdict.ts";
import { lotsWithWords, wordsOf } from "../custody/search.ts";
import { visibleLots as seenRows } from "../custody/lot-columns.ts";
import { lotViews } from "../custody/views.ts";
import { lotsFor, type Reader } from "../access/visibility.ts";

/** Why a label does not name a single lot, and what to do. */
const WHY_NOT = {
  LABEL_REFUSED: "The label could not be read. Scan it again.",
  OTHER_LEDGER:
    "The link on this label leads to a lot of another ledger, or does not name its ledger. Open the link, or scan only the label's other codes.",
  NO_LOT_ON_LABEL:
    "This label does not name a lot. Scan the manufacturer's label, or pick the line of the packing list.",
  NOT_KNOWN:
    "The label does not match any lot that you may see. Scan the package's other labels, or ask the sender whether it registered the lot and shipped it to you.",
  SEVERAL_LOTS:
    "The label matches several lots. Pick the one whose package id and quantity are on the package.",
} as const satisfies Record<ScanReason, string>;

/** What is scanned. */
export interface ToScan {
  /** The text of one code, or the texts of all codes of one label. */
  label: string | readonly string[];
  /** Whether the scan is kept as a sighting by the reader's party. A key that only reads leaves nothing behind. */
  isKept?: boolean;
  /** Where it is scanned, in the reader's own words. */
  place?: string | undefined;
  /** The session that the scan is part of: a name that the party's scans share. */
  session?: string | undefined;
  /** What was ordered. */
  expected?: Expected | undefined;
}

/**
 * Reads a label, finds the lots that it can mean and the reader may see, and judges the lot where there is only one, else the
 * label alone. Stores the scan of a lot that the reader's party sees as a sighting.
 */
export async function scan(
  ctx: Context,
  reader: Reader,
  { label, expected, ...how }: ToScan,
): Promise<ScanView> {
  const reading = readLabel(label);
  if (reading.status === "refused") return withoutLot("LABEL_REFUSED", reading);
  const result = await findLots(ctx, reader, reading);
  const lots = typeof result === "string" ? [] : result.slice(0, MAX_CANDIDATES);
  const only = lots.length === 1 ? lots[0] : undefined;
  const session = await keepScan(ctx, reader, reading, only, how);
  const ask = { reader, label: reading, expected: expected ?? null, session };
  if (only) {
    const candidates = await lotViews(ctx.prisma, lots, reader);
    const verdict = await verdictOf(ctx, only.id, ask);
    const { comparison } = verdict;
    return { reading, candidates, more: false, why: null, message: null, comparison, verdict };
  }
  if (typeof result === "string")
    return withoutLot(result, reading, await judgeAlone(ctx, result, ask));
  return {
    ...withoutLot("SEVERAL_LOTS", reading, await judgeAlone(ctx, "SEVERAL_LOTS", ask)),
    candidates: await lotViews(ctx.prisma, lots, reader),
    more: result.length > lots.length,
  };
}

const withoutLot = (
  why: ScanReason,
  reading: LabelReading,
  verdict: Verdict | null = null,
): ScanView => ({
  reading,
  candidates: [],
  more: false,
  why,
  message: reading.status === "refused" ? reading.message : WHY_NOT[why],
  comparison: verdict?.comparison ?? null,
  verdict,
});

/**
 * Stores that a label was scanned: where, and in its session. If that fails, the caller still gets the answer.
 * @param lot the only lot that the label can mean
 * @returns whether the label was scanned before in the session; undefined without a session
 */
async function keepScan(
  { prisma, clock, log }: Context,
  { party, byGrant }: Reader,
  label: Read,
  lot: Lot | undefined,
  { isKept = false, place = "", session }: Omit<ToScan, "label" | "expected">,
): Promise<SessionScan | undefined> {
  const notKept = session === undefined ? undefined : ({ notCounted: "not kept" } as const);
  // Anyone may have the link. The operator is not where the packages are.
  if (!isKept || byGrant || party === null) return notKept;
  try {
    const time = clock();
    if (lot) await keepSighting(prisma, { lot: lot.id, party, place, time });
    if (session === undefined) return undefined;
    return await keepInSession(prisma, { party, session, names: packageNames(label, lot), time });
  } catch (error) {
    log.warn({ err: error, lot: lot?.id }, "a scan could not be stored");
    return notKept;
  }
}

/** Why a label without a single lot is judged alone. */
const ALONE = {
  OTHER_LEDGER: "LOT_OF_OTHER_LEDGER",
  NO_LOT_ON_LABEL: "LOT_NOT_NAMED",
  NOT_KNOWN: "LOT_NOT_KNOWN",
  SEVERAL_LOTS: "LOT_NOT_SINGLE",
} as const satisfies Partial<Record<ScanReason, WhyAlone>>;

/** Kinds of fields that only lead to a lot and say nothing of the parts. */
const OF_LINK: readonly KindName[] = ["lot", "chainId", "ledger", "labelCode"];

/**
 * Judges a label by what it says. Of a link to a lot that the reader does not see, only what the ledger publishes counts: whether
 * this service has the lot is not for the reader.
 * @returns null where the label says nothing that can be judged
 */
async function judgeAlone(
  ctx: Context,
  why: keyof typeof ALONE,
  ask: Omit<LabelAsk, "lot" | "observed">,
): Promise<Verdict | null> {
  const { label } = ask;
  const saysMore = label.fields.some(({ kind }) => !OF_LINK.includes(kind));
  const namesPart = textsOf(label, "mpn", "orderCode").length > 0;
  if (why === "NO_LOT_ON_LABEL" ? !namesPart : why === "OTHER_LEDGER" && !saysMore) return null;
  const [lot, other] = why === "NOT_KNOWN" ? textsOf(label, "lot") : [];
  if (lot === undefined || other !== undefined) return labelVerdict(ctx, ALONE[why], ask);
  const observed = await checkIssued(ctx, lot);
  return labelVerdict(ctx, ALONE[why], { ...ask, lot, observed });
}

/** Whether the ledger has the lot. If the node does not answer, the verdict says so in any case. */
async function checkIssued(
  { reader: ledger }: Context,
  lot: string,
): Promise<ObservationIn<"service">[]> {
  try {
    const { hash } = await ledger.head();
    const [words] = await ledger.words([lot], hash);
    return words?.word === ZERO_HASH ? [{ code: "LOT_NOT_ISSUED", lot, field: "label.lot" }] : [];
  } catch (error) {
    if (error instanceof ProtocolError) return [];
    throw error;
  }
}

/* WHICH LOT */

/**
 * Looks for the most certain first: a link to one lot, then the package's id, then the manufacturer's lot. An MPN does not name
 * a lot.
 */
async function findLots(
  { prisma, domain }: Context,
  reader: Reader,
  reading: Read,
): Promise<Lot[] | keyof typeof ALONE> {
  const linked = textsOf(reading, "lot");
  if (linked.length > 0) {
    const isOurs = (kind: KindName, ours: string) => textsOf(reading, kind).join() === ours;
    if (!isOurs("chainId", String(domain.chainId)) || !isOurs("ledger", domain.ledger))
      return "OTHER_LEDGER";
    return orUnknown(await visibleLots(prisma, reader, { id: { in: linked } }));
  }
  const packages = textsOf(reading, "packageId", "licencePlate");
  const makerLots = textsOf(reading, "makerLot", "furtherLot");
  if (packages.length + makerLots.length === 0) return "NO_LOT_ON_LABEL";
  const mpns = textsOf(reading, "mpn", "orderCode");
  const byNumber = { lotNumber: { in: packages } };
  const byMakerLot = { makerLot: { in: makerLots } };
  for (const where of [
    ...(packages.length > 0 ? [byNumber] : []),
    ...(makerLots.length > 0 ? [byMakerLot] : []),
  ]) {
    // Without a better match a lot with another MPN is shown: the reader should see that the MPN differs.
    for (const stricter of mpns.length > 0 ? [{ ...where, mpn: { in: mpns } }, where] : [where]) {
      const lots = await visibleLots(prisma, reader, stricter);
      if (lots.length === 0) continue;
      return lots.length > 1 ? ofPackage(lots, packages, idsBefore(reading)) : lots;
    }
  }
  for (const find of [
    () => visibleLots(prisma, reader, { packageId: { in: packages } }),
    () => similarLots(prisma, reader, packages, makerLots),
    () => mistypedLots(prisma, reader, idsBefore(reading)),
  ]) {
    const lots = await find();
    if (lots.length > 0) return lots;
  }
  return "NOT_KNOWN";
}

/**
 * Of several lots of one manufacturer's lot, those with a package id on the label, or with one as it was before it was
 * mistyped.
 */
function ofPackage(lots: Lot[], packages: readonly string[], before: readonly string[]): Lot[] {
  const same = lots.filter((lot) => packages.includes(lot.packageId ?? ""));
  if (same.length > 0) return same;
  const meant = lots.filter((lot) =>
    [lot.lotNumber, lot.packageId].some((id) => id !== null && before.includes(id)),
  );
  return meant.length > 0 ? meant : lots;
}

/** The most codes of a label that are looked up word by word. */
const MAX_LOOKED_UP = 4;

/**
 * The visible lots whose record has a code in another case, for Code 39 has capitals only, or among several: a package that holds
 * several manufacturer's lots is found by each of them.
 */
async function similarLots(
  db: Db,
  reader: Reader,
  packages: readonly string[],
  makerLots: readonly string[],
): Promise<Lot[]> {
  const similar = new Map<string, Lot>();
  for (const code of [...packages, ...makerLots].slice(0, MAX_LOOKED_UP)) {
    const keep = (rows: readonly Lot[]) => seenRows(db, reader, rows);
    const list = { where: lotsFor(reader), take: MAX_CANDIDATES + 1, keep };
    for (const lot of (await lotsWithWords(db, list, wordsOf(code))).rows) {
      const own = [lot.lotNumber, lot.packageId].filter((id) => id !== null);
      const isPackage = packages.includes(code) && own.some((id) => isSameCode(id, code));
      const isOfLot =
        makerLots.includes(code) &&
        lot.makerLot !== null &&
        areAmong([code], lot.makerLot) !== false;
      if (isPackage || isOfLot) similar.set(lot.id, lot);
    }
  }
  return [...similar.values()];
}

/** The visible lots with an id that another keyboard layout made what was scanned. The verdict says so. */
function mistypedLots(db: Db, reader: Reader, ids: readonly string[]): Promise<Lot[]> {
  const given = { in: [...ids] };
  return visibleLots(db, reader, { OR: [{ lotNumber: given }, { packageId: given }] });
}

const orUnknown = (lots: Lot[]): Lot[] | keyof typeof ALONE =>
  lots.length > 0 ? lots : "NOT_KNOWN";

type Codes = Partial<Record<"makerLot" | "mpn", { in: string[] }>>;

/** The lots that match and that the reader may see, one more than an answer lists. */
async function visibleLots(
  db: Db,
  reader: Reader,
  where: Prisma.LotWhereInput & Codes,
): Promise<Lot[]> {
  const orderBy = [{ sequence: "asc" } as const, { id: "asc" } as const];
  const { makerLot, mpn, ...rest } = where;
  const isByFacts = (makerLot ?? mpn) !== undefined;
  if (!isByFacts || reader.party === null)
    return db.lot.findMany({
      where: { AND: [where, lotsFor(reader)] },
      orderBy,
      take: MAX_CANDIDATES + 1,
    });
  // A corrected row can state what a reader that handed the lot on does not see: it is compared with what the reader sees.
  const rows = await db.lot.findMany({
    where: {
      AND: [rest, { OR: [{ ...where, corrected: false }, { corrected: true }] }, lotsFor(reader)],
    },
    orderBy,
    take: MAX_COMPARED,
  });
  const seen = await seenRows(db, reader, rows);
  const fits = (lot: Lot) =>
    (makerLot?.in.includes(lot.makerLot ?? "") ?? true) &&
    (mpn?.in.includes(lot.mpn ?? "") ?? true);
  return seen.filter(fits).slice(0, MAX_CANDIDATES + 1);
}

/** Lots that are compared as the reader sees them. */
const MAX_COMPARED = 1_000;
