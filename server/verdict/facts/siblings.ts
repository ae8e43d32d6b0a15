// Gathers what is recorded of other lots of the same maker's lot, without naming them: they may be secret.
import { type Details, type EntryDetails, entryDetail } from "../../../protocol/event/details.ts";
import { ACTIONS } from "../../../protocol/event/event.ts";
import type { Sibling } from "../../../protocol/verdict/facts.ts";
import type { Event } from "../../../prisma/generated/client.ts";
import type { About, FactSource } from "./source.ts";
import { restrictionsOf, shownDetails } from "../../access/visibility.ts";

/** Other lots that are looked at: beyond that nobody can say that none of them contradicts. */
const MAX_LOTS = 500;

/** Of lots that were split only what they come from is looked at: they are of the same pieces. */
export const siblings: FactSource = async ({ prisma }, { lot, ancestry }) => {
  const { manufacturer, makerLot } = lot;
  if (makerLot === null) return {};
  const { lots: own, maker } = ownOf({ lot, ancestry });
  const made = [ACTIONS.commission, ACTIONS.introduce];
  const rows = await prisma.$queryRaw<{ origin: string; index: number }[]>`
    SELECT lot.origin, entry.index FROM lot JOIN event ON event.hash = lot.origin
      JOIN entry ON entry.event = lot.origin AND entry.lot = lot.id
    WHERE lot.maker_lot = ${makerLot} AND event.action = ANY(${made}) AND NOT lot.id = ANY(${own})
      AND (lower(lot.manufacturer) = lower(${manufacturer}) OR event.actor = ${maker})
    ORDER BY lot.sequence LIMIT ${MAX_LOTS + 1}`;
  if (rows.length > MAX_LOTS) return {};
  const events = await prisma.event.findMany({
    where: { hash: { in: [...new Set(rows.map(({ origin }) => origin))] } },
    select: { hash: true, details: true, secret: true, disclosure: true, restricted: true },
  });
  const byHash = new Map(events.map((event) => [event.hash, { event, details: detailsOf(event) }]));
  const read = rows.map(({ origin, index }) => ({ index, ...byHash.get(origin) }));
  const said = read.flatMap(({ event, details, index }) =>
    event && details ? [siblingOf(event, details, index)] : [],
  );
  if (said.length < read.length) return {}; // what cannot be read may say otherwise
  return { siblings: [...new Map(said.map((each) => [JSON.stringify(each), each])).values()] };
};

/** The lots that the lot itself comes from, and the party that brought its pieces into being. */
function ownOf({ lot, ancestry }: Pick<About, "lot" | "ancestry">): {
  lots: string[];
  maker: string;
} {
  const { lots, creations } = ancestry;
  const origin = [...creations.values()].find(({ by }) => by.event.action !== ACTIONS.split);
  return { lots: [...lots], maker: origin?.by.event.actor ?? lot.issuer };
}

/** What is known here of an event's details, disclosed by others or our own; undefined where nothing can be read. */
const detailsOf = (event: Pick<Event, "details" | "secret" | "disclosure">): Details | undefined =>
  shownDetails(event, () => true)?.details;

/** What the event's author has restricted is not told: it may be for few. */
function siblingOf(event: Pick<Event, "restricted">, details: Details, index: number): Sibling {
  const restricted = restrictionsOf(event);
  const said = (
    name: "mpn" | "dateCode" | "dateCodeFormat" | "dateCodeNewest" | "countryOfOrigin",
  ) =>
    restricted === undefined || name in restricted
      ? undefined
      : (entryDetail(details, index, name) as EntryDetails[typeof name]);
  const [mpn, dateCode, dateCodeFormat] = [said("mpn"), said("dateCode"), said("dateCodeFormat")];
  const countryOfOrigin = said("countryOfOrigin");
  return {
    ...(mpn !== undefined && { mpn }),
    ...(dateCode !== undefined && { dateCode }),
    ...(dateCodeFormat !== undefined && { dateCodeFormat }),
    dateMixed: said("dateCodeNewest") !== undefined,
    ...(countryOfOrigin !== undefined && { countryOfOrigin }),
  };
}
