// Gathers where the lot's label was scanned, without saying by whom.
import type { FactSource } from "./source.ts";
import { placesOf } from "../sightings.ts";

const MAX_PLACES = 1_000;

/** The places at which parties that see the lot have scanned it here. */
export const sightings: FactSource = async ({ prisma }, { lot, reader }) => ({
  sightings: (await placesOf(prisma, lot.id, MAX_PLACES)).map(({ party, place, first, last }) => ({
    first,
    last,
    own: party === reader.party && !reader.byGrant,
    by: party === lot.holder ? "holder" : "party",
    named: place !== "",
  })),
});
