// Accepts a signed event or notice. One database transaction checks it, stores it, moves the lots and queues its settlement.
import { z } from "zod";
import { CustodyEvent, eventDigest } from "../../protocol/event/event.ts";
import { canonicalize, parseWith } from "../../protocol/base/canonical.ts";
import { signerOrNone } from "../../protocol/base/crypto.ts";
import { checkDetails, checkNoticeDetails, Details } from "../../protocol/event/details.ts";
import { detailsRoot } from "../../protocol/event/disclosure.ts";
import { fromHex } from "../../protocol/base/bytes.ts";
import { type LotState, issuerOf } from "../../protocol/event/lot.ts";
import { Restrictions } from "../../protocol/event/restrict.ts";
import { Notice, NOTICE_KINDS, noticeDigest } from "../../protocol/event/notice.ts";
import { MAX_TIME_AHEAD_SECONDS } from "../../protocol/base/limits.ts";
import { type Context as Rules, transition } from "../../protocol/event/transition.ts";
import { Hash, Signature, ZERO_HASH } from "../../protocol/base/values.ts";
import { type Event } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import { type Db, isUniqueViolation } from "../storage/db.ts";
import { relist } from "./listing.ts";
import { refuseViolation, Refusal } from "../refusal.ts";
import { SettlementMode } from "../config.ts";
import { insertEvent, insertNotice, newLotsOf, restrictionsText } from "./store.ts";
import { FIRST_STATE, modeOf, WHAT_IT_MEANS } from "./mode.ts";
import { lockStates, wordOfMaybe } from "./states.ts";

/** A signed event with the facts behind it. Without details the event's `details` must be zero. */
export const SignedEvent = z.strictObject({
  event: CustodyEvent,
  signature: Signature,
  details: Details.exactOptional(),
  /** 32 random bytes of this event alone, from which the salts of its details follow. */
  secret: Hash.exactOptional(),
  /** What the author shows to fewer than usual. Not signed: it is the service's to respect, here and where it hands on. */
  restricted: Restrictions.exactOptional(),
  /** Where the lots that it makes are to settle; of lots that are there it is what it was. */
  settlement: SettlementMode.meta({ description: WHAT_IT_MEANS }).exactOptional(),
});
export type SignedEvent = z.infer<typeof SignedEvent>;

export const SignedNotice = z.strictObject({
  notice: Notice,
  signature: Signature,
  details: Details.exactOptional(),
  secret: Hash.exactOptional(),
});
export type SignedNotice = z.infer<typeof SignedNotice>;

export interface Accepted {
  /** The event's or the notice's digest. */
  hash: string;
  settlement: string;
  /** It was accepted before: this is the same answer again. */
  known: boolean;
}

/**
 * Accepts an event, or answers again what was answered before. Accepted is not settled: the relay sees to that.
 * @throws Refusal with the violation's code; DETAILS_MISMATCH where the details are not what the event commits to
 * @throws ProtocolError for malformed details
 */
export async function acceptEvent(ctx: Context, signed: SignedEvent): Promise<Accepted> {
  const { event, signature, details } = signed;
  const hash = eventDigest(ctx.domain, event);
  checkRoot(event.details, signed);
  if (details) checkDetails(event, details);
  else if (newLotsOf(event).length > 0)
    throw new Refusal(
      "BAD_FIELD",
      422,
      "An event that makes lots needs their details. Send details and secret.",
      {
        field: "details",
      },
    );
  const signer = signerOrNone(hash, signature, ctx.recover);
  try {
    return await ctx.prisma.$transaction(async (tx) => {
      const before = await lockStates(
        tx,
        event.entries.map(({ lot }) => lot),
      );
      const known = await tx.settlement.findUnique({ where: { id: hash } });
      if (known) {
        await completeEvent(tx, signed, hash, signer);
        return { hash, settlement: known.state, known: true };
      }
      const states = await judge(ctx, tx, event, hash, signer, before);
      const mode = await modeOf(ctx, tx, event, before, signed.settlement);
      const { secret, restricted } = signed;
      await insertEvent(tx, { event, hash, signature, details, secret, restricted }, states);
      const state = FIRST_STATE[mode];
      await tx.settlement.create({ data: { id: hash, event: hash, state } });
      return { hash, settlement: state, known: false };
    });
  } catch (error) {
    // Two events that make one lot meet in no row lock: the unique key decides.
    if (isUniqueViolation(error)) return acceptEvent(ctx, signed);
    throw error;
  }
}

function checkRoot(
  root: string,
  { details, secret }: { details?: Details; secret?: string },
): void {
  if ((details === undefined) !== (secret === undefined)) {
    throw new Refusal("BAD_FIELD", 400, "Details and secret go together. Send both or neither.", {
      field: details ? "secret" : "details",
    });
  }
  const computed = details && secret ? detailsRoot(details, fromHex(secret)) : ZERO_HASH;
  if (computed !== root) {
    throw new Refusal(
      "DETAILS_MISMATCH",
      422,
      `The details have the root ${computed}, but the event commits to ${root}. Send the details that were signed.`,
      {
        field: "details",
      },
    );
  }
}

/** Runs the transition on the locked states, with parties and keys as the followed chain has them. */
async function judge(
  ctx: Context,
  tx: Db,
  event: CustodyEvent,
  digest: string,
  signer: string | undefined,
  states: Map<string, LotState>,
): Promise<LotState[]> {
  const before = event.entries.map(({ lot, previous }) => {
    if (previous === ZERO_HASH) return null;
    const state = states.get(lot);
    const word = wordOfMaybe(state);
    if (!state || word !== previous)
      throw refuseViolation({ name: "PreviousMismatch", args: [lot, word, previous] });
    return state;
  });
  const rules = await rulesFor(ctx, tx, [event.actor, event.consignee], signer, (lot) =>
    wordOfMaybe(states.get(lot)),
  );
  const { states: after, violation } = transition(rules, before, { event, digest, signer });
  if (violation) throw refuseViolation(violation);
  return after;
}

async function rulesFor(
  ctx: Context,
  tx: Db,
  addresses: string[],
  signer: string | undefined,
  word: (lot: string) => string,
): Promise<Rules> {
  const parties = await tx.party.findMany({ where: { address: { in: addresses } } });
  const key = signer === undefined ? null : await tx.key.findUnique({ where: { address: signer } });
  return {
    now: ctx.clock(),
    party: (address) => parties.find((party) => party.address === address),
    key: (address) =>
      key?.address === address ? { party: key.party, revoked: key.revokedAt !== null } : undefined,
    word,
  };
}

/** The same event again: the same answer. One that was followed from the chain gains what only its author has. */
async function completeEvent(
  tx: Db,
  signed: SignedEvent,
  hash: string,
  signer: string | undefined,
): Promise<void> {
  const { event, restricted } = signed;
  await tx.$queryRaw`SELECT 1 FROM event WHERE hash = ${hash} FOR UPDATE`;
  const stored = await tx.event.findUniqueOrThrow({ where: { hash } });
  const added = await whatIsAdded(tx, stored, signed, event.actor, signer);
  if (!added) return;
  // With the author's own details comes its own word of who may see them.
  const own =
    stored.details === null && added.details !== null
      ? restrictionsText(restricted)
      : stored.restricted;
  await tx.event.update({ where: { hash }, data: { ...added, restricted: own } });
  if (stored.acceptedAt === null)
    await tx.unlogged.create({ data: { sequence: stored.sequence, event: hash } });
  await relist(tx, newLotsOf(event));
}

/** What a row lacks that is given now; undefined where there is nothing. */
async function whatIsAdded(
  tx: Db,
  stored: Pick<Event, "signature" | "details" | "secret" | "acceptedAt">,
  { signature, details, secret }: Pick<SignedEvent, "signature" | "details" | "secret">,
  party: string,
  signer: string | undefined,
) {
  if (stored.acceptedAt !== null && (stored.details !== null || !details)) return undefined;
  // A key that was revoked since may still have signed in time: that was for the ledger to judge.
  const key = signer === undefined ? null : await tx.key.findUnique({ where: { address: signer } });
  if (signer === undefined) throw refuseViolation({ name: "BadSignature", args: [] });
  if (key?.party !== party) throw refuseViolation({ name: "KeyNotOfParty", args: [signer, party] });
  return {
    acceptedAt: stored.acceptedAt ?? new Date(),
    signature: stored.signature ?? signature,
    details: stored.details ?? (details ? canonicalize(details) : null),
    secret: stored.secret ?? secret ?? null,
    ...(details && { disclosure: null }), // what others showed of them is in them
  };
}

/**
 * Accepts a notice, or answers again what was answered before.
 * @throws Refusal as the ledger would refuse it
 */
export async function acceptNotice(ctx: Context, signed: SignedNotice): Promise<Accepted> {
  const { notice, signature, details, secret } = signed;
  const hash = noticeDigest(ctx.domain, notice);
  checkRoot(notice.details, signed);
  if (details) checkNoticeDetails(details);
  const signer = signerOrNone(hash, signature, ctx.recover);
  return ctx.prisma.$transaction(async (tx) => {
    const known = await tx.settlement.findUnique({ where: { id: hash } });
    if (known) {
      await tx.$queryRaw`SELECT 1 FROM notice WHERE digest = ${hash} FOR UPDATE`;
      const stored = await tx.notice.findUniqueOrThrow({ where: { digest: hash } });
      const added = await whatIsAdded(tx, stored, signed, notice.issuer, signer);
      if (added) await tx.notice.update({ where: { digest: hash }, data: added });
      return { hash, settlement: known.state, known: true };
    }
    await judgeNotice(ctx, tx, notice, signer);
    await insertNotice(tx, notice, hash, { signature, details, secret });
    await tx.settlement.create({ data: { id: hash, notice: hash } });
    return { hash, settlement: "queued", known: false };
  });
}

async function judgeNotice(
  ctx: Context,
  tx: Db,
  notice: Notice,
  signer: string | undefined,
): Promise<void> {
  const { lot, kind, issuer, time, withdraws } = notice;
  const rules = await rulesFor(ctx, tx, [issuer], signer, () => ZERO_HASH);
  const latest = rules.now + MAX_TIME_AHEAD_SECONDS;
  const party = rules.party(issuer);
  const key = signer === undefined ? undefined : rules.key(signer);
  if (time > latest) throw refuseViolation({ name: "TimeTooFarAhead", args: [time, latest] });
  if (!party) throw refuseViolation({ name: "PartyNotAdmitted", args: [issuer] });
  if (party.suspended) throw refuseViolation({ name: "PartyIsSuspended", args: [issuer] });
  if (kind === NOTICE_KINDS.recall && issuerOf(lot) !== issuer)
    throw refuseViolation({ name: "NotIssuer", args: [lot, issuer] });
  await judgeWithdrawal(tx, notice, withdraws);
  if (signer === undefined) throw refuseViolation({ name: "BadSignature", args: [] });
  if (key?.party !== issuer)
    throw refuseViolation({ name: "KeyNotOfParty", args: [signer, issuer] });
  if (key.revoked) throw refuseViolation({ name: "KeyIsRevoked", args: [signer] });
}

async function judgeWithdrawal(
  tx: Db,
  { lot, kind, issuer }: Notice,
  withdraws: string,
): Promise<void> {
  const refuse = (why: string) =>
    new Refusal("NOTHING_TO_WITHDRAW", 422, why, { field: "withdraws" });
  if (kind !== NOTICE_KINDS.withdrawal) {
    if (withdraws !== ZERO_HASH)
      throw refuse("Only a withdrawal names another notice. Leave `withdraws` zero.");
    return;
  }
  const named = await tx.notice.findUnique({ where: { digest: withdraws } });
  const again = await tx.notice.findFirst({ where: { withdraws } });
  if (!named || named.lot !== lot || named.issuer !== issuer || named.kind === kind || again) {
    throw refuse("The withdrawal does not name a standing notice by this issuer about this lot.");
  }
}

/** Reads a signed event as a caller sent it. @throws ProtocolError */
export function parseSignedEvent(value: unknown): SignedEvent {
  return parseWith(SignedEvent, value);
}
