// The parts that a trail is about, as their origins tell of them: what alerts, authorisations and other lots are held against.
import { ACTIONS } from "../event/event.ts";
import { readDateCode } from "../label/dates.ts";
import type { Case } from "./case.ts";
import { AFTER_ALL } from "./chain.ts";
import { type Origin, identityOf } from "./identity.ts";

/** Days of manufacture, both inclusive, as `YYYY-MM-DD`. */
export interface Days {
  from: string;
  to: string;
}

/** One kind of parts of the trail. What is null its origin does not say, or it is withheld. */
export interface Part {
  /** The lot that its origin made. */
  lot: string;
  /** The party that brought the pieces into being. */
  party: string;
  manufacturer: string | null;
  mpn: string | null;
  makerLot: string | null;
  /** Null also where the date code cannot be read. */
  days: Days | null;
}

/** The parts of the lot and of everything that it was made of, each origin once, the lot's own first. */
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

/** A maker need not say who it is: then its name on the ledger stands for it, unless it withholds what it said. */
function makerName({ identities, chain }: Case, { by, index }: Origin): string | null {
  const says = identities.stated(by, index, "manufacturer");
  if (says !== undefined || by.event.action === ACTIONS.introduce) return null;
  return chain?.registry.party(by.event.actor, AFTER_ALL)?.name ?? null;
}

function formatOf({ identities }: Case, { by, index }: Origin): string {
  const says = identities.stated(by, index, "dateCodeFormat");
  return says === undefined ? "YYWW" : "value" in says ? says.value : "other";
}

const READABLE = ["YYWW", "YYYYWW", "YYMMDD", "YYYYMMDD", "YYYY-MM", "YYYY-MM-DD"] as const;

/** The days that a date code stands for; null where it cannot be read, or stands for several dates. */
export function daysOf(dateCode: string, format: string): Days | null {
  const readable = READABLE.find((name) => name === format);
  const { readings, mixed } = readDateCode(dateCode, readable ? [readable] : []);
  const [reading] = readings;
  return reading && !mixed ? { from: reading.from, to: reading.to } : null;
}

/** Names of companies are written in many ways: without case, points, commas, hyphens and more than one blank. */
const plainName = (name: string): string =>
  name
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\s.,'’-]+/gu, " ")
    .trim();

/** Whether two names can be one company's or one brand's. */
export const isSameName = (one: string, other: string): boolean =>
  plainName(one) === plainName(other);

/** Whether two part numbers, or two lot codes, are the same: exact to the suffix, whatever the case. */
export const isSameCode = (one: string, other: string): boolean =>
  one.trim().toUpperCase() === other.trim().toUpperCase();
