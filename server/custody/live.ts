// Sets whether events count. A void event stays as evidence, and its lots stand as if it had never been accepted.
import type { Db } from "../storage/db.ts";
import { projectInterests, projectLots } from "./states.ts";
import { restoreLots } from "./store.ts";

/** Sets whether events count, and moves their lots accordingly. */
export async function setLive(tx: Db, events: readonly string[], live: boolean): Promise<void> {
  await tx.$executeRaw`UPDATE entry SET live = ${live} WHERE event = ANY(${[...events]})`;
  if (live) await restoreLots(tx, events);
  const lots = await lotsIn(tx, events);
  await projectLots(tx, lots);
  await projectInterests(tx, lots);
}

/** The lots that events are about. */
export async function lotsIn(db: Db, events: readonly string[]): Promise<string[]> {
  const rows = await db.$queryRaw<{ lot: string }[]>`
    SELECT DISTINCT lot FROM entry WHERE event = ANY(${[...events]})`;
  return rows.map(({ lot }) => lot);
}

/** Why events are void. */
export interface VoidReason {
  name: "GivenUp" | "Yielded";
  /** The event that was given up, or the rival that was accepted instead. */
  args: readonly [string];
}

/** Makes events void that the ledger has not recorded. */
export async function voidEvents(
  tx: Db,
  events: readonly string[],
  { name, args }: VoidReason,
): Promise<void> {
  await setLive(tx, events, false);
  await setVoid(tx, events, { name, args });
}

/** Makes settlements void, and keeps why they were held. */
export async function setVoid(tx: Db, ids: readonly string[], reason: VoidReason): Promise<void> {
  await tx.$executeRaw`
    UPDATE settlement SET state = 'void', updated_at = now(),
      reason = ${JSON.stringify(reason)}::jsonb
        || CASE WHEN state = 'held' THEN jsonb_build_object('was', reason) ELSE '{}'::jsonb END
    WHERE id = ANY(${[...ids]})`;
}
