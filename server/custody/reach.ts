// Follows the pieces of a lot through splits into products, to where they are now: for the issuer that recalled it, and for a
// holder among its own lots. Everything follows from events that the reader sees or that the ledger published.
import { ACTIONS } from "../../protocol/event/event.ts";
import { issuerOf } from "../../protocol/event/lot.ts";
import { NOTICE_KINDS } from "../../protocol/event/notice.ts";
import { entryDetail } from "../../protocol/event/details.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { MAX_DESCENDANTS } from "../../api/lots.ts";
import { type ReachedPieces, type ReachScope } from "../../api/reach.ts";
import type { Lot } from "../../prisma/generated/client.ts";
import { publishedEnds, sightOf } from "../access/sight.ts";
import {
  isOpenTo,
  type Reader,
  seenAmong,
  seenEvents,
  seesEvents,
  visibleDetails,
} from "../access/visibility.ts";
import type { Db } from "../storage/db.ts";
import { visibleLots } from "./lot-columns.ts";

/** A lot that the pieces reached. */
export interface Reached {
  /** The row as the reader sees it: without texts where it does not see the lot. */
  row: Lot;
  /** `pieces`: the lot's own pieces, split off. `product`: they are built into it. */
  kind: "pieces" | "product";
  from: { lot: string; quantity: number }[];
  madeBy: string | null;
  steps: number;
  /** Whether the reader handed the log-only lot on: it is as it was then. */
  handedOn: boolean;
}

export interface Reach {
  scope: ReachScope;
  /** The standing recall by the lot's issuer, the newest; null: none. */
  recall: string | null;
  pieces: ReachedPieces;
  lots: Reached[];
  truncated: boolean;
}

/** The newest standing recall of a lot by its issuer. */
export const recallOf = async (db: Db, lot: string): Promise<string | null> =>
  (await recalledAmong(db, [lot])).get(lot) ?? null;

/** Those lots that their issuers recalled, each with the newest recall that stands. */
async function recalledAmong(db: Db, lots: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.$queryRaw<{ lot: string; issuer: string; digest: string }[]>`
    SELECT lot, issuer, digest FROM notice
    WHERE lot = ANY(${[...lots]}) AND kind = ${NOTICE_KINDS.recall} AND live AND NOT EXISTS (
      SELECT 1 FROM notice later
      WHERE later.withdraws = notice.digest AND later.kind = ${NOTICE_KINDS.withdrawal} AND later.live)
    ORDER BY sequence`;
  const byIssuer = rows.filter(({ lot, issuer }) => issuer === issuerOf(lot));
  return new Map(byIssuer.map(({ lot, digest }) => [lot, digest]));
}

/**
 * Follows the pieces of a lot. The issuer of a standing recall, and the operator, see each lot that the ledger published;
 * everyone else, and all of log-only lots, only lots that they see.
 * @param lot that the reader sees
 * @param max lots that are followed, the nearest first
 */
export async function reachOf(
  db: Db,
  reader: Reader,
  lot: string,
  max = MAX_DESCENDANTS,
): Promise<Reach> {
  const recall = await recallOf(db, lot);
  const scope = scopeOf(reader, lot, recall);
  return { scope, recall, ...(await followed(db, reader, [lot], scope !== "own lots", max)) };
}

/** What the pieces of several lots reached. */
export type ReachOfMany = Omit<Reach, "scope" | "recall">;

/**
 * Follows the pieces of several lots together, each as far as `reachOf` does. A lot that several lead to is listed once.
 * @param lots that the reader sees, each once
 * @param max lots that are followed beyond these
 */
export async function reachOfMany(
  db: Db,
  reader: Reader,
  lots: readonly string[],
  max: number,
): Promise<ReachOfMany> {
  const recalled = await recalledAmong(db, lots);
  const isWide = (lot: string) =>
    scopeOf(reader, lot, recalled.has(lot) ? lot : null) !== "own lots";
  const parts = [
    await followed(db, reader, lots.filter(isWide), true, max),
    await followed(
      db,
      reader,
      lots.filter((lot) => !isWide(lot)),
      false,
      max,
    ),
  ];
  const [wide, own] = parts as [ReachOfMany, ReachOfMany];
  const listed = new Map([...own.lots, ...wide.lots].map((one) => [one.row.id, one]));
  const names = Object.keys(wide.pieces) as (keyof ReachedPieces)[];
  return {
    pieces: Object.fromEntries(
      names.map((name) => [name, wide.pieces[name] + own.pieces[name]]),
    ) as ReachedPieces,
    lots: [...listed.values()].sort((a, b) => a.steps - b.steps),
    truncated: wide.truncated || own.truncated,
  };
}

/** How far a reader follows a lot. @param recall anything but null: its issuer's recall stands */
function scopeOf(reader: Reader, lot: string, recall: string | null): ReachScope {
  if (reader.party === null && !reader.byGrant) return "everything";
  const isIssuer = recall !== null && !reader.byGrant && reader.party === issuerOf(lot);
  return isIssuer ? "the recall" : "own lots";
}

/** @param isWide also the lots that the ledger published and the reader does not see */
async function followed(
  db: Db,
  reader: Reader,
  lots: readonly string[],
  isWide: boolean,
  max: number,
): Promise<ReachOfMany> {
  const pieces = { usedInProducts: 0, scrapped: 0, samples: 0, short: 0 };
  const rows = await rowsFor(db, reader, lots, isWide);
  const reached = new Map<string, Omit<Reached, "row" | "handedOn">>(
    lots
      .filter((lot) => rows.has(lot))
      .map((lot) => [lot, { kind: "pieces", from: [], madeBy: null, steps: 0 }]),
  );
  const first = [...reached.keys()];
  const most = max + first.length;
  /** Those of the lots that were split from others of them: their pieces are not counted twice. */
  const splitOff = new Set<string>();
  let truncated = false;
  for (let steps = 1, level = first; level.length > 0; steps++) {
    const changes = await changesOf(db, reader, level);
    const made = await madeBy(db, changes);
    const seen = await rowsFor(db, reader, [...new Set(made.map((one) => one.lot))], isWide);
    const byEvent = Map.groupBy(made, ({ event }) => event);
    const next: string[] = [];
    for (const change of changes) {
      const { kind } = reached.get(change.lot)!;
      if (kind === "pieces") count(pieces, change);
      for (const { lot: id } of byEvent.get(change.event) ?? []) {
        const row = seen.get(id);
        if (!row) continue;
        const from = { lot: change.lot, quantity: Number(change.pieces) };
        const isProduct = kind === "product" || change.action === ACTIONS.assemble;
        const earlier = reached.get(id);
        if (earlier) {
          earlier.from.push(from);
          if (earlier.steps === 0 && !isProduct) splitOff.add(id);
        } else if (reached.size >= most) truncated = true;
        else {
          const made = isProduct ? "product" : "pieces";
          reached.set(id, { kind: made, from: [from], madeBy: change.event, steps });
          rows.set(id, row);
          next.push(id);
        }
      }
    }
    level = next;
  }
  const all = [...reached].map(([id, one]): Reached => ({ ...one, ...rows.get(id)! }));
  const own = all.filter(({ kind }) => kind === "pieces");
  const sum = (some: readonly Reached[]) =>
    some.reduce((total, { row }) => total + Number(row.quantity), 0);
  const origins = await db.entry.findMany({
    where: {
      lot: { in: first.filter((lot) => !splitOff.has(lot)) },
      previous: ZERO_HASH,
      live: true,
    },
    select: { quantity: true },
  });
  const recalled = origins.reduce((total, { quantity }) => total + Number(quantity), 0);
  const inLots = sum(own.filter(({ handedOn }) => !handedOn));
  const handedOn = sum(own.filter((one) => one.handedOn));
  const { usedInProducts, scrapped, samples, short } = pieces;
  // What was split into lots that the reader does not see is all that is left.
  const notSeen = recalled - inLots - handedOn - usedInProducts - scrapped - samples - short;
  return { pieces: { recalled, inLots, handedOn, ...pieces, notSeen }, lots: all, truncated };
}

/** An event that took pieces of a lot. */
interface Change {
  lot: string;
  event: string;
  action: number;
  pieces: bigint;
  /** Of scrapped pieces, whether they went to a test. */
  isTest: boolean;
}

type Counted = Pick<ReachedPieces, "usedInProducts" | "scrapped" | "samples" | "short">;

function count(pieces: Counted, { action, pieces: taken, isTest }: Change): void {
  if (action === ACTIONS.assemble) pieces.usedInProducts += Number(taken);
  else if (action === ACTIONS.scrap) pieces[isTest ? "samples" : "scrapped"] += Number(taken);
  else if (action === ACTIONS.receive) pieces.short += Number(taken);
}

/** The events that took pieces of some lots, as far as the reader sees them or the ledger published them. */
async function changesOf(db: Db, reader: Reader, lots: readonly string[]): Promise<Change[]> {
  const rows = await db.$queryRaw<(Omit<Change, "isTest"> & { index: number })[]>`
    SELECT used.lot, event.hash AS event, event.action, used.index, prior.quantity - used.quantity AS pieces
    FROM entry used JOIN event ON event.hash = used.event
      JOIN entry prior ON prior.lot = used.lot AND prior.word = used.previous
      LEFT JOIN settlement ON settlement.event = event.hash
    WHERE used.lot = ANY(${[...lots]}) AND used.live AND prior.quantity > used.quantity
      AND (settlement.block IS NOT NULL OR ${seesEvents(reader)})
    ORDER BY event.sequence, used.lot`;
  const scraps = rows.filter(({ action }) => action === ACTIONS.scrap);
  const events = await db.event.findMany({
    where: { hash: { in: scraps.map(({ event }) => event) } },
  });
  const sight = await sightOf(db, reader, lots);
  const seen = await seenEvents(
    db,
    reader,
    scraps.map(({ event }) => event),
  );
  const byHash = new Map(events.map((event) => [event.hash, event]));
  return rows.map(({ index, ...row }) => {
    const event = byHash.get(row.event);
    const isLater = (party: string) => sight.isLater(party, row.event, [row.lot]);
    const isClosed = !seen.has(row.event) || sight.isLaterToAll(row.event, [row.lot]);
    const details =
      isClosed || !event
        ? undefined
        : visibleDetails(event, isOpenTo(reader, event, new Set([index]), isLater))?.details;
    return {
      ...row,
      isTest: details !== undefined && entryDetail(details, index, "reason") === "test",
    };
  });
}

function madeBy(db: Db, changes: readonly Change[]): Promise<{ event: string; lot: string }[]> {
  const making = changes.filter(
    ({ action }) => action === ACTIONS.split || action === ACTIONS.assemble,
  );
  return db.$queryRaw`
    SELECT event, lot FROM entry
    WHERE event = ANY(${making.map(({ event }) => event)}) AND previous = ${ZERO_HASH} AND live ORDER BY lot`;
}

/**
 * The rows of those lots that the reader may follow: as it sees them, and with `isWide` as the ledger published the others,
 * whose texts are not published.
 */
async function rowsFor(
  db: Db,
  reader: Reader,
  ids: readonly string[],
  isWide: boolean,
): Promise<Map<string, Pick<Reached, "row" | "handedOn">>> {
  const rows = await db.lot.findMany({ where: { id: { in: [...ids] } } });
  const isSeen = await seenAmong(db, reader, ids);
  const mine = rows.filter(({ id }) => isSeen.has(id));
  const sight = await sightOf(db, reader, ids);
  const states = await db.settlement.findMany({
    where: { id: { in: mine.map(({ lastEvent }) => lastEvent) }, state: "logged" },
    select: { id: true },
  });
  const logged = new Set(states.map(({ id }) => id));
  const found = new Map(
    (await visibleLots(db, reader, mine)).map((row, i) => {
      const handedOn = sight.endOf(row.id) !== undefined && logged.has(mine[i]!.lastEvent);
      return [row.id, { row, handedOn }] as const;
    }),
  );
  const others = isWide ? rows.filter(({ id }) => !isSeen.has(id)) : [];
  const ends = await publishedEnds(db, others);
  for (const row of others) {
    const end = ends.get(row.id);
    if (end) found.set(row.id, { row: { ...row, ...UNTOLD, ...end }, handedOn: false });
  }
  return found;
}

/** Texts of a lot are details: the ledger does not publish them. */
const UNTOLD = {
  lotNumber: null,
  packageId: null,
  manufacturer: null,
  mpn: null,
  makerLot: null,
  dateCode: null,
};
