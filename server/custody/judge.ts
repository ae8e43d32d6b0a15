// Judges an event by the rules that the ledger will apply, before it is accepted.
import type { CustodyEvent } from "../../protocol/event/event.ts";
import type { LotState } from "../../protocol/event/lot.ts";
import type { Violation } from "../../protocol/event/violation.ts";
import {
  type Context as Rules,
  type Signed,
  transitionOf,
} from "../../protocol/event/transition.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";
import { noSuchLot } from "../access/visibility.ts";
import { type Refusal, refuseViolation } from "../refusal.ts";
import { wordOrZero } from "./states.ts";

/** What judges an event: the parties and keys of the followed chain, and the names that its actor knows. */
export interface Ledger extends Omit<Rules, "word"> {
  /** The numbers of lots whose rows are still to be written. */
  lotNumbers: ReadonlyMap<string, string>;
}

/**
 * Runs the transition on the locked states, with the parties and keys of the followed chain.
 * @param states of the lots that the caller sees. For any other lot the answer is the same, whatever else is wrong: all that
 * the rules say of a lot follows from its state.
 * @throws Refusal NOT_FOUND for the first lot without a state; the broken rule's
 */
export async function judgeEvent(
  tx: Db,
  ledger: Ledger,
  { event, digest, signer }: Signed,
  states: ReadonlyMap<string, LotState>,
): Promise<LotState[]> {
  const words = new Map([...states].map(([lot, state]) => [lot, wordOrZero(state)]));
  let mismatch: Violation | undefined;
  const before = event.entries.map(({ lot, previous }, i) => {
    if (previous === ZERO_HASH) return null;
    const state = states.get(lot);
    if (!state) throw noSuchLot(lot, `entries.${i}.lot`);
    const word = words.get(lot)!;
    if (word !== previous) mismatch ??= { name: "PreviousMismatch", args: [lot, word, previous] };
    return state;
  });
  if (mismatch) throw await refuseByName(tx, ledger, event, states, mismatch);
  const rules = { ...ledger, word: (lot: string) => words.get(lot) ?? ZERO_HASH };
  const { states: after, violation } = transitionOf(rules, before, { event, digest, signer });
  if (violation) throw await refuseByName(tx, ledger, event, states, violation);
  return after;
}

/** The refusal of an event, which calls lots and parties by the names that its actor knows. */
async function refuseByName(
  tx: Db,
  { lotNumbers }: Ledger,
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
    ...texts.flatMap((text) => {
      const number = states.has(text) ? lotNumbers.get(text) : undefined;
      return number === undefined ? [] : [[text, number] as const];
    }),
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
