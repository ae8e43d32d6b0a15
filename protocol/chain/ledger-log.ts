// Decodes the ledger's EVM logs. It has its own decoder of the few types that occur in them, because a trail has hundreds of
// logs and the ABI coder takes 250 µs for each. The tests compare the two.
import { z } from "zod";
import { SLOT_DIGITS, fromHex, utf8 } from "../base/bytes.ts";
import { keccakHex } from "../base/crypto.ts";
import { ProtocolError } from "../base/errors.ts";
import { LEDGER_LOGS } from "./ledger-abi.ts";
import type { ChainPlace } from "./place.ts";
import { MAX_ENTRIES, MAX_INTEGER } from "../base/limits.ts";
import { unpackLine } from "../event/submission.ts";

/** A number as nodes write it, as a safe integer. */
export const HexNumber = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,14}$/)
  .transform(Number)
  .refine(Number.isSafeInteger);
/** 32 bytes as nodes write them, as lower-case hex. */
export const HexHash = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/)
  .transform((hex) => hex.toLowerCase());

/** A log as nodes return it. Other members, which differ between nodes, are dropped. */
export const RawLog = z.object({
  address: z
    .string()
    .regex(/^0x[0-9a-fA-F]{40}$/)
    .transform((hex) => hex.toLowerCase()),
  topics: z.array(HexHash).min(1).max(4),
  data: z
    .string()
    .regex(/^0x([0-9a-fA-F]{2})*$/)
    .transform((hex) => hex.toLowerCase()),
  blockNumber: HexNumber,
  blockHash: HexHash,
  transactionHash: HexHash,
  logIndex: HexNumber,
  removed: z.boolean().optional(),
});
export type RawLog = z.infer<typeof RawLog>;

/** The position of a log on the chain. */
export interface Position extends ChainPlace {
  blockHash: string;
  transaction: string;
}

/** A lot in the ledger's record of an event: pieces before and after, and whether the event made it. */
export interface RecordedLot {
  lot: string;
  quantity: number;
  quantityBefore: number;
  isNew: boolean;
}

/** The facts in each kind of log. */
interface Facts {
  EventRecorded: {
    digest: string;
    action: number;
    actor: string;
    holder: string;
    consignee: string;
    time: number;
    details: string;
    lots: RecordedLot[];
  };
  /** `reason` is the custom error that refused the event, ABI-encoded; "0x" if it ran out of gas. */
  EventSkipped: { digest: string; reason: string };
  NoticeTaken: {
    digest: string;
    lot: string;
    kind: number;
    issuer: string;
    time: number;
    withdraws: string;
    details: string;
  };
  /** `reason` is the custom error that refused the notice, ABI-encoded; "0x" if it ran out of gas. */
  NoticeSkipped: { digest: string; reason: string };
  /** `partyName` is as the owner wrote it. U+FFFD replaces bytes that are not UTF-8, and NUL, which databases do not keep. */
  PartyAdmitted: { party: string; roles: number; partyName: string; identity: string };
  PartySuspended: { party: string };
  PartyReinstated: { party: string };
  KeyEnrolled: { party: string; key: string };
  KeyRevoked: { party: string; key: string };
  OwnershipTransferStarted: { previousOwner: string; newOwner: string };
  OwnershipTransferred: { previousOwner: string; newOwner: string };
}

export type LogName = keyof Facts;
export type LogOf<N extends LogName> = { [M in N]: Position & { name: M } & Facts[M] }[N];
export type LedgerLog = LogOf<LogName>;
export type EventRecorded = LogOf<"EventRecorded">;
export type NoticeTaken = LogOf<"NoticeTaken">;
/** A log that changes which keys may sign for a party. */
export type PartyFact = LogOf<
  "PartyAdmitted" | "PartySuspended" | "PartyReinstated" | "KeyEnrolled" | "KeyRevoked"
>;

/** The first topic of each kind of log. */
export const TOPICS = Object.fromEntries(
  LEDGER_LOGS.map((text) => {
    const [, name, args] = /^event (\w+)\((.*)\)$/.exec(text)!;
    const types = args!.split(", ").map((arg) => arg.split(" ")[0]);
    return [name, keccakHex(utf8(`${name}(${types.join(",")})`))];
  }),
) as Record<LogName, string>;
const NAMES = new Map(Object.entries(TOPICS).map(([name, topic]) => [topic, name as LogName]));

const inconsistent = (why: string) => new ProtocolError("CHAIN_INCONSISTENT", why);

/** Reads the topics and the ABI-encoded data of one log. Every read is checked: a hostile node may send anything. */
class Reader {
  readonly #topics: readonly string[];
  readonly #data: string;

  constructor({ topics, data }: RawLog) {
    this.#topics = topics;
    this.#data = data.slice(2);
  }

  topic(index: number): string {
    const topic = this.#topics[index];
    if (topic === undefined) throw inconsistent("a log has too few topics");
    return topic;
  }

  topicAddress(index: number): string {
    return asAddress(this.topic(index).slice(2));
  }

  #hex(start: number, length: number): string {
    if (start + length > this.#data.length) throw inconsistent("a log's data is too short");
    return this.#data.slice(start, start + length);
  }

  hash(index: number): string {
    return `0x${this.#hex(index * SLOT_DIGITS, SLOT_DIGITS)}`;
  }

  address(index: number): string {
    return asAddress(this.#hex(index * SLOT_DIGITS, SLOT_DIGITS));
  }

  number(index: number): number {
    return asNumber(this.#hex(index * SLOT_DIGITS, SLOT_DIGITS));
  }

  /** The start of a value of dynamic length, in hex digits, and its number of units. */
  #tail(index: number): { start: number; length: number } {
    const offset = 2 * this.number(index);
    return { start: offset + SLOT_DIGITS, length: asNumber(this.#hex(offset, SLOT_DIGITS)) };
  }

  slots(index: number): string[] {
    const { start, length } = this.#tail(index);
    if (length > MAX_ENTRIES) throw inconsistent("a log has more lots than an event may have");
    return Array.from({ length }, (_, i) => this.#hex(start + i * SLOT_DIGITS, SLOT_DIGITS));
  }

  bytes(index: number): string {
    const { start, length } = this.#tail(index);
    return `0x${this.#hex(start, 2 * length)}`;
  }
}

function asNumber(slot: string): number {
  const number = Number(`0x${slot}`);
  if (number > MAX_INTEGER) throw inconsistent("a number in a log is above 2^53 - 1");
  return number;
}

function asAddress(slot: string): string {
  if (!slot.startsWith("0".repeat(24)))
    throw inconsistent("an address in a log has more than 20 bytes");
  return `0x${slot.slice(24)}`;
}

function recordedLots(reader: Reader): RecordedLot[] {
  const lots = reader.slots(4);
  const lines = reader.slots(5);
  if (lots.length !== lines.length) throw inconsistent("a log does not have one line per lot");
  return lots.map((lot, i) => {
    const { quantity, quantityBefore, origin } = unpackLine(BigInt(`0x${lines[i]!}`));
    return { lot: `0x${lot}`, quantity, quantityBefore, isNew: origin === 0 };
  });
}

const DECODERS: { [N in LogName]: (reader: Reader) => Facts[N] } = {
  PartyAdmitted: (r) => ({
    party: r.topicAddress(1),
    roles: r.number(0),
    partyName: new TextDecoder().decode(fromHex(r.bytes(1))).replaceAll("\0", "\ufffd"),
    identity: r.hash(2),
  }),
  PartySuspended: (r) => ({ party: r.topicAddress(1) }),
  PartyReinstated: (r) => ({ party: r.topicAddress(1) }),
  KeyEnrolled: (r) => ({ party: r.topicAddress(1), key: r.topicAddress(2) }),
  KeyRevoked: (r) => ({ party: r.topicAddress(1), key: r.topicAddress(2) }),
  EventRecorded: (r) => ({
    digest: r.topic(1),
    actor: r.topicAddress(2),
    consignee: r.topicAddress(3),
    action: r.number(0),
    holder: r.address(1),
    time: r.number(2),
    details: r.hash(3),
    lots: recordedLots(r),
  }),
  EventSkipped: (r) => ({ digest: r.topic(1), reason: r.bytes(0) }),
  NoticeTaken: (r) => ({
    lot: r.topic(1),
    issuer: r.topicAddress(2),
    digest: r.topic(3),
    kind: r.number(0),
    time: r.number(1),
    withdraws: r.hash(2),
    details: r.hash(3),
  }),
  NoticeSkipped: (r) => ({ digest: r.topic(1), reason: r.bytes(0) }),
  OwnershipTransferStarted: (r) => ({
    previousOwner: r.topicAddress(1),
    newOwner: r.topicAddress(2),
  }),
  OwnershipTransferred: (r) => ({ previousOwner: r.topicAddress(1), newOwner: r.topicAddress(2) }),
};

/**
 * Decodes one of the ledger's logs: addresses and hashes as lower-case hex, quantities and times as safe integers.
 * @throws ProtocolError CHAIN_INCONSISTENT if the ledger cannot have written this log
 */
export function decodeLog(raw: RawLog): LedgerLog {
  const name = NAMES.get(raw.topics[0]!);
  if (name === undefined) throw inconsistent("the ledger does not write such a log");
  const position: Position = {
    block: raw.blockNumber,
    blockHash: raw.blockHash,
    transaction: raw.transactionHash,
    logIndex: raw.logIndex,
  };
  try {
    return { name, ...position, ...DECODERS[name](new Reader(raw)) } as LedgerLog;
  } catch (cause) {
    if (cause instanceof ProtocolError && cause.code === "CHAIN_INCONSISTENT") throw cause;
    throw new ProtocolError("CHAIN_INCONSISTENT", "the ledger cannot have written this log", {
      cause,
    });
  }
}
