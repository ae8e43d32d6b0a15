// Signs and reads checkpoints as signed notes. The notes of other tools are read, and no altered
// note passes.
import { expect } from "chai";
import { fc } from "../../support/random.ts";
import { toHex } from "../../../protocol/base/bytes.ts";
import { ProtocolError } from "../../../protocol/base/errors.ts";
import {
  type NotedCheckpoint,
  openNote,
  originOf,
  parseOrigin,
  signNote,
  verifierKey,
} from "../../../protocol/log/signed-note.ts";
import { refused } from "../../support/refused.ts";

const seed = new Uint8Array(32).fill(7);
const operator = `0x${"0b".repeat(20)}`;
const origin = originOf({ chainId: 31337, ledger: `0x${"1e".repeat(20)}` }, operator);
const checkpoint: NotedCheckpoint = { origin, size: 123, root: `0x${"a5".repeat(32)}` };
const key = verifierKey(origin, seed);
const note = signNote(checkpoint, seed);

const toBase64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

/** Expects that openNote refuses a note for its form or its signature. */
function notOpened(text: string): void {
  expect(() => openNote(text, key), JSON.stringify(text))
    .to.throw(ProtocolError)
    .with.property("code")
    .that.is.oneOf(["BAD_FIELD", "BAD_SIGNATURE"]);
}

describe("signNote and openNote", () => {
  it("write the lines of the signed note format", () => {
    const [first, size, root, blank, signature, end] = note.split("\n");
    expect([first, size, root, blank, end]).to.deep.equal([
      origin,
      "123",
      "paWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaU=",
      "",
      "",
    ]);
    expect(signature).to.match(/^— reelproof\/31337\/0x(1e){20}\/0x(0b){20} [A-Za-z0-9+/]{91}=$/);
  });

  it("read back any checkpoint with any key", () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(fc.maxSafeNat(), hash, hash, (size, root, secret) => {
        const stated = { origin, size, root: toHex(root) };
        expect(openNote(signNote(stated, secret), verifierKey(origin, secret))).to.deep.equal(
          stated,
        );
      }),
      { numRuns: 20 },
    );
  });

  it("verify the example signature of the specification", () => {
    const theirs = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    const text =
      "This is an example message.\n\n" +
      "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    refused(() => openNote(text, theirs), "BAD_FIELD");
    refused(() => openNote(text.replace("example m", "Example m"), theirs), "BAD_SIGNATURE");
  });

  it("ignore lines of witnesses and extensions", () => {
    const witness = `— witness.example/w ${btoa("\u0001\u0002\u0003\u0004 whatever it signs")}\n`;
    expect(openNote(note + witness, key)).to.deep.equal(checkpoint);
    expect(openNote(note.replace("\n\n", `\n\n${witness}`), key)).to.deep.equal(checkpoint);
  });

  it("accept 16 signatures of post-quantum witnesses, and refuse a longer note with its own reason", () => {
    // ML-DSA-44, ML-DSA-65 and ML-DSA-87, and the most that a verifier has to accept.
    for (const bytes of [2_420, 3_309, 4_627, 5_000]) {
      const line = (_: unknown, i: number) =>
        `— witness.example/w${i} ${toBase64(new Uint8Array(4 + bytes).fill(i))}\n`;
      const witnesses = Array.from({ length: 16 }, line).join("");
      expect(openNote(note + witnesses, key), `${bytes} bytes`).to.deep.equal(checkpoint);
    }
    const long = `${note}— witness.example/w ${"A".repeat(131_072)}\n`;
    expect(() => openNote(long, key)).to.throw(ProtocolError, /more than 131072 characters/);
  });

  it("refuse control characters in every line, whether the key signed them or not", () => {
    for (const control of ["\0", "\u0001", "\t", "\r", "\u001b", "\u007f"])
      for (const text of [
        note.replace("\n\n", `\nx${control}y\n\n`),
        signNote({ ...checkpoint, origin: `${origin}${control}` }, seed),
        `${note}— witness.example/w${control} AAAAAAAA\n`,
      ])
        expect(() => openNote(text, key), JSON.stringify(text)).to.throw(
          ProtocolError,
          /control character/,
        );
  });

  it("refuse a note with any character altered", () => {
    for (let i = 0; i < note.length; i++) {
      const altered = note.slice(0, i) + (note[i] === "A" ? "B" : "A") + note.slice(i + 1);
      notOpened(altered);
    }
  });

  it("refuse a note by another key, under this name or its own", () => {
    const other = new Uint8Array(32).fill(8);
    refused(() => openNote(signNote(checkpoint, other), key), "BAD_SIGNATURE");
    refused(() => openNote(note, verifierKey(origin, other)), "BAD_SIGNATURE");
    const foreign = signNote({ ...checkpoint, origin: origin.replace("31337", "1") }, seed);
    refused(() => openNote(foreign, key), "BAD_SIGNATURE");
  });

  it("refuse any other form of note or key", () => {
    for (const text of [
      "",
      "\n",
      note.trimEnd(),
      `${note}\n`,
      note.replace("—", "--"),
      note.replace("\n\n", "\n"),
    ])
      notOpened(text);
    const line = `${note.split("\n")[4]!}\n`;
    refused(() => openNote(note + line.repeat(100), key), "BAD_FIELD");
    expect(openNote(note + line.repeat(99), key)).to.deep.equal(checkpoint);
    for (const wrong of [
      "",
      key.slice(1),
      key.replace(/\+[0-9a-f]{8}\+/, "+00000000+"),
      key.replace("+A", "+B"),
    ])
      refused(() => openNote(note, wrong), "BAD_FIELD");
  });
});

describe("parseOrigin", () => {
  it("returns the chain, the ledger and the operator, and undefined for any other text", () => {
    expect(parseOrigin(origin)).to.deep.equal({
      domain: { chainId: 31337, ledger: `0x${"1e".repeat(20)}` },
      operator,
    });
    for (const other of [
      "",
      "example.com/log",
      origin.toUpperCase(),
      `${origin}/x`,
      origin.replace("31337", "031337"),
    ])
      expect(parseOrigin(other), other).to.equal(undefined);
  });
});
