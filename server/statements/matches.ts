// Finds the lots that new alerts apply to, among those that their issuer sees, so that an alert that matches nothing is noticed.
// Compares as rule V26 does, with its own function.
import type { AlertMatches } from "../../api/statements.ts";
import { ACTIONS } from "../../protocol/event/event.ts";
import type { EntryDetails } from "../../protocol/event/details.ts";
import type { Alert } from "../../protocol/event/statement.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { listed } from "../../protocol/label/several.ts";
import { caseOf } from "../../protocol/verify/foresee.ts";
import { type Part, partsOf } from "../../protocol/verify/parts.ts";
import { matchAlert } from "../../protocol/verify/rules/v26-alerts.ts";
import { isOpenTo, type Reader, seesLots, visibleDetails } from "../access/visibility.ts";
import type { Context } from "../context.ts";
import type { Event } from "../../prisma/generated/client.ts";
import { type CorrectedFacts, correctedFacts } from "../custody/corrected-facts.ts";

/** The most lots, and comparisons of their codes, for one list: a person waits for the answer. */
const MAX_LOTS = 5_000;
const MAX_COMPARISONS = 500_000;
/** Events whose details are read together. */
const EVENTS_AT_ONCE = 100;

/** Fields of a lot's record with which an alert is compared. */
const COMPARED = [
  "manufacturer",
  "mpn",
  "makerLot",
  "dateCode",
  "dateCodeNewest",
  "dateCodeFormat",
] as const;

/** The parts of the lots that a reader sees, each kind once with its lots. */
export type PartsSeen = readonly { part: Part; lots: number }[];

/**
 * Finds the parts that alerts may be about, of the lots that a reader sees. A lot that was split has the parts of the lot that
 * was made first. Products made of such lots are left out.
 * @returns null if there are too many lots to compare
 */
export async function partsSeen(
  ctx: Context,
  reader: Reader,
  alerts: readonly Alert[],
): Promise<PartsSeen | null> {
  const numbers = [...new Set(alerts.map(({ mpn }) => plain(mpn)))];
  const origins = await originsOf(ctx, reader, numbers);
  if (origins.length > MAX_LOTS) return null;
  const ofEvent = [...Map.groupBy(origins, ({ event }) => event)];
  const kinds = new Map<string, { facts: EntryDetails; lots: number }>();
  for (let i = 0; i < ofEvent.length; i += EVENTS_AT_ONCE) {
    const some = new Map(ofEvent.slice(i, i + EVENTS_AT_ONCE));
    const events = await ctx.prisma.event.findMany({ where: { hash: { in: [...some.keys()] } } });
    const made = [...some.values()].flatMap((rows) => rows.map(({ lot }) => lot));
    const corrected = await correctedFacts(ctx.prisma, [...new Set(made)]);
    for (const event of events)
      for (const facts of factsOf(reader, event, some.get(event.hash)!, corrected)) {
        const key = JSON.stringify(facts);
        kinds.set(key, { facts, lots: (kinds.get(key)?.lots ?? 0) + 1 });
      }
  }
  const seen = [...kinds.values()].map(({ facts, lots }) => ({
    part: partOf(facts, ctx.clock()),
    lots,
  }));
  return comparisonsOf(seen, alerts) > MAX_COMPARISONS ? null : seen;
}

/** How often a code of an alert is compared with one of a part. */
function comparisonsOf(seen: PartsSeen, alerts: readonly Alert[]): number {
  const ofMpn = Map.groupBy(seen, ({ part }) => plain(part.mpn ?? ""));
  const counts = alerts.map(
    ({ mpn, makerLots = [] }) => (ofMpn.get(plain(mpn))?.length ?? 0) * (makerLots.length + 1),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Counts the lots that each alert of a list is about, in the list's order. */
export function countMatches(
  seen: PartsSeen,
  items: readonly { row: number; content: Alert }[],
): AlertMatches[] {
  const ofMpn = Map.groupBy(seen, ({ part }) => plain(part.mpn ?? ""));
  return items.map(({ row, content: alert }) => {
    const matches = { row, applies: 0, mayApply: 0 };
    for (const { part, lots } of ofMpn.get(plain(alert.mpn)) ?? []) {
      const code = matchAlert(alert, part);
      if (code === "ALERT_MAY_APPLY") matches.mayApply += lots;
      else if (code !== undefined) matches.applies += lots;
    }
    return matches;
  });
}

/** A lot code that a reader sees and that one of the alert's would be, if a spreadsheet had not removed the zeros in front. */
export function lostZeros(
  seen: PartsSeen,
  { mpn, makerLots = [] }: Alert,
): { code: string; seen: string } | undefined {
  const bare = new Map(
    makerLots.flatMap((code) => (code.startsWith("0") ? [] : [[plain(code), code] as const])),
  );
  if (bare.size === 0) return undefined;
  for (const { part } of seen) {
    if (part.makerLot === null || plain(part.mpn ?? "") !== plain(mpn)) continue;
    const whole = listed(part.makerLot).find(
      (lot) => lot.startsWith("0") && bare.has(withoutZeros(lot)),
    );
    if (whole !== undefined) return { code: bare.get(withoutZeros(whole))!, seen: whole };
  }
  return undefined;
}

const withoutZeros = (code: string) => plain(code).replace(/^0+/, "");
const plain = (mpn: string) => mpn.trim().toUpperCase();

interface OriginRow {
  /** The event that made the pieces, their first lot, and its index in the event. */
  event: string;
  lot: string;
  index: number;
  /** The name of the party that commissioned them; null if it introduced them. */
  name: string | null;
}

/** For each lot with one of these part numbers that a reader sees, the event that made its pieces, back through splits. */
function originsOf(
  { prisma }: Context,
  reader: Reader,
  mpns: readonly string[],
): Promise<OriginRow[]> {
  return prisma.$queryRaw`
    WITH RECURSIVE made(lot, at, event) AS (
      SELECT lot.id, lot.id, lot.origin FROM (
        SELECT id, origin FROM lot WHERE upper(trim(lot.mpn)) = ANY(${[...mpns]}) AND ${seesLots(reader)}
        LIMIT ${MAX_LOTS + 1}
      ) lot
      UNION
      SELECT made.lot, parent.lot, source.origin
      FROM made
      JOIN event ON event.hash = made.event AND event.action = ${ACTIONS.split}
      JOIN entry parent ON parent.event = made.event AND parent.previous <> ${ZERO_HASH}
      JOIN lot source ON source.id = parent.lot
    )
    SELECT made.event, made.at AS lot, entry.index,
      CASE WHEN event.action = ${ACTIONS.commission} THEN party.name END AS name
    FROM made
    JOIN event ON event.hash = made.event AND event.action <> ${ACTIONS.split}
    JOIN entry ON entry.event = made.event AND entry.lot = made.at
    LEFT JOIN party ON party.address = event.actor`;
}

/** The facts of some lots that an event made, as far as the reader sees them. */
function factsOf(
  reader: Reader,
  event: Event,
  lots: readonly OriginRow[],
  corrected: ReadonlyMap<string, CorrectedFacts>,
): EntryDetails[] {
  const isOpen = isOpenTo(reader, event, new Set(lots.map(({ index }) => index)));
  const details = visibleDetails(event, isOpen)?.details;
  return lots.map(({ index, name, lot }) => {
    const stated = {
      ...details,
      ...details?.entries?.[index],
      ...Object.fromEntries(corrected.get(lot) ?? []),
    } as EntryDetails;
    const facts = Object.fromEntries(
      COMPARED.flatMap((field) => (stated[field] === undefined ? [] : [[field, stated[field]]])),
    ) as EntryDetails;
    const isNamed = facts.manufacturer !== undefined || name === null;
    return isNamed ? facts : { ...facts, manufacturer: name };
  });
}

const partOf = (facts: EntryDetails, now: number): Part =>
  partsOf(caseOf(facts, "introduce", now))[0]!;
