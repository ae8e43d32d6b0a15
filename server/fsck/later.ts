// Follows the ledger's records beyond the followed head, so that words can be compared at the chain's newest block: nodes
// keep the states of few older blocks, and the embedded chain keeps none from before its start.
import type { EventRecorded } from "../../protocol/chain/ledger-log.ts";
import { type CustodyEvent, eventDigest } from "../../protocol/event/event.ts";
import { type LotState, wordOf } from "../../protocol/event/lot.ts";
import { statesAfter } from "../../protocol/event/transition.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { BLOCKS_AT_ONCE, isApplied, logsBetween, type Range } from "./chain.ts";
import type { Check } from "./check.ts";

/** The ledger's records after the followed head. */
export interface LaterRecords {
  /** The state of each lot after its last later event. */
  states: Map<string, LotState>;
  /** The digests of later notices by lot, in the ledger's order. */
  notices: Map<string, string[]>;
}

/**
 * Reads the later records. An event counts only if it follows the words that the rows lead to. Otherwise the lot keeps its
 * stored word, and the ledger's newest word contradicts it.
 * @returns undefined if the node did not answer
 */
export async function recordsAfter(check: Check, range: Range): Promise<LaterRecords | undefined> {
  const later: LaterRecords = { states: new Map(), notices: new Map() };
  const { upTo, newest, unfinished } = range;
  const first = unfinished?.block ?? (upTo === null ? newest.number : upTo.number) + 1;
  for (let start = first; start <= newest.number; start += BLOCKS_AT_ONCE) {
    const end = Math.min(start + BLOCKS_AT_ONCE - 1, newest.number);
    const logs = await check.ask(() => logsBetween(check, start, end));
    if (!logs) return undefined;
    for (const log of logs) {
      if (log.block === unfinished?.block && isApplied(range, log)) continue;
      if (log.name === "NoticeTaken")
        later.notices.set(log.lot, [...(later.notices.get(log.lot) ?? []), log.digest]);
      if (log.name === "EventRecorded") await followRecord(check, later.states, log);
    }
  }
  return later;
}

async function followRecord(
  check: Check,
  states: Map<string, LotState>,
  { digest, action, actor, holder, consignee, time, details, lots }: EventRecorded,
): Promise<void> {
  const old = lots.filter(({ isNew }) => !isNew).map(({ lot }) => lot);
  const stored = await recordedStates(
    check,
    old.filter((lot) => !states.has(lot)),
  );
  const before = lots.map(({ lot, isNew }) =>
    isNew ? null : (states.get(lot) ?? stored.get(lot) ?? null),
  );
  const entries = lots.map(({ lot, quantity }, i) => {
    const state = before[i];
    return { lot, quantity, previous: state ? wordOf(state) : ZERO_HASH };
  });
  const event: CustodyEvent = { action, actor, holder, consignee, entries, time, details };
  if (eventDigest(check.ctx.domain, event) !== digest) return;
  const after = statesAfter({ event, digest }, before);
  for (const [i, { lot }] of lots.entries()) states.set(lot, after[i]!);
}

/** The state of each lot after the last event that is recorded according to its rows. */
async function recordedStates(
  { db }: Check,
  lots: readonly string[],
): Promise<Map<string, LotState>> {
  const rows = await db.$queryRaw<
    (Omit<LotState, "quantity"> & { lot: string; quantity: bigint })[]
  >`
    SELECT DISTINCT ON (entry.lot) entry.lot, entry.event AS "lastEvent", event.holder, event.consignee,
           entry.quantity, entry.held
    FROM entry JOIN event ON event.hash = entry.event JOIN settlement ON settlement.event = entry.event
    WHERE entry.lot = ANY(${[...lots]}) AND settlement.state IN ('mined', 'final')
    ORDER BY entry.lot, settlement.block DESC, settlement.log_index DESC`;
  return new Map(
    rows.map(({ lot, quantity, ...state }) => [lot, { ...state, quantity: Number(quantity) }]),
  );
}
