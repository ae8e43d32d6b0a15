// Stores events and notices that are known only from the chain, many in a few statements.
import { canonicalize } from "../../protocol/base/canonical.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { ACTIONS, type CustodyEvent } from "../../protocol/event/event.ts";
import { issuerOf, type LotState, wordOf } from "../../protocol/event/lot.ts";
import type { Notice } from "../../protocol/event/notice.ts";
import type { Db } from "../storage/db.ts";
import { type SearchColumns, searchColumns } from "./listing.ts";
import { relistNew } from "./relist.ts";
import { extendInterests, projectLotsFrom } from "./states.ts";

/** An event that the ledger recorded and no party gave to this service. */
export interface FollowedEvent {
  event: CustodyEvent;
  hash: string;
  /** Undefined if it could not be read. */
  signature: string | undefined;
  /** The states after it, one per entry. */
  states: readonly LotState[];
}

/** Stores events in the order of the chain, with their entries and new lots, and moves their lots. */
export async function insertFollowed(tx: Db, events: readonly FollowedEvent[]): Promise<void> {
  if (events.length === 0) return;
  const sequences = await insertEvents(tx, events);
  await insertEntries(tx, events);
  await insertLots(tx, events, sequences);
  const last = new Map(
    events.flatMap(({ event, states }) =>
      event.entries.map(({ lot }, i) => [lot, wordOf(states[i]!)] as const),
    ),
  );
  await projectLotsFrom(
    tx,
    [...last].map(([lot, word]) => ({ lot, word })),
  );
  await extendInterests(
    tx,
    [...last.keys()],
    events.map(({ hash }) => hash),
  );
}

/** @returns the events' sequences by their hashes */
async function insertEvents(
  tx: Db,
  events: readonly FollowedEvent[],
): Promise<Map<string, bigint>> {
  const column = (of: (one: FollowedEvent) => string | null) => events.map(of);
  const rows = await tx.$queryRaw<{ hash: string; sequence: bigint }[]>`
    INSERT INTO event (hash, bytes, signature, action, actor, holder, consignee, time, accepted_at)
    SELECT hash, bytes, signature, action::int, actor, holder, consignee, time::bigint, NULL
    FROM unnest(
      ${column(({ hash }) => hash)}::text[], ${column(({ event }) => canonicalize(event))}::text[],
      ${column(({ signature }) => signature ?? null)}::text[], ${column(({ event }) => String(event.action))}::text[],
      ${column(({ event }) => event.actor)}::text[], ${column(({ event }) => event.holder)}::text[],
      ${column(({ event }) => event.consignee)}::text[], ${column(({ event }) => String(event.time))}::text[]
    ) WITH ORDINALITY AS row(hash, bytes, signature, action, actor, holder, consignee, time, place)
    ORDER BY place
    RETURNING hash, sequence`;
  return new Map(rows.map(({ hash, sequence }) => [hash, sequence]));
}

async function insertEntries(tx: Db, events: readonly FollowedEvent[]): Promise<void> {
  const entries = events.flatMap(({ event, hash, states }) =>
    event.entries.map((entry, index) => ({ ...entry, hash, index, state: states[index]! })),
  );
  type Row = (typeof entries)[number];
  const column = (of: (row: Row) => string) => entries.map(of);
  await tx.$executeRaw`
    INSERT INTO entry (event, lot, index, previous, quantity, held, word)
    SELECT event, lot, index::int, previous, quantity::bigint, held::boolean, word
    FROM unnest(
      ${column(({ hash }) => hash)}::text[], ${column(({ lot }) => lot)}::text[],
      ${column(({ index }) => String(index))}::text[], ${column(({ previous }) => previous)}::text[],
      ${column(({ quantity }) => String(quantity))}::text[], ${column(({ state }) => String(state.held))}::text[],
      ${column(({ state }) => wordOf(state))}::text[]
    ) AS row(event, lot, index, previous, quantity, held, word)`;
}

/** The chain has no details: a new lot has the search columns of the lot that it was split from, or none. */
async function insertLots(
  tx: Db,
  events: readonly FollowedEvent[],
  sequences: ReadonlyMap<string, bigint>,
): Promise<void> {
  const parents = await tx.lot.findMany({ where: { id: { in: events.flatMap(parentOf) } } });
  const columns = new Map<string, SearchColumns>(parents.map((row) => [row.id, row]));
  const created: Created[] = [];
  for (const one of events) {
    const { event, hash, states } = one;
    const parent = columns.get(parentOf(one)[0] ?? "") ?? null;
    for (const [i, { lot, previous }] of event.entries.entries()) {
      if (previous !== ZERO_HASH) continue;
      const inherited = searchColumns(undefined, i, parent);
      columns.set(lot, inherited);
      const [issuer, sequence] = [issuerOf(lot), sequences.get(hash)!];
      created.push({ id: lot, issuer, origin: hash, sequence, ...states[i]!, ...inherited });
    }
  }
  const column = (of: (lot: Created) => string | null) => created.map(of);
  await tx.$executeRaw`
    INSERT INTO lot (id, issuer, origin, sequence, last_event, holder, consignee, quantity, held,
                     manufacturer, mpn, maker_lot, date_code, text, corrected)
    SELECT id, issuer, origin, sequence::bigint, last_event, holder, consignee, quantity::bigint, held::boolean,
           manufacturer, mpn, maker_lot, date_code, text, corrected::boolean
    FROM unnest(
      ${column(({ id }) => id)}::text[], ${column(({ issuer }) => issuer)}::text[],
      ${column(({ origin }) => origin)}::text[], ${column(({ sequence }) => String(sequence))}::text[],
      ${column(({ lastEvent }) => lastEvent)}::text[], ${column(({ holder }) => holder)}::text[],
      ${column(({ consignee }) => consignee)}::text[], ${column(({ quantity }) => String(quantity))}::text[],
      ${column(({ held }) => String(held))}::text[], ${column(({ manufacturer }) => manufacturer)}::text[],
      ${column(({ mpn }) => mpn)}::text[], ${column(({ makerLot }) => makerLot)}::text[],
      ${column(({ dateCode }) => dateCode)}::text[], ${column(({ text }) => text)}::text[],
      ${column(({ corrected }) => String(corrected))}::text[]
    ) AS row(id, issuer, origin, sequence, last_event, holder, consignee, quantity, held,
             manufacturer, mpn, maker_lot, date_code, text, corrected)
    ON CONFLICT DO NOTHING`;
  await relistNew(tx, created);
}

/** A new lot. It has no lot number and no package id: those stand in details. */
interface Created extends LotState, Omit<SearchColumns, "lotNumber" | "packageId"> {
  id: string;
  issuer: string;
  origin: string;
  sequence: bigint;
}

/** The lot that an event split. */
const parentOf = ({ event: { action, entries } }: FollowedEvent): string[] =>
  action === ACTIONS.split
    ? entries.flatMap(({ lot, previous }) => (previous === ZERO_HASH ? [] : [lot])).slice(0, 1)
    : [];

/** Stores notices in the order of the chain. */
export async function insertFollowedNotices(
  tx: Db,
  notices: readonly { notice: Notice; digest: string }[],
): Promise<void> {
  if (notices.length === 0) return;
  await tx.notice.createMany({
    data: notices.map(({ notice, digest }) => {
      const { lot, kind, issuer, withdraws, time } = notice;
      const bytes = canonicalize(notice);
      return { digest, lot, kind, issuer, withdraws, time, bytes, acceptedAt: null };
    }),
  });
}
