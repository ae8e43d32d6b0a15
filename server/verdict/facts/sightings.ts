// Gathers where the lot's label was scanned, without saying by whom.
import type { Sighting } from "../../../protocol/verdict/facts.ts";
import type { Db } from "../../storage/db.ts";
import type { FactSource } from "./source.ts";
import { type Place, placesOf, sightingParty } from "../sightings.ts";

const MAX_PLACES = 1_000;

/** Every place at which the lot was scanned here. */
export const sightings: FactSource = async ({ prisma }, { lot, reader }) => {
  const places = await placesOf(prisma, lot.id, MAX_PLACES);
  const named = places.length > 0 ? await partiesOf(prisma, lot.id) : [];
  // The operator sees every lot of the service, so it is not a stranger to any.
  const parties = new Set(["operator", ...named]);
  const by = (party: string): Sighting["by"] =>
    [lot.holder, lot.consignee].includes(party)
      ? "holder"
      : parties.has(party)
        ? "party"
        : "stranger";
  // A stranger could invent places, so all its places count as one.
  const isStranger = ({ party }: Place) => by(party) === "stranger";
  const strangers = [...Map.groupBy(places.filter(isStranger), ({ party }) => party).values()].map(
    merged,
  );
  const all = [...places.filter((each) => !isStranger(each)), ...strangers].sort(
    (a, b) => b.last - a.last,
  );
  return {
    sightings: all.map(({ party, place, first, last }) => ({
      first,
      last,
      own: party === sightingParty(reader),
      by: by(party),
      named: place !== "",
    })),
  };
};

/** The lot's issuer and the parties that its live events name. One that refused the lot has scanned it, and is no stranger. */
async function partiesOf(db: Db, lot: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ party: string }[]>`
    SELECT DISTINCT named.party FROM entry JOIN event ON event.hash = entry.event,
      unnest(ARRAY[event.actor, event.holder, event.consignee, left(entry.lot, 42)]) AS named(party)
    WHERE entry.lot = ${lot} AND entry.live`;
  return rows.map(({ party }) => party);
}

const merged = (places: Place[]): Place => ({
  party: places[0]!.party,
  place: places.find(({ place }) => place !== "")?.place ?? "",
  first: Math.min(...places.map(({ first }) => first)),
  last: Math.max(...places.map(({ last }) => last)),
});
