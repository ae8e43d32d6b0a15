// Checks vectors of tiles with the second verifier.
import { expect } from "chai";
// @ts-expect-error It is plain JavaScript, on purpose.
import { hex, join, sha256 } from "../../second-verifier/bytes.js";
// @ts-expect-error It is plain JavaScript, on purpose.
import * as second from "../../second-verifier/tiles.js";
import type { Checks, Vector } from "./checks.ts";

function checkAddresses({ tiles }: Vector): void {
  for (const { level, index, width, path, entries } of tiles) {
    expect(second.addressOf(level, index, width)).to.equal(path);
    expect(second.addressOf("entries", index, width)).to.equal(entries);
    const behind = entries.replace("tile/entries/", "");
    expect(second.readAddress(behind)).to.deep.equal({ index, width });
  }
}

function checkLog({ size, levels, tiles, root, inclusion, consistency }: Vector): void {
  const digests = Array.from({ length: size }, (_, i) => second.digestAt(i));
  const made = second.tilesOf(digests);
  const last = made.map((row: Vector, level: number) =>
    second.widthOf(size, level, row.length - 1),
  );
  expect(made.map((row: Vector) => row.length)).to.deep.equal(
    levels.map((row: Vector) => row.tiles),
  );
  expect(last).to.deep.equal(levels.map((row: Vector) => row.lastWidth));
  for (const { path, sha256: hash } of tiles) {
    const [, level, ...rest] = path.split("/");
    const { index, width } = second.readAddress(rest.join("/"));
    const hashes = made[Number(level)][index];
    expect(hashes).to.have.length(width);
    expect(hex(sha256(join(...hashes)))).to.equal(hash);
  }
  const tiled = new second.Tiled(made, size);
  expect(tiled.root()).to.equal(root);
  for (const { index, proof } of inclusion) expect(tiled.inclusion(index)).to.deep.equal(proof);
  for (const { from, proof } of consistency) expect(tiled.consistency(from)).to.deep.equal(proof);
}

export const tiles: Checks = {
  valid(vector) {
    if (vector.kind === "addresses") checkAddresses(vector);
    else if (vector.kind === "log") checkLog(vector);
    else {
      expect(second.frame(vector.entries)).to.equal(vector.bytes);
      expect(second.unframe(vector.bytes, vector.width)).to.deep.equal(vector.entries);
    }
  },
  invalid({ kind, paths, bytes, width }) {
    if (kind === "entries") return void expect(second.unframe(bytes, width)).to.equal(null);
    for (const path of paths) expect(second.readAddress(path), path).to.equal(null);
  },
};
