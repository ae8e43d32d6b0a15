// Loads a lot's trail from the database: its events back to the origin, with signatures, details and notices.
import { fromHex } from "../../protocol/base/bytes.ts";
import { Details } from "../../protocol/event/details.ts";
import { disclose, type Disclosure } from "../../protocol/event/disclosure.ts";
import type { CustodyEvent } from "../../protocol/event/event.ts";
import {
  type LogProof,
  lotsOfTrail,
  TRAIL_VERSION,
  type TrailEvent,
} from "../../protocol/trail/trail.ts";
import type { Entry, Event, Settlement } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { type Link, trailLinks } from "./trail-bounds.ts";
import { loggedOf } from "../log/places.ts";
import { noticesOf, type StoredNotice } from "./trail-notices.ts";
import { parsedBy } from "../../protocol/base/canonical.ts";
import { z } from "zod";

export type StoredEvent = Event & { settlement: Settlement | null };

/** An event of a trail beside the row that it was read from. */
export interface TrailRow {
  row: StoredEvent & { entries: Entry[] };
  /** Parsed from the bytes, whatever its shape; empty if they are not even JSON. */
  event: CustodyEvent;
}

/**
 * Reads the stored events of a lot and of its ancestors that lead to the lot's last live word, each after its predecessors.
 * Rows are found by their entries alone and returned as they are, so that altered bytes stay in their place: the verifier
 * checks whether they were signed.
 * @param end the last event of the lot that is read, where it is not the newest
 * @throws Refusal TRAIL_TOO_LONG
 */
export async function trailRows(db: Db, lot: string, end?: string): Promise<TrailRow[]> {
  const reached = await trailLinks(db, lot, end);
  const rows = await db.event.findMany({
    where: { hash: { in: [...new Set(reached.map(({ event }) => event))] } },
    orderBy: { sequence: "asc" },
    include: { settlement: true, entries: true },
  });
  return inOrder(rows, reached).map((row) => ({
    row,
    event: parseOr(row.bytes, {}) as CustodyEvent,
  }));
}

/**
 * Sorts each event after its predecessors, otherwise in the order of acceptance. That order alone is wrong: an event that
 * the chain dropped and recorded again is younger here than those built on it.
 */
export function inOrder<R extends { hash: string }>(
  rows: readonly R[],
  links: readonly Link[],
): R[] {
  const before = Map.groupBy(links, ({ next }) => next);
  const placed = new Set<string>();
  const entered = new Set<string>();
  for (const { hash } of rows) {
    const open = [hash];
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const predecessors = entered.has(top)
        ? []
        : (before.get(top) ?? []).map(({ event }) => event);
      const waitsFor = predecessors.filter((event) => !entered.has(event)); // altered rows may form a circle
      entered.add(top);
      if (waitsFor.length > 0) open.push(...waitsFor);
      else placed.add(open.pop()!);
    }
  }
  const byHash = new Map(rows.map((row) => [row.hash, row]));
  return [...placed].flatMap((hash) => byHash.get(hash) ?? []);
}

function parseOr<T>(text: string, otherwise: T): unknown {
  const value = parsedBy(z.unknown(), text);
  return value === undefined ? otherwise : value;
}

/**
 * Loads a trail for `verify`: everything the database has about a lot, altered rows included. Its type is unknown because
 * nothing in it is trustworthy before it is verified.
 */
export async function loadTrail(db: Db, ctx: OfTrails, lot: string): Promise<unknown> {
  return (await loadTrailAndRows(db, ctx, lot)).trail;
}

/** The parts of the context that a trail states: the ledger and the log. */
export type OfTrails = Pick<Context, "domain" | "merkleLog" | "recover">;

/** An event or notice of a trail, as its row has it: nothing in it is trustworthy. */
export interface TrailItem {
  details: unknown;
  [part: string]: unknown;
}

/** A trail beside the rows that it was read from, each at the index of its item. */
export interface LoadedTrail {
  trail: { events: readonly TrailItem[]; notices: readonly TrailItem[] };
  events: TrailRow[];
  notices: StoredNotice[];
  /** The lots whose notices concern this one. */
  watched: string[];
  /** The proofs from logs, by the events' hashes. */
  logged: Map<string, LogProof>;
}

/**
 * Loads a trail for `verify`, beside the rows that it was read from.
 * @param end the last event of the lot that is read, where it is not the newest
 */
export async function loadTrailAndRows(
  db: Db,
  ctx: OfTrails,
  lot: string,
  end?: string,
): Promise<LoadedTrail> {
  const events = await trailRows(db, lot, end);
  const logged = await loggedOf(
    db,
    ctx.merkleLog,
    events.map(({ row }) => row),
  );
  const items = events.map((each) => trailEvent(each, logged.get(each.row.hash)));
  const watched = lotsToWatch(lot, items);
  const notices = await noticesOf(db, ctx, watched);
  const trail = {
    ...headOfTrail(ctx, lot, items),
    events: items,
    notices: notices.map(trailNotice),
  };
  return { trail, events, notices, watched, logged };
}

/** The head of a trail. It names the checkpoint contract only if an event states its place in a log. */
export function headOfTrail(
  { domain, merkleLog: { contract } }: OfTrails,
  lot: string,
  events: readonly object[],
) {
  const { chainId, ledger } = domain;
  const isLogged = contract !== undefined && events.some((event) => "logged" in event);
  return {
    version: TRAIL_VERSION,
    chainId,
    ledger,
    ...(isLogged && { checkpoints: contract }),
    lot,
  } as const;
}

/** The lots whose notices concern this one. If the events are too damaged to say, only the lot itself. */
export function lotsToWatch(lot: string, events: unknown[]): string[] {
  try {
    // A withheld entry is a hash, and has no lot.
    const lots: (string | undefined)[] = lotsOfTrail(lot, events as TrailEvent[]);
    return lots.filter((each) => each !== undefined);
  } catch {
    return [lot];
  }
}

function trailEvent({ row, event }: TrailRow, logged: LogProof | undefined): TrailItem {
  return {
    event,
    signature: row.signature,
    details: fullDisclosure(row),
    ...settledHint(row.settlement),
    ...(logged && { logged }),
  };
}

function trailNotice(row: StoredNotice): TrailItem {
  return {
    notice: parseOr(row.bytes, {}),
    signature: row.signature,
    details: fullDisclosure(row),
    ...settledHint(row.settlement),
  };
}

/** Where the ledger recorded an event or a notice, as its row says. */
function settledHint(settlement: Settlement | null): object {
  const { transaction, block } = settlement ?? {};
  return transaction && typeof block === "number" ? { settled: { transaction, block } } : {};
}

/** All known details, opened. Details that cannot be opened are passed on as they are. */
function fullDisclosure(row: Pick<Event, "details" | "secret" | "disclosure">): unknown {
  if (row.details === null)
    return row.disclosure === null ? null : parseOr(row.disclosure, row.disclosure);
  try {
    return disclose(
      Details.parse(JSON.parse(row.details)),
      fromHex(row.secret ?? "0x"),
      () => true,
    ) satisfies Disclosure;
  } catch {
    return row.details;
  }
}
