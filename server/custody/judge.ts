// Judges an event by the rules that the ledger will apply, before it is accepted.
import type { CustodyEvent } from "../../protocol/event/event.ts";
import type { LotState } from "../../protocol/event/lot.ts";
import { type Context as Rules, transition } from "../../protocol/event/transition.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { noSuchLot } from "../access/visibility.ts";
import { refuseViolation } from "../refusal.ts";
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

/** The ledger at present, as far as it was followed: the parties, and the key that signed. */
export async function rulesFor(
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
