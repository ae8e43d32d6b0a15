// Gathers which parties scanned the lot's label, without saying who they are.
import type { FactSource } from "./source.ts";
import { scannersOf } from "../sightings.ts";

const MAX_SCANNERS = 1_000;

/** The parties that see the lot and have scanned it here. */
export const sightings: FactSource = async ({ prisma }, { lot, reader, trail }) => {
  const inTrail = new Set(
    trail.events.flatMap(({ event: { actor, consignee } }) => [actor, consignee]),
  );
  const scanners = await scannersOf(prisma, lot.id, MAX_SCANNERS);
  return {
    sightings: scanners.map(({ party, last, lastNamed }) => ({
      last,
      lastNamed,
      own: party === reader.party && !reader.byGrant,
      by: party === lot.holder ? "holder" : inTrail.has(party) ? "trail" : "other",
    })),
  };
};
