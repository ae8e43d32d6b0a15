// Keeps held events from standing in the way. What follows a held event is held too, and a rival that the ledger would take
// makes a held event void.
import type { CustodyEvent } from "../../protocol/event/event.ts";
import type { LotState } from "../../protocol/event/lot.ts";
import type { Db } from "../storage/db.ts";
import { withDescendants } from "./descendants.ts";
import { lotsIn, voidEvents } from "./live.ts";
import { lockStates } from "./states.ts";

/** The reason of an event that is held because an earlier one is. */
export const PREDECESSOR_HELD = "PredecessorHeld";

/**
 * Voids the held events that follow the same words as a new one, with everything built on them. If the new event is refused
 * after all, the transaction undoes this.
 * @param states of the event's lots that its sender sees. They are locked. The caller reads them again.
 */
export async function yieldTo(
  tx: Db,
  { event, hash }: { event: CustodyEvent; hash: string },
  states: ReadonlyMap<string, LotState>,
): Promise<void> {
  const rivals = await heldRivals(tx, event, states);
  if (rivals.length === 0) return;
  const lost = await withDescendants(tx, rivals);
  await lockStates(tx, await lotsIn(tx, lost));
  // While this waited for the other lots, the ledger may have recorded one of them.
  if ((await heldRivals(tx, event, states)).length < rivals.length) return;
  await voidEvents(tx, lost, { name: "Yielded", args: [hash] });
}

async function heldRivals(
  db: Db,
  { entries }: CustodyEvent,
  states: ReadonlyMap<string, LotState>,
): Promise<string[]> {
  const seen = entries.filter(({ lot }) => states.has(lot));
  const rows = await db.$queryRaw<{ event: string }[]>`
    SELECT DISTINCT entry.event
    FROM unnest(${seen.map(({ lot }) => lot)}::text[], ${seen.map(({ previous }) => previous)}::text[]) AS given(lot, previous)
    JOIN entry ON entry.lot = given.lot AND entry.previous = given.previous AND entry.live
    JOIN settlement ON settlement.event = entry.event AND settlement.state = 'held'`;
  return rows.map(({ event }) => event);
}

/**
 * The states that lots have on the way with a shipment, where nothing but held events came after it.
 * @returns by lot; lots that are answered are left out
 */
export async function statesOnTheWay(
  db: Db,
  shipment: string,
  lots: readonly string[],
): Promise<Map<string, Pick<LotState, "holder" | "consignee" | "held"> & { quantity: bigint }>> {
  const rows = await db.$queryRaw<
    (Pick<LotState, "holder" | "consignee" | "held"> & { lot: string; quantity: bigint })[]
  >`
    SELECT shipped.lot, event.holder, event.consignee, shipped.quantity, shipped.held
    FROM entry shipped JOIN event ON event.hash = shipped.event
    WHERE shipped.event = ${shipment} AND shipped.lot = ANY(${[...lots]}) AND shipped.live AND NOT EXISTS (
      SELECT 1 FROM entry answer JOIN settlement ON settlement.event = answer.event
      WHERE answer.lot = shipped.lot AND answer.previous = shipped.word AND answer.live
        AND settlement.state <> 'held')`;
  return new Map(rows.map(({ lot, ...state }) => [lot, state]));
}
