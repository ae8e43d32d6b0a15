// Computes roots, and makes and verifies proofs of inclusion and consistency, in the SHA-256 Merkle trees of RFC 9162
// (Certificate Transparency 2.0).
import { concat } from "./bytes.ts";
import { sha256 } from "./crypto.ts";
import { ProtocolError } from "./errors.ts";
import { HASH_BYTES } from "./values.ts";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The hash of a leaf: SHA-256(0x00 ‖ data). */
export function leafHash(data: Uint8Array): Uint8Array {
  return sha256(concat(LEAF, data));
}

/** The hash of an inner node: SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concat(NODE, left, right));
}

/** The root of a tree over leaf hashes, in order; SHA-256 of nothing for an empty tree. */
export function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  return leaves.length === 0 ? sha256(new Uint8Array()) : subtreeRoot(leaves, 0, leaves.length);
}

/**
 * The proof that the leaf at `index` is in the tree over `leaves` (leaf hashes): the siblings on its way up.
 * @throws ProtocolError BAD_PROOF if there is no such leaf
 */
export function inclusionProof(index: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (!isSize(index) || index >= leaves.length)
    throw new ProtocolError("BAD_PROOF", "the tree does not have this leaf", { field: "index" });
  const proof: Uint8Array[] = [];
  let start = 0;
  let end = leaves.length;
  while (end - start > 1) {
    const middle = start + largestPowerBelow(end - start);
    if (index < middle) {
      proof.push(subtreeRoot(leaves, middle, end));
      end = middle;
    } else {
      proof.push(subtreeRoot(leaves, start, middle));
      start = middle;
    }
  }
  return proof.reverse();
}

/**
 * The proof that the tree over `leaves` (leaf hashes) extends the tree over the first `oldSize` of them.
 * @throws ProtocolError BAD_PROOF unless 0 < oldSize <= the number of leaves
 */
export function consistencyProof(oldSize: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (!isSize(oldSize) || oldSize === 0 || oldSize > leaves.length)
    throw new ProtocolError("BAD_PROOF", "the older tree's size is out of range", {
      field: "oldSize",
    });
  const proof: Uint8Array[] = [];
  let start = 0;
  let end = leaves.length;
  let isOldTree = true; // the current subtree is the whole older tree, whose root the verifier has
  while (oldSize !== end) {
    const middle = start + largestPowerBelow(end - start);
    if (oldSize <= middle) {
      proof.push(subtreeRoot(leaves, middle, end));
      end = middle;
    } else {
      proof.push(subtreeRoot(leaves, start, middle));
      start = middle;
      isOldTree = false;
    }
  }
  if (!isOldTree) proof.push(subtreeRoot(leaves, start, end));
  return proof.reverse();
}

/**
 * Whether `proof` shows that the leaf with this hash is at `index` in the tree of this size and root (RFC 9162, 2.1.3.2).
 * Index, size and hashes may be anything: the result is false if they make no sense.
 */
export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!isSize(index) || !isSize(size) || index >= size || ![leaf, root, ...proof].every(isHash))
    return false;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && areEqual(hash, root);
}

/**
 * Whether `proof` shows that the tree of `newSize` leaves extends the tree of `oldSize` (RFC 9162, 2.1.4.2). Every tree
 * extends itself, by an empty proof. A size of zero is refused: an empty tree proves nothing.
 */
export function verifyConsistency(
  oldSize: number,
  oldRoot: Uint8Array,
  newSize: number,
  newRoot: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!isSize(oldSize) || !isSize(newSize) || oldSize === 0 || oldSize > newSize) return false;
  if (![oldRoot, newRoot, ...proof].every(isHash)) return false;
  const roots = consistencyRoots(oldSize, oldRoot, newSize, proof);
  return roots !== undefined && areEqual(roots.old, oldRoot) && areEqual(roots.new, newRoot);
}

/**
 * The roots of the older and the newer tree that a proof of consistency leads to; undefined if the proof has the wrong
 * number of hashes. For 0 < oldSize <= newSize.
 */
export function consistencyRoots(
  oldSize: number,
  oldRoot: Uint8Array,
  newSize: number,
  proof: readonly Uint8Array[],
): { old: Uint8Array; new: Uint8Array } | undefined {
  if (oldSize === newSize) return proof.length === 0 ? { old: oldRoot, new: oldRoot } : undefined;
  let { node, last } = lowestOf(oldSize, newSize);
  const path = node === 0 ? [oldRoot, ...proof] : [...proof]; // a complete older tree is itself a node of the newer one
  if (path.length === 0) return undefined;
  let oldHash = path[0]!;
  let newHash = path[0]!;
  for (const sibling of path.slice(1)) {
    if (last === 0) return undefined;
    if (isOdd(node) || node === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 ? { old: oldHash, new: newHash } : undefined;
}

/** The number of hashes in a proof of consistency between these sizes, for 0 < oldSize <= newSize. */
export function consistencyProofLength(oldSize: number, newSize: number): number {
  if (oldSize === newSize) return 0;
  let { node, last } = lowestOf(oldSize, newSize);
  let length = node === 0 ? 0 : 1;
  for (; last !== 0; length++) {
    if (node === last) while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    [node, last] = [half(node), half(last)];
  }
  return length;
}

/** The older tree's last complete subtree, as a node on its level of the newer tree, and that level's last node. */
function lowestOf(oldSize: number, newSize: number): { node: number; last: number } {
  let node = oldSize - 1;
  let last = newSize - 1;
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  return { node, last };
}

function subtreeRoot(leaves: readonly Uint8Array[], start: number, end: number): Uint8Array {
  if (end - start === 1) return leaves[start]!;
  const middle = start + largestPowerBelow(end - start);
  return nodeHash(subtreeRoot(leaves, start, middle), subtreeRoot(leaves, middle, end));
}

/** The largest power of two below n, for n > 1. Sizes exceed 32 bits, so it does not shift bits. */
export function largestPowerBelow(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}

/** Whether a number can be a size or an index. */
export const isSize = (n: number) => Number.isSafeInteger(n) && n >= 0;
const isOdd = (n: number) => n % 2 === 1;
const half = (n: number) => Math.floor(n / 2);
const isHash = (bytes: Uint8Array) => bytes.length === HASH_BYTES;
const areEqual = (a: Uint8Array, b: Uint8Array) =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
