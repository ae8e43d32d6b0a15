// Uses the nonces of sign-ins up, in the database: a message that one process took does not work in another.
import { Refusal } from "../refusal.ts";
import type { Db } from "../storage/db.ts";

/**
 * Uses a nonce up, and forgets those that are too old to work anyway.
 * @param now Unix seconds, as `until` is
 * @param until when the nonce ends
 * @throws Refusal UNAUTHENTICATED if it was used before
 */
export async function useNonce(tx: Db, now: number, nonce: string, until: number): Promise<void> {
  await tx.usedNonce.deleteMany({ where: { until: { lte: BigInt(now) } } });
  const { count } = await tx.usedNonce.createMany({
    data: { nonce, until: BigInt(until) },
    skipDuplicates: true,
  });
  if (count === 0)
    throw new Refusal("UNAUTHENTICATED", 401, "This message was used before. Sign in again.", {
      field: "message",
    });
}
