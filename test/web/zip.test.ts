// Tests zips that others made: whatever sizes they declare, what comes out of them is counted.
import { expect } from "chai";
import { deflateSync, strToU8, zipSync } from "fflate";
import { ProtocolError } from "../../protocol/base/errors.ts";
import { readZipped } from "../../web/verify/zip.ts";

const LIMITS = { maxBytes: 64 * 1024 * 1024, maxRatio: 200 };
const KIB = 1024;

/** The message of a refusal, with its code. */
function refusal(zip: Uint8Array, name = "bundle.json", limits = LIMITS): string {
  try {
    readZipped(zip, name, limits);
  } catch (error) {
    if (error instanceof ProtocolError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "read";
}

/** A copy with other bytes at the first place of a record. */
function altered(zip: Uint8Array, signature: number, offset: number, bytes: number[]): Uint8Array {
  const copy = Uint8Array.from(zip);
  const view = new DataView(copy.buffer);
  for (let at = 0; at + 4 <= copy.length; at++)
    if (view.getUint32(at, true) === signature) {
      copy.set(bytes, at + offset);
      return copy;
    }
  throw new Error("there is no such record");
}
const [ENTRY, LOCAL, END] = [0x02014b50, 0x04034b50, 0x06054b50];

describe("readZipped", () => {
  const json = strToU8(
    JSON.stringify({ a: "µ", list: Array.from({ length: 500 }, (_, i) => i * 7919) }),
  );

  it("reads a packed file and a stored one, beside others and before a comment", () => {
    for (const level of [0, 6] as const) {
      const zip = zipSync(
        { "documents/a.pdf": strToU8("PK\x01\x02 paper"), "bundle.json": json },
        { level, comment: "PK\x05\x06 not the end" },
      );
      expect(readZipped(zip, "bundle.json", LIMITS)).to.deep.equal(json);
      expect(
        readZipped(Uint8Array.from([...zip]).subarray(0), "bundle.json", LIMITS),
      ).to.deep.equal(json);
    }
    expect(
      readZipped(zipSync({ "bundle.json": new Uint8Array() }), "bundle.json", LIMITS),
    ).to.have.length(0);
  });

  it("stops at the bound on bytes, whatever size is declared", () => {
    const zip = zipSync({ "bundle.json": new Uint8Array(2 * KIB * KIB) });
    const small = altered(altered(zip, ENTRY, 24, [9, 0, 0, 0]), LOCAL, 22, [9, 0, 0, 0]);
    const loose = { maxBytes: KIB * KIB, maxRatio: 5_000 };
    for (const each of [zip, small])
      expect(refusal(each, "bundle.json", loose)).to.match(/^TOO_LARGE: .*1048576 bytes/);
    const stored = zipSync({ "bundle.json": json }, { level: 0 });
    expect(refusal(stored, "bundle.json", { ...LIMITS, maxBytes: 100 })).to.match(/^TOO_LARGE/);
  });

  it("stops at the bound on what each packed byte becomes, long before the end", () => {
    // A thousand bytes for each: a zip of 1 MiB would keep the page busy with 1 GiB.
    const packed = deflateSync(new Uint8Array(4 * KIB * KIB));
    const zip = zipSync({ "bundle.json": packed }, { level: 0 });
    const bomb = altered(altered(zip, ENTRY, 10, [8, 0]), LOCAL, 8, [8, 0]);
    expect(refusal(bomb)).to.match(/^TOO_LARGE: .*200 bytes for each/);
  });

  it("refuses a zip with more files than a bundle has documents", () => {
    const zip = zipSync({ "bundle.json": json });
    expect(refusal(altered(zip, END, 10, [0xff, 0xff]))).to.match(/^TOO_LARGE: .* files/);
  });

  it("refuses every damaged zip, and none of its files twice", () => {
    const zip = zipSync({ "bundle.json": json, "another.json": json });
    expect(refusal(zip, "other.json")).to.match(/^BAD_JSON: .*exactly one/);
    for (let length = 0; length < zip.length; length += 31)
      expect(refusal(zip.subarray(0, length)), String(length)).to.match(/^BAD_JSON/);
    const both = zipSync({ "bundle.json": json, bundle_json: json });
    const secondName = Buffer.from(both).lastIndexOf("bundle_json");
    both.set(strToU8("bundle.json"), secondName);
    expect(refusal(both)).to.match(/^BAD_JSON: .*exactly one/);
    for (const [signature, offset, bytes] of [
      [ENTRY, 42, [0xff, 0xff, 0xff, 0xff]],
      [ENTRY, 20, [0xff, 0xff, 0xff, 0x7f]],
      [ENTRY, 20, [3, 0, 0, 0]],
      [ENTRY, 10, [99, 0]],
      [ENTRY, 28, [0xff, 0xff]],
      [END, 16, [0xff, 0xff, 0xff, 0xff]],
      [LOCAL, 0, [0, 0, 0, 0]],
    ] as const)
      expect(
        refusal(altered(zip, signature, offset, [...bytes])),
        `${signature} ${offset}`,
      ).to.match(/^BAD_JSON/);
  });
});
