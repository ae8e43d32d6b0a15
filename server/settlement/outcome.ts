// Applies what the ledger did with events (recorded or skipped them), and what it skipped of our notices, many at a time: the
// number of statements does not grow with what others put into a block.
import type { EventRecorded, LogOf } from "../../protocol/chain/ledger-log.ts";
import { decodeError } from "../../protocol/chain/codec.ts";
import { type CustodyEvent, eventDigest } from "../../protocol/event/event.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { type LotState, wordOf } from "../../protocol/event/lot.ts";
import { statesAfter } from "../../protocol/event/transition.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { type FollowedEvent, insertFollowed } from "../custody/followed.ts";
import { lockStates } from "../custody/states.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { setLive } from "../custody/live.ts";
import { holdRefused } from "./hold.ts";
import { markMined, settlementStates } from "./mined.ts";
import { queueFollowing } from "./promote.ts";
import { reviveFollowing, voidRivals } from "./rivals.ts";
import { type Signatures, signaturesOf } from "./submitted.ts";

/** Applies recorded events in the order of the chain: ours, and those that another service settled. */
export async function applyRecords(
  ctx: Context,
  tx: Db,
  logs: readonly EventRecorded[],
  signatures: Signatures,
): Promise<void> {
  if (logs.length === 0) return;
  const digests = logs.map(({ digest }) => digest);
  const lots = [...new Set(logs.flatMap((log) => log.lots.map(({ lot }) => lot)))];
  await lockStates(tx, lots); // all at once, in order: one by one, two transactions could wait for each other
  const known = await settlementStates(tx, digests);
  const recorded = rebuildEvents(ctx, logs, known, await recordedStates(tx, lots));
  const unknown = recorded.filter(({ hash }) => !known.has(hash));
  const revived = recorded.filter(({ hash }) => known.get(hash) === "void");
  await voidRivals(tx, [...unknown, ...revived], logs[0]!.blockHash);
  const asked = unknown.map(({ event: { actor }, hash }) => ({ digest: hash, actor }));
  const found = await signaturesOf(tx, asked, signatures);
  await insertFollowed(
    tx,
    unknown.map((one) => ({ ...one, signature: found.get(one.hash) })),
  );
  const again = revived.map(({ hash }) => hash);
  if (again.length > 0) await setLive(tx, again, true);
  await reviveFollowing(tx, again);
  await markMined(tx, "event", logs);
  // Once the ledger has a word of a lot, only the ledger's path counts.
  await queueFollowing(tx, digests);
}

/**
 * Rebuilds the signed events from their logs: each lot's previous word is that of its last recorded event.
 * @param before the state of each lot before the first log
 * @throws ProtocolError CHAIN_INCONSISTENT if an event that is not known here does not have its digest
 */
function rebuildEvents(
  { domain }: Context,
  logs: readonly EventRecorded[],
  known: ReadonlyMap<string, unknown>,
  before: ReadonlyMap<string, LotState>,
): Omit<FollowedEvent, "signature">[] {
  const now = new Map(before);
  return logs.map(({ digest, action, actor, holder, consignee, time, details, lots }) => {
    const states = lots.map(({ lot, isNew }) => (isNew ? null : (now.get(lot) ?? null)));
    const entries = lots.map(({ lot, quantity }, i) => {
      const state = states[i];
      return { lot, previous: state ? wordOf(state) : ZERO_HASH, quantity };
    });
    const event: CustodyEvent = { action, actor, holder, consignee, entries, time, details };
    if (!known.has(digest) && eventDigest(domain, event) !== digest) {
      throw new ProtocolError(
        "CHAIN_INCONSISTENT",
        `The log of event ${digest} contradicts the logs before it. Use another node.`,
      );
    }
    const after = statesAfter({ event, digest }, states);
    for (const [i, { lot }] of lots.entries()) now.set(lot, after[i]!);
    return { event, hash: digest, states: after };
  });
}

interface StateRow extends Omit<LotState, "quantity"> {
  lot: string;
  quantity: bigint;
}

/** The state of each lot after its last recorded event, up to the place where the follower stands. */
async function recordedStates(db: Db, lots: readonly string[]): Promise<Map<string, LotState>> {
  // From the lot's last event backwards: a lot may have any number of earlier ones.
  const near = await db.$queryRaw<StateRow[]>`
    WITH RECURSIVE path(lot, event, previous, recorded) AS (
      SELECT entry.lot, entry.event, entry.previous, settlement.state IN ('mined', 'final')
      FROM lot JOIN entry ON entry.event = lot.last_event AND entry.lot = lot.id
      JOIN settlement ON settlement.event = entry.event
      WHERE lot.id = ANY(${[...lots]})
      UNION ALL
      SELECT entry.lot, entry.event, entry.previous, settlement.state IN ('mined', 'final')
      FROM path JOIN entry ON entry.lot = path.lot AND entry.word = path.previous
      JOIN settlement ON settlement.event = entry.event
      WHERE NOT path.recorded
    )
    SELECT path.lot, path.event AS "lastEvent", event.holder, event.consignee, entry.quantity, entry.held
    FROM path JOIN event ON event.hash = path.event JOIN entry ON entry.event = path.event AND entry.lot = path.lot
    WHERE path.recorded`;
  // Between a lot's last event and its last recorded one there may be events that this service does not have.
  const found = new Set(near.map(({ lot }) => lot));
  const far = await db.$queryRaw<StateRow[]>`
    SELECT DISTINCT ON (entry.lot) entry.lot, entry.event AS "lastEvent", event.holder, event.consignee,
           entry.quantity, entry.held
    FROM entry JOIN event ON event.hash = entry.event JOIN settlement ON settlement.event = entry.event
    WHERE entry.lot = ANY(${lots.filter((lot) => !found.has(lot))}) AND settlement.state IN ('mined', 'final')
    ORDER BY entry.lot, settlement.block DESC, settlement.log_index DESC`;
  return new Map(
    [...near, ...far].map(({ lot, quantity, ...state }) => [
      lot,
      { ...state, quantity: Number(quantity) },
    ]),
  );
}

/** Applies skips: our batches left events or notices out. They are held for a person, with all events after them. */
export async function applySkips(
  tx: Db,
  logs: readonly LogOf<"EventSkipped" | "NoticeSkipped">[],
): Promise<void> {
  if (logs.length === 0) return;
  const ours = await tx.$queryRaw<{ digest: string; reason: string }[]>`
    SELECT skipped.digest, skipped.reason
    FROM unnest(
      ${logs.map(({ transaction }) => transaction)}::text[], ${logs.map(({ digest }) => digest)}::text[],
      ${logs.map(({ reason }) => reason)}::text[]
    ) WITH ORDINALITY AS skipped(attempt, digest, reason, place)
    JOIN carried ON carried.attempt = skipped.attempt AND carried.settlement = skipped.digest
    ORDER BY place`;
  for (const { digest, reason } of ours)
    await holdRefused(tx, digest, decodeError(reason) ?? { name: "Unknown", args: [reason] });
}
