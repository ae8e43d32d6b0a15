// Tests Merkle trees: roots by the definition of RFC 9162, proofs for every size, and the
// refusal of everything else.
import { expect } from "chai";
import { fc, runsOf } from "../../support/random.ts";
import { concat, fromHex, toHex, utf8 } from "../../../protocol/base/bytes.ts";
import { sha256 } from "../../../protocol/base/crypto.ts";
import {
  consistencyProof,
  consistencyProofLength,
  inclusionProof,
  leafHash,
  nodeHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from "../../../protocol/base/merkle.ts";
import { refused } from "../../support/refused.ts";

const MAX_SIZE = 40;
const leaves = Array.from({ length: MAX_SIZE }, (_, i) => leafHash(utf8(`leaf ${i}`)));
const tree = (size: number) => leaves.slice(0, size);
const roots = Array.from({ length: MAX_SIZE + 1 }, (_, size) => rootOf(tree(size)));
const root = (size: number) => roots[size]!;

/** MTH exactly as RFC 9162, section 2.1.1, defines it. */
function definition(data: readonly Uint8Array[]): Uint8Array {
  if (data.length === 0) return sha256(new Uint8Array());
  if (data.length === 1) return sha256(concat(Uint8Array.of(0), data[0]!));
  const k = 2 ** (Math.ceil(Math.log2(data.length)) - 1);
  return sha256(concat(Uint8Array.of(1), definition(data.slice(0, k)), definition(data.slice(k))));
}

function flipped(hash: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(hash);
  copy[(bit >> 3) % copy.length]! ^= 1 << (bit & 7);
  return copy;
}

describe("rootOf", () => {
  it("follows the definition of RFC 9162 for every size", () => {
    const data = Array.from({ length: MAX_SIZE }, (_, i) => utf8(`leaf ${i}`));
    for (let size = 0; size <= MAX_SIZE; size++)
      expect(toHex(root(size))).to.equal(toHex(definition(data.slice(0, size))));
  });

  it("returns the known roots of Certificate Transparency", () => {
    const data = [
      "",
      "00",
      "10",
      "2021",
      "3031",
      "40414243",
      "5051525354555657",
      "606162636465666768696a6b6c6d6e6f",
    ];
    const hashes = data.map((hex) => leafHash(fromHex(`0x${hex}`)));
    expect(toHex(rootOf([]))).to.equal(
      "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
    expect(toHex(rootOf(hashes.slice(0, 1)))).to.equal(
      "0x6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    );
    expect(toHex(rootOf(hashes))).to.equal(
      "0x5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    );
  });

  it("hashes leaves and inner nodes differently, so that a node cannot pass for a leaf", () => {
    const [a, b] = leaves as [Uint8Array, Uint8Array];
    expect(toHex(leafHash(concat(a, b)))).to.not.equal(toHex(nodeHash(a, b)));
    expect(verifyInclusion(leafHash(concat(a, b)), 0, 1, [], root(2))).to.equal(false);
  });

  it("changes with any leaf, with their order and their number", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: MAX_SIZE }), fc.nat(), fc.nat(255), (size, at, bit) => {
        const index = at % size;
        const changed = tree(size);
        changed[index] = flipped(changed[index]!, bit);
        const swapped = tree(size);
        const next = (index + 1) % size;
        [swapped[index], swapped[next]] = [swapped[next]!, swapped[index]!];
        for (const other of [changed, swapped, tree(size - 1)])
          expect(rootOf(other)).to.not.deep.equal(root(size));
      }),
    );
  });
});

describe("inclusionProof and verifyInclusion", () => {
  it("prove every leaf of every tree at its own index, and at no other", () => {
    for (let size = 1; size <= MAX_SIZE; size++)
      for (let index = 0; index < size; index++) {
        const proof = inclusionProof(index, tree(size));
        expect(verifyInclusion(leaves[index]!, index, size, proof, root(size))).to.equal(true);
        for (let other = 0; other < size; other++)
          if (other !== index)
            expect(verifyInclusion(leaves[index]!, other, size, proof, root(size))).to.equal(false);
      }
  });

  it("reject a proof with any part changed, removed, inserted or appended", () => {
    const size = fc.integer({ min: 2, max: MAX_SIZE });
    fc.assert(
      fc.property(size, fc.nat(), fc.nat(), fc.nat(255), (n, i, part, bit) => {
        const index = i % n;
        const proof = inclusionProof(index, tree(n));
        const leaf = leaves[index]!;
        const at = part % proof.length;
        const bad = proof.with(at, flipped(proof[at]!, bit));
        expect(verifyInclusion(leaf, index, n, bad, root(n)), "changed").to.equal(false);
        expect(
          verifyInclusion(leaf, index, n, proof.toSpliced(at, 1), root(n)),
          "removed",
        ).to.equal(false);
        expect(
          verifyInclusion(leaf, index, n, proof.toSpliced(at, 0, leaf), root(n)),
          "inserted",
        ).to.equal(false);
        expect(verifyInclusion(leaf, index, n, [...proof, root(n)], root(n)), "appended").to.equal(
          false,
        );
        expect(verifyInclusion(flipped(leaf, bit), index, n, proof, root(n)), "leaf").to.equal(
          false,
        );
        expect(verifyInclusion(leaf, index, n, proof, flipped(root(n), bit)), "root").to.equal(
          false,
        );
      }),
    );
  });

  it("reject a proof longer than the tree is high", () => {
    const [leaf, sibling] = leaves as [Uint8Array, Uint8Array];
    expect(verifyInclusion(leaf, 0, 1, [sibling], nodeHash(sibling, leaf))).to.equal(false);
    expect(verifyInclusion(leaf, 0, 1, [sibling], nodeHash(leaf, sibling))).to.equal(false);
  });

  it("reject a proof with a hash that is not 32 bytes", () => {
    const leaf = leaves[0]!;
    for (const length of [0, 31, 33, 64]) {
      const odd = new Uint8Array(length).fill(1);
      expect(
        verifyInclusion(leaf, 1, 2, [odd], nodeHash(odd, leaf)),
        `node of ${length} bytes`,
      ).to.equal(false);
      expect(
        verifyInclusion(odd, 1, 2, [leaf], nodeHash(leaf, odd)),
        `leaf of ${length} bytes`,
      ).to.equal(false);
      const [old, both] = [nodeHash(leaf, leaf), nodeHash(nodeHash(leaf, leaf), odd)];
      expect(
        verifyConsistency(2, old, 3, both, [odd]),
        `consistency with ${length} bytes`,
      ).to.equal(false);
    }
  });

  it("refuse an index outside the tree", () => {
    for (const index of [-1, 3, 0.5, NaN, Infinity, 2 ** 53])
      refused(() => inclusionProof(index, tree(3)), "BAD_PROOF", "index");
    refused(() => inclusionProof(0, []), "BAD_PROOF", "index");
  });
});

describe("consistencyProof and verifyConsistency", () => {
  it("prove that every tree extends every older one", () => {
    for (let size = 1; size <= MAX_SIZE; size++)
      for (let old = 1; old <= size; old++) {
        const proof = consistencyProof(old, tree(size));
        expect(
          verifyConsistency(old, root(old), size, root(size), proof),
          `${old} of ${size}`,
        ).to.equal(true);
        expect(consistencyProofLength(old, size), `${old} of ${size}`).to.equal(proof.length);
      }
  });

  it("reject any other older size", () => {
    for (let size = 2; size <= MAX_SIZE; size++)
      for (let old = 1; old < size; old++) {
        const proof = consistencyProof(old, tree(size));
        for (let other = 1; other <= size; other++)
          if (other !== old)
            expect(
              verifyConsistency(other, root(old), size, root(size), proof),
              `${other} for ${old}`,
            ).to.equal(false);
      }
  });

  it("reject a rewritten older leaf", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: MAX_SIZE }),
        fc.nat(),
        fc.nat(),
        fc.nat(255),
        (n, o, at, bit) => {
          const old = 1 + (o % (n - 1));
          const rewritten = tree(n);
          rewritten[at % old] = flipped(rewritten[at % old]!, bit);
          const proof = consistencyProof(old, rewritten);
          expect(verifyConsistency(old, root(old), n, rootOf(rewritten), proof)).to.equal(false);
        },
      ),
    );
  });

  it("reject a proof with any part changed, removed, inserted or appended", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: MAX_SIZE }),
        fc.nat(),
        fc.nat(),
        fc.nat(255),
        (n, o, part, bit) => {
          const old = 1 + (o % (n - 1));
          const proof = consistencyProof(old, tree(n));
          const at = part % proof.length;
          const verify = (changed: Uint8Array[], oldRoot = root(old), newRoot = root(n)) =>
            verifyConsistency(old, oldRoot, n, newRoot, changed);
          expect(verify(proof.with(at, flipped(proof[at]!, bit))), "changed").to.equal(false);
          expect(verify(proof.toSpliced(at, 1)), "removed").to.equal(false);
          expect(verify(proof.toSpliced(at, 0, root(old))), "inserted").to.equal(false);
          expect(verify([...proof, root(n)]), "appended").to.equal(false);
          expect(verify(proof, flipped(root(old), bit)), "old root").to.equal(false);
          expect(verify(proof, root(old), flipped(root(n), bit)), "new root").to.equal(false);
        },
      ),
    );
  });

  it("use an empty proof between a tree and itself", () => {
    expect(consistencyProof(5, tree(5))).to.deep.equal([]);
    expect(verifyConsistency(5, root(5), 5, root(5), [])).to.equal(true);
    expect(verifyConsistency(5, root(5), 5, root(5), [root(5)])).to.equal(false);
    expect(verifyConsistency(5, root(5), 5, root(6), [])).to.equal(false);
  });

  it("reject the empty tree as the older one, and refuse to prove it", () => {
    expect(verifyConsistency(0, root(0), 5, root(5), [])).to.equal(false);
    expect(verifyConsistency(0, root(0), 0, root(0), [])).to.equal(false);
    for (const old of [0, -1, 4, 1.5, NaN])
      refused(() => consistencyProof(old, tree(3)), "BAD_PROOF", "oldSize");
  });
});

describe("verifyInclusion and verifyConsistency, on hostile proofs", () => {
  it("reject random sizes, indices and hashes", () => {
    const number = fc.oneof(
      fc.integer({ min: -3, max: 70 }),
      fc.double(),
      fc.constantFrom(
        0,
        -0,
        2 ** 31,
        2 ** 32,
        2 ** 32 + 1,
        2 ** 53 - 1,
        2 ** 53,
        2 ** 64,
        Infinity,
        NaN,
        -1,
        0.5,
      ),
    );
    const hash = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(...leaves));
    const proof = fc.array(hash, { maxLength: 70 });
    fc.assert(
      fc.property(hash, number, number, proof, hash, (leaf, index, size, path, top) => {
        expect(verifyInclusion(leaf, index, size, path, top)).to.equal(
          index === 0 &&
            size === 1 &&
            path.length === 0 &&
            leaf.length === 32 &&
            toHex(leaf) === toHex(top),
        );
        expect(verifyConsistency(index, leaf, size, top, path)).to.equal(
          Number.isSafeInteger(size) &&
            size > 0 &&
            index === size &&
            path.length === 0 &&
            leaf.length === 32 &&
            toHex(leaf) === toHex(top),
        );
      }),
      { numRuns: runsOf(2_000) },
    );
  });

  it("reject proofs of a million hashes", () => {
    const endless = Array.from({ length: 1_000_000 }, () => leaves[0]!);
    expect(verifyInclusion(leaves[0]!, 1, 2 ** 53 - 1, endless, root(1))).to.equal(false);
    expect(verifyConsistency(1, root(1), 2 ** 53 - 1, root(2), endless)).to.equal(false);
  });

  it("accept a proof of the last leaf of 2^53 - 1, and at no other index", () => {
    // The last leaf of a tree of 2^53 - 1: the siblings are the roots of the complete subtrees on its left.
    const size = 2 ** 53 - 1;
    const siblings = Array.from({ length: 52 }, (_, i) => leaves[i % MAX_SIZE]!);
    const top = siblings.reduce((hash, sibling) => nodeHash(sibling, hash), leaves[7]!);
    expect(verifyInclusion(leaves[7]!, size - 1, size, siblings, top)).to.equal(true);
    expect(verifyInclusion(leaves[7]!, size - 2, size, siblings, top)).to.equal(false);
    expect(verifyInclusion(leaves[7]!, size, size, siblings, top)).to.equal(false);
  });
});
