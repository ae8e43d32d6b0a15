// Gathers facts about other lots of the same maker's lot, without naming them: the reader may not know of them.
import { type Details, type EntryDetails, entryDetail } from "../../../protocol/event/details.ts";
import { ACTIONS } from "../../../protocol/event/event.ts";
import type { Sibling } from "../../../protocol/verdict/facts.ts";
import type { Event } from "../../../prisma/generated/client.ts";
import type { About, FactSource } from "./source.ts";
import { restrictionsOf, visibleDetails } from "../../access/visibility.ts";

/** Other lots that are read. With more, the facts are unknown: one that was not read could contradict. */
const MAX_LOTS = 500;

/** Reads lots that were commissioned or introduced. Lots split from them are the same pieces. */
export const siblings: FactSource = async ({ prisma }, { lot, ancestry }) => {
  const { manufacturer, makerLot } = lot;
  if (makerLot === null) return {};
  const { lots: own, maker } = ownOf({ lot, ancestry });
  const origins = [ACTIONS.commission, ACTIONS.introduce];
  const rows = await prisma.$queryRaw<{ origin: string; index: number }[]>`
    SELECT lot.origin, entry.index FROM lot JOIN event ON event.hash = lot.origin
      JOIN entry ON entry.event = lot.origin AND entry.lot = lot.id
    WHERE lot.maker_lot = ${makerLot} AND event.action = ANY(${origins}) AND NOT lot.id = ANY(${own})
      AND (lower(lot.manufacturer) = lower(${manufacturer}) OR event.actor = ${maker})
    ORDER BY lot.sequence LIMIT ${MAX_LOTS + 1}`;
  if (rows.length > MAX_LOTS) return {};
  const events = await prisma.event.findMany({
    where: { hash: { in: [...new Set(rows.map(({ origin }) => origin))] } },
    select: { hash: true, details: true, secret: true, disclosure: true, restricted: true },
  });
  const byHash = new Map(events.map((event) => [event.hash, { event, details: detailsOf(event) }]));
  const all = rows.flatMap(({ origin, index }) => {
    const { event, details } = byHash.get(origin) ?? {};
    return event && details ? [siblingOf(event, details, index)] : [];
  });
  if (all.length < rows.length) return {}; // one that cannot be read could contradict
  return { siblings: [...new Map(all.map((each) => [JSON.stringify(each), each])).values()] };
};

/** The lot's ancestors, and the party that made its pieces. */
function ownOf({ lot, ancestry }: Pick<About, "lot" | "ancestry">): {
  lots: string[];
  maker: string;
} {
  const { lots, creations } = ancestry;
  const origin = [...creations.values()].find(({ by }) => by.event.action !== ACTIONS.split);
  return { lots: [...lots], maker: origin?.by.event.actor ?? lot.issuer };
}

/** An event's details, as far as this service has them. Undefined where they cannot be read. */
const detailsOf = (event: Pick<Event, "details" | "secret" | "disclosure">): Details | undefined =>
  visibleDetails(event, () => true)?.details;

/** One sibling's facts. Leaves out what the event's author restricted. */
function siblingOf(event: Pick<Event, "restricted">, details: Details, index: number): Sibling {
  const restricted = restrictionsOf(event);
  const openDetail = (
    name: "mpn" | "dateCode" | "dateCodeFormat" | "dateCodeNewest" | "countryOfOrigin",
  ) =>
    restricted === undefined || name in restricted
      ? undefined
      : (entryDetail(details, index, name) as EntryDetails[typeof name]);
  const [mpn, dateCode, dateCodeFormat] = [
    openDetail("mpn"),
    openDetail("dateCode"),
    openDetail("dateCodeFormat"),
  ];
  const countryOfOrigin = openDetail("countryOfOrigin");
  return {
    ...(mpn !== undefined && { mpn }),
    ...(dateCode !== undefined && { dateCode }),
    ...(dateCodeFormat !== undefined && { dateCodeFormat }),
    dateMixed: openDetail("dateCodeNewest") !== undefined,
    ...(countryOfOrigin !== undefined && { countryOfOrigin }),
  };
}
