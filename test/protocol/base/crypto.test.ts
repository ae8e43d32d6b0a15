// Tests hashes and signatures with known answers and against ethers. Both back ends refuse all
// forms of a signature but one.
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { keccak_256 as keccakNoble } from "@noble/hashes/sha3.js";
import { expect } from "chai";
import {
  SigningKey,
  Signature,
  computeAddress,
  computeHmac,
  keccak256 as ethersKeccak,
  recoverAddress,
  sha256 as ethersSha256,
} from "ethers";
import { fc } from "../../support/random.ts";
import { fromHex, toHex, utf8 } from "../../../protocol/base/bytes.ts";
import {
  type RecoverPublicKey,
  addressOf,
  addressOfPrivateKey,
  hmacSha256,
  keccak256,
  keccakHex,
  recoverSigner,
  recoverWithNoble,
  sha256,
  signDigest,
  signerOrNone,
  useKeccak,
} from "../../../protocol/base/crypto.ts";
import { loadWasmKeccak, loadWasmRecover } from "../../../protocol/base/crypto-wasm.ts";
import { ProtocolError } from "../../../protocol/base/errors.ts";
import { refused } from "../../support/refused.ts";

const ORDER = secp256k1.Point.Fn.ORDER;
const FIELD = secp256k1.Point.Fp.ORDER;
const hex32 = (n: bigint) => n.toString(16).padStart(64, "0");
const join = (r: bigint, s: bigint, v: number) =>
  `0x${hex32(r)}${hex32(s)}${v.toString(16).padStart(2, "0")}`;
const parts = (signature: string) => ({
  r: BigInt(signature.slice(0, 66)),
  s: BigInt(`0x${signature.slice(66, 130)}`),
  v: Number(`0x${signature.slice(130)}`),
});

const privateKey = fc.bigInt({ min: 1n, max: ORDER - 1n }).map((n) => fromHex(`0x${hex32(n)}`));
const message = fc.uint8Array({ maxLength: 300 });

describe("the hash functions", () => {
  before(() => useKeccak(keccakNoble));

  it("return the known values", () => {
    expect(keccakHex(utf8(""))).to.equal(
      "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
    );
    expect(toHex(sha256(utf8("abc")))).to.equal(
      "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
    // RFC 4231, test case 2
    expect(toHex(hmacSha256(utf8("Jefe"), utf8("what do ya want for nothing?")))).to.equal(
      "0x5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });

  it("agree with ethers", () => {
    fc.assert(
      fc.property(message, message, (some, key) => {
        expect(toHex(keccak256(some))).to.equal(ethersKeccak(some));
        expect(toHex(sha256(some))).to.equal(ethersSha256(some));
        expect(toHex(hmacSha256(key, some))).to.equal(computeHmac("sha256", key, some));
      }),
    );
  });
});

describe("signDigest", () => {
  it("makes the same signature as ethers", () => {
    fc.assert(
      fc.property(privateKey, message, (key, some) => {
        const digest = keccakHex(some);
        expect(signDigest(digest, key)).to.equal(new SigningKey(key).sign(digest).serialized);
        expect(addressOfPrivateKey(key)).to.equal(computeAddress(toHex(key)).toLowerCase());
      }),
      { numRuns: 50 },
    );
  });
});

const backEnds: [string, () => Promise<RecoverPublicKey>][] = [
  ["noble", () => Promise.resolve(recoverWithNoble)],
  ["WebAssembly", loadWasmRecover],
];
for (const [name, load] of backEnds)
  describe(`recoverSigner, with ${name}`, () => {
    let recover: RecoverPublicKey;
    const key = fromHex(keccakHex(utf8("a test key")));
    const signer = addressOfPrivateKey(key);
    const digest = keccakHex(utf8("a custody event"));
    const signature = signDigest(digest, key);
    const { r, s, v } = parts(signature);
    before(async () => {
      recover = await load();
    });
    const refusedSignature = (bad: string) =>
      refused(() => recoverSigner(digest, bad, recover), "BAD_SIGNATURE", "signature");

    it("returns the signer of a known signature", () => {
      // The first account of every local chain signs keccak-256 of no bytes. Made with ethers.
      const known = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
      const empty = keccakHex(new Uint8Array());
      const bySomeoneElse = new SigningKey(known).sign(empty).serialized;
      expect(recoverSigner(empty, bySomeoneElse, recover)).to.equal(
        "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",
      );
    });

    it("returns the same signer as ethers", () => {
      fc.assert(
        fc.property(privateKey, message, (some, bytes) => {
          const hash = keccakHex(bytes);
          const made = signDigest(hash, some);
          expect(recoverSigner(hash, made, recover)).to.equal(addressOfPrivateKey(some));
          expect(recoverSigner(hash, made, recover)).to.equal(
            recoverAddress(hash, made).toLowerCase(),
          );
        }),
        { numRuns: 30 },
      );
    });

    it("returns another signer or refuses for another digest", () => {
      const other = keccakHex(utf8("another event"));
      expect(recoverSigner(other, signature, recover)).to.not.equal(signer);
    });

    it("returns another signer or refuses for the other v", () => {
      expect(recoverSigner(digest, join(r, s, v === 27 ? 28 : 27), recover)).to.not.equal(signer);
    });

    it("refuses the same signature with a high s", () => {
      const twin = join(r, ORDER - s, v === 27 ? 28 : 27);
      const bytes = fromHex(twin);
      const key = recover(
        fromHex(digest),
        bytes.subarray(0, 32),
        bytes.subarray(32, 64),
        v === 27 ? 1 : 0,
      );
      expect(addressOf(key!), "the back end alone does not see it").to.equal(signer);
      refusedSignature(twin);
    });

    it("accepts the largest low s, and refuses the smallest high s", () => {
      const half = (ORDER - 1n) / 2n;
      expect(recoverSigner(digest, join(r, half, v), recover)).to.match(/^0x[0-9a-f]{40}$/);
      refusedSignature(join(r, half + 1n, v));
    });

    for (const other of [0, 1, 2, 3, 26, 29, 30, 35, 36, 255])
      it(`refuses v ${other}`, () => {
        refusedSignature(join(r, s, other));
      });

    it("refuses r and s of zero", () => {
      refusedSignature(join(0n, s, v));
      refusedSignature(join(r, 0n, v));
      refusedSignature(join(0n, 0n, v));
    });

    it("refuses r and s at and above the curve's order", () => {
      refusedSignature(join(ORDER, s, v));
      refusedSignature(join(FIELD - 1n, s, v));
      refusedSignature(join(2n ** 256n - 1n, s, v));
      refusedSignature(join(r, ORDER, v));
      refusedSignature(join(r, ORDER + s, v));
      refusedSignature(join(r, 2n ** 256n - 1n, v));
    });

    it("refuses an r without a point on the curve", () => {
      // 5 is the smallest x without a point.
      refusedSignature(join(5n, s, 27));
      refusedSignature(join(5n, s, 28));
    });

    const compact = Signature.from(signature).compactSerialized;
    const der = toHex(
      secp256k1.Signature.fromBytes(fromHex(signature).subarray(0, 64)).toBytes("der"),
    );
    const forms: [string, string][] = [
      ["64 bytes without v", signature.slice(0, 130)],
      ["64 bytes with v inside s (ERC-2098)", compact],
      ["DER", der],
      ["DER padded to 65 bytes", der.slice(0, 132).padEnd(132, "0")],
      ["nothing", "0x"],
      ["one byte less", signature.slice(0, -2)],
      ["one byte more", `${signature}00`],
      ["half a byte more", `${signature}0`],
      ["upper-case hex", `0x${signature.slice(2).toUpperCase()}`],
      ["no prefix", signature.slice(2)],
      ["a line feed behind", `${signature}\n`],
      ["what is not hex", `0x${"zz".repeat(65)}`],
      ["base64", Buffer.from(fromHex(signature)).toString("base64")],
    ];
    for (const [form, bad] of forms)
      it(`refuses a signature as ${form}`, () => {
        refusedSignature(bad);
      });

    it("never returns the signer for a random signature", () => {
      const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
      fc.assert(
        fc.property(bytes, bytes, fc.constantFrom(27, 28), (a, b, end) => {
          try {
            const bad = `${toHex(a)}${toHex(b).slice(2)}${end.toString(16)}`;
            expect(recoverSigner(digest, bad, recover)).to.not.equal(signer);
          } catch (error) {
            expect((error as { code?: string }).code).to.equal("BAD_SIGNATURE");
          }
        }),
        { numRuns: 100 },
      );
    });

    it("refuses digests and numbers that are not 32 bytes", () => {
      const bytes = fromHex(signature);
      const long = new Uint8Array(10_000).fill(1);
      expect(() => recover(long, bytes.subarray(0, 32), bytes.subarray(32, 64), 0)).to.throw();
      expect(() => recover(fromHex(digest), long, bytes.subarray(32, 64), 0)).to.throw();
      expect(() => recover(fromHex(digest), bytes.subarray(0, 32), long, 0)).to.throw();
      expect(recoverSigner(digest, signature, recover)).to.equal(signer);
    });
  });

describe("signerOrNone", () => {
  const privateKey = keccak256(utf8("the key of signerOrNone"));
  const digest = keccakHex(utf8("a digest"));
  const signature = signDigest(digest, privateKey);

  it("returns the address of the key that signed", () => {
    expect(signerOrNone(digest, signature, recoverWithNoble)).to.equal(
      addressOfPrivateKey(privateKey),
    );
  });

  it("returns undefined for a missing, a malformed and an impossible signature", () => {
    const keyless = `0x${"0".repeat(63)}5${"0".repeat(63)}11b`; // 5 is the smallest x without a point
    for (const bad of [null, "", signature.toUpperCase(), `${signature}00`, keyless])
      expect(signerOrNone(digest, bad, recoverWithNoble), String(bad)).to.equal(undefined);
  });

  it("rethrows an error of the back end, also a ProtocolError with another code", () => {
    const errors = [new Error("broken"), new ProtocolError("BAD_FIELD", "not a signature")];
    for (const error of errors) {
      const broken = () => {
        throw error;
      };
      expect(() => signerOrNone(digest, signature, broken)).to.throw(error.message);
      expect(() => recoverSigner(digest, signature, broken)).to.throw(error.message);
    }
  });
});

describe("loadWasmKeccak", () => {
  after(() => useKeccak(keccakNoble));

  it("returns the same hashes as noble and ethers", async () => {
    const fast = await loadWasmKeccak();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        useKeccak(keccakNoble);
        const slow = toHex(keccak256(bytes));
        useKeccak(fast);
        expect(toHex(keccak256(bytes))).to.equal(slow);
        expect(slow).to.equal(ethersKeccak(bytes));
      }),
    );
  });
});
