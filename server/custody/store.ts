// Stores events and notices: rows, entries, new lots. Checks nothing: the callers have judged or followed them.
import { canonicalize, parseCanonical } from "../../protocol/base/canonical.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Details } from "../../protocol/event/details.ts";
import { actionName, CustodyEvent } from "../../protocol/event/event.ts";
import { issuerOf, type LotState, wordOf } from "../../protocol/event/lot.ts";
import type { Notice } from "../../protocol/event/notice.ts";
import type { Restrictions } from "../../protocol/event/restrict.ts";
import type { SettlementState } from "../../prisma/generated/client.ts";
import { restrictionsOf, visibleDetails } from "../access/visibility.ts";
import { readByParts } from "../storage/chunks.ts";
import type { Db } from "../storage/db.ts";
import { extendInterests } from "./states.ts";
import { type SearchColumns, searchColumns } from "./listing.ts";
import { relistNew } from "./relist.ts";
import { relistCorrected } from "./corrections.ts";

/** The lots that an event makes. */
export const newLotsOf = ({ entries }: CustodyEvent): string[] =>
  entries.filter(({ previous }) => previous === ZERO_HASH).map(({ lot }) => lot);

/** An event with everything that is stored with it. */
export interface EventParts {
  event: CustodyEvent;
  hash: string;
  signature: string | undefined;
  details: Details | undefined;
  secret: string | undefined;
  restricted?: Restrictions | undefined;
}

/** A judged event, with the states after it, one per entry, and its settlement. */
export interface JudgedEvent extends EventParts {
  states: readonly LotState[];
  settlement: { state: SettlementState; reason?: object };
}

/**
 * Stores events in their order, each after those that it follows, and moves their lots: one statement, however many there
 * are. Each event is the newest of its lots.
 */
export async function insertEvents(tx: Db, judged: readonly JudgedEvent[]): Promise<void> {
  if (judged.length === 0) return;
  const created = await newLots(tx, judged);
  const isNew = new Set(created.map(({ id }) => id));
  const last = new Map(
    judged.flatMap(({ event, states }) =>
      event.entries.map(({ lot }, i) => [lot, states[i]!] as const),
    ),
  );
  const events = judged.map(({ event, hash, signature, details, secret, restricted }, place) => ({
    place,
    hash,
    bytes: canonicalize(event),
    signature,
    details: details && canonicalize(details),
    secret,
    restricted: restrictionsText(restricted),
    action: event.action,
    actor: event.actor,
    holder: event.holder,
    consignee: event.consignee,
    time: event.time,
  }));
  const entries = judged.flatMap(({ event, hash, states }) =>
    event.entries.map((entry, index) => {
      const state = states[index]!;
      return { ...entry, event: hash, index, held: state.held, word: wordOf(state) };
    }),
  );
  const moved = [...last].flatMap(([id, state]) => (isNew.has(id) ? [] : [{ id, ...state }]));
  const lots = created.map((lot) => ({ ...lot, ...last.get(lot.id)! }));
  const settlements = judged.map(({ hash, event, settlement }, place) => ({
    place,
    id: hash,
    party: event.actor,
    ...settlement,
  }));
  await tx.$queryRaw`
    /* store events */
    WITH new_event AS (
      INSERT INTO event (hash, bytes, signature, details, secret, restricted, action, actor, holder, consignee, time)
      SELECT hash, bytes, signature, details, secret, restricted, action, actor, holder, consignee, time
      FROM json_to_recordset(${JSON.stringify(events)}::json) AS row(
        place INT, hash TEXT, bytes TEXT, signature TEXT, details TEXT, secret TEXT, restricted TEXT,
        action INT, actor TEXT, holder TEXT, consignee TEXT, time BIGINT)
      ORDER BY place RETURNING hash, sequence
    ), waiting AS (
      INSERT INTO unlogged (sequence, event) SELECT sequence, hash FROM new_event
    ), new_entry AS (
      INSERT INTO entry (event, lot, index, previous, quantity, held, word)
      SELECT event, lot, index, previous, quantity, held, word
      FROM json_to_recordset(${JSON.stringify(entries)}::json) AS row(
        event TEXT, lot TEXT, index INT, previous TEXT, quantity BIGINT, held BOOLEAN, word TEXT)
    ), new_lot AS (
      INSERT INTO lot (id, issuer, origin, sequence, last_event, holder, consignee, quantity, held,
                       lot_number, package_id, manufacturer, mpn, maker_lot, date_code, text, corrected)
      SELECT id, issuer, origin, new_event.sequence, "lastEvent", holder, consignee, quantity, held,
             "lotNumber", "packageId", manufacturer, mpn, "makerLot", "dateCode", text, corrected
      FROM json_to_recordset(${JSON.stringify(lots)}::json) AS row(
        id TEXT, issuer TEXT, origin TEXT, "lastEvent" TEXT, holder TEXT, consignee TEXT, quantity BIGINT, held BOOLEAN,
        "lotNumber" TEXT, "packageId" TEXT, manufacturer TEXT, mpn TEXT, "makerLot" TEXT, "dateCode" TEXT,
        text TEXT, corrected BOOLEAN)
      JOIN new_event ON new_event.hash = row.origin
      ON CONFLICT DO NOTHING
    ), moved AS (
      UPDATE lot SET last_event = row."lastEvent", holder = row.holder, consignee = row.consignee,
                     quantity = row.quantity, held = row.held
      FROM json_to_recordset(${JSON.stringify(moved)}::json) AS row(
        id TEXT, "lastEvent" TEXT, holder TEXT, consignee TEXT, quantity BIGINT, held BOOLEAN)
      WHERE lot.id = row.id
    ), new_settlement AS (
      INSERT INTO settlement (id, event, party, state, reason)
      SELECT id, id, party, state::"SettlementState", reason
      FROM json_to_recordset(${JSON.stringify(settlements)}::json) AS row(
        place INT, id TEXT, party TEXT, state TEXT, reason JSONB)
      ORDER BY place
    )
    SELECT count(*) FROM new_event`;
  await extendInterests(
    tx,
    [...last.keys()],
    judged.map(({ hash }) => hash),
  );
  if (created.length > 0) await relistNew(tx, created);
}

/** The stored form of restrictions: null if nothing is restricted. */
export const restrictionsText = (restricted: Restrictions | undefined): string | null =>
  restricted && Object.keys(restricted).length > 0 ? canonicalize(restricted) : null;

/** An event that makes lots, as its row has it. */
interface Making extends Pick<EventParts, "event" | "hash" | "details" | "restricted"> {
  states: readonly LotState[];
  sequence: bigint;
}

/** The lot that an event splits. */
const parentOf = ({ event }: Pick<Making, "event">): string[] =>
  actionName(event.action) === "split"
    ? event.entries
        .flatMap(({ lot, previous }) => (previous === ZERO_HASH ? [] : [lot]))
        .slice(0, 1)
    : [];

/** A lot that an event made, with its columns, as it was made. */
interface NewLot extends LotState, SearchColumns {
  id: string;
  issuer: string;
  origin: string;
}

/** The lots that events make, each event after those that made its parents. */
async function newLots(tx: Db, events: readonly Omit<Making, "sequence">[]): Promise<NewLot[]> {
  const isMade = new Set(events.flatMap(({ event }) => newLotsOf(event)));
  const asked = new Set(events.flatMap(parentOf).filter((lot) => !isMade.has(lot)));
  const parents = await readByParts([...asked], (some) =>
    tx.lot.findMany({ where: { id: { in: some } } }),
  );
  const columns = new Map<string, SearchColumns>(parents.map((row) => [row.id, row]));
  return events.flatMap((making) => {
    const { event, hash, details, restricted, states } = making;
    const parent = columns.get(parentOf(making)[0] ?? "") ?? null;
    return event.entries.flatMap(({ lot, previous }, i) => {
      if (previous !== ZERO_HASH) return [];
      const searched = searchColumns(details, i, parent, restricted);
      columns.set(lot, searched);
      return [{ id: lot, issuer: issuerOf(lot), origin: hash, ...states[i]!, ...searched }];
    });
  });
}

/**
 * Restores the lots that events made and that were removed when these became void. The caller projects their states.
 * @param hashes of events that make lots
 */
export async function restoreLots(tx: Db, hashes: readonly string[]): Promise<void> {
  const rows = await readByParts(hashes, (some) =>
    tx.event.findMany({
      where: { hash: { in: some }, entries: { some: { previous: ZERO_HASH } } },
      include: { entries: { orderBy: { index: "asc" } } },
    }),
  );
  const makings = rows
    .sort((a, b) => Number(a.sequence - b.sequence))
    .map((row): Making => {
      const event = CustodyEvent.parse(parseCanonical(row.bytes));
      const { holder, consignee } = event;
      const states = row.entries.map(({ quantity, held }) => ({
        lastEvent: row.hash,
        holder,
        consignee,
        quantity: Number(quantity),
        held,
      }));
      const details = visibleDetails(row, () => true)?.details;
      const { hash, sequence } = row;
      return { event, hash, details, restricted: restrictionsOf(row), states, sequence };
    });
  const sequences = new Map(makings.map(({ hash, sequence }) => [hash, sequence]));
  const created = await newLots(tx, makings);
  if (created.length === 0) return;
  await tx.lot.createMany({
    data: created.map((lot) => ({ ...lot, sequence: sequences.get(lot.origin)! })),
    skipDuplicates: true,
  });
  await relistNew(tx, created);
}

/** Stores a notice. */
export async function insertNotice(
  tx: Db,
  notice: Notice,
  digest: string,
  parts: {
    signature?: string | undefined;
    details?: Details | undefined;
    secret?: string | undefined;
  },
): Promise<void> {
  const { lot, kind, issuer, withdraws, time } = notice;
  await tx.notice.create({
    data: {
      digest,
      lot,
      kind,
      issuer,
      withdraws,
      time,
      bytes: canonicalize(notice),
      signature: parts.signature ?? null,
      details: parts.details ? canonicalize(parts.details) : null,
      secret: parts.secret ?? null,
    },
  });
  await relistCorrected(tx, [digest]);
}
