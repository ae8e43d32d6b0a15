// Compares tiles with the trees of merkle.ts: a few tiles give the same roots and the same
// proofs.
import { expect } from "chai";
import { fc } from "../../support/random.ts";
import { concat, toHex, utf8 } from "../../../protocol/base/bytes.ts";
import {
  appendLeaves,
  consistencyProofFrom,
  edgeOf,
  hashesIn,
  inclusionProofFrom,
  parseIndexPath,
  type ReadTiles,
  rootFrom,
  type TileId,
  tilePath,
  widthOf,
} from "../../../protocol/log/tiles.ts";
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  rootOf,
} from "../../../protocol/base/merkle.ts";
import { rejected, refused } from "../../support/refused.ts";
import { tilesOf } from "../../support/tiles.ts";

const MAX_SIZE = 3 * 256 + 7;
const leaves = Array.from({ length: MAX_SIZE }, (_, i) => leafHash(utf8(`leaf ${i}`)));
const hexes = (hashes: readonly Uint8Array[]) => hashes.map(toHex);
const keyOf = ({ level, index }: TileId) => `${level}/${index}`;

/** A log in memory that grows in batches and counts the tiles written and read. */
class TiledLog {
  size = 0;
  written: TileId[] = [];
  asked: TileId[] = [];
  readonly #tiles = new Map<string, Uint8Array>();

  append(batch: readonly Uint8Array[]): void {
    const edge = edgeOf(this.size).map((id) => this.#tiles.get(keyOf(id))!);
    const { size, tiles } = appendLeaves(this.size, edge, batch);
    for (const tile of tiles) this.#tiles.set(keyOf(tile), tile.hashes);
    this.written = tiles;
    this.size = size;
  }

  /** Reads as of an older size: cuts a tile that has grown since. */
  read(size = this.size): ReadTiles {
    return (ids) => {
      this.asked.push(...ids);
      return Promise.resolve(
        ids.map((id) => this.#tiles.get(keyOf(id))!.subarray(0, 32 * widthOf(id, size))),
      );
    };
  }

  get ids(): string[] {
    return [...this.#tiles.keys()];
  }
}

const logOf = (...batches: readonly number[]): TiledLog => {
  const log = new TiledLog();
  for (const batch of batches) log.append(leaves.slice(log.size, log.size + batch));
  return log;
};

const batches = fc
  .array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 })
  .filter((sizes) => sizes.reduce((sum, size) => sum + size, 0) <= MAX_SIZE);

describe("the tiles of a log", () => {
  it("give the root of the tree, for any batches of leaves", async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (sizes) => {
        const log = logOf(...sizes);
        expect(toHex(await rootFrom(log.size, log.read()))).to.equal(
          toHex(rootOf(leaves.slice(0, log.size))),
        );
        expect(log.ids).to.have.members([...tilesOf(log.size)].map(keyOf));
      }),
      { numRuns: 30 },
    );
  });

  it("give the roots of all older sizes", async () => {
    const log = logOf(MAX_SIZE);
    for (const size of [0, 1, 2, 255, 256, 257, 511, 512, 513, 768, MAX_SIZE])
      expect(toHex(await rootFrom(size, log.read(size)))).to.equal(
        toHex(rootOf(leaves.slice(0, size))),
      );
  });

  it("give the same proofs as the tree, for any index and sizes", async () => {
    const log = logOf(MAX_SIZE);
    const size = fc.integer({ min: 1, max: MAX_SIZE });
    await fc.assert(
      fc.asyncProperty(size, size, async (one, other) => {
        const [older, newer] = [Math.min(one, other), Math.max(one, other)];
        const tree = leaves.slice(0, newer);
        const read = log.read(newer);
        expect(hexes(await inclusionProofFrom(older - 1, newer, read))).to.deep.equal(
          hexes(inclusionProof(older - 1, tree)),
        );
        expect(hexes(await consistencyProofFrom(older, newer, read))).to.deep.equal(
          hexes(consistencyProof(older, tree)),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("need at most 14 reads for a proof and 12 writes for an append, at 2^53 - 1 leaves", async () => {
    // The size alone decides which tiles are read, so every hash may be the same.
    const size = 2 ** 53 - 1;
    const asked: TileId[] = [];
    const read: ReadTiles = (ids) => {
      asked.push(...ids);
      return Promise.resolve(
        ids.map((id) => concat(...Array<Uint8Array>(widthOf(id, size)).fill(leaves[0]!))),
      );
    };
    await inclusionProofFrom(2 ** 52 + 12_345, size, read);
    expect(asked.length).to.be.at.most(2 * 7);
    const edge = await read(edgeOf(size - 1_000));
    const { tiles } = appendLeaves(
      size - 1_000,
      edge.map((hashes, i) => cut(hashes, edgeOf(size - 1_000)[i]!, size - 1_000)),
      leaves.slice(0, 700).concat(leaves.slice(0, 300)),
    );
    expect(tiles.length).to.be.at.most(5 + 7);
  });

  const cut = (hashes: Uint8Array, id: TileId, size: number) =>
    hashes.subarray(0, 32 * widthOf(id, size));

  it("reject an edge that is too short or too long", async () => {
    const log = logOf(300);
    const [edge] = await log.read()(edgeOf(300));
    const short = (hashes: Uint8Array) => hashes.subarray(0, hashes.length - 32);
    const root = await log.read()([{ level: 1, index: 0 }]);
    for (const wrong of [short(edge!), concat(edge!, leaves[0]!), new Uint8Array()])
      refused(() => appendLeaves(300, [wrong, root[0]!], leaves.slice(0, 1)), "BAD_PROOF");
    const cutting: ReadTiles = async (ids) => (await log.read()(ids)).map(short);
    await rejected(rootFrom(300, cutting), "BAD_PROOF");
  });

  it("reject a proof for an index or a size outside the log", async () => {
    const log = logOf(10);
    const read = log.read();
    for (const index of [10, -1, 0.5, NaN])
      await rejected(inclusionProofFrom(index, 10, read), "BAD_PROOF");
    for (const [older, newer] of [
      [0, 10],
      [11, 10],
      [1.5, 10],
      [1, 2 ** 53],
    ] as const)
      await rejected(consistencyProofFrom(older, newer, read), "BAD_PROOF");
  });

  it("split into their hashes", () => {
    expect(hexes(hashesIn(concat(...leaves.slice(0, 3))))).to.deep.equal(hexes(leaves.slice(0, 3)));
  });
});

describe("tilePath and parseIndexPath", () => {
  it("write the paths of the tlog-tiles specification", () => {
    expect(tilePath({ level: 0, index: 1_234_067 })).to.equal("tile/0/x001/x234/067");
    expect(tilePath({ level: 0, index: 999 })).to.equal("tile/0/999");
    expect(tilePath({ level: 1, index: 1_000 }, 255)).to.equal("tile/1/x001/000.p/255");
    expect(tilePath({ level: 2, index: 0 }, 1)).to.equal("tile/2/000.p/1");
  });

  it("read back any index and width, and refuse any other path", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (index, width) => {
        const path = tilePath({ level: 0, index }, width).slice("tile/0/".length);
        expect(parseIndexPath(path)).to.deep.equal({ index, width });
      }),
    );
    for (const path of [
      "",
      "1",
      "0001",
      "x000/001",
      "x1/001",
      "001.p/0",
      "001.p/256",
      "001.p/01",
      "001.p",
      "x001",
      "-01",
    ])
      refused(() => parseIndexPath(path), "BAD_FIELD");
    refused(() => parseIndexPath("x009/x007/x199/x254/x740/992"), "BAD_FIELD"); // 2^53
  });
});
