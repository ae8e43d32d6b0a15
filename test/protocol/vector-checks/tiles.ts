// Checks vectors of tiles against protocol/.
import { expect } from "chai";
import { fromHex, toHex, utf8 } from "../../../protocol/base/bytes.ts";
import { sha256 } from "../../../protocol/base/crypto.ts";
import { leafHash } from "../../../protocol/base/merkle.ts";
import { readEntries, writeEntries } from "../../../protocol/log/entries.ts";
import {
  appendLeaves,
  consistencyProofFrom,
  inclusionProofFrom,
  parseIndexPath,
  type ReadTiles,
  rootFrom,
  tilePath,
  widthOf,
} from "../../../protocol/log/tiles.ts";
import { tilesOf } from "../../support/tiles.ts";
import { faulty } from "./faulty.ts";

interface Addresses {
  kind: "addresses";
  tiles: { level: number; index: number; width: number; path: string; entries: string }[];
}
interface Entries {
  kind: "entries";
  width: number;
  entries: string[];
  bytes: string;
}
interface Log {
  kind: "log";
  size: number;
  levels: { tiles: number; lastWidth: number }[];
  tiles: { path: string; sha256: string }[];
  root: string;
  inclusion: { index: number; proof: string[] }[];
  consistency: { from: number; proof: string[] }[];
}

function checkAddresses({ tiles: all }: Addresses): void {
  for (const { level, index, width, path, entries } of all) {
    expect(tilePath({ level, index }, width)).to.equal(path);
    expect(parseIndexPath(path.replace(/^tile\/\d+\//, ""))).to.deep.equal({ index, width });
    expect(entries).to.equal(path.replace(/^tile\/\d+\//, "tile/entries/"));
  }
}

async function checkLog({ size, levels, tiles: shown, ...vector }: Log): Promise<void> {
  const leaves = Array.from({ length: size }, (_, i) => leafHash(sha256(utf8(`event ${i}`))));
  const made = new Map(
    appendLeaves(0, [], leaves).tiles.map((tile) => [tilePath(tile), tile.hashes]),
  );
  const read: ReadTiles = (ids) => Promise.resolve(ids.map((id) => made.get(tilePath(id))!));
  const all = [...tilesOf(size)];
  for (const [level, row] of levels.entries()) {
    const own = all.filter((tile) => tile.level === level);
    expect(own).to.have.length(row.tiles);
    expect(widthOf(own.at(-1)!, size)).to.equal(row.lastWidth);
  }
  expect(all.at(-1)!.level).to.equal(levels.length - 1);
  for (const { path, sha256: hash } of shown)
    expect(toHex(sha256(made.get(path.replace(/\.p\/\d+$/, ""))!)), path).to.equal(hash);
  expect(toHex(await rootFrom(size, read))).to.equal(vector.root);
  for (const { index, proof } of vector.inclusion)
    expect((await inclusionProofFrom(index, size, read)).map(toHex)).to.deep.equal(proof);
  for (const { from, proof } of vector.consistency)
    expect((await consistencyProofFrom(from, size, read)).map(toHex)).to.deep.equal(proof);
}

export const tiles = {
  valid(vector: Addresses | Entries | Log): Promise<void> | void {
    if (vector.kind === "log") return checkLog(vector);
    if (vector.kind === "addresses") return checkAddresses(vector);
    expect(toHex(writeEntries(vector.entries))).to.equal(vector.bytes);
    expect(readEntries(fromHex(vector.bytes))).to.deep.equal(vector.entries);
  },
  invalid(vector: { kind: "addresses"; paths: string[] } | Entries) {
    if (vector.kind === "addresses")
      for (const path of vector.paths)
        faulty(() => parseIndexPath(path), { code: "BAD_FIELD", field: "tile" });
    else expect(readEntries(fromHex(vector.bytes))?.length).to.not.equal(vector.width);
  },
};
