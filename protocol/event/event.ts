// Defines the custody event: one signed statement about one or more lots, as EIP-712 typed data.
import { z } from "zod";
import { abiSlots, concat, fromHex, utf8 } from "../base/bytes.ts";
import { keccak256, keccakHex } from "../base/crypto.ts";
import { MAX_ENTRIES } from "../base/limits.ts";
import { Address, Hash, Quantity, Time } from "../base/values.ts";

/** What an event does, and the number that stands for it. */
export const ACTIONS = {
  commission: 1,
  introduce: 2,
  ship: 3,
  receive: 4,
  refuse: 5,
  cancel: 6,
  split: 7,
  assemble: 8,
  inspect: 9,
  hold: 10,
  release: 11,
  scrap: 12,
} as const;
export type ActionName = keyof typeof ACTIONS;

/** The name of an action; undefined if the number is unknown. */
export function actionName(action: number): ActionName | undefined {
  return (Object.keys(ACTIONS) as ActionName[]).find((name) => ACTIONS[name] === action);
}

/** One lot in an event: its word before (zero: the lot is new) and its pieces after. */
export const Entry = z.strictObject({ lot: Hash, previous: Hash, quantity: Quantity });
export type Entry = z.infer<typeof Entry>;

/**
 * An entry that may be withheld. Then `withheld` is its hash as lower-case hex, and `lot` is not a lot's id, so that a search
 * for a lot's entries never finds it.
 */
export type PartialEntry = Entry & { withheld?: string };

/** The placeholder for a withheld entry. It keeps its order among the others, and names no lot. */
export const withheldEntry = (hash: string): PartialEntry => ({
  lot: "withheld",
  previous: "withheld",
  quantity: 0,
  withheld: hash,
});

/**
 * An event as it is signed. `holder` and `consignee` are those after the event. `time` is when it happened. `details` is the
 * root of the off-chain facts (zero: none).
 */
export const CustodyEvent = z.strictObject({
  action: z.int().min(0).max(255),
  actor: Address,
  holder: Address,
  consignee: Address,
  entries: z.array(Entry).max(MAX_ENTRIES),
  time: Time,
  details: Hash,
});
export type CustodyEvent = z.infer<typeof CustodyEvent>;

/** An event of which some entries may be withheld. */
export type PartialEvent = Omit<CustodyEvent, "entries"> & { entries: readonly PartialEntry[] };

/** The ledger and the chain that a signature is valid for. It cannot be replayed on another. */
export interface Domain {
  chainId: number;
  ledger: string;
}

const DOMAIN_NAME = "Reelproof";
const DOMAIN_VERSION = "1";
export const ENTRY_TYPE = "Entry(bytes32 lot,bytes32 previous,uint64 quantity)";
export const EVENT_TYPE =
  "CustodyEvent(uint8 action,address actor,address holder,address consignee,Entry[] entries,uint64 time,bytes32 details)" +
  ENTRY_TYPE;
const DOMAIN_TYPE =
  "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

/** The EIP-712 type hash, as lower-case hex. */
export const typeHash = (type: string): string => keccakHex(utf8(type));

const TYPE_HASH = {
  domain: typeHash(DOMAIN_TYPE),
  entry: typeHash(ENTRY_TYPE),
  event: typeHash(EVENT_TYPE),
};
const DOMAIN_TEXT_HASHES = [typeHash(DOMAIN_NAME), typeHash(DOMAIN_VERSION)];

/** The EIP-712 domain separator, as lower-case hex. */
export function domainSeparator({ chainId, ledger }: Domain): string {
  return keccakHex(abiSlots([TYPE_HASH.domain, ...DOMAIN_TEXT_HASHES, chainId, ledger]));
}

/** The EIP-712 digest of a struct's hash in the domain of a separator, as lower-case hex. A key signs this. */
export function typedDigest(separator: string, structHash: Uint8Array): string {
  return keccakHex(concat(Uint8Array.of(0x19, 0x01), fromHex(separator), structHash));
}

/** The EIP-712 hash of an entry. It stands in for a withheld entry. */
export function entryHash({ lot, previous, quantity }: Entry): Uint8Array {
  return keccak256(abiSlots([TYPE_HASH.entry, lot, previous, quantity]));
}

/**
 * The event's hash, as lower-case hex: its EIP-712 digest. It does not cover the signature. The hash of a withheld entry
 * stands in for the entry, so the digest is the same as that of the whole event.
 */
export const eventDigest = (domain: Domain, event: PartialEvent): string =>
  eventDigester(domain)(event);

/** Makes the function that hashes many events as `eventDigest` does. It computes the domain's separator once. */
export function eventDigester(domain: Domain): (event: PartialEvent) => string {
  const separator = domainSeparator(domain);
  return ({ action, actor, holder, consignee, entries, time, details }) => {
    const hashes = entries.map((entry) =>
      entry.withheld === undefined ? entryHash(entry) : fromHex(entry.withheld),
    );
    const entriesHash = keccakHex(concat(...hashes));
    const fields = [TYPE_HASH.event, action, actor, holder, consignee, entriesHash, time, details];
    return typedDigest(separator, keccak256(abiSlots(fields)));
  };
}
