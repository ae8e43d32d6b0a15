// Computes Merkle trees of RFC 9162 on SHA-256, and checks both kinds of proofs.
import { join, sha256 } from "./bytes.js";

const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

/** The hash of a leaf's data. */
export const leafHash = (data) => sha256(join(LEAF, data));

/** The hash of an inner node. */
export const nodeHash = (left, right) => sha256(join(NODE, left, right));

/** The root over leaf hashes. */
export function merkleRoot(leaves) {
  if (leaves.length === 0) return sha256(Buffer.alloc(0));
  if (leaves.length === 1) return leaves[0];
  let left = 1;
  while (left * 2 < leaves.length) left *= 2;
  return nodeHash(merkleRoot(leaves.slice(0, left)), merkleRoot(leaves.slice(left)));
}

const goodHashes = (...hashes) => hashes.every((each) => each.length === 32);

/** Whether a proof shows that a leaf, by its hash, stands at an index of the tree of this size and root. */
export function includes(leaf, index, size, proof, root) {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size)
    return false;
  if (!goodHashes(leaf, root, ...proof)) return false;
  let [fn, sn] = [BigInt(index), BigInt(size) - 1n];
  let hash = leaf;
  for (const each of proof) {
    if (sn === 0n) return false;
    if (fn & 1n || fn === sn) {
      hash = nodeHash(each, hash);
      while (!(fn & 1n) && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else hash = nodeHash(hash, each);
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return sn === 0n && hash.equals(root);
}

/** The roots of the older and the newer tree that a proof leads to, or null if its length does not fit the sizes. */
export function provenRoots(oldSize, oldRoot, newSize, proof) {
  if (oldSize === newSize) return proof.length === 0 ? { older: oldRoot, newer: oldRoot } : null;
  let [fn, sn] = [BigInt(oldSize) - 1n, BigInt(newSize) - 1n];
  while (fn & 1n) [fn, sn] = [fn >> 1n, sn >> 1n];
  const path = fn === 0n ? [oldRoot, ...proof] : [...proof];
  if (path.length === 0) return null;
  let [older, newer] = [path[0], path[0]];
  for (const each of path.slice(1)) {
    if (sn === 0n) return null;
    if (fn & 1n || fn === sn) {
      older = nodeHash(each, older);
      newer = nodeHash(each, newer);
      while (!(fn & 1n) && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else newer = nodeHash(newer, each);
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return sn === 0n ? { older, newer } : null;
}

/** Whether a proof shows that the newer tree extends the older one. */
export function extendsTree(oldSize, oldRoot, newSize, newRoot, proof) {
  if (!Number.isSafeInteger(oldSize) || !Number.isSafeInteger(newSize)) return false;
  if (oldSize < 1 || oldSize > newSize || !goodHashes(oldRoot, newRoot, ...proof)) return false;
  const roots = provenRoots(oldSize, oldRoot, newSize, proof);
  return roots !== null && roots.older.equals(oldRoot) && roots.newer.equals(newRoot);
}
