// Projects parties and keys from the ledger's logs, so that a reorged block can be rolled back.
import type { PartyFact } from "../../protocol/chain/ledger-log.ts";
import { AFTER_ALL } from "../../protocol/chain/place.ts";
import { type Registration, Registry } from "../../protocol/chain/registry.ts";
import type { Db } from "../storage/db.ts";

/** Stores a log about a party or its keys, and projects the party again. */
export async function applyRegistration(tx: Db, log: PartyFact): Promise<void> {
  const { name, party, block, blockHash, logIndex, transaction: _transaction, ...args } = log;
  await tx.registration.create({
    data: { name, party, block, blockHash, logIndex, args },
  });
  await projectParty(tx, party);
}

/** Rolls back the logs of a reorged block. */
export async function undoRegistrations(tx: Db, blockHash: string): Promise<void> {
  const removed = await tx.registration.findMany({ where: { blockHash }, select: { party: true } });
  await tx.registration.deleteMany({ where: { blockHash } });
  for (const party of new Set(removed.map(({ party }) => party))) await projectParty(tx, party);
}

/** Replaces the rows of a party and of its keys by what its logs add up to. */
async function projectParty(tx: Db, party: string): Promise<void> {
  const logs = await tx.registration.findMany({
    where: { party },
    orderBy: [{ block: "asc" }, { logIndex: "asc" }],
  });
  const registry = new Registry(
    logs.map(({ args, ...log }) => ({ ...log, ...(args as object) }) as Registration),
  );
  await tx.key.deleteMany({ where: { party } });
  const standing = registry.party(party, AFTER_ALL);
  if (!standing) {
    await tx.party.deleteMany({ where: { address: party } });
    return;
  }
  await tx.party.upsert({
    where: { address: party },
    create: { address: party, ...standing },
    update: standing,
  });
  await tx.key.createMany({
    data: [...registry.keys].map(([address, { enrolledAt, revokedAt }]) => ({
      address,
      party,
      enrolledAt: enrolledAt.block,
      revokedAt: revokedAt?.block ?? null,
    })),
  });
}
