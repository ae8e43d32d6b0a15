// Ends the leases that a killed process left in a database that one process uses at a time. The process that has it open knows
// that no other holds one, and need not wait for their end.
import type { PrismaClient } from "../../prisma/generated/client.ts";

/** Ends the leases of the relayer and of the watch, and those of requests whose answers were never kept. */
export async function endAbandonedLeases(prisma: PrismaClient): Promise<void> {
  await prisma.$transaction([
    prisma.sender.updateMany({ data: { leaseUntil: null } }),
    prisma.watch.updateMany({ data: { leaseUntil: null } }),
    prisma.keptAnswer.updateMany({ where: { status: null }, data: { leasedUntil: 0n } }),
  ]);
}
