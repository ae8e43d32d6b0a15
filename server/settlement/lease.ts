// Gives a sending account to one relayer at a time.
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";

/** How long a lease lasts, in seconds. */
const LEASE_SECONDS = 10;

/** Takes the lease of the sending account. @returns its fence; undefined if another relayer has the lease */
export async function takeLease({ prisma, relayer }: Context): Promise<number | undefined> {
  await prisma.$executeRaw`INSERT INTO sender (address) VALUES (${relayer.address}) ON CONFLICT DO NOTHING`;
  const rows = await prisma.$queryRaw<{ fence: number }[]>`
    UPDATE sender SET fence = fence + 1, lease_until = now() + ${LEASE_SECONDS} * interval '1 second'
    WHERE address = ${relayer.address} AND (lease_until IS NULL OR lease_until < now())
    RETURNING fence`;
  return rows[0]?.fence;
}

/** Whether this relayer still has the lease. The row stays locked until the database transaction ends. */
export async function holdsLease({ relayer }: Context, tx: Db, fence: number): Promise<boolean> {
  const held = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM sender WHERE address = ${relayer.address} AND fence = ${fence} FOR UPDATE`;
  return held.length > 0;
}

/** Gives the lease back, unless another relayer has taken it since. */
export async function releaseLease({ prisma, relayer }: Context, fence: number): Promise<void> {
  await prisma.sender.updateMany({
    where: { address: relayer.address, fence },
    data: { leaseUntil: null },
  });
}
