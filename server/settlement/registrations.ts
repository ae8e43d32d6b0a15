// Projects parties and keys from the ledger's logs, so that a reorged block can be rolled back. A log about a key changes
// only that key: a party may have any number of them.
import type { PartyFact } from "../../protocol/chain/ledger-log.ts";
import { type Registration, Registry } from "../../protocol/chain/registry.ts";
import type { Db } from "../storage/db.ts";

/** Stores logs of one block about parties and their keys, and projects them. */
export async function applyRegistrations(tx: Db, logs: readonly PartyFact[]): Promise<void> {
  if (logs.length === 0) return;
  await tx.registration.createMany({
    data: logs.map(({ name, party, block, blockHash, logIndex, transaction: _, ...args }) => {
      return { name, party, block, blockHash, logIndex, args };
    }),
    skipDuplicates: true,
  });
  await projectParties(tx, logs);
  const enrolled = logs.filter((log) => log.name === "KeyEnrolled");
  await tx.key.createMany({
    data: enrolled.map(({ key: address, party, block: enrolledAt }) => {
      return { address, party, enrolledAt };
    }),
    skipDuplicates: true,
  });
  const revoked = logs.filter((log) => log.name === "KeyRevoked").map(({ key }) => key);
  await tx.$executeRaw`UPDATE key SET revoked_at = ${logs[0]!.block} WHERE address = ANY(${revoked})`;
}

/** Rolls back the logs of a reorged block, from one of them on. */
export async function undoRegistrations(tx: Db, blockHash: string, from: number): Promise<void> {
  const removed = await tx.$queryRaw<
    { name: PartyFact["name"]; party: string; key: string | null }[]
  >`
    DELETE FROM registration WHERE block_hash = ${blockHash} AND log_index >= ${from}
    RETURNING name, party, args->>'key' AS key`;
  if (removed.length === 0) return;
  const keysOf = (kind: PartyFact["name"]) =>
    removed.filter(({ name }) => name === kind).map(({ key }) => key!);
  await tx.$executeRaw`UPDATE key SET revoked_at = NULL WHERE address = ANY(${keysOf("KeyRevoked")})`;
  await tx.$executeRaw`DELETE FROM key WHERE address = ANY(${keysOf("KeyEnrolled")})`;
  await projectParties(tx, removed);
}

/** Replaces the rows of parties that logs are about by what the last log of each kind says. */
async function projectParties(
  tx: Db,
  logs: readonly Pick<PartyFact, "name" | "party">[],
): Promise<void> {
  const parties = [
    ...new Set(logs.filter(({ name }) => name.startsWith("Party")).map(({ party }) => party)),
  ];
  if (parties.length === 0) return;
  const last = await tx.$queryRaw<(Omit<Registration, "args"> & { args: object })[]>`
    SELECT DISTINCT ON (party, name = 'PartyAdmitted') name, party, block, log_index AS "logIndex", args
    FROM registration WHERE party = ANY(${parties}) AND name IN ('PartyAdmitted', 'PartySuspended', 'PartyReinstated')
    ORDER BY party, name = 'PartyAdmitted', block DESC, log_index DESC`;
  const registry = new Registry(
    last.map(({ args, ...log }) => ({ ...log, ...args }) as Registration),
  );
  const rows = [...registry.parties()];
  await tx.$executeRaw`
    INSERT INTO party (address, roles, name, identity, suspended)
    SELECT address, roles::int, name, identity, suspended::boolean
    FROM unnest(
      ${rows.map(([address]) => address)}::text[], ${rows.map(([, { roles }]) => String(roles))}::text[],
      ${rows.map(([, { name }]) => name)}::text[], ${rows.map(([, { identity }]) => identity)}::text[],
      ${rows.map(([, { suspended }]) => String(suspended))}::text[]
    ) AS row(address, roles, name, identity, suspended)
    ON CONFLICT (address) DO UPDATE SET roles = excluded.roles, name = excluded.name, identity = excluded.identity,
      suspended = excluded.suspended`;
  const left = new Set(rows.map(([address]) => address));
  await tx.$executeRaw`DELETE FROM party WHERE address = ANY(${parties.filter((party) => !left.has(party))})`;
}
