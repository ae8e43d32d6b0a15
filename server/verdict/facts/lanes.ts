// Measures how long shipments between the parties on the lot's way usually take, for rule V22.
import { ACTIONS, eventDigest } from "../../../protocol/event/event.ts";
import { MIN_LANE_COUNT } from "../../../protocol/verify/rules/v22-time-and-route.ts";
import { eventsOnWay, type FactSource } from "./source.ts";

/** Pairs of parties that are looked at for one lot, the newest first. */
const MAX_LANES = 16;
/** Of a sender's events, the newest that are looked through for shipments to one consignee; and shipments counted. */
const MAX_EVENTS = 5_000;
const MAX_SHIPMENTS = 500;

/**
 * For each pair of parties between which the lot was shipped, the settled shipments that arrived, and the time that nine in
 * ten of them took. The lot's own are left out. Of fewer than eight only the number is told: one shipment's time is its
 * parties' own.
 */
export const lanes: FactSource = async ({ prisma, domain }, about) => {
  const ships = eventsOnWay(about)
    .map(({ event }) => event)
    .filter(({ action }) => action === ACTIONS.ship);
  const pairs = new Map(
    ships.map(({ actor, consignee }) => [actor + consignee, { actor, consignee }]),
  );
  const asked = [...pairs.values()].slice(-MAX_LANES);
  if (asked.length === 0) return { lanes: [] };
  const own = ships.map((event) => eventDigest(domain, event));
  const found = await prisma.$queryRaw<
    { from: string; to: string; count: number; p90: number | null }[]
  >`
    SELECT lane.sender AS "from", lane.consignee AS "to", count(transit.took)::int AS count,
      (percentile_disc(0.9) WITHIN GROUP (ORDER BY transit.took))::float8 AS p90
    FROM unnest(${asked.map(({ actor }) => actor)}::text[], ${asked.map(({ consignee }) => consignee)}::text[])
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
    lanes: found.map(({ p90, ...lane }) => ({
      ...lane,
      p90Seconds: lane.count < MIN_LANE_COUNT ? null : p90,
    })),
  };
};
