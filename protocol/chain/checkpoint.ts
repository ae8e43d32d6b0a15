// Encodes the checkpoint contract's calls, and decodes its answers and logs. All types take one slot, so it needs no ABI
// coder; the tests compare it with one.
import { SLOT_BYTES, SLOT_DIGITS, abiSlots, toHex, utf8 } from "../base/bytes.ts";
import { CHECKPOINT_ANCHORED, CHECKPOINT_FUNCTIONS } from "./checkpoint-abi.ts";
import type { Checkpoint } from "../log/checkpoint.ts";
import { keccakHex } from "../base/crypto.ts";
import { ProtocolError } from "../base/errors.ts";
import type { Position, RawLog } from "./ledger-log.ts";
import { MAX_INTEGER } from "../base/limits.ts";
import { Address, Hash, Quantity } from "../base/values.ts";

/** An operator's log was anchored. Its leaves from `previousSize` on are anchored for the first time. */
export interface CheckpointAnchored extends Checkpoint, Position {
  operator: string;
  /** Zero for an operator's first checkpoint. */
  previousSize: number;
}

/* WHAT IS SENT */

/**
 * Call data that anchors the sending account's log.
 * @param size the number of leaves
 * @param root 32 bytes as lower-case hex
 * @param proof the consistency proof from the account's newest checkpoint; empty for its first
 * @throws ProtocolError BAD_FIELD if the contract's types cannot hold a value
 */
export function encodeCheckpoint(size: number, root: string, proof: readonly string[]): string {
  if (!Quantity.safeParse(size).success) throw badField("size");
  if (!Hash.safeParse(root).success) throw badField("root");
  proof.forEach((hash, i) => {
    if (!Hash.safeParse(hash).success) throw badField(`proof.${i}`);
  });
  const offset = 3 * SLOT_BYTES; // of the proof's length
  return call("checkpoint", [size, root, offset, proof.length, ...proof]);
}

/**
 * Call data that asks for an operator's newest checkpoint.
 * @throws ProtocolError BAD_FIELD
 */
export function encodeNewest(operator: string): string {
  if (!Address.safeParse(operator).success) throw badField("operator");
  return call("newest", [operator]);
}

/* WHAT IS READ */

/** The topics of all checkpoints of an operator, or of its checkpoint of this size. */
export function checkpointTopics(operator: string, size?: number): string[] {
  return [
    TOPIC,
    ...(size === undefined ? [operator] : [operator, size]).map((value) =>
      toHex(abiSlots([value])),
    ),
  ];
}

/**
 * Decodes the contract's answer to `encodeNewest`; null if the operator has no checkpoint.
 * @throws ProtocolError CHAIN_INCONSISTENT if the contract cannot have given this answer
 */
export function decodeNewest(data: string): Checkpoint | null {
  const [size, root] = slotsOf(data, 2);
  return numberIn(size!) === 0 ? null : { size: numberIn(size!), root: `0x${root}` };
}

/**
 * Decodes one of the contract's logs: addresses and hashes as lower-case hex, sizes as safe integers.
 * @throws ProtocolError CHAIN_INCONSISTENT if the contract cannot have written this log
 */
export function decodeCheckpointAnchored(raw: RawLog): CheckpointAnchored {
  const [topic, operator, indexed] = raw.topics;
  if (topic !== TOPIC || raw.topics.length !== 3)
    throw inconsistent("the checkpoint contract does not write such a log");
  if (!operator!.startsWith(`0x${"0".repeat(24)}`))
    throw inconsistent("an address in a log has more than 20 bytes");
  const [root, previous] = slotsOf(raw.data, 2);
  const [size, previousSize] = [numberIn(indexed!.slice(2)), numberIn(previous!)];
  if (size <= previousSize) throw inconsistent("a checkpoint does not extend the previous one");
  return {
    operator: `0x${operator!.slice(26)}`,
    size,
    root: `0x${root}`,
    previousSize,
    block: raw.blockNumber,
    blockHash: raw.blockHash,
    transaction: raw.transactionHash,
    logIndex: raw.logIndex,
  };
}

/** The signature `name(type,…)` of a line of the ABI. */
const signatureOf = (text: string): string => {
  const [, name, args] = /(\w+)\(([^)]*)\)/.exec(text)!;
  return `${name}(${args!.split(", ").map((arg) => arg.split(" ")[0])})`;
};
const hashOf = (text: string): string => keccakHex(utf8(signatureOf(text)));
const TOPIC = hashOf(CHECKPOINT_ANCHORED);
const call = (
  name: keyof typeof CHECKPOINT_FUNCTIONS,
  values: readonly (string | number)[],
): string => hashOf(CHECKPOINT_FUNCTIONS[name]).slice(0, 10) + toHex(abiSlots(values)).slice(2);

const badField = (field: string) =>
  new ProtocolError("BAD_FIELD", "the contract cannot take this value", { field });
const inconsistent = (why: string) => new ProtocolError("CHAIN_INCONSISTENT", why);

function slotsOf(data: string, count: number): string[] {
  if (!/^0x[0-9a-f]*$/i.test(data) || data.length !== 2 + count * SLOT_DIGITS)
    throw inconsistent("the checkpoint contract's data has the wrong length");
  return Array.from({ length: count }, (_, i) =>
    data.slice(2 + i * SLOT_DIGITS, 2 + (i + 1) * SLOT_DIGITS).toLowerCase(),
  );
}

function numberIn(slot: string): number {
  const number = Number(`0x${slot}`);
  if (number > MAX_INTEGER) throw inconsistent("a size is above 2^53 - 1");
  return number;
}
