// Finds the lots that new alerts apply to, among those that their issuer sees, so that an alert that matches nothing is noticed.
// Compares as rule V26 does, with its own function.
import type { AlertMatches } from "../../api/statements.ts";
import { ACTIONS } from "../../protocol/event/event.ts";
import type { EntryDetails } from "../../protocol/event/details.ts";
import type { Alert } from "../../protocol/event/statement.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { caseOf } from "../../protocol/verify/foresee.ts";
import { type Part, partsOf } from "../../protocol/verify/parts.ts";
import { matchAlert } from "../../protocol/verify/rules/v26-alerts.ts";
import { isOpenTo, type Reader, seesLots, visibleDetails } from "../access/visibility.ts";
import type { Context } from "../context.ts";
import type { Event } from "../../prisma/generated/client.ts";

/** The most lots that are compared: a person waits for the answer. */
const MAX_LOTS = 10_000;

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
  const events = await ctx.prisma.event.findMany({
    where: { hash: { in: [...new Set(origins.map(({ event }) => event))] } },
  });
  const byHash = new Map(events.map((event) => [event.hash, event]));
  const kinds = new Map<string, { part: Part; lots: number }>();
  for (const { event, index, name } of origins) {
    const facts = factsOf(reader, byHash.get(event), index, name);
    const key = JSON.stringify(facts);
    const kind = kinds.get(key) ?? { part: partOf(facts, ctx.clock()), lots: 0 };
    kinds.set(key, { ...kind, lots: kind.lots + 1 });
  }
  return [...kinds.values()];
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
  const stripped = new Map(
    seen.flatMap(({ part }) =>
      plain(part.mpn ?? "") === plain(mpn) && part.makerLot?.startsWith("0")
        ? [[withoutZeros(part.makerLot), part.makerLot] as const]
        : [],
    ),
  );
  for (const code of makerLots) {
    const whole = stripped.get(withoutZeros(code));
    if (whole !== undefined && plain(whole) !== plain(code)) return { code, seen: whole };
  }
  return undefined;
}

const withoutZeros = (code: string) => plain(code).replace(/^0+/, "");
const plain = (mpn: string) => mpn.trim().toUpperCase();

interface OriginRow {
  /** The event that made the pieces, and the index of their lot in it. */
  event: string;
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
    SELECT made.event, entry.index,
      CASE WHEN event.action = ${ACTIONS.commission} THEN party.name END AS name
    FROM made
    JOIN event ON event.hash = made.event AND event.action <> ${ACTIONS.split}
    JOIN entry ON entry.event = made.event AND entry.lot = made.at
    LEFT JOIN party ON party.address = event.actor`;
}

function factsOf(
  reader: Reader,
  event: Event | undefined,
  index: number,
  name: string | null,
): EntryDetails {
  const isOpen = event && isOpenTo(reader, event, new Set([index]));
  const details = event && isOpen ? visibleDetails(event, isOpen)?.details : undefined;
  const stated = { ...details, ...details?.entries?.[index] } as EntryDetails;
  const facts = Object.fromEntries(
    COMPARED.flatMap((field) => (stated[field] === undefined ? [] : [[field, stated[field]]])),
  ) as EntryDetails;
  return facts.manufacturer === undefined && name !== null
    ? { ...facts, manufacturer: name }
    : facts;
}

const partOf = (facts: EntryDetails, now: number): Part =>
  partsOf(caseOf(facts, "introduce", now))[0]!;
