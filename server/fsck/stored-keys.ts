// Checks the private keys that the service keeps: the keystore opens them, and they belong to their parties.
import type { StoredKey } from "../../prisma/generated/client.ts";
import type { ChainFacts } from "./chain.ts";
import { type Check, inBatches, ROWS_AT_ONCE } from "./check.ts";

/** Invariant 23: stored keys open, and belong to their parties. */
export async function checkStoredKeys(check: Check, facts: ChainFacts | undefined): Promise<void> {
  const { db } = check;
  const batches = inBatches(
    (after: string | undefined) =>
      db.storedKey.findMany({
        where: { address: { gt: after ?? "" } },
        orderBy: { address: "asc" },
        take: ROWS_AT_ONCE,
      }),
    ({ address }) => address,
  );
  for await (const rows of batches) {
    for (const { address, party, purpose, sealed } of rows) {
      const key = { table: "stored_key", row: address } as const;
      if (!opens(check, address, sealed))
        check.fault("STORED_KEY_UNREADABLE", { ...key, column: "sealed" });
      if (facts) checkOwner(check, facts, { address, party, purpose });
    }
    check.count("storedKeys", rows.length);
    check.progress("storedKeys", check.report.checked.storedKeys);
  }
}

/** A signing key is one that its party enrolled; an account key is the party's own account. */
function checkOwner(
  check: Check,
  { registry }: ChainFacts,
  { address, party, purpose }: Pick<StoredKey, "address" | "party" | "purpose">,
): void {
  const isSigning = registry.keys.get(address)?.party === party;
  const isAccount = address === party;
  if (purpose === "signing" ? isSigning : purpose === "account" && isAccount) return;
  const fits = isSigning ? "signing" : isAccount ? "account" : undefined;
  const owner = registry.keys.get(address)?.party ?? null;
  const where =
    fits === undefined
      ? { column: "party", expected: owner, found: party }
      : { column: "purpose", expected: fits, found: purpose };
  check.fault("STORED_KEY_NOT_OF_PARTY", { table: "stored_key", row: address, ...where });
}

function opens({ ctx }: Check, address: string, sealed: string): boolean {
  try {
    ctx.keystore.open(address, sealed).fill(0);
    return true;
  } catch {
    return false; // the cipher's own errors: a wrong secret, or altered bytes
  }
}
