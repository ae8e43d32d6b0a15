// Keeps a ledger in memory: parties, keys and states, moved only by
// protocol/event/transition.ts.
import { keccakHex, addressOfPrivateKey } from "../../protocol/base/crypto.ts";
import { fromHex, utf8 } from "../../protocol/base/bytes.ts";
import {
  ACTIONS,
  type ActionName,
  type CustodyEvent,
  type Domain,
  eventDigest,
} from "../../protocol/event/event.ts";
import { type LotState, lotId, wordOf } from "../../protocol/event/lot.ts";
import { ROLES } from "../../protocol/event/roles.ts";
import {
  type Context,
  type Outcome,
  type Signed,
  transition,
} from "../../protocol/event/transition.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../protocol/base/values.ts";

export const DOMAIN: Domain = { chainId: 31337, ledger: `0x${"1ed9e5".padEnd(40, "0")}` };
export const NOW = 1_750_000_000;

/** An account derived from its name, so that every run has the same one. */
function account(name: string): { address: string; privateKey: Uint8Array } {
  const privateKey = fromHex(keccakHex(utf8(`Reelproof test account: ${name}`)));
  return { address: addressOfPrivateKey(privateKey), privateKey };
}

const ROLE_BITS = {
  maker: ROLES.manufacturer,
  distributor: ROLES.distributor,
  broker: ROLES.distributor,
  assembler: ROLES.assembler,
  laboratory: ROLES.laboratory,
  suspended: ROLES.manufacturer | ROLES.distributor | ROLES.assembler,
  stranger: 0,
} as const;
export type PartyName = keyof typeof ROLE_BITS;
const NAMES = Object.keys(ROLE_BITS) as PartyName[];

/** The parties' addresses. All but `stranger` are admitted; `suspended` is just that. */
export const PARTY = Object.fromEntries(
  NAMES.map((name) => [name, account(name).address]),
) as Record<PartyName, string>;
/** Each party's key. */
export const KEY = Object.fromEntries(
  NAMES.map((name) => [name, account(`${name}'s key`)]),
) as Record<PartyName, { address: string; privateKey: Uint8Array }>;
/** A revoked key of the maker's, and a key that was never enrolled. */
export const REVOKED_KEY = account("a revoked key");
export const UNKNOWN_KEY = account("an unknown key");

/** The id of the lot that a party issues under this number. */
export const lotOf = (issuer: PartyName, lotNumber: string) => lotId(PARTY[issuer], lotNumber);

export type States = Map<string, LotState>;

/** The context of the rules: the present standing of every party, and the words of these states. */
export function contextOf(states: States, now = NOW): Context {
  return {
    now,
    party: (address) => {
      const name = NAMES.find((each) => PARTY[each] === address);
      return name === undefined || name === "stranger"
        ? undefined
        : { roles: ROLE_BITS[name], suspended: name === "suspended" };
    },
    key: (address) => {
      if (address === REVOKED_KEY.address) return { party: PARTY.maker, revoked: true };
      const name = NAMES.find((each) => KEY[each].address === address);
      return name === undefined ? undefined : { party: PARTY[name], revoked: false };
    },
    word: (lot) => {
      const state = states.get(lot);
      return state ? wordOf(state) : ZERO_HASH;
    },
  };
}

/** An event without the members that follow from the states. By default the actor holds and signs, and there is no consignee. */
export interface Plan {
  action: ActionName | number;
  by: PartyName;
  holder?: PartyName | string;
  to?: PartyName | string;
  /** Lots and their pieces after the event; put in ascending order unless `asGiven`. */
  lots: readonly (readonly [lot: string, quantity: number])[];
  asGiven?: boolean;
  time?: number;
  details?: string;
  signer?: string | undefined;
  /** Treats these lots as new, whatever their states. */
  asNew?: readonly string[];
}

const addressOf = (name: PartyName | string | undefined, absent: string) =>
  name === undefined ? absent : name in PARTY ? PARTY[name as PartyName] : name;

/** The event of a plan, with the states before it. */
export function eventOf(
  states: States,
  plan: Plan,
): { signed: Signed; before: (LotState | null)[] } {
  const actor = PARTY[plan.by];
  const lots = plan.asGiven ? plan.lots : plan.lots.toSorted(([a], [b]) => (a < b ? -1 : 1));
  const before = lots.map(([lot]) =>
    plan.asNew?.includes(lot) ? null : (states.get(lot) ?? null),
  );
  const event: CustodyEvent = {
    action: typeof plan.action === "number" ? plan.action : ACTIONS[plan.action],
    actor,
    holder: addressOf(plan.holder, actor),
    consignee: addressOf(plan.to, ZERO_ADDRESS),
    entries: lots.map(([lot, quantity], i) => {
      const state = before[i];
      return { lot, previous: state ? wordOf(state) : ZERO_HASH, quantity };
    }),
    time: plan.time ?? NOW,
    details: plan.details ?? ZERO_HASH,
  };
  const signer = "signer" in plan ? plan.signer : KEY[plan.by].address;
  return { signed: { event, digest: eventDigest(DOMAIN, event), signer }, before };
}

/** Judges a plan, and changes the states if no rule is broken. */
export function act(states: States, plan: Plan, now = NOW): Outcome {
  const { signed, before } = eventOf(states, plan);
  const outcome = transition(contextOf(states, now), before, signed);
  outcome.states?.forEach((state, i) => states.set(signed.event.entries[i]!.lot, state));
  return outcome;
}
