// Reads the parts of a trail from their origins. Alerts, authorisations and other lots are compared with them.
import { ACTIONS } from "../event/event.ts";
import { type DateCode, readDateCode } from "../label/dates.ts";
import { datesOf, textsOf } from "../label/values.ts";
import { labelOf } from "./label.ts";
import type { Case } from "./case.ts";
import { AFTER_ALL } from "../chain/place.ts";
import { earlierIdentities } from "./corrections.ts";
import { type Origin, identityOf } from "./identity.ts";

/** The first and last day of manufacture, as `YYYY-MM-DD`. */
export interface Days {
  from: string;
  to: string;
}

/** One kind of parts in the trail, or on a label without a trail. A field is null if it is not stated or is withheld. */
export interface Part {
  /** The lot that the origin made. */
  lot: string;
  /** The party that made the pieces. Null if another party introduced them. */
  maker: string | null;
  manufacturer: string | null;
  mpn: string | null;
  makerLot: string | null;
  /**
   * Of each stated date the days from the oldest to the newest piece, in every way to read them: several where the date is
   * ambiguous, none where it cannot be read.
   */
  dates: readonly (readonly Days[])[];
}

/**
 * The parts of the lot and of every lot it was made from, each origin once, the lot's own first. Without a record, those that the
 * label names.
 */
export function partsOf(subject: Case): Part[] {
  return subject.hasRecord
    ? originsOf(subject).map((origin) => partOf(subject, origin))
    : partsOnLabel(subject);
}

/** The parts of corrected lots as each value before the last correction stated them: somebody may have relied on it. */
export function earlierParts(subject: Case): Part[] {
  const { corrections, firstIdentities } = subject;
  const byLot = Map.groupBy(corrections.facts, ({ lot }) => lot);
  return originsOf(subject).flatMap((origin) =>
    earlierIdentities(firstIdentities, byLot.get(origin.lot) ?? [], subject).map((identities) =>
      partOf({ ...subject, identities }, origin),
    ),
  );
}

/** The origins of the lot and of every lot it was made from. */
function originsOf({ identities, replay, trail }: Case): Origin[] {
  const own = identities.origins.get(trail.lot);
  const all = [
    ...(own ? [own] : []),
    ...[...replay.ancestry.lots].flatMap((lot) => identities.origins.get(lot) ?? []),
  ];
  return [...new Map(all.map((origin) => [origin.lot, origin])).values()];
}

function partOf(subject: Case, origin: Origin): Part {
  const { manufacturer, mpn, makerLot, dateCode } = identityOf(subject.identities, origin.lot);
  const { action, actor } = origin.by.event;
  return {
    lot: origin.lot,
    maker: action === ACTIONS.introduce ? null : actor,
    mpn,
    makerLot,
    manufacturer: manufacturer ?? makerName(subject, origin),
    dates: dateCode === null ? [] : [[spanOf(subject, origin, dateCode) ?? []].flat()],
  };
}

/** Part numbers, lots and dates of one label that are compared: it bounds the work for a hostile label. */
const MAX_ON_LABEL = 8;

/** The parts that a label names: its printer's claim. With more values than are compared, a part or its field is not known. */
function partsOnLabel(subject: Case): Part[] {
  const label = labelOf(subject) ?? { fields: [] };
  const numbers = textsOf(label, "mpn", "orderCode");
  const names = textsOf(label, "manufacturer");
  const lots = textsOf(label, "makerLot", "furtherLot");
  const dates = datesOf(label).map(readingsOf);
  const common = {
    lot: subject.trail.lot,
    // Anyone can print a manufacturer's name, so nobody counts as the manufacturer.
    maker: null,
    manufacturer: names.length === 1 ? names[0]! : null,
    makerLot: lots.length > 0 && lots.length <= MAX_ON_LABEL ? lots.join(", ") : null,
    dates: dates.length > MAX_ON_LABEL ? [] : dates,
  };
  const isWhole = numbers.length > 0 && numbers.length <= MAX_ON_LABEL;
  const mpns = [...numbers.slice(0, MAX_ON_LABEL), ...(isWhole ? [] : [null])];
  return mpns.map((mpn) => ({ ...common, mpn }));
}

/** The days that a label's date stands for. None of a mix whose dates it does not name. */
const readingsOf = ({ mixed, readings }: DateCode): Days[] =>
  readings
    .filter(({ format }) => !mixed || format === "YYWWYYWW")
    .map(({ from, to }) => ({ from, to }));

/** The days from the oldest to the newest date code of an origin. Null if one of them cannot be read, or is withheld. */
function spanOf(subject: Case, origin: Origin, dateCode: string): Days | null {
  const format = formatOf(subject, origin);
  const oldest = daysOf(dateCode, format);
  const detail = subject.identities.stated(origin.by, origin.index, "dateCodeNewest");
  if (!detail) return oldest;
  const newest = "value" in detail ? daysOf(detail.value, format) : null;
  return oldest && newest && { from: oldest.from, to: newest.to };
}

/** The manufacturer's name on the ledger, for an origin that states no manufacturer. Null if the origin withholds it. */
function makerName({ identities, chain }: Case, { by, index }: Origin): string | null {
  const detail = identities.stated(by, index, "manufacturer");
  if (detail !== undefined || by.event.action === ACTIONS.introduce) return null;
  return chain?.registry.party(by.event.actor, AFTER_ALL)?.name ?? null;
}

function formatOf({ identities }: Case, { by, index }: Origin): string {
  const detail = identities.stated(by, index, "dateCodeFormat");
  return detail === undefined ? "YYWW" : "value" in detail ? detail.value : "other";
}

const READABLE = ["YYWW", "YYYYWW", "YYMMDD", "YYYYMMDD", "YYYY-MM", "YYYY-MM-DD"] as const;

/** The days that a date code stands for. Null if it cannot be read or stands for several dates. */
export function daysOf(dateCode: string, format: string): Days | null {
  const readable = READABLE.find((name) => name === format);
  const { readings, mixed } = readDateCode(dateCode, readable ? [readable] : []);
  const [reading] = readings;
  return reading && !mixed ? { from: reading.from, to: reading.to } : null;
}

/** Normalises a company's name, which people write in many ways: ignores case, points, commas, hyphens and extra blanks. */
const plainName = (name: string): string =>
  name
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\s.,'’-]+/gu, " ")
    .trim();

/** Whether two names can belong to the same company or brand. */
export const isSameName = (one: string, other: string): boolean =>
  plainName(one) === plainName(other);

/** The legal forms of companies, as the last words of a name in its plain form. */
export const LEGAL_FORMS: ReadonlySet<string> = new Set(
  (
    "incorporated|inc|corporation|corp|company|co|limited|ltd|llc|llp|lp|plc|private|pvt|pte|pty|gmbh|mbh|ug|ag|kg|kgaa|ohg|" +
    "se|sa|sas|sarl|srl|spa|nv|bv|ab|asa|as|aps|oy|oyj|kft|zrt|doo|sro|ooo|oao|pao|kk|bhd|sdn bhd|sp z o o|spolka z o o|de c v|" +
    "de r l|l l c|l l p|p l c|s a|s a s|s r l|s p a|s r o|d o o|n v|b v|a s|k k|&|and|kabushiki kaisha|kabushiki gaisha|godo kaisha"
  ).split("|"),
);
const MOST_WORDS = 4;
/** Legal forms that are written without a blank, behind a name or in front of it. */
const JOINED_FORMS =
  /^(株式会社|有限会社|주식회사)\s*|\s*(股份有限公司|有限责任公司|有限公司|株式会社|有限会社|주식회사)$/gu;

/** A name in the plain form, without the legal form of the company. A name that is nothing else keeps its first word. */
function withoutLegalForm(name: string): string {
  const plain = plainName(name).replaceAll(/[()/]/g, " ").trim().replace(JOINED_FORMS, "");
  let words = plain.split(/\s+/);
  for (;;) {
    const counts = Array.from({ length: Math.min(MOST_WORDS, words.length - 1) }, (_, i) => i + 1);
    const count = counts.findLast((each) => LEGAL_FORMS.has(words.slice(-each).join(" ")));
    if (count === undefined) return words.join(" ");
    words = words.slice(0, -count);
  }
}

/**
 * Whether two names differ at most in the legal form of the company: `Vellore`, `Vellore Pvt. Ltd.`. They may be two companies
 * (a German and an American one of the same name), so a person has to compare them. Never take it for the same name where that
 * would let a party through.
 */
export const mayBeSameCompany = (one: string, other: string): boolean =>
  withoutLegalForm(one) === withoutLegalForm(other);

export { isSameCode } from "../label/several.ts";
