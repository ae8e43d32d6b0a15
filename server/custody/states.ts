// Reads, locks and projects the states of lots in the database.
import type { CustodyEvent } from "../../protocol/event/event.ts";
import { type LotState, wordOf } from "../../protocol/event/lot.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../protocol/base/values.ts";
import type { Db } from "../storage/db.ts";

interface StateRow {
  lot: string;
  last_event: string;
  holder: string;
  consignee: string;
  quantity: bigint;
  held: boolean;
}

const stateOf = ({ last_event, holder, consignee, quantity, held }: StateRow): LotState => ({
  lastEvent: last_event,
  holder,
  consignee,
  quantity: Number(quantity),
  held,
});

/** The newest followed block; null before the first. */
export function headOf(db: Db): Promise<{ number: number; hash: string; time: bigint } | null> {
  return db.block.findFirst({ orderBy: { number: "desc" } });
}

/** Locks lots until the transaction ends, in ascending order so that two events never wait for each other. */
export async function lockStates(db: Db, lots: readonly string[]): Promise<Map<string, LotState>> {
  const rows = await db.$queryRaw<StateRow[]>`
    SELECT id AS lot, last_event, holder, consignee, quantity, held
    FROM lot WHERE id = ANY(${lots}) ORDER BY id FOR UPDATE`;
  return new Map(rows.map((row) => [row.lot, stateOf(row)]));
}

/** The states behind the `previous` words of an event's entries: null for a new lot, undefined if unknown. */
export async function statesBefore(
  db: Db,
  { entries }: CustodyEvent,
): Promise<(LotState | null | undefined)[]> {
  const rows = await db.$queryRaw<(StateRow & { word: string })[]>`
    SELECT entry.lot, entry.word, entry.event AS last_event, event.holder, event.consignee, entry.quantity, entry.held
    FROM entry JOIN event ON event.hash = entry.event
    WHERE (entry.lot, entry.word) IN (
      SELECT * FROM unnest(${entries.map(({ lot }) => lot)}::text[], ${entries.map(({ previous }) => previous)}::text[]))`;
  const byWord = new Map(rows.map((row) => [row.lot + row.word, stateOf(row)]));
  return entries.map(({ lot, previous }) =>
    previous === ZERO_HASH ? null : byWord.get(lot + previous),
  );
}

/** Sets lots to the state after their last live entry. Deletes a lot without live entries. */
export async function projectLots(db: Db, lots: readonly string[]): Promise<void> {
  await db.$executeRaw`
    UPDATE lot SET last_event = entry.event, holder = event.holder, consignee = event.consignee,
                   quantity = entry.quantity, held = entry.held
    FROM entry JOIN event ON event.hash = entry.event
    WHERE lot.id = ANY(${lots}) AND entry.lot = lot.id AND entry.live
      AND NOT EXISTS (SELECT 1 FROM entry next WHERE next.lot = entry.lot AND next.previous = entry.word AND next.live)`;
  await db.$executeRaw`
    DELETE FROM lot WHERE id = ANY(${lots}) AND NOT EXISTS (SELECT 1 FROM entry WHERE entry.lot = lot.id AND entry.live)`;
}

/** Projects who may see lots: the issuer and the parties named in their events, nobody else. */
export async function projectInterests(db: Db, lots: readonly string[]): Promise<void> {
  await db.$executeRaw`
    WITH named AS (
      SELECT DISTINCT entry.lot, named.party
      FROM entry JOIN event ON event.hash = entry.event JOIN lot ON lot.id = entry.lot,
        unnest(ARRAY[event.actor, event.holder, event.consignee, left(entry.lot, 42)]) AS named(party)
      WHERE entry.lot = ANY(${lots}) AND named.party <> ${ZERO_ADDRESS}
    ), removed AS (
      DELETE FROM interest WHERE lot = ANY(${lots}) AND (lot, party) NOT IN (SELECT lot, party FROM named)
    )
    INSERT INTO interest (lot, party) SELECT lot, party FROM named ON CONFLICT DO NOTHING`;
}

/** The word of a state; zero if there is no state. */
export const wordOrZero = (state: LotState | null | undefined): string =>
  state ? wordOf(state) : ZERO_HASH;

/** The state behind each entry's previous word; undefined unless all are known. */
export async function knownStatesBefore(
  db: Db,
  event: CustodyEvent,
): Promise<(LotState | null)[] | undefined> {
  const states = await statesBefore(db, event);
  return states.every((state) => state !== undefined) ? states : undefined;
}
