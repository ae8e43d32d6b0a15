// Decides which checkpoint may follow an operator's newest one, and with which error the
// contract refuses others.
import { extendsTree } from "./merkle.js";
import { Refused } from "./refused.js";

const ones = (bits) => [...bits.toString(2)].filter((bit) => bit === "1").length;

/** How many hashes a consistency proof between two sizes has. */
export function proofLength(olderSize, newerSize) {
  if (olderSize === newerSize) return 0;
  let [older, a, b] = [BigInt(olderSize), BigInt(olderSize) - 1n, BigInt(newerSize) - 1n];
  for (; older % 2n === 0n; older /= 2n) [a, b] = [a >> 1n, b >> 1n];
  const length = (a ^ b).toString(2).length;
  return length + ones(a >> BigInt(length)) + (a === 0n ? 0 : 1);
}

/**
 * Refuses a checkpoint that does not follow an operator's newest one (null: there is none). A proof that leads to other roots is
 * always `RootMismatch` here; only the contract distinguishes which root it misses.
 */
export function checkCheckpoint(newest, { size, root }, proof) {
  if (!Number.isSafeInteger(size) || size < 1) throw new Refused("SizeNotAllowed");
  if (newest === null) {
    if (proof.length > 0) throw new Refused("ProofLengthMismatch");
    return;
  }
  if (size < newest.size) throw new Refused("SizeBelowNewest");
  if (proof.length !== proofLength(newest.size, size)) throw new Refused("ProofLengthMismatch");
  if (!extendsTree(newest.size, newest.root, size, root, proof)) throw new Refused("RootMismatch");
}
