// Finds other open lots with the lot's package id.
import type { FactSource } from "./source.ts";
import { seenAmong } from "../../access/visibility.ts";

/** Lots that are counted. */
const MAX_COUNTED = 1_000;
/** Lots that are named. */
const MAX_NAMED = 20;

/**
 * Finds other open lots for the same package: the same package id and maker. Every issuer chooses its own lot numbers, so
 * the same number of another issuer alone means nothing. With the same maker's lot, two parties registered one package.
 */
export const packages: FactSource = async ({ prisma }, { lot, reader }) => {
  const { packageId, lotNumber, manufacturer, mpn, makerLot, issuer } = lot;
  const numbers = [packageId, lotNumber].filter((id) => id !== null);
  const isSamePackage = {
    OR: [
      { packageId: { in: numbers } },
      ...(packageId === null ? [] : [{ lotNumber: packageId }]),
      ...(lotNumber === null || makerLot === null ? [] : [{ lotNumber, makerLot, mpn }]),
    ],
  };
  // Two makers may use the same numbers, and a maker may leave out its name: then it is the issuer.
  const ofMaker = manufacturer === null ? { manufacturer, issuer } : { manufacturer };
  const others = await prisma.lot.findMany({
    where: { AND: [isSamePackage], ...ofMaker, id: { not: lot.id }, quantity: { gt: 0 } },
    orderBy: { sequence: "asc" },
    select: { id: true },
    take: MAX_COUNTED,
  });
  const ids = others.map(({ id }) => id);
  const visible = await seenAmong(prisma, reader, ids);
  return {
    packages: {
      others: ids.length,
      lots: ids.filter((id) => visible.has(id)).slice(0, MAX_NAMED),
    },
  };
};
