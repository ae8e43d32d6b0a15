// Reads the parts of a trail from their origins. Alerts, authorisations and other lots are compared with them.
import { ACTIONS } from "../event/event.ts";
import { readDateCode } from "../label/dates.ts";
import type { Case } from "./case.ts";
import { AFTER_ALL } from "../chain/place.ts";
import { type Origin, identityOf } from "./identity.ts";

/** The first and last day of manufacture, as `YYYY-MM-DD`. */
export interface Days {
  from: string;
  to: string;
}

/** One kind of parts in the trail. A field is null if the origin does not state it or withholds it. */
export interface Part {
  /** The lot that the origin made. */
  lot: string;
  /** The party that signed the origin. */
  party: string;
  manufacturer: string | null;
  mpn: string | null;
  makerLot: string | null;
  /** Null also if the date code cannot be read. */
  days: Days | null;
}

/** The parts of the lot and of every lot it was made from, each origin once, the lot's own first. */
export function partsOf(subject: Case): Part[] {
  const { identities, replay, trail } = subject;
  const own = identities.origins.get(trail.lot);
  const all = [
    ...(own ? [own] : []),
    ...[...replay.ancestry.lots].flatMap((lot) => identities.origins.get(lot) ?? []),
  ];
  const origins = new Map(all.map((origin) => [origin.lot, origin]));
  return [...origins.values()].map((origin) => partOf(subject, origin));
}

function partOf(subject: Case, origin: Origin): Part {
  const { manufacturer, mpn, makerLot, dateCode } = identityOf(subject.identities, origin.lot);
  const party = origin.by.event.actor;
  return {
    lot: origin.lot,
    party,
    mpn,
    makerLot,
    manufacturer: manufacturer ?? makerName(subject, origin),
    days: dateCode === null ? null : daysOf(dateCode, formatOf(subject, origin)),
  };
}

/** The maker's name on the ledger, for an origin that states no manufacturer. Null if the origin withholds it. */
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

/** Whether two part numbers or lot codes are the same, to the last character, ignoring case. */
export const isSameCode = (one: string, other: string): boolean =>
  one.trim().toUpperCase() === other.trim().toUpperCase();
