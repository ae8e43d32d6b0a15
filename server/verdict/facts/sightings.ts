// Gathers which parties scanned the lot's label, without saying who they are.
import type { FactSource } from "./source.ts";
import { type Scanner, scannersOf } from "../sightings.ts";

const MAX_SCANNERS = 1_000;

/** The parties that see the lot and have scanned it here. */
export const sightings: FactSource = async ({ prisma }, { lot, reader, trail, isOver }) => {
  const inTrail = new Set(
    trail.events.flatMap(({ event: { actor, consignee } }) => [actor, consignee]),
  );
  const scanners = await scannersOf(prisma, lot.id, MAX_SCANNERS);
  const isOwn = ({ party }: Scanner) => party === reader.party && !reader.byGrant;
  // Others' scans may be later than the handover.
  const isTold = (scanner: Scanner) => !isOver || isOwn(scanner);
  return {
    sightings: scanners.filter(isTold).map((scanner) => ({
      last: scanner.last,
      lastNamed: scanner.lastNamed,
      own: isOwn(scanner),
      by: scanner.party === lot.holder ? "holder" : inTrail.has(scanner.party) ? "trail" : "other",
    })),
  };
};
