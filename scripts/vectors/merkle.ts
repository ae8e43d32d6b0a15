// Makes vectors of Merkle trees: roots, and valid and invalid proofs.
import { toHex, utf8 } from "../../protocol/base/bytes.ts";
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  nodeHash,
  rootOf,
} from "../../protocol/base/merkle.ts";
import type { Vector, Vectors } from "./vector.ts";

const SIZES = [1, 2, 3, 4, 5, 7, 8, 11];
const data = Array.from({ length: 11 }, (_, i) => utf8(`event ${i}`));
const leaves = data.map(leafHash);
const root = (size: number) => rootOf(leaves.slice(0, size));
const hex = (hashes: readonly Uint8Array[]) => hashes.map(toHex);

function inclusion(about: string, index: number, size: number, changes: object = {}): Vector {
  const proof = inclusionProof(index, leaves.slice(0, size));
  return {
    about,
    kind: "inclusion",
    leaf: toHex(leaves[index]!),
    index,
    size,
    proof: hex(proof),
    root: toHex(root(size)),
    ...changes,
  };
}

function consistency(
  about: string,
  oldSize: number,
  newSize: number,
  changes: object = {},
): Vector {
  const proof = consistencyProof(oldSize, leaves.slice(0, newSize));
  return {
    about,
    kind: "consistency",
    oldSize,
    oldRoot: toHex(root(oldSize)),
    newSize,
    newRoot: toHex(root(newSize)),
    proof: hex(proof),
    ...changes,
  };
}

export function merkleVectors(): Vectors {
  const path = hex(inclusionProof(5, leaves));
  const steps = hex(consistencyProof(3, leaves.slice(0, 7)));
  const forged = leaves.with(2, leafHash(utf8("rewritten")));
  const pair = nodeHash(leaves[0]!, leaves[1]!);
  return {
    "valid/root-of-empty-tree": {
      about: "SHA-256 of nothing.",
      kind: "root",
      data: [],
      leaves: [],
      root: toHex(rootOf([])),
    },
    ...Object.fromEntries(
      SIZES.map((size) => [
        `valid/root-of-${size}`,
        {
          about: `The root over ${size} leaves.`,
          kind: "root",
          data: hex(data.slice(0, size)),
          leaves: hex(leaves.slice(0, size)),
          root: toHex(root(size)),
        },
      ]),
    ),
    "valid/inclusion-of-only-leaf": inclusion(
      "A tree of one leaf: its root is the leaf's hash.",
      0,
      1,
    ),
    "valid/inclusion-first-of-8": inclusion("The first leaf of a complete tree.", 0, 8),
    "valid/inclusion-5-of-11": inclusion("A leaf within.", 5, 11),
    "valid/inclusion-last-of-11": inclusion(
      "The last leaf of a tree that is not complete has a shorter path.",
      10,
      11,
    ),
    "valid/consistency-3-to-7": consistency("From a tree that is not complete.", 3, 7),
    "valid/consistency-4-to-7": consistency(
      "From a complete tree: its root is itself a node of the newer one.",
      4,
      7,
    ),
    "valid/consistency-1-to-2": consistency("From one leaf to two.", 1, 2),
    "valid/consistency-7-to-11": consistency("Past a power of two.", 7, 11),
    "valid/consistency-5-to-5": consistency("Every tree extends itself, by an empty proof.", 5, 5),
    "invalid/inclusion-wrong-index": inclusion("The proof of another index.", 5, 11, { index: 4 }),
    "invalid/inclusion-wrong-size": inclusion("The proof of another size.", 5, 11, { size: 8 }),
    "invalid/inclusion-index-beyond": inclusion("An index at the size.", 5, 11, { index: 11 }),
    "invalid/inclusion-size-zero": inclusion("A tree of no leaves has none.", 0, 1, { size: 0 }),
    "invalid/inclusion-too-short": inclusion("A node is missing.", 5, 11, {
      proof: path.slice(0, -1),
    }),
    "invalid/inclusion-too-long": inclusion("A node too many.", 5, 11, {
      proof: [...path, toHex(root(11))],
    }),
    "invalid/inclusion-short-hash": inclusion("A node of 31 bytes.", 5, 11, {
      proof: [path[0]!.slice(0, 64), ...path.slice(1)],
    }),
    "invalid/inclusion-node-as-leaf": inclusion(
      "An inner node for a leaf, in a tree of half the height.",
      0,
      4,
      {
        leaf: toHex(leafHash(pair)),
        size: 2,
        proof: [toHex(nodeHash(leaves[2]!, leaves[3]!))],
      },
    ),
    "invalid/consistency-rewritten": consistency(
      "The newer tree has another leaf where the older one had its third.",
      3,
      7,
      {
        newRoot: toHex(rootOf(forged.slice(0, 7))),
        proof: hex(consistencyProof(3, forged.slice(0, 7))),
      },
    ),
    "invalid/consistency-from-empty": consistency(
      "Nothing can be proven from an empty tree.",
      1,
      7,
      {
        oldSize: 0,
        oldRoot: toHex(rootOf([])),
        proof: [],
      },
    ),
    "invalid/consistency-backwards": consistency("A tree does not extend a larger one.", 3, 7, {
      oldSize: 7,
      oldRoot: toHex(root(7)),
      newSize: 3,
      newRoot: toHex(root(3)),
    }),
    "invalid/consistency-too-short": consistency("A node is missing.", 3, 7, {
      proof: steps.slice(0, -1),
    }),
    "invalid/consistency-too-long": consistency("A node too many.", 3, 7, {
      proof: [...steps, toHex(root(7))],
    }),
    "invalid/consistency-same-size": consistency("Two roots of one size.", 5, 5, {
      newRoot: toHex(root(4)),
    }),
  };
}
