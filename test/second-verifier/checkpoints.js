// Plays the calls of the contract that keeps each operator's newest checkpoint.
import { hex, unhex } from "./bytes.js";
import { provenRoots } from "./merkle.js";

const ones = (bits) => [...bits.toString(2)].filter((bit) => bit === "1").length;

/** How many hashes a consistency proof between two sizes has. */
export function proofLength(olderSize, newerSize) {
  if (olderSize === newerSize) return 0;
  let [older, a, b] = [BigInt(olderSize), BigInt(olderSize) - 1n, BigInt(newerSize) - 1n];
  for (; older % 2n === 0n; older /= 2n) [a, b] = [a >> 1n, b >> 1n];
  const length = (a ^ b).toString(2).length;
  return length + ones(a >> BigInt(length)) + (a === 0n ? 0 : 1);
}

/** The error with which the contract refuses a checkpoint after an operator's newest one (null: there is none), or null. */
export function checkpointError(newest, { size, root, proof }) {
  const error = (name, ...args) => ({ name, args });
  if (!Number.isSafeInteger(size) || size < 1) return error("SizeNotAllowed", size);
  if (newest !== null && size < newest.size) return error("SizeBelowNewest", size, newest.size);
  const expected = newest === null ? 0 : proofLength(newest.size, size);
  if (proof.length !== expected) return error("ProofLengthMismatch", proof.length, expected);
  if (newest === null) return null;
  const roots = provenRoots(newest.size, unhex(newest.root), size, proof.map(unhex));
  const [older, newer] = [hex(roots.older), hex(roots.newer)];
  if (older !== newest.root) return error("OldRootMismatch", older, newest.root);
  return newer === root ? null : error("RootMismatch", newer, root);
}

/** What the contract answers to calls, one after another, and the newest checkpoint of each operator after them. */
export function playCheckpoints(calls) {
  const newest = {};
  const answers = calls.map((call) => {
    const before = newest[call.operator] ?? null;
    const error = checkpointError(before, call);
    if (error !== null) return { error };
    newest[call.operator] = { size: call.size, root: call.root };
    return {
      log: before?.size === call.size ? null : { previousSize: before === null ? 0 : before.size },
    };
  });
  return { answers, newest };
}
