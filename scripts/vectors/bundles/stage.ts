// Sets the stage of the bundles by step: one ledger on paper for all of them, and trails with events that it did not record.
import type { Details } from "../../../protocol/event/details.ts";
import { type ActionName, type CustodyEvent, eventDigest } from "../../../protocol/event/event.ts";
import { type Notice, NOTICE_KINDS, noticeDigest } from "../../../protocol/event/notice.ts";
import { detailsRoot, disclose } from "../../../protocol/event/disclosure.ts";
import type { BundleJson } from "../../../protocol/trail/bundle.ts";
import { keccak256, signDigest } from "../../../protocol/base/crypto.ts";
import { utf8 } from "../../../protocol/base/bytes.ts";
import type { TrailNotice } from "../../../protocol/trail/trail.ts";
import { ROLES } from "../../../protocol/event/roles.ts";
import { ZERO_HASH } from "../../../protocol/base/values.ts";
import { bundleFor } from "../../../test/support/bundles.ts";
import {
  type Key,
  type Party,
  admit,
  chainTime,
  notify,
  suspend,
} from "../../../test/support/ledger.ts";
import { openPaperLedger } from "../../../test/support/paper-ledger.ts";
import {
  type Act,
  act,
  follow,
  lotOf,
  maker as makerDetails,
  openWorld,
  sign,
} from "../../../test/support/trails.ts";
import type { Case } from "./case.ts";

export const ledger = openPaperLedger();
export const world = await openWorld(ledger);
export const { maker, distributor, broker, assembler } = world;
/** A party that is suspended from the beginning, and an account that is not a party. */
export const suspended: Party = await admit(ledger, "Closed Parts", ROLES.distributor);
await suspend(ledger, suspended);
export const stranger = ledger.spare[0]!;

/** A case whose trust depends on the last block of the chain. */
export interface StagedCase extends Omit<Case, "trust"> {
  /** The block that is not final yet; nor are those after it. */
  open?: number;
  /** How far the reader's clock is behind the last block, in seconds. */
  behind?: number;
  trust?: Partial<NonNullable<Case["trust"]>>;
}
export type StagedCases = Record<string, StagedCase>;

type Facts = NonNullable<Details["entries"]>[number];

/** Commissions a lot of the maker, 100 pieces, with other facts than the usual. Undefined leaves a fact out. */
export async function lotWith(
  number: string,
  facts: { [N in keyof Facts]?: Facts[N] | undefined } = {},
  more: Partial<Act> = {},
): Promise<string> {
  const lot = lotOf(maker, number);
  const all = Object.entries({ ...makerDetails(number), ...facts });
  const own = Object.fromEntries(all.filter(([, value]) => value !== undefined)) as Facts;
  await act(world, maker, "commission", { lots: { [lot]: 100 }, facts: { [lot]: own }, ...more });
  return lot;
}

/** The block of the last record. */
export const lastBlock = (): number => ledger.chain.blocks.length - 1;

export const bundleOfLot = (lot: string): BundleJson => bundleFor(world, lot);

/** An event that the ledger does not record. */
export interface Extra extends Act {
  party: Party;
  action: ActionName;
  /** Changes the event before it is signed. */
  alter?: (event: CustodyEvent) => void;
  /** Changes the signature. */
  seal?: (signature: string) => string | null;
}

/** A lot's bundle with more events, which are signed and not recorded. What they do is forgotten afterwards. */
export async function withUnrecorded(lot: string, ...extras: Extra[]): Promise<BundleJson> {
  const states = new Map(world.states);
  const producers = new Map(world.producers);
  const items: BundleJson["trail"]["events"] = [];
  for (const [i, { party, action, alter, seal, ...what }] of extras.entries()) {
    const item = await sign(world, party, action, what);
    if (alter) {
      alter(item.event as CustodyEvent);
      item.signature = signDigest(
        eventDigest(ledger.domain, item.event),
        (what.key ?? party.key).privateKey,
      );
    }
    if (i < extras.length - 1) follow(world, item);
    if (seal) item.signature = seal(item.signature!);
    items.push(item as (typeof items)[number]);
  }
  restore(world.states, states);
  restore(world.producers, producers);
  const bundle = bundleOfLot(lot);
  // A lot that only these events make has the trails of what they make it of before.
  const sources = world.states.has(lot) ? [] : Object.keys(extras[0]!.lots);
  for (const source of sources)
    if (world.states.has(source)) bundle.trail.events.push(...bundleOfLot(source).trail.events);
  bundle.trail.events.push(...structuredClone(items));
  return bundle;
}

function restore<K, V>(map: Map<K, V>, before: ReadonlyMap<K, V>): void {
  map.clear();
  for (const [key, value] of before) map.set(key, value);
}

/** A notice as a trail has it, with its digest. */
export interface SignedNotice extends TrailNotice {
  digest: string;
}

/** A notice that a party signs. */
export async function noticeBy(
  party: Party,
  kind: keyof typeof NOTICE_KINDS,
  lot: string,
  more: Partial<Notice> & { key?: Key; facts?: Details } = {},
): Promise<SignedNotice> {
  const { key, facts, ...members } = more;
  const secret = keccak256(utf8("secret of a notice"));
  const notice: Notice = {
    lot,
    kind: NOTICE_KINDS[kind],
    issuer: party.address,
    time: await chainTime(ledger),
    withdraws: ZERO_HASH,
    details: facts ? detailsRoot(facts, secret) : ZERO_HASH,
    ...members,
  };
  const digest = noticeDigest(ledger.domain, notice);
  const signature = signDigest(digest, (key ?? party.key).privateKey);
  return { digest, notice, signature, details: facts ? disclose(facts, secret, () => true) : null };
}

/** Lets the ledger take a notice. */
export async function take({ notice, signature }: SignedNotice): Promise<void> {
  await notify(ledger, notice, signature!);
}

/** A lot's bundle with these notices. */
export function withNotices(lot: string, ...notices: SignedNotice[]): BundleJson {
  const bundle = bundleOfLot(lot);
  bundle.trail.notices = structuredClone(
    notices.map(({ notice, signature, details }) => ({ notice, signature, details })),
  );
  return bundle;
}

/** A changed copy. */
export function changed(bundle: BundleJson, change: (bundle: BundleJson) => void): BundleJson {
  const copy = structuredClone(bundle);
  change(copy);
  return copy;
}

/** The form of a signature that recovery accepts and the protocol does not: with the high s. */
export function highS(signature: string): string {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const s = order - BigInt(`0x${signature.slice(66, 130)}`);
  const v = signature.endsWith("1b") ? "1c" : "1b";
  return `${signature.slice(0, 66)}${s.toString(16).padStart(64, "0")}${v}`;
}
