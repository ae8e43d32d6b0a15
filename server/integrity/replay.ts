// Replays stored events through the transition, from the states in their predecessors' rows to their own.
import type { CustodyEvent } from "../../protocol/event/event.ts";
import { type LotState, wordOf } from "../../protocol/event/lot.ts";
import { type RoleName, ROLES, roleBits } from "../../protocol/event/roles.ts";
import { type Context as Rules, transition } from "../../protocol/event/transition.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Db } from "../storage/db.ts";
import { type Fault, fault } from "./fault.ts";

/** The states behind words, by lot and word together. */
export type States = ReadonlyMap<string, LotState>;

interface StateRow {
  lot: string;
  word: string;
  last_event: string;
  holder: string;
  consignee: string;
  quantity: bigint;
  held: boolean;
}

/** Reads the states behind the `previous` words of events, for which entries exist. */
export async function statesBeforeAll(db: Db, events: readonly CustodyEvent[]): Promise<States> {
  const wanted = events
    .flatMap(({ entries }) => entries)
    .filter(({ previous }) => previous !== ZERO_HASH);
  const lots = wanted.map(({ lot }) => lot);
  const words = wanted.map(({ previous }) => previous);
  const rows = await db.$queryRaw<StateRow[]>`
    SELECT entry.lot, entry.word, entry.event AS last_event, event.holder, event.consignee, entry.quantity, entry.held
    FROM entry JOIN event ON event.hash = entry.event
    WHERE (entry.lot, entry.word) IN (SELECT * FROM unnest(${lots}::text[], ${words}::text[]))`;
  const states = new Map<string, LotState>();
  for (const { lot, word, last_event: lastEvent, holder, consignee, quantity, held } of rows) {
    const state = { lastEvent, holder, consignee, quantity: Number(quantity), held };
    // If altered rows claim a word that is not theirs, the row that has the word's state counts.
    if (!states.has(lot + word) || wordOf(state) === word) states.set(lot + word, state);
  }
  return states;
}

/** The time and the parties with which an event is judged. */
export type Circumstances = Pick<Rules, "party"> & { now: number | undefined };

/** Circumstances that break no rule, for events that the ledger has not judged. */
export const ANYBODY: Circumstances = {
  now: undefined,
  party: () => ({ roles: roleBits(Object.keys(ROLES) as RoleName[]), suspended: false }),
};

/**
 * Replays one event.
 * @returns the states after it, one per entry; undefined if its predecessors are altered or missing, or if it breaks a
 * rule
 */
export function replayRow(
  hash: string,
  event: CustodyEvent,
  states: States,
  { now, party }: Circumstances,
): { states: LotState[] | undefined; faults: Fault[] } {
  const faults: Fault[] = [];
  const before: (LotState | null)[] = [];
  for (const { lot, previous } of event.entries) {
    const state = previous === ZERO_HASH ? null : states.get(lot + previous);
    if (state === undefined) {
      const where = { table: "entry", row: `${hash}/${lot}`, column: "previous" } as const;
      faults.push(fault("PREDECESSOR_MISSING", { ...where, found: previous }));
    } else if (state === null || wordOf(state) === previous) before.push(state);
    // Otherwise the predecessor's own row is altered, and has its own fault.
  }
  if (before.length < event.entries.length) return { states: undefined, faults };
  const words = new Map(event.entries.map(({ lot, previous }) => [lot, previous]));
  const rules: Rules = {
    now: now ?? event.time,
    party,
    key: () => ({ party: event.actor, revoked: false }), // signatures are checked separately
    word: (lot) => words.get(lot)!,
  };
  const { states: after, violation } = transition(rules, before, {
    event,
    digest: hash,
    signer: event.actor,
  });
  if (violation) {
    const found = `${violation.name}(${violation.args.join(", ")})`;
    return {
      states: undefined,
      faults: [fault("RULE_BROKEN", { table: "event", row: hash, found })],
    };
  }
  return { states: after, faults };
}
