// Keeps the world's lots: passes every event through the real transition, and derives its facts.
import {
  ACTIONS,
  type ActionName,
  type CustodyEvent,
  eventDigester,
} from "../../protocol/event/event.ts";
import type { Details } from "../../protocol/event/details.ts";
import { type LotState, lotId, wordOf } from "../../protocol/event/lot.ts";
import { ROLES } from "../../protocol/event/roles.ts";
import { transition } from "../../protocol/event/transition.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../protocol/base/values.ts";
import { deriveFacts } from "../../protocol/insight/derive.ts";
import type { Facts, Movement, Origin, Passage, Use } from "../../protocol/insight/facts.ts";

/** One event to record. Lots are given with their pieces after it. */
export interface Deed {
  action: ActionName;
  actor: string;
  /** The holder after it, where that is not the actor. */
  holder?: string;
  consignee?: string;
  lots: { lot: string; quantity: number; details?: Record<string, unknown> }[];
  time: number;
  /** When it is registered; never before an earlier event of its lots. */
  known: number;
  details?: Record<string, unknown>;
}

const ALL_ROLES = ROLES.manufacturer | ROLES.distributor | ROLES.assembler | ROLES.laboratory;

export class Book {
  readonly #digest = eventDigester({ chainId: 1, ledger: `0x${"11".repeat(20)}` });
  readonly #states = new Map<string, LotState>();
  readonly #known = new Map<string, number>();
  readonly #open = new Map<string, Passage>();
  readonly #origins = new Map<string, Origin>();
  readonly #movements: Movement[] = [];
  readonly #passages: Passage[] = [];
  readonly #uses: Use[] = [];
  #sequence = 0;

  /** How many events there are. */
  get events(): number {
    return this.#sequence;
  }

  /** The facts of all events, as a reader sees them that sees everything. */
  get facts(): Facts {
    const origins = [...this.#origins.values()];
    return { movements: this.#movements, passages: this.#passages, uses: this.#uses, origins };
  }

  /** The pieces in a lot. */
  pieces(lot: string): number {
    return this.#states.get(lot)?.quantity ?? 0;
  }

  /**
   * Records an event.
   * @returns its hash
   * @throws Error if it breaks a rule of the protocol: the world is wrong then
   */
  record(deed: Deed): string {
    const { action, actor, holder = actor, consignee = ZERO_ADDRESS, time } = deed;
    const lots = deed.lots.toSorted((a, b) => (a.lot < b.lot ? -1 : 1));
    const before = lots.map(({ lot }) => this.#states.get(lot) ?? null);
    const wordBefore = (i: number) => (before[i] ? wordOf(before[i]) : ZERO_HASH);
    const entries = lots.map(({ lot, quantity }, i) => ({
      lot,
      previous: wordBefore(i),
      quantity,
    }));
    const event: CustodyEvent = {
      ...{ action: ACTIONS[action], actor, holder, consignee, entries, time },
      details: ZERO_HASH,
    };
    const digest = this.#digest(event);
    const words = new Map(entries.map(({ lot, previous }) => [lot, previous]));
    // Nobody signs: the world needs no proof, and signing takes longer than all the rest.
    const context = {
      now: time,
      party: () => ({ roles: ALL_ROLES, suspended: false }),
      key: (address: string) => ({ party: address, revoked: false }),
      word: (lot: string) => words.get(lot) ?? ZERO_HASH,
    };
    const outcome = transition(context, before, { event, digest, signer: actor });
    if (outcome.violation !== undefined)
      throw new Error(`the world broke a rule: ${action}: ${JSON.stringify(outcome.violation)}`);
    const known = Math.max(deed.known, time, ...lots.map(({ lot }) => this.#known.get(lot) ?? 0));
    const details = { ...deed.details, entries: lots.map(({ details: own = {} }) => own) };
    this.#derive(digest, event, details as Partial<Details>, known);
    outcome.states.forEach((state, i) => {
      this.#states.set(lots[i]!.lot, state);
      this.#known.set(lots[i]!.lot, known);
    });
    return digest;
  }

  #derive(hash: string, event: CustodyEvent, details: Partial<Details>, known: number): void {
    const derived = deriveFacts(
      { hash, sequence: ++this.#sequence, event, details, known },
      {
        stateOf: (lot) => this.#states.get(lot),
        passageOf: (lot) => this.#open.get(lot),
        originOf: (lot) => this.#origins.get(lot),
      },
    );
    this.#movements.push(...derived.movements);
    this.#passages.push(...derived.passages);
    this.#uses.push(...derived.uses);
    for (const origin of derived.origins) this.#origins.set(origin.lot, origin);
    for (const { ship: _, lot, ...end } of derived.endings) {
      Object.assign(this.#open.get(lot)!, end);
      this.#open.delete(lot);
    }
    for (const passage of derived.passages) this.#open.set(passage.lot, passage);
  }
}

/** A lot's id for its issuer and a number. */
export const lotOf = lotId;
