// Projects parties and keys from the ledger's logs, so that a reorged block can be rolled back.
import type { PartyFact } from "../../protocol/chain/ledger-log.ts";
import type { Db } from "../storage/db.ts";

type Args = { roles?: number; partyName?: string; identity?: string; key?: string };

/** Stores a log about a party or its keys, and projects the party again. */
export async function applyRegistration(tx: Db, log: PartyFact): Promise<void> {
  const { name, party, block, blockHash, logIndex, transaction: _transaction, ...args } = log;
  await tx.registration.create({
    data: { name, party, block, blockHash, logIndex, args: args as Args },
  });
  await projectParty(tx, party);
}

/** Rolls back the logs of a reorged block. */
export async function undoRegistrations(tx: Db, blockHash: string): Promise<void> {
  const removed = await tx.registration.findMany({ where: { blockHash }, select: { party: true } });
  await tx.registration.deleteMany({ where: { blockHash } });
  for (const party of new Set(removed.map(({ party }) => party))) await projectParty(tx, party);
}

/** The party that its logs add up to; undefined if it was never admitted. */
async function partyFromLogs(db: Db, party: string) {
  const logs = await db.registration.findMany({
    where: { party },
    orderBy: [{ block: "asc" }, { logIndex: "asc" }],
  });
  const standing = { roles: 0, name: "", identity: "", suspended: false };
  const keys = new Map<string, { enrolledAt: number; revokedAt: number | null }>();
  for (const { name, block, args: json } of logs) {
    const args = json as Args;
    if (name === "PartyAdmitted") {
      Object.assign(standing, {
        roles: args.roles!,
        name: args.partyName!,
        identity: args.identity!,
      });
    }
    if (name === "PartySuspended" || name === "PartyReinstated")
      standing.suspended = name === "PartySuspended";
    if (name === "KeyEnrolled") keys.set(args.key!, { enrolledAt: block, revokedAt: null });
    if (name === "KeyRevoked") keys.get(args.key!)!.revokedAt = block;
  }
  return logs.length === 0 ? undefined : { standing, keys };
}

async function projectParty(tx: Db, party: string): Promise<void> {
  const projected = await partyFromLogs(tx, party);
  await tx.key.deleteMany({ where: { party } });
  if (!projected) {
    await tx.party.deleteMany({ where: { address: party } });
    return;
  }
  await tx.party.upsert({
    where: { address: party },
    create: { address: party, ...projected.standing },
    update: projected.standing,
  });
  await tx.key.createMany({
    data: [...projected.keys].map(([address, key]) => ({ address, party, ...key })),
  });
}
