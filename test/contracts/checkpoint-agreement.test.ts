// Checks Merkle proofs in TypeScript and in Solidity, which must agree: on vectors made by
// others and by us, on every proof of small logs, and on random proofs of logs of any size.
import { expect } from "chai";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fromHex, toHex, utf8 } from "../../protocol/base/bytes.ts";
import { encodeCheckpoint } from "../../protocol/chain/checkpoint.ts";
import { checkpointRefusal } from "../../protocol/log/checkpoint.ts";
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  nodeHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from "../../protocol/base/merkle.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { MadeUpLog } from "../support/made-up-log.ts";
import { refused } from "../support/refused.ts";
import {
  type LogScene,
  createLogScene,
  freshLog,
  newestOf,
  refusalOf,
} from "./support/checkpoints.ts";
import { Random, SEED, runsOf } from "../support/random.ts";

interface Consistency {
  oldSize: number;
  oldRoot: string;
  newSize: number;
  newRoot: string;
  proof: string[];
}
interface Inclusion {
  leaf: string;
  index: number;
  size: number;
  proof: string[];
  root: string;
}

const RANDOM_PROOFS = runsOf(200);
/** Every proof of logs up to this size is altered in every way. */
const PROBED_SIZE = 9;

describe("Merkle proofs in TypeScript and Solidity", function () {
  this.timeout(600_000);
  let scene: LogScene;

  before(async () => {
    scene = await createLogScene();
  });

  after(() => scene.connection.close());

  /** The answer of both; fails if they differ. */
  async function consistencyHolds(probe: Consistency): Promise<boolean> {
    const { oldSize, oldRoot, newSize, newRoot, proof } = probe;
    const holds = verifyConsistency(
      oldSize,
      fromHex(oldRoot),
      newSize,
      fromHex(newRoot),
      proof.map(fromHex),
    );
    for (const fit of fitting([oldRoot, newRoot, ...proof])) {
      const args = [uint64(oldSize), fit[0], uint64(newSize), fit[1], fit.slice(2)];
      const refusal = await refusalOf(
        scene,
        scene.log,
        scene.operators[0]!,
        "checkConsistency",
        args,
      );
      expect(refusal === undefined, JSON.stringify(probe)).to.equal(holds);
    }
    return holds;
  }

  async function inclusionHolds(probe: Inclusion): Promise<boolean> {
    const { leaf, index, size, proof, root } = probe;
    const holds = verifyInclusion(fromHex(leaf), index, size, proof.map(fromHex), fromHex(root));
    for (const fit of fitting([leaf, root, ...proof])) {
      const args = [fit[0], uint64(index), uint64(size), fit[1], fit.slice(2)];
      const refusal = await refusalOf(
        scene,
        scene.log,
        scene.operators[0]!,
        "checkInclusion",
        args,
      );
      expect(refusal === undefined, JSON.stringify(probe)).to.equal(holds);
    }
    return holds;
  }

  /** The same through `checkpoint`, with the older checkpoint as an operator's first. */
  async function isAnchored({
    oldSize,
    oldRoot,
    newSize,
    newRoot,
    proof,
  }: Consistency): Promise<boolean> {
    const [operator] = scene.operators;
    const [older, newer] = [
      { size: oldSize, root: oldRoot },
      { size: newSize, root: newRoot },
    ];
    const log = (await freshLog(scene)).connect(operator!);
    const first = checkpointRefusal(null, older, []);
    expect(
      await refusalOf(scene, log, operator!, "checkpoint", [oldSize, oldRoot, []]),
    ).to.deep.equal(first);
    if (first) return false;
    await log.checkpoint(oldSize, oldRoot, []);
    const next = checkpointRefusal(older, newer, proof);
    expect(
      await refusalOf(scene, log, operator!, "checkpoint", [newSize, newRoot, proof]),
    ).to.deep.equal(next);
    if (next) return false;
    await log.checkpoint(newSize, newRoot, proof);
    expect(await newestOf(log, operator!)).to.deep.equal(newer);
    return true;
  }

  describe("on our vectors", () => {
    const folder = new URL("../vectors/merkle/", import.meta.url);
    type Vector = (
      | ({ kind: "consistency" } & Consistency)
      | ({ kind: "inclusion" } & Inclusion)
      | { kind: "root" }
    ) & {
      about: string;
    };
    for (const validity of ["valid", "invalid"])
      for (const file of readdirSync(new URL(validity, folder))) {
        const vector = JSON.parse(
          readFileSync(new URL(`${validity}/${file}`, folder), "utf8"),
        ) as Vector;
        if (vector.kind === "root") continue;
        it(`give the stated result: ${validity}/${file}`, async () => {
          if (vector.kind === "inclusion")
            expect(await inclusionHolds(vector)).to.equal(validity === "valid");
          else {
            expect(await consistencyHolds(vector)).to.equal(validity === "valid");
            expect(await isAnchored(vector)).to.equal(validity === "valid");
          }
        });
      }
  });

  describe("on vectors made by others", () => {
    const folder = join(process.env["CONFORMANCE_DIR"] ?? "", "merkle");
    if (process.env["CONFORMANCE_DIR"] === undefined || !existsSync(folder)) {
      it("are skipped because CONFORMANCE_DIR is not set", function () {
        this.skip();
      });
      return;
    }
    interface Foreign {
      wantErr: boolean;
      proof: string[] | null;
    }
    const read = <V>(name: string) =>
      Object.entries(
        JSON.parse(readFileSync(join(folder, name), "utf8")) as Record<string, V & Foreign>,
      );
    const hex = (base64: string) => toHex(Uint8Array.from(Buffer.from(base64, "base64")));

    for (const [name, { size1, size2, root1, root2, proof, wantErr }] of read<{
      size1: number;
      size2: number;
      root1: string;
      root2: string;
    }>("consistency.json"))
      it(`agree with the stated result: ${name}`, async () => {
        const probe: Consistency = {
          oldSize: size1,
          oldRoot: hex(root1),
          newSize: size2,
          newRoot: hex(root2),
          proof: (proof ?? []).map(hex),
        };
        expect(await consistencyHolds(probe)).to.equal(!wantErr);
        if (areHashes([probe.oldRoot, probe.newRoot, ...probe.proof]))
          expect(await isAnchored(probe)).to.equal(!wantErr);
        else expect(wantErr).to.equal(true);
      });

    for (const [name, { leafIdx, treeSize, root, leafHash: leaf, proof, wantErr }] of read<{
      leafIdx: number;
      treeSize: number;
      root: string;
      leafHash: string;
    }>("inclusion.json"))
      it(`agree with the stated result: ${name}`, async () => {
        const path = (proof ?? []).map(hex);
        const holds = await inclusionHolds({
          leaf: hex(leaf),
          index: leafIdx,
          size: treeSize,
          proof: path,
          root: hex(root),
        });
        expect(holds).to.equal(!wantErr);
      });
  });

  describe("on every proof of small logs", () => {
    const leaves = Array.from({ length: PROBED_SIZE }, (_, i) => leafHash(utf8(`leaf ${i}`)));
    const tree = (size: number) => leaves.slice(0, size);
    const root = (size: number) => toHex(rootOf(tree(size)));
    const others = [ZERO_HASH, toHex(leaves[0]!), toHex(leafHash(utf8("garbage")))];

    it(`agree on good and altered consistency proofs of up to ${PROBED_SIZE} leaves`, async () => {
      for (let newSize = 1; newSize <= PROBED_SIZE; newSize++)
        for (let oldSize = 1; oldSize <= newSize; oldSize++) {
          const [oldRoot, newRoot] = [root(oldSize), root(newSize)];
          const proof = consistencyProof(oldSize, tree(newSize)).map(toHex);
          const good: Consistency = { oldSize, oldRoot, newSize, newRoot, proof };
          expect(await consistencyHolds(good)).to.equal(true);
          const bad: Consistency[] = [
            ...gamesWith(oldSize).map((other) => ({ ...good, oldSize: other })),
            ...[oldRoot, newRoot, ...others]
              .flatMap((hash) => spoilt(proof, hash))
              .map((path) => ({ ...good, proof: path })),
            ...[flipped(oldRoot), ...others].map((hash) => ({ ...good, oldRoot: hash })),
            ...[flipped(newRoot), ...others].map((hash) => ({ ...good, newRoot: hash })),
            { ...good, oldRoot: newRoot, newRoot: oldRoot },
            { ...good, oldSize: newSize, newSize: oldSize },
          ];
          for (const probe of bad) {
            const isGood =
              probe.oldRoot === root(probe.oldSize) && probe.newRoot === root(probe.newSize);
            const same =
              isGood &&
              probe.newSize === newSize &&
              probe.oldSize === oldSize &&
              String(probe.proof) === String(proof);
            expect(await consistencyHolds(probe), JSON.stringify(probe)).to.equal(same);
          }
          // A proof does not prove the newer size: some other sizes have a proof of the same form.
          for (const other of gamesWith(newSize))
            await consistencyHolds({ ...good, newSize: other });
        }
    });

    it(`agree on good and altered inclusion proofs of up to ${PROBED_SIZE} leaves`, async () => {
      for (let size = 1; size <= PROBED_SIZE; size++)
        for (let index = 0; index < size; index++) {
          const leaf = toHex(leaves[index]!);
          const proof = inclusionProof(index, tree(size)).map(toHex);
          const good: Inclusion = { leaf, index, size, proof, root: root(size) };
          expect(await inclusionHolds(good)).to.equal(true);
          const bad: Inclusion[] = [
            ...gamesWith(index).map((other) => ({ ...good, index: other })),
            ...[root(size), ...others]
              .flatMap((hash) => spoilt(proof, hash))
              .map((path) => ({ ...good, proof: path })),
            ...[flipped(leaf), root(size), ...others]
              .filter((hash) => hash !== leaf)
              .map((hash) => ({ ...good, leaf: hash })),
            ...[flipped(root(size)), ...others]
              .filter((hash) => hash !== root(size))
              .map((hash) => ({ ...good, root: hash })),
          ];
          for (const probe of bad)
            expect(await inclusionHolds(probe), JSON.stringify(probe)).to.equal(false);
          // An inclusion proof does not prove the size either.
          for (const other of gamesWith(size)) await inclusionHolds({ ...good, size: other });
        }
    });

    it("reject inner nodes as leaves, at every index and as an event's digest", async () => {
      const all = root(PROBED_SIZE);
      for (let index = 0; index < PROBED_SIZE; index++) {
        const proof = inclusionProof(index, leaves).map(toHex);
        let node = leaves[index]!;
        for (const [height, sibling] of proof.entries()) {
          const isLeft = (index >> height) % 2 === 1 || index === PROBED_SIZE - 1;
          node = isLeft ? nodeHash(fromHex(sibling), node) : nodeHash(node, fromHex(sibling));
          for (const leaf of [toHex(node), toHex(leafHash(node))])
            for (let at = 0; at < PROBED_SIZE; at++)
              for (const path of [proof, proof.slice(height + 1)]) {
                const probe = { leaf, index: at, size: PROBED_SIZE, proof: path, root: all };
                expect(await inclusionHolds(probe), JSON.stringify(probe)).to.equal(false);
              }
        }
        expect(toHex(node)).to.equal(all);
      }
    });

    it("reject a log whose last leaf is doubled", async () => {
      const doubled = [...tree(7), leaves[6]!];
      expect(toHex(rootOf(doubled))).to.not.equal(root(7));
      const proof = consistencyProof(7, doubled).map(toHex);
      const probe = { oldSize: 7, oldRoot: root(7), newSize: 8, newRoot: root(7), proof };
      expect(await consistencyHolds(probe)).to.equal(false);
      expect(await consistencyHolds({ ...probe, newRoot: toHex(rootOf(doubled)) })).to.equal(true);
    });

    it("agree on sizes that a log cannot have", async () => {
      for (const oldSize of [0, 1, 2 ** 53 - 1])
        for (const newSize of [0, 2 ** 53 - 1]) {
          const holds = oldSize > 0 && oldSize === newSize;
          const same = { oldRoot: root(5), newRoot: root(5), proof: [] };
          expect(await consistencyHolds({ oldSize, newSize, ...same })).to.equal(holds);
        }
      for (const size of [2 ** 53, 2 ** 63])
        expect(
          await consistencyHolds({
            oldSize: 1,
            oldRoot: root(1),
            newSize: size,
            newRoot: root(5),
            proof: [],
          }),
        ).to.equal(false);
    });
  });

  it("agree on good and altered proofs of random logs of any size", async () => {
    const random = new Random(SEED);
    const size = () =>
      Math.max(1, Math.floor((random.int(1, 2 ** 31) / 2 ** 31) * 2 ** random.int(0, 53)) - 1);
    const where = (probe: unknown) => `SEED=${SEED}: ${JSON.stringify(probe)}`;
    let held = 0;
    for (let i = 0; i < RANDOM_PROOFS; i++) {
      const [oldSize, newSize] = [size(), size()].sort((a, b) => a - b) as [number, number];
      const index = Math.min(size(), newSize) - 1;
      const log = new MadeUpLog(`${SEED} ${i}`, [oldSize, index, index + 1]);
      const [older, newer] = [log.checkpoint(oldSize), log.checkpoint(newSize)];
      const proof = log.consistency(oldSize, newSize);
      const good: Consistency = {
        oldSize,
        oldRoot: older.root,
        newSize,
        newRoot: newer.root,
        proof,
      };
      expect(await consistencyHolds(good), where(good)).to.equal(true);
      const { leaf, proof: path } = log.inclusion(index, newSize);
      const included: Inclusion = { leaf, index, size: newSize, proof: path, root: newer.root };
      expect(await inclusionHolds(included), where(included)).to.equal(true);
      const other = random.pick([older.root, newer.root, leaf, random.hex(32), ...proof]);
      const changedProof = random.pick(spoilt(proof, other));
      const probes = [
        await consistencyHolds({ ...good, proof: changedProof }),
        await consistencyHolds({ ...good, oldSize: random.pick(gamesWith(oldSize)) }),
        await consistencyHolds({ ...good, newRoot: flipped(newer.root) }),
        await inclusionHolds({ ...included, proof: random.pick(spoilt(path, other)) }),
        await inclusionHolds({ ...included, index: random.pick(gamesWith(index)) }),
      ];
      held += probes.filter(Boolean).length;
    }
    expect(held, `SEED=${SEED}: altered proofs that hold`).to.equal(0);
  });
});

const areHashes = (hashes: readonly string[]) => hashes.every((hash) => hash.length === 66);

/** A number as a uint64 argument. Both sides refuse a number that JavaScript cannot hold exactly, however it is rounded. */
const uint64 = (number: number) => (Number.isSafeInteger(number) ? number : 2n ** 64n - 1n);

/** Hashes as bytes32 arguments. A hash of another length cannot be sent; padded to 32 bytes, it must not hold either. */
function fitting(hashes: string[]): string[][] {
  if (areHashes(hashes)) return [hashes];
  refused(() => encodeCheckpoint(1, hashes[1]!, [hashes[0]!, ...hashes.slice(2)]), "BAD_FIELD");
  const filled = (hash: string, i: number) =>
    `${hash.slice(0, 66)}${String(i + 1).repeat(64)}`.slice(0, 66);
  return [
    hashes.map(filled),
    hashes.map((hash, i) => (i === 0 ? filled(hash, i) : hash.padEnd(66, "0").slice(0, 66))),
  ];
}

/** Numbers near this one or derived from it, within the contract's types. */
function gamesWith(number: number): number[] {
  const games = [
    number + 1,
    number - 1,
    number * 2,
    Math.floor(number / 2),
    number + 2,
    number - 2,
    0,
  ];
  const flips = Number.isSafeInteger(number * 4)
    ? [number ^ 1, number ^ 2].filter(() => number < 2 ** 30)
    : [];
  return [...new Set([...games, ...flips])].filter(
    (game) => game !== number && game >= 0 && Number.isSafeInteger(game),
  );
}

/** A proof with a hash removed, added or replaced at every place; never the proof itself. */
function spoilt(proof: string[], other: string): string[][] {
  const places = proof.map((_, i) => i);
  return [
    ...places.map((i) => proof.toSpliced(i, 1)),
    ...[...places, proof.length].map((i) => proof.toSpliced(i, 0, other)),
    ...places.map((i) => proof.with(i, other)),
    ...places.map((i) => proof.with(i, flipped(proof[i]!))),
    proof.toReversed(),
    [],
  ].filter((path) => String(path) !== String(proof));
}

/** The hash with its lowest bit flipped. */
const flipped = (hash: string) =>
  hash.slice(0, -1) + (Number.parseInt(hash.slice(-1), 16) ^ 1).toString(16);
