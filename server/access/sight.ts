// Decides how far parties that handed a lot on still see it: up to their own handover, and beyond it what the ledger published.
// Details, documents and corrections of its later life are closed to them, and a log-only lot ends there.
import { Prisma } from "../../prisma/generated/client.ts";
import type { Db } from "../storage/db.ts";
import type { Visibility } from "../../protocol/event/detail-fields.ts";

/** A reader: a party, or (null) the operator of the service, who sees everything. */
export interface Reader {
  party: string | null;
  /** The grants that let it see what others see. */
  grants?: readonly GrantScope[];
  /** It sees only by these grants, and nothing as a party. */
  byGrant?: true;
}

/** The scope of one grant. */
export interface GrantScope {
  id: string;
  granter: string;
  lots: readonly string[];
  upTo: Visibility;
  /** Names of further fields that it opens. */
  fields: readonly string[];
}

/** A lot as it stood after the last event that a reader sees. */
export interface SeenEnd {
  lastEvent: string;
  holder: string;
  consignee: string;
  quantity: bigint;
  held: boolean;
  /** The place of the handover among all that this service settles: notices after it are later. */
  upTo: bigint;
}

/** How far a reader sees some lots. */
export interface Sight {
  /** Where a lot ends for the reader. Undefined: it sees the lot up to its newest event. */
  endOf(lot: string): SeenEnd | undefined;
  /**
   * Whether an event is of the later life of these lots, for a party: of those among them that it sees, each was handed on by
   * it before the event.
   */
  isLater(party: string, event: string, lots: readonly string[]): boolean;
  /** The same for all parties as which the reader sees: the event has no open details for it, unless it names the reader. */
  isLaterToAll(event: string, lots: readonly string[]): boolean;
}

const WHOLE: Sight = {
  endOf: () => undefined,
  isLater: () => false,
  isLaterToAll: () => false,
};

/** Events after a handover that are walked: a lot has about ten. */
const MAX_WALKED = 10_000;

/** The parties as which a reader sees: itself, and each granter for the granted lots. */
export function viewersOf({
  party,
  grants = [],
  byGrant,
}: Reader): { party: string; lots?: readonly string[] }[] {
  const own = byGrant || party === null ? [] : [{ party }];
  return [...own, ...grants.map(({ granter, lots }) => ({ party: granter, lots }))];
}

/** Finds how far a reader sees some lots. Asks the database nothing for the operator. */
export async function sightOf(db: Db, reader: Reader, lots: readonly string[]): Promise<Sight> {
  const viewers = viewersOf(reader);
  if ((reader.party === null && !reader.byGrant) || viewers.length === 0 || lots.length === 0)
    return WHOLE;
  const views = await viewsOf(db, viewers, [...new Set(lots)]);
  const over = views.filter((view) => !view.current);
  if (over.length === 0) return WHOLE;
  const walked = await walkFrom(db, over);
  const byLot = Map.groupBy(views, ({ lot }) => lot);
  const stepsOf = Map.groupBy(walked, ({ lot }) => lot);
  const later = new Map(
    [...Map.groupBy(walked, ({ lot, party }) => party + lot)].map(
      ([key, steps]) =>
        [key, new Set(steps.filter(({ step }) => step > 0).map(({ event }) => event))] as const,
    ),
  );
  const ends = new Map(
    [...byLot].flatMap(([lot, some]) =>
      some.some(({ current }) => current) ? [] : [[lot, lastSeen(stepsOf.get(lot) ?? [])] as const],
    ),
  );
  const isLater = (party: string, event: string, about: readonly string[]) => {
    const seen = about.flatMap(
      (lot) => byLot.get(lot)?.filter((view) => view.party === party) ?? [],
    );
    const isOver = ({ lot, current }: View) =>
      !current && (later.get(party + lot)?.has(event) ?? true);
    return seen.length > 0 && seen.every(isOver);
  };
  return {
    endOf: (lot) => ends.get(lot),
    isLater,
    isLaterToAll: (event, about) =>
      viewers.every(({ party }) => {
        const sees = about.some((lot) => byLot.get(lot)?.some((view) => view.party === party));
        return !sees || isLater(party, event, about);
      }) && about.some((lot) => byLot.has(lot)),
  };
}

/** A party as which the reader sees a lot. */
interface View {
  lot: string;
  party: string;
  until: string | null;
  /** It holds the lot, or is to receive it. */
  current: boolean;
}

async function viewsOf(
  db: Db,
  viewers: readonly { party: string; lots?: readonly string[] }[],
  lots: readonly string[],
): Promise<View[]> {
  const rows = await db.$queryRaw<View[]>`
    SELECT interest.lot, interest.party, coalesce(interest.until, lot.origin) AS until,
      interest.party IN (lot.holder, lot.consignee) AS current
    FROM interest JOIN lot ON lot.id = interest.lot
    WHERE interest.lot = ANY(${[...lots]}) AND interest.party = ANY(${viewers.map(({ party }) => party)})`;
  return rows.filter((row) =>
    viewers.some(
      (viewer) => viewer.party === row.party && (viewer.lots?.includes(row.lot) ?? true),
    ),
  );
}

/** An event at or after a handover. */
interface Step extends Omit<SeenEnd, "lastEvent"> {
  lot: string;
  party: string;
  event: string;
  /** Zero: the handover itself. */
  step: number;
  /** Whether the ledger recorded it, and all between the handover and it. */
  published: boolean;
}

/** Walks the events from handovers on. */
function walkFrom(db: Db, views: readonly View[]): Promise<Step[]> {
  return db.$queryRaw<Step[]>`
    WITH RECURSIVE after(lot, party, event, word, quantity, held, step, published, up_to) AS (
      SELECT entry.lot, start.party, entry.event, entry.word, entry.quantity, entry.held, 0, true,
        coalesce(settlement.sequence, 0)
      FROM unnest(${views.map(({ lot }) => lot)}::text[], ${views.map(({ party }) => party)}::text[],
        ${views.map(({ until }) => until)}::text[]) AS start(lot, party, until)
      JOIN entry ON entry.lot = start.lot AND entry.event = start.until
      LEFT JOIN settlement ON settlement.event = entry.event
      UNION ALL
      SELECT next.lot, after.party, next.event, next.word, next.quantity, next.held, after.step + 1,
        after.published AND settlement.block IS NOT NULL, after.up_to
      FROM after JOIN entry next ON next.lot = after.lot AND next.previous = after.word AND next.live
      LEFT JOIN settlement ON settlement.event = next.event
      WHERE after.step < ${MAX_WALKED}
    )
    SELECT after.lot, after.party, after.event, after.step, after.published, after.quantity, after.held,
      after.up_to AS "upTo", event.holder, event.consignee
    FROM after JOIN event ON event.hash = after.event`;
}

/** The furthest event of a lot that one of the parties sees. @param own the steps of that lot */
function lastSeen(own: readonly Step[]): SeenEnd | undefined {
  // All parties walk the same life to its end: the fewer steps remain, the further an event is.
  const length = new Map<string, number>();
  for (const { party, step } of own) length.set(party, Math.max(step, length.get(party) ?? 0));
  const remaining = ({ party, step }: Step) => length.get(party)! - step;
  let last: Step | undefined;
  for (const step of own) {
    if (!step.published) continue;
    const ahead = last ? remaining(last) - remaining(step) : 1;
    if (ahead > 0 || (ahead === 0 && step.upTo > last!.upTo)) last = step;
  }
  if (!last) return undefined;
  const { event, holder, consignee, quantity, held } = last;
  const upTo = own.reduce((most, step) => (step.upTo > most ? step.upTo : most), 0n);
  return { lastEvent: event, holder, consignee, quantity, held, upTo };
}

/** The states of some lots as far as the ledger published them, by lot. Lots of which it recorded nothing are absent. */
export async function publishedEnds(
  db: Db,
  lots: readonly { id: string; origin: string }[],
): Promise<Map<string, Omit<SeenEnd, "upTo">>> {
  const recorded = await db.settlement.findMany({
    where: { event: { in: lots.map(({ origin }) => origin) }, block: { not: null } },
    select: { event: true },
  });
  const origins = new Set(recorded.map(({ event }) => event));
  const views = lots.flatMap(({ id, origin }) =>
    origins.has(origin) ? [{ lot: id, party: "", until: origin, current: false }] : [],
  );
  const stepsOf = Map.groupBy(await walkFrom(db, views), ({ lot }) => lot);
  return new Map(
    views.flatMap(({ lot }) => {
      const end = lastSeen(stepsOf.get(lot) ?? []);
      if (!end) return [];
      const { upTo: _upTo, ...state } = end;
      return [[lot, state] as const];
    }),
  );
}

/** A row of a lot as it stood after the last event that the reader sees. */
export function atEnd<L extends { id: string }>(sight: Sight, lot: L): L {
  const end = sight.endOf(lot.id);
  if (!end) return lot;
  const { lastEvent, holder, consignee, quantity, held } = end;
  return { ...lot, lastEvent, holder, consignee, quantity, held };
}

/**
 * A condition on `event`, `entry`, `interest` and `lot`: the party of the interest holds the lot, or is to receive it, or the
 * event is not after its handover, or the ledger recorded it.
 */
export const isInSight = (party: string): Prisma.Sql => Prisma.sql`(
  ${party} IN (lot.holder, lot.consignee)
  OR EXISTS (SELECT 1 FROM settlement WHERE settlement.event = entry.event AND settlement.block IS NOT NULL)
  OR entry.event NOT IN (
    WITH RECURSIVE after(event, word, step) AS (
      SELECT next.event, next.word, 1 FROM entry handover
      JOIN entry next ON next.lot = handover.lot AND next.previous = handover.word
      WHERE handover.lot = interest.lot AND handover.event = coalesce(interest.until, lot.origin)
      UNION ALL
      SELECT next.event, next.word, after.step + 1
      FROM after JOIN entry next ON next.lot = interest.lot AND next.previous = after.word
      WHERE after.step < ${MAX_WALKED}
    ) SELECT event FROM after))`;

/**
 * A condition on `notice`, `interest` and `lot`: the party of the interest holds the lot, or is to receive it, or the notice is
 * not after its handover, or the ledger recorded it.
 */
export const isNoticeInSight = (party: string): Prisma.Sql => Prisma.sql`(
  ${party} IN (lot.holder, lot.consignee)
  OR EXISTS (
    SELECT 1 FROM settlement WHERE settlement.notice = notice.digest AND (settlement.block IS NOT NULL
      OR settlement.sequence <= (
        SELECT handover.sequence FROM settlement handover WHERE handover.event = coalesce(interest.until, lot.origin)))))`;

/** A notice as its row has it. */
interface NoticeRow {
  digest: string;
  lot: string;
  issuer: string;
}

/**
 * Finds which notices are of the later life of their lots for a reader: it sees that they are there, and no details. Its own
 * notices are open to it, and so are those about a lot that it issued and still holds.
 * @param about the lot through which the reader sees them, where it is not each notice's own
 */
export async function laterNotices(
  db: Db,
  reader: Reader,
  rows: readonly NoticeRow[],
  about?: string,
): Promise<Set<string>> {
  const others = rows.filter(({ issuer }) => reader.byGrant || issuer !== reader.party);
  const lotOf = ({ lot }: NoticeRow) => about ?? lot;
  const sight = await sightOf(db, reader, others.map(lotOf));
  const ended = others.flatMap((row) => {
    const end = sight.endOf(lotOf(row));
    return end ? [{ row, end }] : [];
  });
  if (ended.length === 0) return new Set();
  const places = await db.settlement.findMany({
    where: { notice: { in: ended.map(({ row }) => row.digest) } },
    select: { notice: true, sequence: true },
  });
  const placeOf = new Map(places.map(({ notice, sequence }) => [notice!, sequence]));
  return new Set(
    ended.flatMap(({ row, end }) => {
      const place = placeOf.get(row.digest);
      return place === undefined || place > end.upTo ? [row.digest] : [];
    }),
  );
}
