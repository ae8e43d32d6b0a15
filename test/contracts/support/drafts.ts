// Generates random events on a world: valid ones for every action, and for every rule a way to
// break it.
import { ACTIONS, type ActionName, type CustodyEvent } from "../../../protocol/event/event.ts";
import { MAX_ENTRIES, MAX_INTEGER, MAX_TIME_AHEAD_SECONDS } from "../../../protocol/base/limits.ts";
import { type LotState, issuerOf, wordOf } from "../../../protocol/event/lot.ts";
import { ROLES } from "../../../protocol/event/roles.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../../protocol/base/values.ts";
import type { ViolationName } from "../../../protocol/event/violation.ts";
import type { Random } from "../../support/random.ts";
import { type Key, type World, newKey } from "./world.ts";

/** One entry before it is hashed: the state that the submitter claims, null for a new lot. */
export interface DraftEntry {
  lot: string;
  state: LotState | null;
  quantity: number;
}

/** An event before it is finished, valid or not. */
export interface Draft {
  action: number;
  actor: string;
  holder: string;
  consignee: string;
  time: number;
  details: string;
  entries: DraftEntry[];
  key: Key;
  /** Alters the signature's 65 bytes (hex). */
  spoil?: (signature: string) => string;
}

/** The stock that the generator draws from. */
export interface Stock {
  world: World;
  random: Random;
  now: number;
  /** Each party's keys, valid and revoked. */
  keysOf: Map<string, { good: Key[]; revoked: Key[] }>;
  /** Lots that may still move, the newest last, and some that are closed. */
  open: string[];
  closed: string[];
  /** An earlier state of each lot. */
  stale: Map<string, LotState>;
}

/** The event of a draft, with the states that it claims. */
export function eventOfDraft({ entries, key: _key, spoil: _spoil, ...shared }: Draft): {
  event: CustodyEvent;
  before: (LotState | null)[];
} {
  return {
    event: {
      ...shared,
      entries: entries.map(({ lot, state, quantity }) => ({
        lot,
        previous: state ? wordOf(state) : ZERO_HASH,
        quantity,
      })),
    },
    before: entries.map(({ state }) => state),
  };
}

/* WHAT IS THERE */

type LotTest = (state: LotState, lot: string) => boolean;

const free: LotTest = (state) => state.consignee === ZERO_ADDRESS;
const moving: LotTest = (state) => state.consignee !== ZERO_ADDRESS;

function standing({ world, random }: Stock, roles = 15, other?: string): string | undefined {
  const found = [...world.parties].filter(([address, party]) => {
    return party.roles & roles && !party.suspended && address !== other;
  });
  return found.length === 0 ? undefined : random.pick(found)[0];
}

function find(
  { world, open, random }: Stock,
  test: LotTest,
  count: number,
  from = open,
): DraftEntry[] {
  const found = from.filter((lot) => test(world.states.get(lot)!, lot));
  return random.some(found, count).map((lot) => entryOf(world, lot));
}

function entryOf(world: World, lot: string): DraftEntry {
  const state = world.states.get(lot)!;
  return { lot, state, quantity: state.quantity };
}

/** Lots that pass a test and have the same holder or consignee. */
function findOf(
  stock: Stock,
  who: (state: LotState) => string,
  test: LotTest,
  count: number,
): DraftEntry[] {
  const [first] = find(stock, (state, lot) => test(state, lot) && isStanding(stock, who(state)), 1);
  if (!first) return [];
  const same = who(first.state!);
  const more = find(
    stock,
    (state, lot) => lot !== first.lot && test(state, lot) && who(state) === same,
    count - 1,
  );
  return [first, ...more];
}

const isStanding = ({ world }: Stock, address: string) =>
  world.parties.get(address)?.suspended === false;
const holderOf = (state: LotState) => state.holder;
const consigneeOf = (state: LotState) => state.consignee;

function newEntry({ random }: Stock, issuer: string, quantity = random.int(1, 1_000)): DraftEntry {
  return { lot: issuer + random.hex(12).slice(2), state: null, quantity };
}

const newEntries = (stock: Stock, issuer: string, count: number) =>
  Array.from({ length: count }, () => newEntry(stock, issuer));

/* GOOD EVENTS */

type Shape = Pick<Draft, "actor" | "entries"> & Partial<Pick<Draft, "holder" | "consignee">>;

function making(stock: Stock, roles: number): Shape | undefined {
  const actor = standing(stock, roles);
  if (!actor) return undefined;
  const entries = newEntries(stock, actor, stock.random.int(1, 4));
  if (stock.random.chance(0.05)) entries[0]!.quantity = MAX_INTEGER;
  return { actor, entries };
}

function moved(
  entries: DraftEntry[],
  who: (state: LotState) => string,
  more: Partial<Shape> = {},
): Shape | undefined {
  return entries.length === 0 ? undefined : { actor: who(entries[0]!.state!), entries, ...more };
}

/** The draft of each action, drawn from the stock; undefined if nothing fits. */
const SHAPES: Record<ActionName, (stock: Stock, count: number) => Shape | undefined> = {
  commission: (stock) => making(stock, ROLES.manufacturer),
  introduce: (stock) => making(stock, ROLES.manufacturer | ROLES.distributor | ROLES.assembler),
  ship(stock, count) {
    const entries = findOf(stock, holderOf, free, count);
    const consignee = standing(stock, 15, entries[0]?.state?.holder);
    return consignee ? moved(entries, holderOf, { consignee }) : undefined;
  },
  receive(stock, count) {
    const entries = findOf(stock, consigneeOf, moving, count);
    for (const entry of entries)
      if (stock.random.chance(0.3)) entry.quantity = stock.random.int(1, entry.quantity);
    return moved(entries, consigneeOf);
  },
  refuse(stock, count) {
    const entries = findOf(stock, (state) => state.consignee, moving, count);
    const holder = entries[0]?.state?.holder;
    const ofOne = entries.filter(({ state }) => state!.holder === holder);
    return holder ? moved(ofOne, consigneeOf, { holder }) : undefined;
  },
  cancel: (stock, count) => moved(findOf(stock, holderOf, moving, count), holderOf),
  split(stock, count) {
    const [parent] = findOf(
      stock,
      holderOf,
      (state) => free(state, "") && state.quantity > count,
      1,
    );
    if (!parent) return undefined;
    const actor = parent.state!.holder;
    const children = newEntries(stock, actor, count);
    let rest = parent.quantity;
    for (const child of children)
      rest -= child.quantity = stock.random.int(1, Math.floor(rest / (count + 1)) || 1);
    if (stock.random.chance(0.2)) [rest, children[0]!.quantity] = [0, children[0]!.quantity + rest];
    parent.quantity = rest;
    return { actor, entries: [parent, ...children] };
  },
  assemble(stock, count) {
    const isInput: LotTest = (state) =>
      free(state, "") && !state.held && !!(rolesOf(stock, state) & ROLES.assembler);
    const inputs = findOf(stock, holderOf, isInput, count);
    for (const input of inputs)
      input.quantity = stock.random.int(0, Math.min(input.quantity - 1, 2 ** 31));
    const actor = inputs[0]?.state?.holder;
    return actor
      ? { actor, entries: [...inputs, ...newEntries(stock, actor, stock.random.int(1, 2))] }
      : undefined;
  },
  inspect: (stock, count) => moved(findOf(stock, holderOf, free, count), holderOf),
  hold: (stock, count) =>
    moved(
      findOf(stock, holderOf, (state) => free(state, "") && !state.held, count),
      holderOf,
    ),
  release: (stock, count) =>
    moved(
      findOf(stock, holderOf, (state) => free(state, "") && state.held, count),
      holderOf,
    ),
  scrap(stock, count) {
    const entries = findOf(stock, holderOf, free, count);
    for (const entry of entries)
      entry.quantity = stock.random.chance(0.2)
        ? 0
        : Math.max(0, entry.quantity - stock.random.int(1, 50));
    return moved(entries, holderOf);
  },
};

const rolesOf = ({ world }: Stock, { holder }: LotState) => world.parties.get(holder)?.roles ?? 0;
const byLot = (a: DraftEntry, b: DraftEntry) => (a.lot < b.lot ? -1 : 1);

/** A valid event of an action; undefined if the world has nothing for it. */
export function goodDraft(stock: Stock, action: ActionName): Draft | undefined {
  const { random, keysOf, now } = stock;
  const shape = SHAPES[action](stock, random.int(1, 4));
  const key = shape && keysOf.get(shape.actor)?.good.at(-1);
  if (!shape || !key) return undefined;
  return {
    action: ACTIONS[action],
    holder: shape.actor,
    consignee: ZERO_ADDRESS,
    time: random.pick([0, now - random.int(0, 10_000), now, now + MAX_TIME_AHEAD_SECONDS]),
    details: random.chance(0.3) ? ZERO_HASH : random.hex(32),
    key,
    ...shape,
    entries: shape.entries.sort(byLot),
  };
}

/* BAD EVENTS */

/** Inserts an entry at its lot's place among the entries. */
function add(draft: Draft, ...entries: (DraftEntry | undefined)[]): void {
  draft.entries = [...draft.entries, ...entries.filter((entry) => entry !== undefined)].sort(byLot);
}

function change(draft: Draft, random: Random, mend: (state: LotState) => Partial<LotState>): void {
  const entry = random.pick(draft.entries);
  if (entry.state) entry.state = { ...entry.state, ...mend(entry.state) };
}

function toAction(draft: Draft, ...names: ActionName[]): ActionName | undefined {
  return names.find((name) => ACTIONS[name] === draft.action);
}

const HALF_ORDER = BigInt("0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");
const ORDER = 2n * HALF_ORDER + 1n;
const hex32 = (value: bigint) => value.toString(16).padStart(64, "0");

/** Forms of a signature that must be refused. ecrecover accepts some of them. */
const SPOILS: ((signature: string) => string)[] = [
  (s) => `${s.slice(0, 130)}00`,
  (s) => `${s.slice(0, 130)}1d`,
  (s) =>
    `${s.slice(0, 66)}${hex32(ORDER - BigInt(`0x${s.slice(66, 130)}`))}${s.endsWith("1b") ? "1c" : "1b"}`,
  (s) => `${s.slice(0, 66)}${hex32(0n)}${s.slice(130)}`,
  (s) => `0x${hex32(0n)}${s.slice(66)}`,
  (s) => `0x${hex32(ORDER)}${s.slice(66)}`,
  () => `0x${"0".repeat(130)}`,
];

type Breaker = (draft: Draft, stock: Stock) => void;

/** For each rule, a change that is likely to break it. The two transitions decide whether it does. */
export const BREAKERS: Record<ViolationName, Breaker> = {
  EntryCountOutOfRange(draft, stock) {
    const tooMany = stock.random.chance(0.05);
    draft.entries = tooMany
      ? newEntries(stock, draft.actor, stock.random.int(MAX_ENTRIES + 1, 255)).sort(byLot)
      : [];
  },
  UnknownAction(draft, { random }) {
    draft.action = random.pick([0, 13, 14, 255]);
  },
  TimeTooFarAhead(draft, { random, now }) {
    draft.time = random.pick([now + MAX_TIME_AHEAD_SECONDS + 1, now + 86_400, MAX_INTEGER]);
  },
  PartyNotAdmitted(draft, { random }) {
    if (toAction(draft, "ship") && random.chance(0.5)) draft.consignee = random.hex(20);
    else draft.actor = draft.holder = random.hex(20);
  },
  PartyIsSuspended(draft, { world, random }) {
    const suspended = [...world.parties].filter(([, party]) => party.suspended);
    if (suspended.length === 0) return;
    const [address] = random.pick(suspended);
    if (toAction(draft, "ship") && random.chance(0.5)) draft.consignee = address;
    else draft.actor = draft.holder = address;
  },
  RoleMissing(draft, { random }) {
    draft.action = random.pick([ACTIONS.commission, ACTIONS.introduce, ACTIONS.assemble]);
    draft.consignee = ZERO_ADDRESS;
  },
  ConsigneeNotAllowed(draft, stock) {
    const { random } = stock;
    if (toAction(draft, "ship")) draft.consignee = random.pick([ZERO_ADDRESS, draft.actor]);
    else
      draft.consignee = random.pick([draft.actor, standing(stock) ?? draft.actor, random.hex(20)]);
  },
  HolderMismatch(draft, stock) {
    draft.holder = stock.random.pick([
      ZERO_ADDRESS,
      stock.random.hex(20),
      standing(stock, 15, draft.holder)!,
    ]);
  },
  EntriesNotAscending(draft, { random }) {
    if (random.chance(0.5)) draft.entries.reverse();
    else draft.entries.push(random.pick(draft.entries));
  },
  NewLotNotAllowed(draft, stock) {
    add(draft, newEntry(stock, draft.actor));
  },
  NotIssuer(draft, stock) {
    add(
      draft,
      newEntry(stock, stock.random.pick([ZERO_ADDRESS, stock.random.hex(20), standing(stock)!])),
    );
  },
  LotExists(draft, stock) {
    const own = [...stock.open, ...stock.closed].filter((lot) => issuerOf(lot) === draft.actor);
    if (own.length > 0) add(draft, { lot: stock.random.pick(own), state: null, quantity: 1 });
  },
  ExistingLotNotAllowed(draft, stock) {
    add(draft, ...find(stock, () => true, 1));
  },
  PreviousMismatch(draft, { world, random, stale }) {
    const entry = random.pick(draft.entries);
    const old = stale.get(entry.lot);
    const way = random.int(0, 5);
    if (way === 0 && old) entry.state = old;
    else if (way === 1)
      change(draft, random, ({ quantity }) => ({ quantity: Math.abs(quantity - 1) }));
    else if (way === 2) change(draft, random, ({ held }) => ({ held: !held }));
    else if (way === 3) change(draft, random, () => ({ lastEvent: random.hex(32) }));
    else if (way === 4)
      change(draft, random, () => ({ holder: draft.actor, consignee: random.hex(20) }));
    else if (world.states.size > 0) entry.state ??= { ...random.pick([...world.states.values()]) };
  },
  LotClosed(draft, stock) {
    if (stock.closed.length === 0) return;
    const entry = entryOf(stock.world, stock.random.pick(stock.closed));
    if (stock.random.chance(0.5)) add(draft, entry);
    else draft.entries = [entry];
  },
  NotHolder(draft, stock) {
    add(
      draft,
      ...find(stock, (state, lot) => state.holder !== draft.actor && notIn(draft, lot), 1),
    );
  },
  NotConsignee(draft, stock) {
    const odd = find(
      stock,
      (state, lot) => state.consignee !== draft.actor && notIn(draft, lot),
      1,
    );
    if (toAction(draft, "receive", "refuse")) add(draft, ...odd);
    else Object.assign(draft, { action: ACTIONS.receive, consignee: ZERO_ADDRESS });
  },
  LotInTransit(draft, stock) {
    add(
      draft,
      ...find(
        stock,
        (state, lot) => moving(state, lot) && ours(draft, state) && notIn(draft, lot),
        1,
      ),
    );
  },
  LotNotInTransit(draft, stock) {
    if (toAction(draft, "cancel"))
      add(
        draft,
        ...find(
          stock,
          (state, lot) => free(state, lot) && ours(draft, state) && notIn(draft, lot),
          1,
        ),
      );
    else
      Object.assign(draft, {
        action: ACTIONS.cancel,
        consignee: ZERO_ADDRESS,
        holder: draft.actor,
      });
  },
  LotHeld(draft, stock) {
    if (!toAction(draft, "assemble"))
      Object.assign(draft, { action: ACTIONS.hold, consignee: ZERO_ADDRESS });
    add(
      draft,
      ...find(stock, (state, lot) => state.held && ours(draft, state) && notIn(draft, lot), 1),
    );
  },
  LotNotHeld(draft) {
    Object.assign(draft, { action: ACTIONS.release, consignee: ZERO_ADDRESS });
  },
  QuantityNotAllowed(draft, { random }) {
    const entry = random.pick(draft.entries);
    entry.quantity = random.pick([
      0,
      entry.quantity + 1,
      Math.max(0, entry.quantity - 1),
      MAX_INTEGER,
    ]);
  },
  EntryKindsNotAllowed(draft, stock) {
    const keep = stock.random.chance(0.5);
    const onlyOneKind = draft.entries.filter(({ state }) => (state === null) === keep);
    if (stock.random.chance(0.5)) {
      const isOurs: LotTest = (state, lot) =>
        free(state, lot) && ours(draft, state) && notIn(draft, lot);
      for (const entry of find(stock, isOurs, 1))
        add(draft, { ...entry, quantity: entry.quantity - 1 });
    } else if (onlyOneKind.length > 0) draft.entries = onlyOneKind;
  },
  QuantityNotConserved(draft, { random }) {
    const entry = random.pick(draft.entries);
    entry.quantity = entry.state
      ? Math.max(0, entry.quantity - 1)
      : random.pick([entry.quantity + 1, MAX_INTEGER]);
  },
  BadSignature(draft, { random }) {
    draft.spoil = random.pick(SPOILS);
  },
  KeyNotOfParty(draft, { world, random, keysOf }) {
    const others = [...keysOf]
      .filter(([party]) => party !== draft.actor)
      .flatMap(([, keys]) => keys.good);
    draft.key = random.pick([newKey(world), random.pick(others)]);
  },
  KeyIsRevoked(draft, { random, keysOf }) {
    const revoked = keysOf.get(draft.actor)?.revoked ?? [];
    if (revoked.length > 0) draft.key = random.pick(revoked);
  },
};

const ours = (draft: Draft, state: LotState) => state.holder === draft.actor;
const notIn = (draft: Draft, lot: string) => draft.entries.every((entry) => entry.lot !== lot);
