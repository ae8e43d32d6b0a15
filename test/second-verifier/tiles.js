// Addresses tiles, frames entries, and computes roots and proofs of a log from its tiles.
import { hex, join, sha256, unhex, utf8 } from "./bytes.js";
import { leafHash, merkleRoot, nodeHash } from "./merkle.js";

const WIDTH = 256;
const HEIGHT = 8;

const groups = (index) => {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  return padded.replace(/\d{3}(?=\d)/g, "x$&/");
};

/** The address of a tile, or of the entries of one with `entries` for its level, below the log's own. */
export const addressOf = (level, index, width) =>
  `tile/${level}/${groups(index)}${width === WIDTH ? "" : `.p/${width}`}`;

/** The index and the width in an address, from behind its level on; null if there is no such address. */
export function readAddress(path) {
  const [digits, ending] = path.split(".p/");
  const index = Number(digits.replace(/[x/]/g, "") || NaN);
  const width = ending === undefined ? WIDTH : Number(ending);
  const good = Number.isSafeInteger(index) && index >= 0 && width >= 1 && width <= WIDTH;
  return good && addressOf("", index, width) === `tile//${path}` ? { index, width } : null;
}

/** How many hashes a log of this size has in a tile. */
export const widthOf = (size, level, index) =>
  Math.max(0, Math.min(WIDTH, Math.floor(size / WIDTH ** level) - index * WIDTH));

/** The bytes of digests, each with its length before it. */
export const frame = (digests) =>
  hex(join(...digests.flatMap((digest) => [Buffer.from([0, 32]), unhex(digest)])));

/** The digests of so many entries, or null if the bytes are anything else. */
export function unframe(bytes, width) {
  const data = unhex(bytes);
  const digests = [];
  for (let at = 0; at < data.length;) {
    if (at + 2 > data.length || data.readUInt16BE(at) !== 32 || at + 34 > data.length) return null;
    digests.push(hex(data.subarray(at + 2, at + 34)));
    at += 34;
  }
  return digests.length === width ? digests : null;
}

/** The tiles of a log, level by level, each a list of hashes. */
export function tilesOf(digests) {
  const levels = [];
  let hashes = digests.map((digest) => leafHash(unhex(digest)));
  while (hashes.length > 0) {
    const tiles = [];
    for (let at = 0; at < hashes.length; at += WIDTH) tiles.push(hashes.slice(at, at + WIDTH));
    levels.push(tiles);
    hashes = tiles.filter((tile) => tile.length === WIDTH).map(merkleRoot);
  }
  return levels;
}

/** Reads roots and proofs from the tiles of a log of one size. */
export class Tiled {
  constructor(levels, size) {
    this.levels = levels;
    this.size = size;
  }

  /** The root over the leaves from `start` up to `end`. */
  rootOf(start, end) {
    const count = end - start;
    const height = Math.floor(Math.log2(count));
    if (2 ** height === count && start % count === 0) {
      const level = Math.floor(height / HEIGHT);
      const first = start / WIDTH ** level;
      const tile = this.levels[level][Math.floor(first / WIDTH)];
      return merkleRoot(tile.slice(first % WIDTH, (first % WIDTH) + 2 ** (height % HEIGHT)));
    }
    const middle = start + leftOf(count);
    return nodeHash(this.rootOf(start, middle), this.rootOf(middle, end));
  }

  root() {
    return hex(this.rootOf(0, this.size));
  }

  inclusion(index, start = 0, end = this.size) {
    if (end - start === 1) return [];
    const middle = start + leftOf(end - start);
    return index < middle
      ? [...this.inclusion(index, start, middle), hex(this.rootOf(middle, end))]
      : [...this.inclusion(index, middle, end), hex(this.rootOf(start, middle))];
  }

  consistency(older, start = 0, end = this.size, isWhole = true) {
    if (older === end) return isWhole ? [] : [hex(this.rootOf(start, end))];
    const middle = start + leftOf(end - start);
    return older <= middle
      ? [...this.consistency(older, start, middle, isWhole), hex(this.rootOf(middle, end))]
      : [...this.consistency(older, middle, end, false), hex(this.rootOf(start, middle))];
  }
}

/** The largest power of two below a number of leaves. */
function leftOf(count) {
  let left = 1;
  while (left * 2 < count) left *= 2;
  return left;
}

/** The digest of an event of the logs in vectors. */
export const digestAt = (index) => hex(sha256(utf8(`event ${index}`)));
