// Keeps a log's Merkle tree in tiles of 256 hashes, addressed as in C2SP tlog-tiles. Appends leaves, and computes roots and
// proofs from a few tiles each. merkle.ts defines the tree; the trees here are too large for memory.
import { concat } from "../base/bytes.ts";
import { sha256 } from "../base/crypto.ts";
import { ProtocolError } from "../base/errors.ts";
import { MAX_INTEGER } from "../base/limits.ts";
import { isSize, largestPowerBelow, nodeHash } from "../base/merkle.ts";
import { HASH_BYTES } from "../base/values.ts";

/** Levels of the tree that one level of tiles spans. */
const TILE_HEIGHT = 8;
/** Hashes in a full tile. */
export const TILE_WIDTH = 2 ** TILE_HEIGHT;

/** A tile of level 0 has the hashes of leaves. A tile of level l has the roots of subtrees of 256^l leaves. */
export interface TileId {
  level: number;
  index: number;
}

/** A tile with its hashes, 32 bytes each, joined. The last of a level may have fewer than 256. */
export interface Tile extends TileId {
  hashes: Uint8Array;
}

/** Fetches tiles in the order requested, each with at least the hashes that the log had at the size in question. */
export type ReadTiles = (ids: readonly TileId[]) => Promise<readonly Uint8Array[]>;

/* WHICH TILES THERE ARE */

/** The number of hashes on a level of tiles, in a log of this size. */
export const hashesOnLevel = (size: number, level: number): number =>
  Math.floor(size / TILE_WIDTH ** level);

/** The number of hashes in a tile, in a log of this size: 0 (there is no such tile) to 256. */
export const widthOf = ({ level, index }: TileId, size: number): number =>
  Math.max(0, Math.min(TILE_WIDTH, hashesOnLevel(size, level) - index * TILE_WIDTH));

/** The last, partial tile of each level, in a log of this size. Appending continues these. */
export function edgeOf(size: number): TileId[] {
  const edge: TileId[] = [];
  for (let level = 0; hashesOnLevel(size, level) > 0; level++) {
    const count = hashesOnLevel(size, level);
    if (count % TILE_WIDTH !== 0) edge.push({ level, index: Math.floor(count / TILE_WIDTH) });
  }
  return edge;
}

/**
 * The path of a tile under a log's address: `tile/0/x001/x234/067`, or `…/067.p/5` with fewer than 256 hashes.
 * @param width the number of hashes, 1 to 256
 */
export function tilePath({ level, index }: TileId, width: number = TILE_WIDTH): string {
  return `tile/${level}/${indexPath(index)}${width === TILE_WIDTH ? "" : `.p/${width}`}`;
}

/** A tile's index in groups of three digits. All groups but the last begin with an x. */
export function indexPath(index: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/\d{3}/g)!;
  return groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join("/");
}

/**
 * Reads an index and a width as `indexPath` and `tilePath` write them.
 * @throws ProtocolError BAD_FIELD for any other text: each tile has one address
 */
export function parseIndexPath(path: string): { index: number; width: number } {
  const [, groups, partial] = /^((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path) ?? [];
  const index = Number(groups?.replaceAll(/[x/]/g, ""));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const isWhole = partial === undefined || width < TILE_WIDTH;
  if (groups === undefined || index > MAX_INTEGER || indexPath(index) !== groups || !isWhole)
    throw new ProtocolError("BAD_FIELD", "this is not the address of a tile", { field: "tile" });
  return { index, width };
}

/* APPENDING */

/**
 * Appends leaves. Returns the new and the changed tiles, each with all its hashes: about n/256 for n leaves, and one per
 * level.
 * @param size the size of the log before
 * @param edge the hashes of the tiles of `edgeOf(size)`, in that order
 * @param leaves the hashes of the new leaves, in order
 * @throws ProtocolError BAD_PROOF if the edge does not fit the size
 */
export function appendLeaves(
  size: number,
  edge: readonly Uint8Array[],
  leaves: readonly Uint8Array[],
): { size: number; tiles: Tile[] } {
  const kept = new Map(edgeOf(size).map(({ level }, i) => [level, edge[i]]));
  const tiles: Tile[] = [];
  let fresh = leaves;
  for (let level = 0; fresh.length > 0; level++) {
    let count = hashesOnLevel(size, level);
    let hashes = kept.get(level) ?? new Uint8Array();
    if (hashes.length !== (count % TILE_WIDTH) * HASH_BYTES)
      throw badTile({ level, index: count / TILE_WIDTH });
    const full: Uint8Array[] = [];
    for (let start = 0; start < fresh.length;) {
      const index = Math.floor(count / TILE_WIDTH);
      const batch = fresh.slice(start, start + TILE_WIDTH - (count % TILE_WIDTH));
      hashes = concat(hashes, ...batch);
      tiles.push({ level, index, hashes });
      [start, count] = [start + batch.length, count + batch.length];
      if (count % TILE_WIDTH === 0) {
        full.push(rootOfHashes(hashes));
        hashes = new Uint8Array();
      }
    }
    fresh = full;
  }
  return { size: size + leaves.length, tiles };
}

/* ROOTS AND PROOFS */

/**
 * The root of a log of this size.
 * @throws ProtocolError BAD_PROOF if a tile is too short
 */
export async function rootFrom(size: number, read: ReadTiles): Promise<Uint8Array> {
  if (size === 0) return sha256(new Uint8Array());
  return (await rangeHashes([[0, size]], read))[0]!;
}

/**
 * The proof that the leaf at `index` is in the log of this size, as `inclusionProof` of merkle.ts makes it.
 * @throws ProtocolError BAD_PROOF if there is no such leaf, or a tile is too short
 */
export async function inclusionProofFrom(
  index: number,
  size: number,
  read: ReadTiles,
): Promise<Uint8Array[]> {
  if (!isSize(index) || !isSize(size) || index >= size)
    throw new ProtocolError("BAD_PROOF", "the tree does not have this leaf", { field: "index" });
  const ranges: Range[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + largestPowerBelow(end - start);
    ranges.push(index < middle ? [middle, end] : [start, middle]);
    [start, end] = index < middle ? [start, middle] : [middle, end];
  }
  return rangeHashes(ranges.reverse(), read);
}

/**
 * The proof that the log of `newSize` extends the log of `oldSize`, as `consistencyProof` of merkle.ts makes it.
 * @throws ProtocolError BAD_PROOF unless 0 < oldSize <= newSize, or where a tile is too short
 */
export async function consistencyProofFrom(
  oldSize: number,
  newSize: number,
  read: ReadTiles,
): Promise<Uint8Array[]> {
  if (!isSize(oldSize) || !isSize(newSize) || oldSize === 0 || oldSize > newSize)
    throw new ProtocolError("BAD_PROOF", "the older tree's size is out of range", {
      field: "oldSize",
    });
  const ranges: Range[] = [];
  let [start, end] = [0, newSize];
  while (oldSize !== end) {
    const middle = start + largestPowerBelow(end - start);
    ranges.push(oldSize <= middle ? [middle, end] : [start, middle]);
    [start, end] = oldSize <= middle ? [start, middle] : [middle, end];
  }
  if (start > 0) ranges.push([start, end]); // otherwise it is the whole older tree, whose root the verifier has
  return rangeHashes(ranges.reverse(), read);
}

/** Leaves from `start` up to, but not including, `end`. */
type Range = [start: number, end: number];

/** A complete subtree: the one at `index` among those with 2^height leaves. */
interface Subtree {
  height: number;
  index: number;
}

/** The hashes of ranges that are nodes of one tree. Fetches each tile once. */
async function rangeHashes(ranges: readonly Range[], read: ReadTiles): Promise<Uint8Array[]> {
  const parts = ranges.map(subtreesIn);
  const wanted = new Map(parts.flat().map((part) => [keyOf(tileOf(part)), tileOf(part)]));
  const hashes = await read([...wanted.values()]);
  const tiles = new Map([...wanted.keys()].map((key, i) => [key, hashes[i]!]));
  return parts.map((some) =>
    some
      .map((part) => subtreeHash(part, tiles.get(keyOf(tileOf(part)))!))
      .reduceRight((right, left) => nodeHash(left, right)),
  );
}

/** The complete subtrees that make up a range, largest first: one for each binary one in its length. */
function subtreesIn([start, end]: Range): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = start; at < end;) {
    let height = 0;
    while (2 ** (height + 1) <= end - at) height++;
    subtrees.push({ height, index: at / 2 ** height });
    at += 2 ** height;
  }
  return subtrees;
}

/** The tile with the hashes under a subtree's root. */
function tileOf({ height, index }: Subtree): TileId {
  const level = Math.floor(height / TILE_HEIGHT);
  return { level, index: Math.floor((index * 2 ** (height % TILE_HEIGHT)) / TILE_WIDTH) };
}

function subtreeHash(part: Subtree, tile: Uint8Array): Uint8Array {
  const width = 2 ** (part.height % TILE_HEIGHT);
  const from = ((part.index * width) % TILE_WIDTH) * HASH_BYTES;
  const hashes = tile.subarray(from, from + width * HASH_BYTES);
  if (hashes.length !== width * HASH_BYTES) throw badTile(tileOf(part));
  return rootOfHashes(hashes);
}

/** The root over a power of two of hashes. */
function rootOfHashes(hashes: Uint8Array): Uint8Array {
  let row = hashesIn(hashes);
  while (row.length > 1)
    row = Array.from({ length: row.length / 2 }, (_, i) => nodeHash(row[2 * i]!, row[2 * i + 1]!));
  return row[0]!;
}

/** The hashes of a tile, one by one. */
export const hashesIn = (tile: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.floor(tile.length / HASH_BYTES) }, (_, i) =>
    tile.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  );

const badTile = (id: TileId) =>
  new ProtocolError("BAD_PROOF", `tile ${keyOf(id)} has the wrong number of hashes`, {
    field: "tile",
  });
const keyOf = ({ level, index }: TileId) => `${level}/${index}`;
