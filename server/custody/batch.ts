// Accepts signed events in one database transaction: judges them one after the other, each by the states that those before it
// left, and stores those that are allowed together. A single event is a batch of one.
import { ProtocolError } from "../../protocol/base/errors.ts";
import { Refusal } from "../refusal.ts";
import type { LotState } from "../../protocol/event/lot.ts";
import type { Db } from "../storage/db.ts";
import type { Candidate } from "./candidate.ts";
import { completeEvent } from "./complete.ts";
import { PREDECESSOR_HELD, yieldTo } from "./held.ts";
import { judgeEvent } from "./judge.ts";
import { FIRST_STATE, modeOf } from "./mode.ts";
import type { Payment } from "./paid.ts";
import { type Known, readStanding, type Standing } from "./standing.ts";
import { statesSeen } from "./states.ts";
import { insertEvents, type JudgedEvent } from "./store.ts";
import { checkEventsBehind, checkLotLengths, sourcesOf } from "./trail-bounds.ts";

/** The answer to an accepted event or notice. */
export interface Acceptance {
  /** The digest of the event or notice. */
  hash: string;
  settlement: string;
  /** It was accepted before, and this repeats that answer. */
  known: boolean;
}

/** An acceptance, or why there is none. */
export type Outcome =
  { accepted: Acceptance; error?: never } | { accepted?: never; error: Refusal | ProtocolError };

/** A candidate, and what it may cost. */
export interface Paying {
  candidate: Candidate;
  payment: Payment;
}

/**
 * Accepts the first events of a list, at least one. It stops before an event that needs a transaction of its own: one that
 * completes a row, or makes a held event void, because that locks further rows; and one whose actor has just handed on its lots.
 * @param hasYielded whether held events were made void for the first one
 * @returns the outcomes of the first events, in their order. They hold once the transaction is committed.
 * @throws Refusal of the first event where the transaction must be rolled back: what yielded to it counts again
 */
export async function acceptFirst(
  tx: Db,
  list: readonly Paying[],
  hasYielded = false,
): Promise<Outcome[]> {
  const standing = await readStanding(
    tx,
    list.map(({ candidate }) => candidate),
  );
  const outcomes: Outcome[] = [];
  const judged: JudgedEvent[] = [];
  for (const paying of list) {
    const { signed, hash, signer, asker } = paying.candidate;
    const isFirst = outcomes.length === 0;
    try {
      const known = standing.known.get(hash);
      if (known && lacks(known, paying.candidate)) {
        if (!isFirst) break;
        await completeEvent(tx, signed, hash, signer);
        return [{ accepted: { hash, settlement: known.state, known: true } }];
      }
      if (known) {
        outcomes.push({ accepted: { hash, settlement: known.state, known: true } });
        continue;
      }
      const { event } = signed;
      const { states, handedOn } = standing.statesFor(asker, event);
      if (!isFirst && handedOn.some((lot) => standing.moved.has(lot))) break;
      for (const [lot, state] of await statesSeen(tx, asker, handedOn)) states.set(lot, state);
      if (!hasYielded && standing.hasHeldRival(event, states)) {
        if (!isFirst) break;
        return await acceptYielding(tx, paying, states);
      }
      if (!isFirst && sourcesOf(event).some((lot) => standing.moved.has(lot))) break;
      const accepted = await judge(tx, standing, paying, states, isFirst);
      if (accepted === undefined) break;
      judged.push(accepted);
      outcomes.push({ accepted: { hash, settlement: accepted.settlement.state, known: false } });
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof ProtocolError)) throw error;
      outcomes.push({ error });
    }
  }
  await insertEvents(tx, judged);
  return outcomes;
}

/** Accepts an event to which held ones yield, in a transaction of its own: if it is refused, they do not. */
async function acceptYielding(
  tx: Db,
  paying: Paying,
  states: ReadonlyMap<string, LotState>,
): Promise<Outcome[]> {
  const { hash, signed } = paying.candidate;
  await yieldTo(tx, { event: signed.event, hash }, states);
  const outcomes = await acceptFirst(tx, [paying], true);
  if (outcomes[0]!.error) throw new RolledBack(outcomes[0]!.error);
  return outcomes;
}

/** The first event of a list is refused, and with it what its transaction did. */
export class RolledBack extends Error {
  override readonly cause: Refusal | ProtocolError;
  constructor(cause: Refusal | ProtocolError) {
    super(cause.message, { cause });
    this.cause = cause;
  }
}

/**
 * Judges an event, and moves its lots in memory.
 * @returns undefined where its author's budgets do not suffice while others of the list may still give back what they took
 */
async function judge(
  tx: Db,
  standing: Standing,
  { candidate: { ctx, signed, hash, signer }, payment }: Paying,
  states: ReadonlyMap<string, LotState>,
  isFirst: boolean,
): Promise<JudgedEvent | undefined> {
  const { event, signature, details, secret, restricted } = signed;
  const { lotNumbers } = standing;
  const ledger = {
    now: ctx.clock(),
    party: (address: string) => standing.parties.get(address),
    key: (address: string) => standing.keys.get(address),
    lotNumbers,
  };
  const after = await judgeEvent(tx, ledger, { event, digest: hash, signer }, states);
  checkLotLengths(event, standing.eventsOf);
  await checkEventsBehind(tx, event);
  const mode = modeOf(ctx, event, states, standing.isOnLedger, signed.settlement);
  const onLedger = mode === "ledger";
  try {
    payment.rows();
    if (onLedger) payment.submission();
  } catch (error) {
    if (isFirst) throw error;
    return undefined;
  }
  const held = onLedger ? standing.heldBefore(event) : undefined;
  const state = held === undefined ? FIRST_STATE[mode] : "held";
  const lots = event.entries.map(({ lot }) => lot);
  await ctx.keepAnswer?.(tx, { hash, settlement: state, lots });
  standing.apply({ event, hash, details, restricted }, after, { onLedger, held });
  const reason = held === undefined ? {} : { reason: { name: PREDECESSOR_HELD, args: [held] } };
  return {
    ...{ event, hash, signature, details, secret, restricted },
    states: after,
    settlement: { state, ...reason },
  };
}

/** Whether an event that is submitted again brings what its row lacks. */
const lacks = ({ isAccepted, hasDetails }: Known, { signed }: Candidate): boolean =>
  !isAccepted || (!hasDetails && signed.details !== undefined);
