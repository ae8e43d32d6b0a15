// Computes the states that follow from an event, or the rule that the event breaks. contracts/CustodyLedger.sol has the same
// rules; a differential test compares the two.
import { type CustodyEvent, type Entry, ACTIONS } from "./event.ts";
import { ProtocolError } from "../base/errors.ts";
import { MAX_ENTRIES, MAX_INTEGER, MAX_TIME_AHEAD_SECONDS } from "../base/limits.ts";
import { type LotState, issuerOf, wordOf } from "./lot.ts";
import { ROLES } from "./roles.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../base/values.ts";
import type { Violation, ViolationName } from "./violation.ts";

/** The ledger at the block that judges the event. */
export interface Context {
  /** The block's time, Unix seconds. */
  now: number;
  /** A party's roles and standing; undefined if it was never admitted. */
  party(address: string): { roles: number; suspended: boolean } | undefined;
  /** The party of a key, and whether the key is revoked; undefined if it was never enrolled. */
  key(address: string): { party: string; revoked: boolean } | undefined;
  /** The ledger's word for a lot; zero if it has none. */
  word(lot: string): string;
}

/** An event with its digest and its signer (undefined: the signature is malformed, so nobody signed). */
export interface Signed {
  event: CustodyEvent;
  digest: string;
  signer: string | undefined;
}

/** The states after an event, or the rule that it breaks. */
export type Outcome =
  { states: LotState[]; violation?: never } | { states?: never; violation: Violation };

class Broken extends Error {
  readonly violation: Violation;
  constructor(violation: Violation) {
    super(violation.name);
    this.violation = violation;
  }
}

function require(holds: boolean, name: ViolationName, ...args: (string | number)[]): void {
  if (!holds) throw new Broken({ name, args });
}

const {
  commission,
  introduce,
  ship,
  receive,
  refuse,
  cancel,
  split,
  assemble,
  hold,
  release,
  scrap,
} = ACTIONS;
const CREATES: readonly number[] = [commission, introduce, split, assemble];
const ONLY_CREATES: readonly number[] = [commission, introduce];
const ROLE_NEEDED: Partial<Record<number, number>> = {
  [commission]: ROLES.manufacturer,
  [introduce]: ROLES.manufacturer | ROLES.distributor | ROLES.assembler,
  [assemble]: ROLES.assembler,
};

/**
 * Applies an event. The first broken rule in the order of violation.ts wins, the lowest entry first.
 * @param before the state of each entry's lot before the event, null for a new lot
 * @returns the states after, one per entry, or the violation
 * @throws ProtocolError BEFORE_MISMATCH if `before` does not match the entries' `previous`
 */
export function transition(
  context: Context,
  before: readonly (LotState | null)[],
  signed: Signed,
): Outcome {
  const { entries } = signed.event;
  if (before.length !== entries.length)
    throw new ProtocolError("BEFORE_MISMATCH", "each entry needs one state before the event");
  entries.forEach(({ previous }, i) => {
    const state = before[i] ?? null;
    if ((state ? wordOf(state) : ZERO_HASH) !== previous)
      throw new ProtocolError(
        "BEFORE_MISMATCH",
        "the state does not match the entry's previous word",
        {
          field: `entries.${i}.previous`,
        },
      );
  });
  return transitionOf(context, before, signed);
}

/** As `transition`, for a caller that has already checked `before` against the entries' `previous`. */
export function transitionOf(
  context: Context,
  before: readonly (LotState | null)[],
  signed: Signed,
): Outcome {
  const { entries } = signed.event;
  try {
    checkEvent(context, signed.event);
    entries.forEach((entry, i) =>
      checkEntry(context, signed.event, entry, before[i] ?? null, entries[i - 1]),
    );
    checkTogether(signed.event, before);
    checkSigner(context, signed);
  } catch (broken) {
    if (broken instanceof Broken) return { violation: broken.violation };
    throw broken;
  }
  return { states: statesAfter(signed, before) };
}

function checkEvent(context: Context, event: CustodyEvent): void {
  const { action, actor, holder, consignee, time } = event;
  const count = event.entries.length;
  require(count >= 1 && count <= MAX_ENTRIES, "EntryCountOutOfRange", count);
  require(action >= commission && action <= scrap, "UnknownAction", action);
  const latest = context.now + MAX_TIME_AHEAD_SECONDS;
  require(time <= latest, "TimeTooFarAhead", time, latest);
  const roles = checkStanding(context, actor);
  const needed = ROLE_NEEDED[action];
  if (needed !== undefined) require((roles & needed) !== 0, "RoleMissing", actor, needed);
  if (action === ship) {
    require(consignee !== ZERO_ADDRESS && consignee !== actor, "ConsigneeNotAllowed", consignee);
    checkStanding(context, consignee);
  } else {
    require(consignee === ZERO_ADDRESS, "ConsigneeNotAllowed", consignee);
  }
  if (action !== refuse) require(holder === actor, "HolderMismatch", holder, actor);
}

function checkStanding(context: Context, address: string): number {
  const party = context.party(address);
  require(party !== undefined, "PartyNotAdmitted", address);
  require(!party!.suspended, "PartyIsSuspended", address);
  return party!.roles;
}

function checkEntry(
  context: Context,
  event: CustodyEvent,
  entry: Entry,
  state: LotState | null,
  below: Entry | undefined,
): void {
  const { lot, previous, quantity } = entry;
  const { action, actor, holder } = event;
  require(below === undefined || below.lot < lot, "EntriesNotAscending", lot);

  if (state === null) {
    require(CREATES.includes(action), "NewLotNotAllowed", lot);
    require(issuerOf(lot) === actor, "NotIssuer", lot, actor);
    require(context.word(lot) === ZERO_HASH, "LotExists", lot);
    require(quantity > 0 && quantity <= MAX_INTEGER, "QuantityNotAllowed", lot, 0, quantity);
    return;
  }

  require(!ONLY_CREATES.includes(action), "ExistingLotNotAllowed", lot);
  const word = context.word(lot);
  require(word === previous, "PreviousMismatch", lot, word, previous);
  require(state.quantity > 0, "LotClosed", lot);
  const inTransit = state.consignee !== ZERO_ADDRESS;
  if (action === receive || action === refuse) {
    require(state.consignee === actor, "NotConsignee", lot, state.consignee);
    if (action === refuse) require(holder === state.holder, "HolderMismatch", holder, state.holder);
  } else {
    require(state.holder === actor, "NotHolder", lot, state.holder);
    if (action === cancel) require(inTransit, "LotNotInTransit", lot);
    else require(!inTransit, "LotInTransit", lot);
  }
  if (action === hold || action === assemble) require(!state.held, "LotHeld", lot);
  if (action === release) require(state.held, "LotNotHeld", lot);
  require(quantityAllowed(
    action,
    state.quantity,
    quantity,
  ), "QuantityNotAllowed", lot, state.quantity, quantity);
}

function quantityAllowed(action: number, before: number, quantity: number): boolean {
  if (action === receive) return quantity > 0 && quantity <= before;
  if (action === split || action === assemble || action === scrap) return quantity < before;
  return quantity === before; // ship, refuse, cancel, inspect, hold, release
}

function checkTogether(
  { action, entries }: CustodyEvent,
  before: readonly (LotState | null)[],
): void {
  if (action !== split && action !== assemble) return;
  const existing = before.filter((state) => state !== null);
  const created = entries.length - existing.length;
  const kindsAllowed =
    created >= 1 && (action === split ? existing.length === 1 : existing.length >= 1);
  require(kindsAllowed, "EntryKindsNotAllowed", existing.length, created);
  if (action === split) {
    const parent = existing[0]!.quantity;
    // The sum of 250 quantities of up to 2^53 - 1 does not fit a double. BigInt holds it, as 256 bits do in the contract.
    const sum = entries.reduce((total, { quantity }) => total + BigInt(quantity), 0n);
    require(sum === BigInt(parent), "QuantityNotConserved", parent, sum.toString());
  }
}

function checkSigner(context: Context, { event, signer }: Signed): void {
  require(signer !== undefined, "BadSignature");
  const key = context.key(signer!);
  require(key?.party === event.actor, "KeyNotOfParty", signer!, event.actor);
  require(!key!.revoked, "KeyIsRevoked", signer!);
}

/** The states after an event that breaks no rule. For a caller that knows this from the ledger. */
export function statesAfter(
  { event, digest }: Pick<Signed, "event" | "digest">,
  before: readonly (LotState | null)[],
): LotState[] {
  const { action, holder, consignee } = event;
  const parent = action === split ? before.find((state) => state !== null) : undefined;
  return event.entries.map(({ quantity }, i) => {
    const heldBefore = (before[i] ?? parent)?.held ?? false;
    const held = action === hold || (action !== release && heldBefore);
    return { lastEvent: digest, holder, consignee, quantity, held };
  });
}
