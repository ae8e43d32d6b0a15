// Judges an event or a notice by the rules that the ledger will apply, before it is accepted.
import type { CustodyEvent } from "../../protocol/event/event.ts";
import { type LotState, issuerOf } from "../../protocol/event/lot.ts";
import { type Notice, NOTICE_KINDS } from "../../protocol/event/notice.ts";
import { MAX_TIME_AHEAD_SECONDS } from "../../protocol/base/limits.ts";
import { type Context as Rules, transition } from "../../protocol/event/transition.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { noSuchLot } from "../access/visibility.ts";
import { refuseViolation, Refusal } from "../refusal.ts";
import { wordOrZero } from "./states.ts";

/**
 * Runs the transition on the locked states, with the parties and keys of the followed chain.
 * @param states of the lots that the caller sees. For any other lot the answer is the same, whatever else is wrong: all that
 * the rules say of a lot follows from its state.
 * @throws Refusal NOT_FOUND for the first lot without a state; the broken rule's
 */
export async function judgeEvent(
  ctx: Context,
  tx: Db,
  event: CustodyEvent,
  digest: string,
  signer: string | undefined,
  states: ReadonlyMap<string, LotState>,
): Promise<LotState[]> {
  const old = event.entries.map(({ lot, previous }, i) => {
    if (previous === ZERO_HASH) return null;
    const state = states.get(lot);
    if (!state) throw noSuchLot(lot, `entries.${i}.lot`);
    return { lot, previous, state };
  });
  const before = old.map((entry) => {
    if (entry === null) return null;
    const { lot, previous, state } = entry;
    const word = wordOrZero(state);
    if (word !== previous)
      throw refuseViolation({ name: "PreviousMismatch", args: [lot, word, previous] });
    return state;
  });
  const rules = await rulesFor(ctx, tx, [event.actor, event.consignee], signer, (lot) =>
    wordOrZero(states.get(lot)),
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

/** Judges a notice as the ledger would. @throws Refusal */
export async function judgeNotice(
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
