// Measures how long shipments between the lot's parties usually take, for rule V22.
import { ACTIONS, eventDigest } from "../../../protocol/event/event.ts";
import { MIN_LANE_COUNT } from "../../../protocol/verify/rules/v22-time-and-route.ts";
import { eventsOnWay, type FactSource } from "./source.ts";

/** Pairs of parties that are measured for one lot, the newest first. */
const MAX_LANES = 16;
/** Newest events of a sender that are searched for shipments to one consignee. */
const MAX_EVENTS = 5_000;
/** Shipments that are counted. */
const MAX_SHIPMENTS = 500;

/**
 * For each pair of parties between which the lot was shipped: the number of settled shipments that arrived, and the time
 * within which nine in ten arrived. The lot's own shipments are left out. With fewer than eight there is only the number,
 * because the time of a single shipment is private to its parties.
 */
export const lanes: FactSource = async ({ prisma, domain }, about) => {
  const ships = eventsOnWay(about)
    .map(({ event }) => event)
    .filter(({ action }) => action === ACTIONS.ship);
  const pairs = new Map(
    ships.map(({ actor, consignee }) => [actor + consignee, { actor, consignee }]),
  );
  const wanted = [...pairs.values()].slice(-MAX_LANES);
  if (wanted.length === 0) return { lanes: [] };
  const own = ships.map((event) => eventDigest(domain, event));
  const measured = await prisma.$queryRaw<
    { from: string; to: string; count: number; p90: number | null }[]
  >`
    SELECT lane.sender AS "from", lane.consignee AS "to", count(transit.took)::int AS count,
      (percentile_disc(0.9) WITHIN GROUP (ORDER BY transit.took))::float8 AS p90
    FROM unnest(${wanted.map(({ actor }) => actor)}::text[], ${wanted.map(({ consignee }) => consignee)}::text[])
      AS lane (sender, consignee)
    LEFT JOIN LATERAL (
      SELECT receipt.time - ship.time AS took
      FROM (
        SELECT recent.hash, recent.time FROM (
          SELECT hash, time, sequence, action, consignee FROM event
          WHERE actor = lane.sender ORDER BY sequence DESC LIMIT ${MAX_EVENTS}
        ) recent
        WHERE recent.action = ${ACTIONS.ship} AND recent.consignee = lane.consignee AND recent.hash <> ALL(${own})
        ORDER BY recent.sequence DESC LIMIT ${MAX_SHIPMENTS}
      ) ship
      CROSS JOIN LATERAL (SELECT lot, word FROM entry WHERE event = ship.hash AND live ORDER BY lot LIMIT 1) sent
      JOIN entry got ON got.lot = sent.lot AND got.previous = sent.word AND got.live
      JOIN event receipt ON receipt.hash = got.event AND receipt.action = ${ACTIONS.receive}
      JOIN settlement of_ship ON of_ship.event = ship.hash AND of_ship.state IN ('mined', 'final')
      JOIN settlement of_receipt ON of_receipt.event = receipt.hash AND of_receipt.state IN ('mined', 'final')
      WHERE receipt.time >= ship.time
    ) transit ON true
    GROUP BY lane.sender, lane.consignee`;
  return {
    lanes: measured.map(({ p90, ...lane }) => ({
      ...lane,
      p90Seconds: lane.count < MIN_LANE_COUNT ? null : p90,
    })),
  };
};
