// Makes vectors of signatures: the canonical form, and every other form.
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { fromHex, toHex, utf8 } from "../../protocol/base/bytes.ts";
import { keccakHex, recoverSigner, signDigest } from "../../protocol/base/crypto.ts";
import { KEY } from "../../test/support/model.ts";
import type { Vector, Vectors } from "./vector.ts";
import { faultOf } from "./fault.ts";

const ORDER = secp256k1.Point.Fn.ORDER;
const digest = keccakHex(utf8("a custody event"));
const signature = signDigest(digest, KEY.maker.privateKey);
const r = BigInt(signature.slice(0, 66));
const s = BigInt(`0x${signature.slice(66, 130)}`);
const v = fromHex(signature)[64]!;
const hex32 = (n: bigint) => n.toString(16).padStart(64, "0");
const join = (a: bigint, b: bigint, end: number) =>
  `0x${hex32(a)}${hex32(b)}${end.toString(16).padStart(2, "0")}`;

const valid = (about: string, of: string, made: string): Vector => ({
  about,
  digest: of,
  signature: made,
  signer: recoverSigner(of, made),
});
const invalid = (about: string, bad: string): Vector => ({
  about,
  digest,
  signature: bad,
  error: faultOf(() => recoverSigner(digest, bad)),
});

/** Finds a digest for which this key's signature ends in this v. */
function digestWith(end: 27 | 28): string {
  for (let i = 0; ; i++) {
    const some = keccakHex(utf8(`digest ${i}`));
    if (fromHex(signDigest(some, KEY.maker.privateKey))[64] === end) return some;
  }
}

export function signatureVectors(): Vectors {
  const bytes = fromHex(signature);
  const compact = Uint8Array.from(bytes.subarray(0, 64));
  if (v === 28) compact[32]! |= 0x80;
  const der = toHex(secp256k1.Signature.fromBytes(bytes.subarray(0, 64)).toBytes("der"));
  const half = (ORDER - 1n) / 2n;
  return {
    ...Object.fromEntries(
      ([27, 28] as const).map((end) => {
        const some = digestWith(end);
        return [
          `valid/v-${end}`,
          valid(`A signature with v ${end}.`, some, signDigest(some, KEY.maker.privateKey)),
        ];
      }),
    ),
    "valid/s-largest": valid(
      "The largest s that is low; nobody knows this signer's key.",
      digest,
      join(r, half, v),
    ),
    "valid/wrong-digest": valid(
      "A signature of another digest recovers to a key, but not to the signer's.",
      keccakHex(utf8("another event")),
      signature,
    ),
    "invalid/high-s": invalid(
      "The twin of a signature, which plain recovery takes for the same signer's.",
      join(r, ORDER - s, v === 27 ? 28 : 27),
    ),
    "invalid/high-s-smallest": invalid("The smallest s that is high.", join(r, half + 1n, v)),
    "invalid/v-0": invalid("v 0.", join(r, s, 0)),
    "invalid/v-1": invalid("v 1.", join(r, s, 1)),
    "invalid/v-29": invalid("v 29.", join(r, s, 29)),
    "invalid/v-of-eip-155": invalid("v with a chain id in it.", join(r, s, 37)),
    "invalid/r-zero": invalid("r is zero.", join(0n, s, v)),
    "invalid/s-zero": invalid("s is zero.", join(r, 0n, v)),
    "invalid/r-is-order": invalid("r is the order of the group.", join(ORDER, s, v)),
    "invalid/s-is-order": invalid("s is the order of the group.", join(r, ORDER, v)),
    "invalid/r-on-no-point": invalid("No point of the curve has this x.", join(5n, s, v)),
    "invalid/compact": invalid("64 bytes, v in the highest bit of s (ERC-2098).", toHex(compact)),
    "invalid/without-v": invalid("64 bytes.", signature.slice(0, 130)),
    "invalid/one-byte-more": invalid("66 bytes.", `${signature}00`),
    "invalid/der": invalid("DER.", der),
    "invalid/empty": invalid("No bytes.", "0x"),
    "invalid/upper-case": invalid("Hex in upper case.", `0x${signature.slice(2).toUpperCase()}`),
  };
}
