// Finds other open lots with the lot's package id.
import type { FactSource } from "./source.ts";
import { seenAmong } from "../../access/visibility.ts";

/** Lots that are counted, and of these the ones that are named. */
const MAX_COUNTED = 1_000;
const MAX_NAMED = 20;

/**
 * Other open lots that stand for the same package: with its id, of the same maker. A lot number is its issuer's own, so
 * that another's alone says nothing: with the same maker's lot it says that two parties have registered one package.
 */
export const packages: FactSource = async ({ prisma }, { lot, reader }) => {
  const { packageId, lotNumber, manufacturer, mpn, makerLot, issuer } = lot;
  const ids = [packageId, lotNumber].filter((id) => id !== null);
  const isSamePackage = {
    OR: [
      { packageId: { in: ids } },
      ...(packageId === null ? [] : [{ lotNumber: packageId }]),
      ...(lotNumber === null || makerLot === null ? [] : [{ lotNumber, makerLot, mpn }]),
    ],
  };
  // Two makers may well use the same numbers; a maker need not say who it is.
  const ofMaker = manufacturer === null ? { manufacturer, issuer } : { manufacturer };
  const others = await prisma.lot.findMany({
    where: { AND: [isSamePackage], ...ofMaker, id: { not: lot.id }, quantity: { gt: 0 } },
    orderBy: { sequence: "asc" },
    select: { id: true },
    take: MAX_COUNTED,
  });
  const found = others.map(({ id }) => id);
  const seen = await seenAmong(prisma, reader, found);
  return {
    packages: {
      others: found.length,
      lots: found.filter((id) => seen.has(id)).slice(0, MAX_NAMED),
    },
  };
};
