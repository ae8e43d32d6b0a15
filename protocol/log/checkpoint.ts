// Decides whether an operator's log may be anchored at a size and root. contracts/CheckpointLog.sol has the same rules.
import { fromHex, toHex } from "../base/bytes.ts";
import { MAX_INTEGER } from "../base/limits.ts";
import { consistencyProofLength, consistencyRoots } from "../base/merkle.ts";

/** The size of a log in events, and the root over their digests as lower-case hex. */
export interface Checkpoint {
  size: number;
  root: string;
}

/** Why a checkpoint or a proof is refused, in checking order, with the Solidity types of the arguments. */
export const CHECKPOINT_ERRORS = {
  SizeNotAllowed: ["uint64 size"],
  SizeBelowNewest: ["uint64 size", "uint64 newest"],
  IndexNotAllowed: ["uint64 index", "uint64 size"],
  ProofLengthMismatch: ["uint256 length", "uint256 expected"],
  OldRootMismatch: ["bytes32 computed", "bytes32 root"],
  RootMismatch: ["bytes32 computed", "bytes32 root"],
} as const satisfies Record<string, readonly string[]>;

/** A refusal with its arguments: lower-case hex, and numbers. */
export interface CheckpointRefusal {
  name: keyof typeof CHECKPOINT_ERRORS;
  args: readonly (string | number)[];
}

/**
 * Why the contract refuses an operator's next checkpoint; undefined if it accepts it. It accepts the newest checkpoint again,
 * with an empty proof, which changes nothing.
 * @param newest the operator's newest checkpoint; null before its first, which needs no proof
 * @param next size and root to anchor
 * @param proof the consistency proof between the two (RFC 9162, 2.1.4), 32-byte hashes as hex
 */
export function checkpointRefusal(
  newest: Checkpoint | null,
  next: Checkpoint,
  proof: readonly string[],
): CheckpointRefusal | undefined {
  const { size, root } = next;
  if (!Number.isSafeInteger(size) || size < 1 || size > MAX_INTEGER)
    return refusal("SizeNotAllowed", size);
  if (newest !== null && size < newest.size) return refusal("SizeBelowNewest", size, newest.size);
  const length = newest === null ? 0 : consistencyProofLength(newest.size, size);
  if (proof.length !== length) return refusal("ProofLengthMismatch", proof.length, length);
  if (newest === null) return undefined;

  const roots = consistencyRoots(newest.size, fromHex(newest.root), size, proof.map(fromHex))!;
  const [older, newer] = [toHex(roots.old), toHex(roots.new)];
  if (older !== newest.root) return refusal("OldRootMismatch", older, newest.root);
  if (newer !== root) return refusal("RootMismatch", newer, root);
  return undefined;
}

const refusal = (
  name: CheckpointRefusal["name"],
  ...args: CheckpointRefusal["args"]
): CheckpointRefusal => ({
  name,
  args,
});
