// Tests streamed zips: complete, in little memory, and without blocking other requests.
import { expect } from "chai";
import { unzipSync } from "fflate";
import { fromHex } from "../../../protocol/base/bytes.ts";
import { type ZipFile, zipped } from "../../../server/bundles/zip.ts";
import { Random, SEED } from "../../support/random.ts";

const MIB = 1024 * 1024;

/** Bytes that do not compress. */
const noise = (length: number) => fromHex(new Random(SEED).hex(length));

describe("zipped", () => {
  const mtime = new Date("2026-10-01T00:00:00Z");
  async function* yieldEach(files: readonly ZipFile[]) {
    for (const file of files) {
      await Promise.resolve();
      yield file;
    }
  }
  const collect = async (files: AsyncIterable<ZipFile>) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of zipped(files, mtime)) pieces.push(piece);
    return Buffer.concat(pieces);
  };

  it("keeps every file byte for byte: compressed, stored and empty ones", async () => {
    const files = [
      { name: "empty", bytes: new Uint8Array() },
      { name: "text", bytes: new TextEncoder().encode("the same again, ".repeat(20_000)) },
      { name: "folder/noise", bytes: noise(200_000), stored: true },
      { name: "one piece", bytes: new Uint8Array(64 * 1024).fill(7) },
    ];
    const zip = await collect(yieldEach(files));
    expect(zip.length).to.be.below(260_000);
    const unzipped = unzipSync(zip);
    expect(Object.keys(unzipped)).to.deep.equal(files.map(({ name }) => name));
    for (const { name, bytes } of files)
      expect(Buffer.compare(unzipped[name]!, bytes), name).to.equal(0);
    expect(
      Buffer.compare(await collect(yieldEach(files)), zip),
      "two zips of the same files are equal",
    ).to.equal(0);
  });

  it("yields to other work while it packs, and reads a file only after sending the one before", async () => {
    let open = 0;
    async function* large() {
      for (let i = 0; i < 6; i++) {
        expect(++open, "files open at once").to.equal(1);
        const bytes = Buffer.alloc(2 * MIB, noise(997));
        yield { name: `${i}`, bytes };
        open--;
        await Promise.resolve();
      }
    }
    let turns = 0;
    let isDone = false;
    const count = () => {
      turns++;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    const zip = await collect(large());
    isDone = true;
    expect(Object.keys(unzipSync(zip))).to.have.length(6);
    // Other work gets a turn after each piece of 64 KiB.
    expect(turns).to.be.at.least((6 * 2 * MIB) / (64 * 1024));
  });

  it("fails when a file cannot be read", async () => {
    async function* broken() {
      yield { name: "first", bytes: new Uint8Array(10) };
      await Promise.resolve();
      throw new Error("the store is gone");
    }
    const error = await collect(broken()).catch((each: unknown) => each);
    expect(String(error)).to.contain("the store is gone");
  });
});
