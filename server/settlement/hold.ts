// Holds events and notices for a person, who queues them again or gives them up.
import { Prisma } from "../../prisma/generated/client.ts";
import { relistCorrected } from "../custody/corrections.ts";
import { withDescendants } from "../custody/descendants.ts";
import { PREDECESSOR_HELD } from "../custody/held.ts";
import { lotsIn, setVoid, voidEvents } from "../custody/live.ts";
import { lockStates } from "../custody/states.ts";
import type { Reader } from "../access/visibility.ts";
import { Refusal } from "../refusal.ts";
import type { Db } from "../storage/db.ts";
import { lockIssuer } from "../storage/issuer-lock.ts";

interface Why {
  name: string;
  args: readonly (string | number)[];
}

/** Reasons of the service itself. Every other reason is an error with which the ledger refused. */
export const OWN_REASONS: readonly string[] = [
  PREDECESSOR_HELD,
  "SignatureUnknown",
  "StateBeforeUnknown",
  "TransactionFailed",
];

/** A condition on a notice's `settlement`: the notice counts. It does not if it is void, or if the ledger refused it. */
export const COUNTS = Prisma.sql`(CASE settlement.state WHEN 'void' THEN FALSE
  WHEN 'held' THEN coalesce(settlement.reason->>'name' = ANY(${[...OWN_REASONS]}), FALSE) ELSE TRUE END)`;

/**
 * Holds an event or a notice for a person, with all events that came after it.
 * @returns what is held now; empty if it did not wait to be settled
 */
export async function holdBack(tx: Db, id: string, why: Why): Promise<string[]> {
  const waiting = { state: { in: ["queued", "signed"] as ("queued" | "signed")[] } };
  const reason = { name: why.name, args: [...why.args] };
  const { count } = await tx.settlement.updateMany({
    where: { id, ...waiting },
    data: { state: "held", reason },
  });
  if (count === 0) return [];
  const after = (await withDescendants(tx, [id])).filter((event) => event !== id);
  await tx.$executeRaw`
    UPDATE settlement SET state = 'held', updated_at = now(),
      reason = ${JSON.stringify({ name: PREDECESSOR_HELD, args: [id] })}::jsonb
    WHERE id = ANY(${after}) AND state IN ('queued', 'signed')`;
  return [id, ...after];
}

/**
 * Holds what the ledger refused. A notice counts no longer then: anyone may give one about any lot, and others' trails would
 * carry for ever what the ledger does not take.
 */
export async function holdRefused(tx: Db, id: string, why: Why): Promise<void> {
  const held = await holdBack(tx, id, why);
  if (held.length === 0) return;
  await tx.notice.updateMany({ where: { digest: id }, data: { live: false } });
  await relistCorrected(tx, [id]);
}

/**
 * Queues a held event or notice again, and the events that were held only because of it.
 * @returns how many are queued again; 0 if it was not held
 * @throws Refusal CONFLICT for a withdrawal of a notice that another one withdraws
 */
export async function requeueHeld(tx: Db, id: string): Promise<number> {
  const notice = await tx.notice.findUnique({ where: { digest: id } });
  if (notice) await lockIssuer(tx, notice.issuer);
  const { count } = await tx.settlement.updateMany({
    where: { id, state: "held" },
    data: { state: "queued", reason: Prisma.DbNull },
  });
  if (count === 0) return 0;
  if (notice && !notice.live) {
    const rivals = { kind: 3, withdraws: notice.withdraws, live: true };
    if (notice.kind === 3 && (await tx.notice.count({ where: rivals })) > 0)
      throw new Refusal("CONFLICT", 409, "Another withdrawal of the same notice counts.", {
        field: "id",
      });
    await tx.notice.update({ where: { digest: id }, data: { live: true } });
    await relistCorrected(tx, [id]);
  }
  const after = (await withDescendants(tx, [id])).filter((event) => event !== id);
  const followed = await tx.$executeRaw`
    UPDATE settlement SET state = 'queued', reason = NULL, updated_at = now()
    WHERE id = ANY(${after}) AND state = 'held' AND reason->>'name' = ${PREDECESSOR_HELD}`;
  return count + followed;
}

/**
 * Makes a held event or notice void, with everything that is built on it. If the ledger records it after all, it counts again.
 * @param reader the operator, or the party that signed it
 * @returns how many are void now
 * @throws Refusal NOT_FOUND unless it is held, and the reader's own
 */
export async function giveUp(tx: Db, reader: Reader, id: string): Promise<number> {
  const own = reader.party === null ? {} : { party: reader.party };
  const held = { id, state: "held", ...own } as const;
  const found = await tx.settlement.findFirst({ where: held });
  if (!found) throw notHeld();
  const lost = await withDescendants(tx, [id]);
  await lockStates(tx, await lotsIn(tx, lost));
  if (found.notice !== null) await lockIssuer(tx, found.party);
  // While this waited for the locks, the ledger may have recorded it.
  if ((await tx.settlement.count({ where: held })) === 0) throw notHeld();
  if (found.notice !== null) return giveUpNotice(tx, found.notice);
  await voidEvents(tx, lost, { name: "GivenUp", args: [id] });
  return lost.length;
}

const notHeld = () =>
  new Refusal("NOT_FOUND", 404, "There is no such held settlement.", { field: "id" });

/** Makes a notice void, and a withdrawal of it that waits: the ledger cannot take that one without it. */
async function giveUpNotice(tx: Db, digest: string): Promise<number> {
  const withdrawals = await tx.notice.findMany({
    where: { kind: 3, withdraws: digest, live: true },
    select: { digest: true },
  });
  const lost = [digest, ...withdrawals.map((row) => row.digest)];
  await tx.notice.updateMany({ where: { digest: { in: lost } }, data: { live: false } });
  await relistCorrected(tx, lost);
  await setVoid(tx, lost, { name: "GivenUp", args: [digest] });
  return lost.length;
}
