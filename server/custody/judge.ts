// Judges an event by the rules that the ledger will apply, before it is accepted.
import type { CustodyEvent } from "../../protocol/event/event.ts";
import type { LotState } from "../../protocol/event/lot.ts";
import type { Violation } from "../../protocol/event/violation.ts";
import { type Context as Rules, transition } from "../../protocol/event/transition.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { noSuchLot } from "../access/visibility.ts";
import { type Refusal, refuseViolation } from "../refusal.ts";
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
  let mismatch: Violation | undefined;
  const before = old.map((entry) => {
    if (entry === null) return null;
    const { lot, previous, state } = entry;
    const word = wordOrZero(state);
    if (word !== previous) mismatch ??= { name: "PreviousMismatch", args: [lot, word, previous] };
    return state;
  });
  if (mismatch) throw await refuseByName(tx, event, states, mismatch);
  const rules = await rulesFor(ctx, tx, [event.actor, event.consignee], signer, (lot) =>
    wordOrZero(states.get(lot)),
  );
  const { states: after, violation } = transition(rules, before, { event, digest, signer });
  if (violation) throw await refuseByName(tx, event, states, violation);
  return after;
}

/** The refusal of an event, which calls lots and parties by the names that its actor knows. */
async function refuseByName(
  tx: Db,
  { actor }: CustodyEvent,
  states: ReadonlyMap<string, LotState>,
  violation: Violation,
): Promise<Refusal> {
  const texts = violation.args.map(String);
  const [lots, parties] = [
    await tx.lot.findMany({
      where: { id: { in: texts.filter((text) => states.has(text)) }, lotNumber: { not: null } },
    }),
    await tx.party.findMany({ where: { address: { in: [actor, ...texts] } } }),
  ];
  const names = new Map([
    ...lots.map(({ id, lotNumber }) => [id, lotNumber!] as const),
    ...parties.map(({ address, name }) => [address, name] as const),
  ]);
  return refuseViolation(violation, { actor: names.get(actor) ?? "the actor", names });
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
