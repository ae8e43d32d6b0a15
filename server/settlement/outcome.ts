// Applies what the ledger did with events and notices: recorded or skipped them, or lost them in a reorg. An event that loses
// to a rival becomes void, with all events built on it, and is kept as evidence.
import type { EventRecorded, LogOf, NoticeTaken } from "../../protocol/chain/ledger-log.ts";
import { decodeError, decodeSubmissions } from "../../protocol/chain/codec.ts";
import { parseCanonical } from "../../protocol/base/canonical.ts";
import { signerOrNone } from "../../protocol/base/crypto.ts";
import { CustodyEvent, eventDigest } from "../../protocol/event/event.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import type { LotState } from "../../protocol/event/lot.ts";
import { Notice, noticeDigest } from "../../protocol/event/notice.ts";
import { statesAfter } from "../../protocol/event/transition.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { Prisma } from "../../prisma/generated/client.ts";
import { insertEvent, insertNotice, restoreLots } from "../custody/store.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { queueFollowing } from "./promote.ts";
import { projectInterests, projectLots, statesBefore } from "../custody/states.ts";

/** The ledger recorded an event: ours, or one that another service settled. */
export async function applyRecord(ctx: Context, tx: Db, log: EventRecorded): Promise<void> {
  const { digest, block, blockHash, transaction, logIndex } = log;
  const known = await tx.settlement.findUnique({ where: { id: digest } });
  const event = known ? await storedEvent(tx, digest) : await rebuildEvent(ctx, tx, log);
  await voidRivals(tx, event, digest, blockHash);
  if (!known) {
    const before = await statesBefore(tx, event);
    const states = statesAfter(
      { event, digest },
      before.map((state) => state ?? null),
    );
    const signature = await submittedSignature(ctx, tx, event, log);
    await insertEvent(
      tx,
      { event, hash: digest, signature, details: undefined, secret: undefined, followed: true },
      states,
    );
    await tx.settlement.create({ data: { id: digest, event: digest } });
  } else if (known.state === "void") {
    await setLive(tx, [digest], true);
  }
  await tx.settlement.update({
    where: { id: digest },
    data: { state: "mined", block, blockHash, transaction, logIndex, reason: Prisma.DbNull },
  });
  // Once a lot has a word on the ledger, only the ledger's path counts.
  await queueFollowing(tx, [digest]);
}

async function storedEvent(tx: Db, hash: string): Promise<CustodyEvent> {
  const { bytes } = await tx.event.findUniqueOrThrow({ where: { hash } });
  return CustodyEvent.parse(parseCanonical(bytes));
}

/** The signed struct behind a log: each lot's previous word is that of the last event that the ledger recorded. */
async function rebuildEvent(ctx: Context, tx: Db, log: EventRecorded): Promise<CustodyEvent> {
  const { digest, action, actor, holder, consignee, time, details, lots } = log;
  const words = await recordedWords(
    tx,
    lots.map(({ lot }) => lot),
  );
  const entries = lots.map(({ lot, quantity, isNew }) => ({
    lot,
    quantity,
    previous: isNew ? ZERO_HASH : (words.get(lot) ?? ZERO_HASH),
  }));
  const event: CustodyEvent = { action, actor, holder, consignee, entries, time, details };
  if (eventDigest(ctx.domain, event) !== digest) {
    throw new ProtocolError(
      "CHAIN_INCONSISTENT",
      `the log of event ${digest} does not follow from the logs before it`,
    );
  }
  return event;
}

/** The signature that the event was submitted with; undefined where another contract submitted it out of our sight. */
async function submittedSignature(
  { request, recover }: Context,
  tx: Db,
  event: CustodyEvent,
  log: EventRecorded,
) {
  const sent = (await request("eth_getTransactionByHash", [log.transaction])) as {
    input?: string;
  } | null;
  const keys = await tx.key.findMany({ where: { party: event.actor }, select: { address: true } });
  // A batch may hold several events that say the same of the same lots; under this digest one signature is the party's.
  return decodeSubmissions(sent?.input ?? "0x")
    .filter(
      ({ actor, time, details }) =>
        actor === event.actor && time === event.time && details === event.details,
    )
    .map(({ signature }) => signature)
    .find((signature) =>
      keys.some(({ address }) => address === signerOrNone(log.digest, signature, recover)),
    );
}

/** The word of each lot after the last event that the ledger recorded, as far as the follower has come. */
async function recordedWords(db: Db, lots: string[]): Promise<Map<string, string>> {
  const rows = await db.$queryRaw<{ lot: string; word: string }[]>`
    SELECT DISTINCT ON (entry.lot) entry.lot, entry.word
    FROM entry JOIN settlement ON settlement.event = entry.event
    WHERE entry.lot = ANY(${lots}) AND settlement.state IN ('mined', 'final')
    ORDER BY entry.lot, settlement.block DESC, settlement.log_index DESC`;
  return new Map(rows.map(({ lot, word }) => [lot, word]));
}

/** Of what is void: it lived by the log before. */
const LIVED_BY_LOG = { path: ["logged"], equals: true };

/** Accepted events that follow the same word as a recorded one lost the race: they and their descendants are void. */
async function voidRivals(
  tx: Db,
  { entries }: CustodyEvent,
  recorded: string,
  blockHash: string,
): Promise<void> {
  const lots = entries.map(({ lot }) => lot);
  const previous = entries.map((entry) => entry.previous);
  const rivals = await tx.$queryRaw<{ event: string }[]>`
    SELECT DISTINCT event FROM entry
    WHERE live AND event <> ${recorded}
      AND (lot, previous) IN (SELECT * FROM unnest(${lots}::text[], ${previous}::text[]))`;
  if (rivals.length === 0) return;
  const lost = await withDescendants(
    tx,
    rivals.map(({ event }) => event),
  );
  await setLive(tx, lost, false);
  const byLog = await tx.settlement.findMany({
    where: { id: { in: lost }, OR: [{ state: "logged" }, { state: "void", reason: LIVED_BY_LOG }] },
    select: { id: true },
  });
  const wereLogged = new Set(byLog.map(({ id }) => id));
  for (const logged of [true, false]) {
    const reason = { name: "Rival", args: [recorded], blockHash, ...(logged && { logged }) };
    const ids = lost.filter((id) => wereLogged.has(id) === logged);
    await tx.settlement.updateMany({ where: { id: { in: ids } }, data: { state: "void", reason } });
  }
}

/** Events, and all events that were built on the words they made. */
async function withDescendants(db: Db, events: readonly string[]): Promise<string[]> {
  const rows = await db.$queryRaw<{ event: string }[]>`
    WITH RECURSIVE after(event) AS (
      SELECT unnest(${events}::text[])
      UNION
      SELECT next.event FROM after
      JOIN entry made ON made.event = after.event
      JOIN entry next ON next.lot = made.lot AND next.previous = made.word
    ) SELECT event FROM after`;
  return rows.map(({ event }) => event);
}

async function setLive(tx: Db, events: readonly string[], live: boolean): Promise<void> {
  await tx.entry.updateMany({ where: { event: { in: [...events] } }, data: { live } });
  if (live) {
    const ordered = await tx.event.findMany({
      where: { hash: { in: [...events] } },
      orderBy: { sequence: "asc" },
    });
    for (const { hash } of ordered) await restoreLots(tx, hash);
  }
  const lots = await tx.entry.findMany({
    where: { event: { in: [...events] } },
    select: { lot: true },
    distinct: ["lot"],
  });
  await projectLots(
    tx,
    lots.map(({ lot }) => lot),
  );
}

/** Why an event is held that the ledger has not refused itself. */
const PREDECESSOR_HELD = "PredecessorHeld";

/** A batch of ours went on without an event: it is held for a person, with all that came after it. */
export async function applySkip(
  tx: Db,
  { digest, reason, transaction }: LogOf<"EventSkipped">,
): Promise<void> {
  const ours = await tx.carried.findFirst({ where: { attempt: transaction, settlement: digest } });
  if (!ours) return;
  await holdBack(tx, digest, decodeError(reason) ?? { name: "Unknown", args: [reason] });
}

/** Holds an event or a notice for a person, with all events that came after it. */
export async function holdBack(
  tx: Db,
  id: string,
  why: { name: string; args: readonly (string | number)[] },
): Promise<void> {
  const waiting = { state: { in: ["queued", "signed"] as ("queued" | "signed")[] } };
  const reason = { name: why.name, args: [...why.args] };
  const { count } = await tx.settlement.updateMany({
    where: { id, ...waiting },
    data: { state: "held", reason },
  });
  if (count === 0) return;
  const after = (await withDescendants(tx, [id])).filter((event) => event !== id);
  await tx.settlement.updateMany({
    where: { id: { in: after }, ...waiting },
    data: { state: "held", reason: { name: PREDECESSOR_HELD, args: [id] } },
  });
}

/**
 * A person says that what is held should be sent again: it, and what was held only because it was.
 * @returns how many wait for settlement again; none where it was not held
 */
export async function sendAgain(tx: Db, id: string): Promise<number> {
  const { count } = await tx.settlement.updateMany({
    where: { id, state: "held" },
    data: { state: "queued", reason: Prisma.DbNull },
  });
  if (count === 0) return 0;
  const after = (await withDescendants(tx, [id])).filter((event) => event !== id);
  const followed = await tx.settlement.updateMany({
    where: {
      id: { in: after },
      state: "held",
      reason: { path: ["name"], equals: PREDECESSOR_HELD },
    },
    data: { state: "queued", reason: Prisma.DbNull },
  });
  return count + followed.count;
}

/** The ledger took a notice: ours, or another's. */
export async function applyNotice(ctx: Context, tx: Db, log: NoticeTaken): Promise<void> {
  const { digest, lot, issuer, time, withdraws, details, block, blockHash, transaction, logIndex } =
    log;
  const known = await tx.settlement.findUnique({ where: { id: digest } });
  if (!known) {
    const notice = Notice.parse({ lot, kind: log.kind, issuer, time, withdraws, details });
    if (noticeDigest(ctx.domain, notice) !== digest) {
      throw new ProtocolError(
        "CHAIN_INCONSISTENT",
        `the log of notice ${digest} is not what was signed`,
      );
    }
    await insertNotice(tx, notice, digest, { followed: true });
    await tx.settlement.create({ data: { id: digest, notice: digest } });
  }
  await tx.settlement.update({
    where: { id: digest },
    data: { state: "mined", block, blockHash, transaction, logIndex, reason: Prisma.DbNull },
  });
}

/** Rolls a reorged block back: what it recorded waits for settlement again, and what it made void comes back. */
export async function undoSettlements(tx: Db, blockHash: string): Promise<void> {
  const settled = await tx.settlement.findMany({
    where: { blockHash },
    orderBy: { logIndex: "desc" },
    include: { ofEvent: true, ofNotice: true, carried: true },
  });
  for (const { id, ofEvent, ofNotice, carried } of settled) {
    if ((ofEvent ?? ofNotice)!.acceptedAt === null && !(await isBuiltOn(tx, id))) {
      await forget(tx, id);
      continue;
    }
    const state = carried.length > 0 ? "signed" : "queued";
    const nowhere = { block: null, blockHash: null, transaction: null, logIndex: null };
    await tx.settlement.update({ where: { id }, data: { state, ...nowhere } });
    const attempts = carried.map(({ attempt }) => attempt);
    await tx.attempt.updateMany({
      where: { hash: { in: attempts } },
      data: { closedAt: null, sentAt: null },
    });
  }
  await reviveVoid(tx, blockHash);
}

/** Whether other events follow this one: then it must be settled again before they can be, whatever its source. */
async function isBuiltOn(db: Db, event: string): Promise<boolean> {
  return (await withDescendants(db, [event])).length > 1;
}

/** Removes an event or notice that was known only from the reorged block. */
async function forget(tx: Db, id: string): Promise<void> {
  const lots = (await tx.entry.findMany({ where: { event: id }, select: { lot: true } })).map(
    ({ lot }) => lot,
  );
  await tx.settlement.delete({ where: { id } });
  await tx.entry.deleteMany({ where: { event: id } });
  await tx.event.deleteMany({ where: { hash: id } });
  await tx.notice.deleteMany({ where: { digest: id } });
  await projectLots(tx, lots);
  await projectInterests(tx, lots);
}

async function reviveVoid(tx: Db, blockHash: string): Promise<void> {
  const lost = await tx.settlement.findMany({
    where: { state: "void", reason: { path: ["blockHash"], equals: blockHash } },
  });
  const ids = lost.map(({ id }) => id);
  if (ids.length === 0 || (await haveRivals(tx, ids))) return;
  await setLive(tx, ids, true);
  const again = (state: "logged" | "queued", where: Prisma.SettlementWhereInput) =>
    tx.settlement.updateMany({
      where: { id: { in: ids }, ...where },
      data: { state, reason: Prisma.DbNull },
    });
  await again("logged", { reason: LIVED_BY_LOG });
  await again("queued", { state: "void" });
  await queueFollowing(tx, ids);
}

/** Whether another live event still follows a word that one of these follows. */
async function haveRivals(db: Db, events: readonly string[]): Promise<boolean> {
  const rivals = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM entry lost
    JOIN entry rival ON rival.lot = lost.lot AND rival.previous = lost.previous AND rival.live
    WHERE lost.event = ANY(${events}) LIMIT 1`;
  return rivals.length > 0;
}

/** The state behind each entry's previous word, where all are known. */
export async function knownStatesBefore(
  db: Db,
  event: CustodyEvent,
): Promise<(LotState | null)[] | undefined> {
  const states = await statesBefore(db, event);
  return states.every((state) => state !== undefined) ? states : undefined;
}
