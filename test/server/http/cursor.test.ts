// Tests cursors: opaque, of one length for all numbers, and of use to one caller on one list only.
import { expect } from "chai";
import { ProtocolError } from "../../../protocol/base/errors.ts";
import { cursorsOf } from "../../../server/http/cursor.ts";

const KEY = new Uint8Array(32).fill(7);
const PLACE = "/v1/lots 0x1111";
const position = (sequence: number) => JSON.stringify([String(sequence), "0xab"]);

describe("cursorsOf", () => {
  const cursors = cursorsOf(KEY, PLACE);

  it("opens what it sealed, also a long position", () => {
    for (const text of [position(1), "[]", JSON.stringify(["9".repeat(18), "é".repeat(60)])])
      expect(cursors.open(cursors.seal(text))).to.equal(text);
  });

  it("gives one position one cursor, and tells nothing of a number by its length", () => {
    const sealed = [0, 9, 10, 123_456, 10 ** 15].map((n) => cursors.seal(position(n)));
    expect(new Set(sealed.map(({ length }) => length)).size).to.equal(1);
    expect(new Set(sealed).size).to.equal(sealed.length);
    expect(cursors.seal(position(9))).to.equal(sealed[1]);
    for (const cursor of sealed)
      expect(Buffer.from(cursor, "base64url").includes("0xab")).to.be.false;
  });

  it("opens for no other list, caller or service", () => {
    const cursor = cursors.seal(position(9));
    const others = [
      cursorsOf(KEY, "/v1/lots 0x2222"),
      cursorsOf(KEY, "/v1/notices 0x1111"),
      cursorsOf(
        KEY.map((byte) => byte ^ 1),
        PLACE,
      ),
    ];
    for (const other of others) expectRefusal(() => other.open(cursor));
  });

  it("opens no other text: altered, shortened, made up, plain", () => {
    const bytes = Buffer.from(cursors.seal(position(9)), "base64url");
    for (let i = 0; i < bytes.length; i++) {
      const altered = Buffer.from(bytes);
      altered[i]! ^= 1;
      expectRefusal(() => cursors.open(altered.toString("base64url")));
      expectRefusal(() => cursors.open(bytes.subarray(0, i).toString("base64url")));
    }
    const plain = Buffer.from(position(9)).toString("base64url");
    for (const text of ["", "x", plain, "A".repeat(10_000)])
      expectRefusal(() => cursors.open(text));
  });
});

function expectRefusal(act: () => unknown): void {
  expect(act).to.throw(ProtocolError).with.property("code", "BAD_FIELD");
}
