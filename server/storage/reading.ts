// Reads for monitors, who want an answer soon: what does not answer in time counts as away.
import type { PrismaClient } from "../../prisma/generated/client.ts";
import type { Db } from "./db.ts";
import { inTime } from "./time-limit.ts";

/** How long a reading may take before its source counts as unreachable. */
export const READING_TIMEOUT_MS = 3_000;

/**
 * Reads in a transaction that the database ends when it takes too long: a reading that nobody waits for any more would keep a
 * connection from others.
 * @returns null if the database does not answer in time
 */
export function readInTime<T>(
  prisma: PrismaClient,
  read: (tx: Db) => Promise<T>,
): Promise<T | null> {
  const reading = prisma.$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT set_config('statement_timeout', ${String(READING_TIMEOUT_MS)}, true)`;
      return read(tx);
    },
    { timeout: READING_TIMEOUT_MS, maxWait: READING_TIMEOUT_MS },
  );
  return orNull(reading);
}

/** The reading. Null where its source fails or takes too long. */
export async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  const quiet = reading.catch(() => null);
  return (await inTime(quiet, READING_TIMEOUT_MS)) ?? null;
}
