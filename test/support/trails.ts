// Makes lots on a test ledger, and their trails. Each event is signed, recorded and kept with
// its details.
import { utf8 } from "../../protocol/base/bytes.ts";
import { keccak256, signDigest } from "../../protocol/base/crypto.ts";
import type { Details } from "../../protocol/event/details.ts";
import { detailsRoot, disclose } from "../../protocol/event/disclosure.ts";
import {
  type ActionName,
  type CustodyEvent,
  ACTIONS,
  eventDigest,
} from "../../protocol/event/event.ts";
import { type LotState, lotId, wordOf } from "../../protocol/event/lot.ts";
import {
  type Notice,
  type NoticeKindName,
  NOTICE_KINDS,
  noticeDigest,
} from "../../protocol/event/notice.ts";
import { ROLES, roleBits } from "../../protocol/event/roles.ts";
import { submissionOf } from "../../protocol/event/submission.ts";
import {
  type Trail,
  type TrailEvent,
  type TrailNotice,
  lotsOfTrail,
} from "../../protocol/trail/trail.ts";
import { transition } from "../../protocol/event/transition.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../protocol/base/values.ts";
import type { Trust } from "../../protocol/verdict/trust.ts";
import {
  type Key,
  type Party,
  type TestLedger,
  admit,
  chainTime,
  notify,
  openLedger,
  record,
} from "./ledger.ts";
import { trailOf } from "./trail-of.ts";

export interface World {
  ledger: TestLedger;
  maker: Party;
  distributor: Party;
  broker: Party;
  assembler: Party;
  states: Map<string, LotState>;
  /** By lot and word, the event after which the lot had that word. */
  producers: Map<string, TrailEvent>;
  notices: TrailNotice[];
  /** By their root, details and the secret of their salts. */
  secrets: Map<string, { details: Details; secret: Uint8Array }>;
  /** Accepts events in place of the ledger, for log-only lots. */
  accept?: (item: TrailEvent) => Promise<void>;
}

/** A ledger with four parties, by default a new one. */
export async function openWorld(on?: TestLedger): Promise<World> {
  const ledger = on ?? (await openLedger());
  return {
    ledger,
    maker: await admit(ledger, "Northgate Semiconductor", ROLES.manufacturer),
    distributor: await admit(ledger, "Harbour Components", ROLES.distributor),
    broker: await admit(ledger, "Quayside Parts", ROLES.distributor),
    assembler: await admit(ledger, "Lindholm EMS", roleBits(["assembler"])),
    states: new Map(),
    producers: new Map(),
    notices: [],
    secrets: new Map(),
  };
}

export interface Act {
  /** The pieces after, by lot. */
  lots: Record<string, number>;
  holder?: string;
  consignee?: string;
  /** Details of all lots, and of single ones. */
  shared?: Details;
  facts?: Record<string, NonNullable<Details["entries"]>[number]>;
  /** The event's time, in seconds after the newest block. */
  late?: number;
  key?: Key;
  /** False: the event is signed and not recorded. */
  isRecorded?: boolean;
}

/** Signs, records and keeps a party's event. Returns it as a trail has it. */
export async function act(
  world: World,
  party: Party,
  action: ActionName,
  what: Act,
): Promise<TrailEvent> {
  const item = await sign(world, party, action, what);
  if (what.isRecorded ?? true) await (world.accept ? world.accept(item) : settle(world, item));
  follow(world, item);
  return item;
}

/** Records a signed event on the present states. */
export async function settle(world: World, item: TrailEvent): Promise<void> {
  const before = item.event.entries.map(({ lot }) => world.states.get(lot) ?? null);
  const submission = submissionOf(item.event, before, item.signature!);
  const { transactionHash: transaction, blockNumber: block } = await record(world.ledger, [
    submission,
  ]);
  item.settled = { transaction, block };
}

/** Applies an event to the world's lots. */
export function follow({ ledger, states, producers }: World, item: TrailEvent): void {
  const { event } = item;
  const before = event.entries.map(({ lot }) => states.get(lot) ?? null);
  const after = statesAfter(event, eventDigest(ledger.domain, event), before);
  event.entries.forEach(({ lot }, i) => {
    states.set(lot, after[i]!);
    producers.set(lot + wordOf(after[i]!), item);
  });
}

/** Signs an event on the present states, and does nothing else. */
export async function sign(
  world: World,
  party: Party,
  action: ActionName,
  what: Act,
): Promise<TrailEvent> {
  const { ledger, states } = world;
  const entries = Object.entries(what.lots)
    .map(([lot, quantity]) => {
      const state = states.get(lot);
      return { lot, previous: state ? wordOf(state) : ZERO_HASH, quantity };
    })
    .sort((a, b) => (a.lot < b.lot ? -1 : 1));
  const { disclosure, root } = makeDetails(world, what, entries);
  const event: CustodyEvent = {
    action: ACTIONS[action],
    actor: party.address,
    holder: what.holder ?? party.address,
    consignee: what.consignee ?? ZERO_ADDRESS,
    entries,
    time: (await chainTime(ledger)) + (what.late ?? 0),
    details: root,
  };
  const digest = eventDigest(ledger.domain, event);
  const signature = signDigest(digest, (what.key ?? party.key).privateKey);
  return { event, signature, details: disclosure };
}

function makeDetails(
  world: World,
  { shared, facts }: { shared?: Details | undefined; facts?: Act["facts"] },
  entries: CustodyEvent["entries"],
) {
  if (!shared && !facts) return { disclosure: null, root: ZERO_HASH };
  const secret = keccak256(utf8(`secret ${world.secrets.size}`));
  const own = entries.map(({ lot }) => facts?.[lot] ?? {});
  const details: Details = { ...shared, ...(own.length > 0 && { entries: own }) };
  const root = detailsRoot(details, secret);
  world.secrets.set(root, { details, secret });
  return { disclosure: disclose(details, secret, () => true), root };
}

function statesAfter(event: CustodyEvent, digest: string, before: (LotState | null)[]): LotState[] {
  const words = new Map(event.entries.map(({ lot, previous }) => [lot, previous]));
  const { states, violation } = transition(
    {
      now: event.time,
      party: () => ({ roles: 15, suspended: false }),
      key: () => ({ party: event.actor, revoked: false }),
      word: (lot) => words.get(lot)!,
    },
    before,
    { event, digest, signer: event.actor },
  );
  if (violation) throw new Error(`the event breaks ${violation.name}`);
  return states;
}

/** The lot of a party's with this number. */
export const lotOf = (party: Party, number: string): string => lotId(party.address, number);

/** A maker's details of a new lot. */
export const maker = (lotNumber: string, mpn = "NG74LVC1G08-Q") => ({
  lotNumber,
  mpn,
  manufacturer: "Northgate Semiconductor",
  makerLot: "K7T221",
  dateCode: "2631",
});

/** Commissions a lot of the maker. */
export async function commission(
  world: World,
  lotNumber: string,
  quantity: number,
  mpn?: string,
): Promise<string> {
  const lot = lotOf(world.maker, lotNumber);
  await act(world, world.maker, "commission", {
    lots: { [lot]: quantity },
    facts: { [lot]: maker(lotNumber, mpn) },
  });
  return lot;
}

/** Ships lots from one party to another, which receives all pieces. */
export async function deliver(world: World, from: Party, to: Party, lots: string[]): Promise<void> {
  const pieces = Object.fromEntries(lots.map((lot) => [lot, world.states.get(lot)!.quantity]));
  await act(world, from, "ship", {
    lots: pieces,
    consignee: to.address,
    shared: { carrier: "Brightline Freight" },
  });
  await act(world, to, "receive", { lots: pieces, shared: { inspectionResult: "accepted" } });
}

export interface NoticeAct {
  lot: string;
  kind: NoticeKindName;
  withdraws?: string;
  details?: Details;
  isTaken?: boolean;
  key?: Key;
  /** The notice's time, in seconds after the newest block. */
  late?: number;
}

/** Signs, records and keeps a party's notice about a lot. Returns its digest. */
export async function giveNotice(world: World, party: Party, what: NoticeAct): Promise<string> {
  const { ledger } = world;
  const time = (await chainTime(ledger)) + (what.late ?? 0);
  const { disclosure, root } = makeDetails(world, { shared: what.details }, []);
  const notice: Notice = {
    lot: what.lot,
    kind: NOTICE_KINDS[what.kind],
    issuer: party.address,
    time,
    withdraws: what.withdraws ?? ZERO_HASH,
    details: root,
  };
  const digest = noticeDigest(ledger.domain, notice);
  const signature = signDigest(digest, (what.key ?? party.key).privateKey);
  if (what.isTaken ?? true) await notify(ledger, notice, signature);
  world.notices.push({ notice, signature, details: disclosure });
  return digest;
}

/** A copy of a lot's trail in this world, which tests may change. */
export function trailFor(world: World, lot: string): Trail {
  const state = world.states.get(lot);
  const events = state
    ? trailOf(lot, wordOf(state), (each, word) => world.producers.get(each + word))
    : [];
  const lots = new Set(lotsOfTrail(lot, events));
  const notices = world.notices.filter(({ notice }) => lots.has(notice.lot));
  return structuredClone({ version: 1, ...world.ledger.domain, lot, events, notices });
}

/** The trust of the tests: this ledger at this time. */
export async function trustIn(world: World, more: Partial<Trust> = {}): Promise<Trust> {
  return { ...world.ledger.domain, finality: 0, now: await chainTime(world.ledger), ...more };
}
