// Makes vectors of tiles: their addresses and widths, the framing of entries, and roots and proofs from the tiles of whole logs.
import { concat, fromHex, toHex, utf8 } from "../../protocol/base/bytes.ts";
import { sha256 } from "../../protocol/base/crypto.ts";
import { MAX_INTEGER } from "../../protocol/base/limits.ts";
import { leafHash } from "../../protocol/base/merkle.ts";
import { writeEntries } from "../../protocol/log/entries.ts";
import {
  appendLeaves,
  consistencyProofFrom,
  inclusionProofFrom,
  indexPath,
  type ReadTiles,
  rootFrom,
  TILE_WIDTH,
  tilePath,
  widthOf,
} from "../../protocol/log/tiles.ts";
import type { Vector, Vectors } from "./vector.ts";

const digestOf = (index: number) => toHex(sha256(utf8(`event ${index}`)));
const digests = (count: number) => Array.from({ length: count }, (_, i) => digestOf(i));

const INDICES = [0, 7, 67, 255, 999, 1000, 999_999, 1_000_000, 1_234_067, MAX_INTEGER];

function addresses(): Vector {
  const tile = (level: number, index: number, width: number) => ({
    level,
    index,
    width,
    path: tilePath({ level, index }, width),
    entries: `tile/entries/${tilePath({ level, index }, width).replace(/^tile\/\d+\//, "")}`,
  });
  return {
    about:
      "Where a tile stands: its index in groups of three digits, and its width where it has fewer than 256 hashes.",
    kind: "addresses",
    tiles: [
      ...INDICES.map((index) => tile(0, index, TILE_WIDTH)),
      tile(1, 5, 1),
      tile(3, 1_234_067, 255),
      tile(6, 0, 32),
    ],
  };
}

/** What follows `tile/<level>/`, of addresses that there are not. */
const BAD_PATHS: Record<string, string[]> = {
  "index-in-other-groups": ["0", "67", "0067", "x001", "x1/000", "001/000", "x001/x000", "1234067"],
  "index-with-needless-group": ["x000/067", "x000/x001/067"],
  "index-beyond": [indexPath(9_007_199_254_740_992)],
  "index-of-no-digits": ["", "abc", "-01", "0x7", "x001/", "/067", "x001//067", "٠٦٧"],
  "width-of-none": ["000.p/0", "000.p/", "000.p"],
  "width-of-a-whole-tile": ["000.p/256", "000.p/257", "000.p/999"],
  "width-with-leading-zero": ["000.p/05", "000.p/005"],
  "width-with-more": ["000.p/5/6", "000.p/5.p/6", "000/p/5", "000.p/5 "],
};

function framing(): Vector {
  const entries = digests(3);
  return {
    about: "Entries: each digest with its length, 32, in two bytes before it.",
    kind: "entries",
    width: entries.length,
    entries,
    bytes: toHex(writeEntries(entries)),
  };
}

function badFraming(): Record<string, [about: string, bytes: Uint8Array]> {
  const good = writeEntries(digests(2));
  return {
    "entries-too-short": ["The last byte is missing.", good.subarray(0, -1)],
    "entries-with-more": ["A byte behind the last entry.", concat(good, Uint8Array.of(0))],
    "entries-one-too-few": ["One entry, where the tile has two.", good.subarray(0, 34)],
    "entries-one-too-many": ["Three entries, where the tile has two.", writeEntries(digests(3))],
    "entries-of-31-bytes": [
      "An entry of 31 bytes.",
      concat(Uint8Array.of(0, 31), fromHex(digestOf(0)).subarray(1), good.subarray(34)),
    ],
    "entries-length-beyond": [
      "The last entry's length goes beyond the end.",
      concat(good.subarray(0, 34), Uint8Array.of(1), good.subarray(35)),
    ],
    "entries-little-endian": [
      "Lengths are big-endian.",
      concat(good.subarray(0, 34), Uint8Array.of(32, 0), good.subarray(36)),
    ],
    "entries-without-lengths": ["Digests alone.", concat(...digests(2).map(fromHex))],
  };
}

/** The proofs of a log, by its size. */
const LOGS: Record<number, { about: string; inclusion: number[]; consistency: number[] }> = {
  1: { about: "One event: one tile with one hash.", inclusion: [0], consistency: [1] },
  5: { about: "Five events.", inclusion: [0, 4], consistency: [3, 4, 5] },
  256: {
    about: "A whole tile, and its root on the next level.",
    inclusion: [0, 255],
    consistency: [1, 255],
  },
  257: { about: "A whole tile and one hash more.", inclusion: [255, 256], consistency: [1, 256] },
  600: { about: "Two whole tiles.", inclusion: [300, 599], consistency: [255, 256, 257, 512, 599] },
  65_800: {
    about: "Three levels: 256 whole tiles, and a whole one of their roots.",
    inclusion: [0, 65_535, 65_536, 65_799],
    consistency: [1, 255, 256, 65_536, 65_537, 65_792],
  },
};

async function logOf(size: number, about: string): Promise<Vector> {
  const leaves = digests(size).map((digest) => leafHash(fromHex(digest)));
  const { tiles } = appendLeaves(0, [], leaves);
  const kept = new Map(tiles.map((tile) => [tilePath(tile), tile.hashes]));
  const read: ReadTiles = (ids) => Promise.resolve(ids.map((id) => kept.get(tilePath(id))!));
  const { inclusion, consistency } = LOGS[size]!;
  const shown = tiles.filter(
    ({ index }, i) =>
      index === 0 || i === tiles.length - 1 || tiles[i + 1]!.level !== tiles[i]!.level,
  );
  return {
    about: `${about} Event i of the log is SHA-256 of the text \`event i\`.`,
    kind: "log",
    size,
    levels: [...new Set(tiles.map(({ level }) => level))].map((level) => {
      const own = tiles.filter((tile) => tile.level === level);
      return { tiles: own.length, lastWidth: widthOf(own.at(-1)!, size) };
    }),
    tiles: shown.map((tile) => ({
      path: tilePath(tile, tile.hashes.length / 32),
      sha256: toHex(sha256(tile.hashes)),
    })),
    root: toHex(await rootFrom(size, read)),
    inclusion: await Promise.all(
      inclusion.map(async (index) => ({
        index,
        proof: (await inclusionProofFrom(index, size, read)).map(toHex),
      })),
    ),
    consistency: await Promise.all(
      consistency.map(async (from) => ({
        from,
        proof: (await consistencyProofFrom(from, size, read)).map(toHex),
      })),
    ),
  };
}

const logs: Vectors = {};
for (const [size, { about }] of Object.entries(LOGS))
  logs[`valid/log-of-${size}`] = await logOf(Number(size), about);

export function tileVectors(): Vectors {
  return {
    "valid/addresses": addresses(),
    "valid/entries": framing(),
    ...logs,
    ...Object.fromEntries(
      Object.entries(BAD_PATHS).map(([name, paths]) => [
        `invalid/${name}`,
        { about: "No tile stands there, nor anything else.", kind: "addresses", paths },
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(badFraming()).map(([name, [about, bytes]]) => [
        `invalid/${name}`,
        { about, kind: "entries", width: 2, bytes: toHex(bytes) },
      ]),
    ),
  };
}
