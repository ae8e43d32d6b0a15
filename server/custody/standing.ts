// Reads what the rules need to judge events, in two statements however many there are: one locks their lots, one reads the
// rest. It then keeps step in memory with the events that were judged before.
import type { CustodyEvent } from "../../protocol/event/event.ts";
import { issuerOf, type LotState } from "../../protocol/event/lot.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../protocol/base/values.ts";
import type { Db } from "../storage/db.ts";
import type { Asker, Candidate } from "./candidate.ts";
import { PREDECESSOR_HELD } from "./held.ts";
import { searchColumns } from "./listing.ts";
import type { EventParts } from "./store.ts";
import { MAX_LOT_EVENTS } from "./trail-bounds.ts";
import { type StateRow, stateOf } from "./states.ts";

/** An event that was accepted before, as far as its answer needs it. */
export interface Known {
  hash: string;
  state: string;
  /** It was accepted here, and not only followed from the chain. */
  isAccepted: boolean;
  hasDetails: boolean;
}

/** An accepted event, as far as its lots follow from it. */
type EventOf = Pick<EventParts, "event" | "hash" | "details" | "restricted">;

interface LotFacts {
  lot: string;
  /** One of its events is for the ledger, or is recorded there. */
  onLedger: boolean;
  /** Its live events, counted up to the bound of its trail. */
  events: number;
  /** The first event of the held path that it stands on; null if it stands on none. */
  held: string | null;
}

interface Facts {
  known: Known[];
  interests: { lot: string; party: string; lasting: boolean }[];
  parties: { address: string; roles: number; suspended: boolean; name: string }[];
  keys: { address: string; party: string; revoked: boolean }[];
  lots: LotFacts[];
  rivals: { lot: string; previous: string }[];
}

const key = (lot: string, other: string) => `${lot} ${other}`;

/** What is locked and known of the lots, parties and keys of some events. */
export class Standing {
  readonly known: Map<string, Known>;
  readonly parties: Map<string, Facts["parties"][number]>;
  readonly keys: Map<string, Facts["keys"][number]>;
  /** The lots of the events that were judged: the database does not have these yet. */
  readonly moved = new Set<string>();
  /** The numbers of lots that they make. */
  readonly lotNumbers = new Map<string, string>();
  readonly #states: Map<string, LotState>;
  /** By lot and party, those asked for: whether they last. */
  readonly #interests = new Map<string, Map<string, boolean>>();
  readonly #lots: Map<string, LotFacts>;
  readonly #rivals: Set<string>;

  constructor(states: Map<string, LotState>, facts: Facts) {
    this.#states = states;
    this.known = new Map(facts.known.map((one) => [one.hash, one]));
    this.parties = new Map(facts.parties.map((one) => [one.address, one]));
    this.keys = new Map(facts.keys.map((one) => [one.address, one]));
    for (const { lot, party, lasting } of facts.interests)
      this.#interestsIn(lot).set(party, lasting);
    this.#lots = new Map(facts.lots.map((one) => [one.lot, one]));
    this.#rivals = new Set(facts.rivals.map(({ lot, previous }) => key(lot, previous)));
  }

  /**
   * The states of an event's lots, those that the asker holds or is to receive; for the operator all. `handedOn` are those that
   * it sees as they were when it handed them on: they are not locked, and have to be read for it.
   */
  statesFor(
    { party }: Asker,
    { entries }: CustodyEvent,
  ): { states: Map<string, LotState>; handedOn: string[] } {
    const states = new Map<string, LotState>();
    const handedOn: string[] = [];
    for (const { lot } of entries) {
      const state = this.#states.get(lot);
      if (party !== null && !this.#interestsIn(lot).has(party)) continue;
      const isCurrent = party === null || state?.holder === party || state?.consignee === party;
      if (state && isCurrent) states.set(lot, state);
      else if (party !== null) handedOn.push(lot);
    }
    return { states, handedOn };
  }

  /** Whether a held event follows the same word of one of these lots as this event. */
  hasHeldRival({ entries }: CustodyEvent, states: ReadonlyMap<string, LotState>): boolean {
    return entries.some(
      ({ lot, previous }) => states.has(lot) && this.#rivals.has(key(lot, previous)),
    );
  }

  isOnLedger = (lot: string): boolean => this.#lots.get(lot)?.onLedger ?? false;
  eventsOf = (lot: string): number => this.#lots.get(lot)?.events ?? 0;

  /** The first event of a held path that an event follows; undefined if it follows no held one. */
  heldBefore({ entries }: CustodyEvent): string | undefined {
    for (const { lot, previous } of entries) {
      const held = previous === ZERO_HASH ? null : this.#lots.get(lot)?.held;
      if (held) return held;
    }
    return undefined;
  }

  /** Moves the lots of an accepted event. @param held the first event of the held path that it follows */
  apply(
    { event, hash, details, restricted }: EventOf,
    states: readonly LotState[],
    { onLedger, held }: { onLedger: boolean; held: string | undefined },
  ): void {
    const { holder, consignee } = event;
    event.entries.forEach(({ lot, previous }, i) => {
      this.#states.set(lot, states[i]!);
      const before = this.#lots.get(lot);
      this.#lots.set(lot, {
        lot,
        onLedger: onLedger || (before?.onLedger ?? false),
        events: (before?.events ?? 0) + 1,
        held: held ?? null,
      });
      if (held !== undefined) this.#rivals.add(key(lot, previous));
      const { lotNumber } = searchColumns(details, i, null, restricted);
      if (previous === ZERO_HASH && lotNumber !== null) this.lotNumbers.set(lot, lotNumber);
      this.#see(lot, [issuerOf(lot), holder], consignee);
      this.moved.add(lot);
    });
    const state = held !== undefined ? "held" : onLedger ? "queued" : "logged";
    this.known.set(hash, { hash, state, isAccepted: true, hasDetails: true });
  }

  /** As the rows of `interest` change: who held the lot keeps sight of it, a consignee only while it is on its way. */
  #see(lot: string, lasting: readonly string[], consignee: string): void {
    const interests = this.#interestsIn(lot);
    for (const [party, lasts] of interests)
      if (!lasts && party !== consignee) interests.delete(party);
    for (const party of lasting) interests.set(party, true);
    if (consignee !== ZERO_ADDRESS && !interests.has(consignee)) interests.set(consignee, false);
  }

  #interestsIn(lot: string): Map<string, boolean> {
    let interests = this.#interests.get(lot);
    if (!interests) this.#interests.set(lot, (interests = new Map()));
    return interests;
  }
}

/**
 * Locks the lots of events until the transaction ends, in ascending order, and reads what the rules need beside their states.
 * Of each event it locks those that its asker holds or is to receive: to wait for the others would reveal what happens to them.
 */
export async function readStanding(tx: Db, candidates: readonly Candidate[]): Promise<Standing> {
  const entries = candidates.flatMap(({ signed: { event }, asker }) =>
    event.entries.map(({ lot, previous }) => ({ lot, previous, party: asker.party })),
  );
  const existing = entries.map(({ lot }) => lot);
  const askers = entries.map(({ party }) => party);
  const rows = await tx.$queryRaw<StateRow[]>`
    /* lock lots */
    SELECT id AS lot, last_event, holder, consignee, quantity, held FROM lot
    WHERE id = ANY(${existing}::text[]) AND EXISTS (
      SELECT 1 FROM unnest(${existing}::text[], ${askers}::text[]) AS asked(lot, party)
      WHERE lot.id = asked.lot AND (asked.party IS NULL OR asked.party IN (lot.holder, lot.consignee) AND EXISTS (
        SELECT 1 FROM interest WHERE interest.lot = asked.lot AND interest.party = asked.party)))
    ORDER BY id FOR UPDATE`;
  const states = new Map(rows.map((row) => [row.lot, stateOf(row)]));
  return new Standing(states, await readFacts(tx, candidates, entries, [...states.keys()]));
}

async function readFacts(
  tx: Db,
  candidates: readonly Candidate[],
  entries: readonly { lot: string; previous: string }[],
  locked: readonly string[],
): Promise<Facts> {
  const hashes = candidates.map(({ hash }) => hash);
  const signers = new Set(candidates.flatMap(({ signer }) => signer ?? []));
  const parties = new Set(
    candidates.flatMap(({ signed: { event }, asker }) => [
      event.actor,
      event.consignee,
      asker.party ?? event.actor,
    ]),
  );
  const asked = new Set(entries.map(({ lot }) => lot));
  // A lot that a held event moved to somebody else is not locked: what yields to its sender's next event is asked for all.
  const lots = entries.map(({ lot }) => lot);
  const previous = entries.map((entry) => entry.previous);
  // The interests were read before this waited for the locks: an event may have ended some of them.
  const [row] = await tx.$queryRaw<[{ facts: Facts }]>`
    /* read standing */
    SELECT json_build_object(
      'known', (SELECT coalesce(json_agg(json_build_object('hash', settlement.id, 'state', settlement.state,
          'isAccepted', event.accepted_at IS NOT NULL, 'hasDetails', event.details IS NOT NULL)), '[]')
        FROM settlement JOIN event ON event.hash = settlement.event WHERE settlement.id = ANY(${hashes}::text[])),
      'interests', (SELECT coalesce(json_agg(json_build_object('lot', lot, 'party', party, 'lasting', lasting)), '[]')
        FROM interest WHERE lot = ANY(${[...asked]}::text[]) AND party = ANY(${[...parties]}::text[])),
      'parties', (SELECT coalesce(json_agg(json_build_object('address', address, 'roles', roles,
          'suspended', suspended, 'name', name)), '[]')
        FROM party WHERE address = ANY(${[...parties]}::text[])),
      'keys', (SELECT coalesce(json_agg(json_build_object('address', address, 'party', party,
          'revoked', revoked_at IS NOT NULL)), '[]')
        FROM key WHERE address = ANY(${[...signers]}::text[])),
      'lots', (SELECT coalesce(json_agg(json_build_object('lot', lot.id,
          'onLedger', EXISTS (
            SELECT 1 FROM entry JOIN settlement ON settlement.event = entry.event
            WHERE entry.lot = lot.id AND entry.live AND settlement.state <> 'logged'),
          'events', (SELECT count(*) FROM (
            SELECT 1 FROM entry WHERE entry.lot = lot.id AND live LIMIT ${MAX_LOT_EVENTS}::int) AS counted),
          'held', CASE WHEN last.state <> 'held' THEN NULL
            WHEN last.reason->>'name' = ${PREDECESSOR_HELD} THEN last.reason->'args'->>0 ELSE last.id END)), '[]')
        FROM lot LEFT JOIN settlement last ON last.event = lot.last_event
        WHERE lot.id = ANY(${locked}::text[])),
      'rivals', (SELECT coalesce(json_agg(json_build_object('lot', entry.lot, 'previous', entry.previous)), '[]')
        FROM unnest(${lots}::text[], ${previous}::text[]) AS asked(lot, previous)
        JOIN entry ON entry.lot = asked.lot AND entry.previous = asked.previous AND entry.live
        JOIN settlement ON settlement.event = entry.event AND settlement.state = 'held')
    ) AS facts`;
  return row.facts;
}
