// Counts what became of the lots of shipments, and narrows a list of shipments to those in a state.
import type { ShipmentState, ShipmentView } from "../../api/shipments.ts";
import { Prisma } from "../../prisma/generated/client.ts";
import { ACTIONS } from "../../protocol/event/event.ts";
import type { Db } from "../storage/db.ts";

const IN_TRANSIT = Prisma.sql`EXISTS (
  SELECT 1 FROM entry JOIN lot ON lot.id = entry.lot AND lot.last_event = event.hash WHERE entry.event = event.hash)`;
const NOT_IN_TRANSIT = Prisma.sql`EXISTS (
  SELECT 1 FROM entry JOIN lot ON lot.id = entry.lot AND lot.last_event <> event.hash WHERE entry.event = event.hash)`;
/** The entries that ended the transit of a shipment's lots, each beside the lot's own. */
const ANSWERED = Prisma.sql`entry answer ON answer.lot = entry.lot AND answer.previous = entry.word AND answer.live`;
const endedBy = (action: number, more = Prisma.empty) => Prisma.sql`EXISTS (
  SELECT 1 FROM entry JOIN ${ANSWERED} JOIN event ending ON ending.hash = answer.event
  WHERE entry.event = event.hash AND ending.action = ${action} ${more})`;
const FEWER = Prisma.sql`AND answer.quantity < entry.quantity`;

const STATES: Record<ShipmentState, Prisma.Sql> = {
  open: IN_TRANSIT,
  partial: Prisma.sql`(${IN_TRANSIT} AND ${NOT_IN_TRANSIT})`,
  closed: Prisma.sql`NOT ${IN_TRANSIT}`,
  short: endedBy(ACTIONS.receive, FEWER),
  refused: endedBy(ACTIONS.refuse),
  cancelled: endedBy(ACTIONS.cancel),
  all: Prisma.sql`TRUE`,
};

/** A condition on the ship events of the table `event`. */
export const isInState = (state: ShipmentState): Prisma.Sql => STATES[state];

type Counts = Pick<ShipmentView, "lots" | "open" | "received" | "short" | "refused" | "cancelled">;
export const NO_LOTS: Counts = {
  lots: 0,
  open: 0,
  received: 0,
  short: 0,
  refused: 0,
  cancelled: 0,
};

/** How many lots each shipment has, and what became of them. */
export async function countShippedLots(
  db: Db,
  shipments: readonly string[],
): Promise<Map<string, Counts>> {
  const ended = (action: number, more = Prisma.empty) =>
    Prisma.sql`count(*) FILTER (WHERE ending.action = ${action} ${more})`;
  const rows = await db.$queryRaw<({ event: string } & Record<keyof Counts, bigint>)[]>`
    SELECT entry.event, count(*) AS lots, count(*) FILTER (WHERE lot.last_event = entry.event) AS open,
      ${ended(ACTIONS.receive)} AS received, ${ended(ACTIONS.receive, FEWER)} AS short,
      ${ended(ACTIONS.refuse)} AS refused, ${ended(ACTIONS.cancel)} AS cancelled
    FROM entry LEFT JOIN lot ON lot.id = entry.lot LEFT JOIN ${ANSWERED}
      LEFT JOIN event ending ON ending.hash = answer.event
    WHERE entry.event = ANY(${shipments}) GROUP BY entry.event`;
  return new Map(
    rows.map(({ event, lots, open, received, short, refused, cancelled }) => [
      event,
      {
        lots: Number(lots),
        open: Number(open),
        received: Number(received),
        short: Number(short),
        refused: Number(refused),
        cancelled: Number(cancelled),
      },
    ]),
  );
}
