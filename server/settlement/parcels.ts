// Packs the parcel of the next transaction: a checkpoint, or as many events or notices as fit.
import { parseCanonical } from "../../protocol/base/canonical.ts";
import { encodeNotifyBatch, encodeRecordBatch } from "../../protocol/chain/codec.ts";
import { CustodyEvent } from "../../protocol/event/event.ts";
import { Notice } from "../../protocol/event/notice.ts";
import { type Submission, submissionOf } from "../../protocol/event/submission.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { type Anchor, isUnderWay } from "../log/anchor.ts";
import { readyToSend } from "./promote.ts";
import { holdBack } from "./hold.ts";
import { knownStatesBefore } from "../custody/states.ts";

/** Gas in one transaction: below the chain's cap of 16,777,216 (EIP-7825). */
const MAX_GAS = 15_000_000;
/** Call data in one transaction: mempools refuse more than 128 KiB. */
const MAX_CALLDATA_BYTES = 100_000;
/** Events in one transaction. */
const MAX_EVENTS = 200;

// Bounds on what recording costs, well above what bench/gas.ts measures: one event too many makes the whole batch revert.
const GAS_BASE = 60_000;
const GAS_EVENT = 60_000;
const GAS_NEW_LOT = 32_000;
const GAS_LOT = 18_000;
const GAS_NOTICE = 160_000;
const GAS_CHECKPOINT = 200_000;
const CALLDATA_EVENT_BYTES = 900;
const CALLDATA_LOT_BYTES = 64 + 128;
const CALLDATA_NOTICE_BYTES = 9 * 32;

/** Nothing is sent in this step: log-only events had to be queued first, or what had its turn cannot be sent. */
export const LATER = "later";

/** The content of one transaction. */
export interface Parcel {
  /** The settlements that it carries. */
  ids: string[];
  /** The size of the log's checkpoint that it anchors. */
  checkpoint?: number;
  to: string;
  data: string;
  gas: number;
}

/** Packs the log's checkpoint. It goes first: it is small, rare, and covers the events after it. */
export async function anchorParcel(
  ctx: Context,
  tx: Db,
  anchor: Anchor | undefined,
): Promise<Parcel | undefined> {
  if (!anchor || (await isUnderWay(tx, ctx.relayer.address))) return undefined;
  const { size, to, data } = anchor;
  return { ids: [], checkpoint: size, to, data, gas: GAS_CHECKPOINT };
}

/** Packs queued settlements, the parties in turn: as many events as fit, or as many notices, whichever the first one is. */
export async function nextParcel(ctx: Context, tx: Db): Promise<Parcel | typeof LATER | undefined> {
  const waiting = await readyToSend(tx, MAX_EVENTS);
  if (!waiting) return LATER;
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM settlement
    WHERE state = 'queued' AND id = ANY(${waiting.map(({ id }) => id)}) ORDER BY id FOR UPDATE SKIP LOCKED`;
  const locked = new Set(rows.map(({ id }) => id));
  const queued = waiting.filter(({ id }) => locked.has(id));
  const ids = queued.filter(({ isNotice }) => isNotice === queued[0]!.isNotice).map(({ id }) => id);
  if (ids.length === 0) return undefined;
  return queued[0]!.isNotice ? noticesParcel(ctx, tx, ids) : eventsParcel(ctx, tx, ids);
}

async function noticesParcel(
  { domain }: Context,
  tx: Db,
  ids: string[],
): Promise<Parcel | typeof LATER> {
  const stored = await tx.notice.findMany({ where: { digest: { in: ids } } });
  const byDigest = new Map(stored.map((row) => [row.digest, row]));
  const given: { notice: Notice; signature: string }[] = [];
  const taken: string[] = [];
  for (const id of ids) {
    const gas = GAS_BASE + (taken.length + 1) * GAS_NOTICE;
    if (gas > MAX_GAS || (taken.length + 1) * CALLDATA_NOTICE_BYTES > MAX_CALLDATA_BYTES) break;
    const { bytes, signature } = byDigest.get(id)!;
    if (signature === null) {
      await holdBack(tx, id, { name: "SignatureUnknown", args: [] });
      continue;
    }
    given.push({ notice: Notice.parse(parseCanonical(bytes)), signature });
    taken.push(id);
  }
  if (taken.length === 0) return LATER; // all of them are held now
  const gas = GAS_BASE + taken.length * GAS_NOTICE;
  return { ids: taken, to: domain.ledger, data: encodeNotifyBatch(given), gas };
}

async function eventsParcel(
  { domain }: Context,
  tx: Db,
  ids: string[],
): Promise<Parcel | typeof LATER> {
  const stored = await tx.event.findMany({ where: { hash: { in: ids } } });
  const byHash = new Map(stored.map((event) => [event.hash, event]));
  const submissions: Submission[] = [];
  const taken: string[] = [];
  const held = new Set<string>();
  let gas = GAS_BASE;
  let size = 0;
  for (const id of ids) {
    if (held.has(id)) continue;
    const { bytes, signature } = byHash.get(id)!;
    const event = CustodyEvent.parse(parseCanonical(bytes));
    const cost = costOf(event);
    if (taken.length > 0 && (gas + cost.gas > MAX_GAS || size + cost.size > MAX_CALLDATA_BYTES))
      break;
    const before = await knownStatesBefore(tx, event);
    if (!before || signature === null) {
      const name = before ? "SignatureUnknown" : "StateBeforeUnknown";
      for (const other of await holdBack(tx, id, { name, args: [] })) held.add(other);
      continue;
    }
    submissions.push(submissionOf(event, before, signature));
    taken.push(id);
    gas += cost.gas;
    size += cost.size;
  }
  if (taken.length === 0) return LATER; // all of them are held now
  return { ids: taken, to: domain.ledger, data: encodeRecordBatch(submissions), gas };
}

function costOf({ entries }: CustodyEvent): { gas: number; size: number } {
  const created = entries.filter(({ previous }) => previous === ZERO_HASH).length;
  const gas = GAS_EVENT + created * GAS_NEW_LOT + (entries.length - created) * GAS_LOT;
  return { gas, size: CALLDATA_EVENT_BYTES + entries.length * CALLDATA_LOT_BYTES };
}
