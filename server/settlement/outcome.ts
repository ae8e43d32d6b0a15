// Applies what the ledger did with events and notices: recorded, skipped or took them.
import type { EventRecorded, LogOf, NoticeTaken } from "../../protocol/chain/ledger-log.ts";
import { decodeError, decodeSubmissions } from "../../protocol/chain/codec.ts";
import { parseCanonical } from "../../protocol/base/canonical.ts";
import { signerOrNone } from "../../protocol/base/crypto.ts";
import { CustodyEvent, eventDigest } from "../../protocol/event/event.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { Notice, noticeDigest } from "../../protocol/event/notice.ts";
import { statesAfter } from "../../protocol/event/transition.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { Prisma } from "../../prisma/generated/client.ts";
import { insertEvent, insertNotice } from "../custody/store.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { queueFollowing } from "./promote.ts";
import { statesBefore } from "../custody/states.ts";
import { holdBack } from "./hold.ts";
import { setLive, voidRivals } from "./rivals.ts";

/** Applies a recorded event: ours, or one that another service settled. */
export async function applyRecord(ctx: Context, tx: Db, log: EventRecorded): Promise<void> {
  const { digest, block, blockHash, transaction, logIndex } = log;
  const existing = await tx.settlement.findUnique({ where: { id: digest } });
  const event = existing ? await storedEvent(tx, digest) : await rebuildEvent(ctx, tx, log);
  await voidRivals(tx, event, digest, blockHash);
  if (!existing) {
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
  } else if (existing.state === "void") {
    await setLive(tx, [digest], true);
  }
  await tx.settlement.update({
    where: { id: digest },
    data: { state: "mined", block, blockHash, transaction, logIndex, reason: Prisma.DbNull },
  });
  // Once the ledger has a word of a lot, only the ledger's path counts.
  await queueFollowing(tx, [digest]);
}

async function storedEvent(tx: Db, hash: string): Promise<CustodyEvent> {
  const { bytes } = await tx.event.findUniqueOrThrow({ where: { hash } });
  return CustodyEvent.parse(parseCanonical(bytes));
}

/** Rebuilds the signed event from a log: each lot's previous word is that of its last recorded event. */
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
      `The log of event ${digest} contradicts the logs before it. Use another node.`,
    );
  }
  return event;
}

/** The signature with which the event was submitted; undefined if another contract submitted it, out of our sight. */
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
  // A batch may hold several events with the same fields. Only one of their signatures is the party's under this digest.
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

/** The word of each lot after its last recorded event, up to the followed head. */
async function recordedWords(db: Db, lots: string[]): Promise<Map<string, string>> {
  const rows = await db.$queryRaw<{ lot: string; word: string }[]>`
    SELECT DISTINCT ON (entry.lot) entry.lot, entry.word
    FROM entry JOIN settlement ON settlement.event = entry.event
    WHERE entry.lot = ANY(${lots}) AND settlement.state IN ('mined', 'final')
    ORDER BY entry.lot, settlement.block DESC, settlement.log_index DESC`;
  return new Map(rows.map(({ lot, word }) => [lot, word]));
}

/** Applies a skip: one of our batches left an event out. It is held for a person, with all events after it. */
export async function applySkip(
  tx: Db,
  { digest, reason, transaction }: LogOf<"EventSkipped">,
): Promise<void> {
  const ours = await tx.carried.findFirst({ where: { attempt: transaction, settlement: digest } });
  if (!ours) return;
  await holdBack(tx, digest, decodeError(reason) ?? { name: "Unknown", args: [reason] });
}

/** Applies a recorded notice: ours, or another service's. */
export async function applyNotice(ctx: Context, tx: Db, log: NoticeTaken): Promise<void> {
  const { digest, lot, issuer, time, withdraws, details, block, blockHash, transaction, logIndex } =
    log;
  const existing = await tx.settlement.findUnique({ where: { id: digest } });
  if (!existing) {
    const notice = Notice.parse({ lot, kind: log.kind, issuer, time, withdraws, details });
    if (noticeDigest(ctx.domain, notice) !== digest) {
      throw new ProtocolError(
        "CHAIN_INCONSISTENT",
        `The log of notice ${digest} is not what was signed. Use another node.`,
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
