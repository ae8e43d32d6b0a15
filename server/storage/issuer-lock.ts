// Lets one transaction at a time accept what a party says beside events: notices and statements are judged by those before.
import type { Db } from "./db.ts";

/** The class of these advisory locks. */
const LOCK = 76_111_105;

/** Waits until no other transaction accepts a notice or a statement of this party, until this one ends. */
export async function lockIssuer(tx: Db, issuer: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK}::int, hashtext(${issuer}))`;
}
