// Finds other open lots with the lot's package id.
import { VOUCHERS } from "../../../protocol/verdict/precedence.ts";
import type { Signed } from "../makers.ts";
import { completeFor, type FactSource } from "./source.ts";
import { sightOf } from "../../access/sight.ts";
import { seenAmong } from "../../access/visibility.ts";
import { Prisma } from "../../../prisma/generated/client.ts";

/** Lots that are read, of the manufacturer's and authorised parties' and of all others. With more, some are left out. */
const MAX_READ = 1_000;
/** Lots that are named. */
const MAX_NAMED = 20;

interface Package extends Signed {
  id: string;
  issuer: string;
  manufacturer: string | null;
  quantity: bigint;
}

/**
 * Finds other open lots for the same package: the same package id and manufacturer. Every issuer chooses its own lot numbers, so
 * the same number of another issuer alone means nothing. With the same manufacturer's lot, two parties registered one package.
 * The word is that of the party which gave the other package its id, also where it split the pieces off the manufacturer's own.
 */
export const packages: FactSource = async ({ prisma }, about) => {
  const { lot, reader, maker, tells } = about;
  const { packageId, lotNumber, mpn, makerLot } = lot;
  const numbers = [packageId, lotNumber].filter((id) => id !== null);
  const strong = [...maker.parties, ...maker.authorised];
  const read = (of: Prisma.Sql) => prisma.$queryRaw<Package[]>`
    SELECT lot.id, lot.issuer, lot.manufacturer, lot.quantity, event.action, event.actor, event.time
    FROM lot JOIN event ON event.hash = lot.origin
    WHERE (lot.package_id = ANY(${numbers}) OR lot.lot_number = ${packageId}
        OR (lot.lot_number = ${lotNumber} AND lot.maker_lot = ${makerLot} AND lot.mpn = ${mpn}))
      AND lot.id <> ${lot.id} AND ${of} AND (lot.quantity > 0 OR EXISTS (
        SELECT 1 FROM interest WHERE interest.lot = lot.id AND interest.party = ${reader.party}))
    ORDER BY lot.sequence, lot.id LIMIT ${MAX_READ + 1}`;
  const byStrong = await read(Prisma.sql`lot.issuer = ANY(${strong})`);
  const byOthers = await read(Prisma.sql`lot.issuer <> ALL(${strong})`);
  // A lot that names no manufacturer has the manufacturer of the pieces that it was split from, and is compared with its
  // issuer's alone.
  const isSameMaker = (each: Package) =>
    maker.isNamedBy(each) || (each.manufacturer === null && each.issuer === lot.issuer);
  const all = [...byStrong, ...byOthers].filter(isSameMaker);
  const visible = await seenAmong(
    prisma,
    reader,
    all.map(({ id }) => id),
  );
  // One that the reader handed on counts as it was then, whatever became of it.
  const sight = await sightOf(prisma, reader, [...visible]);
  const isOpen = ({ id, quantity }: Package) => (sight.endOf(id)?.quantity ?? quantity) > 0n;
  const counted = all.filter((each) => (tells.packages || visible.has(each.id)) && isOpen(each));
  const found = new Set(counted.map((each) => maker.voucherOf(each)));
  return {
    packages: {
      by: VOUCHERS.filter((voucher) => found.has(voucher)),
      complete: completeFor(about, tells.packages, {
        strong: byStrong.length <= MAX_READ,
        others: byOthers.length <= MAX_READ,
      }),
      lots: counted
        .filter(({ id }) => visible.has(id))
        .slice(0, MAX_NAMED)
        .map(({ id }) => id),
    },
  };
};
