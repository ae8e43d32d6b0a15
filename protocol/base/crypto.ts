// Hashes, signs and recovers signers: keccak-256, SHA-256, HMAC, and secp256k1 in the protocol's canonical form.
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 as sha256Noble } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { concat, fromHex, toHex } from "./bytes.ts";
import { ProtocolError } from "./errors.ts";

/** keccak-256 as Ethereum uses it. */
export const keccak256 = (bytes: Uint8Array): Uint8Array => keccak(bytes);
let keccak: (bytes: Uint8Array) => Uint8Array = keccak_256;

/**
 * Replaces the back end of keccak256. It must give the same results: crypto-wasm.ts has the fast one. It is the only state of
 * protocol/, and no result depends on it. As an argument it would go through every function that hashes, and all its callers.
 */
export function useKeccak(backEnd: (bytes: Uint8Array) => Uint8Array): void {
  keccak = backEnd;
}

/** SHA-256. */
export const sha256: (bytes: Uint8Array) => Uint8Array = sha256Noble;

/** HMAC-SHA-256 (RFC 2104). */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  return hmac(sha256Noble, key, message);
}

/** keccak-256 of bytes, as lower-case hex. */
export function keccakHex(bytes: Uint8Array): string {
  return toHex(keccak256(bytes));
}

/**
 * Recovers the uncompressed public key (65 bytes) that signed `digest`; undefined if no key can have signed it. It throws
 * only if the back end itself fails: an error never means a bad signature.
 */
export type RecoverPublicKey = (
  digest: Uint8Array,
  r: Uint8Array,
  s: Uint8Array,
  recovery: 0 | 1,
) => Uint8Array | undefined;

/** The audited back end that runs anywhere. `crypto-wasm.ts` has the fast one. */
export const recoverWithNoble: RecoverPublicKey = (digest, r, s, recovery) => {
  if (digest.length !== 32 || r.length !== 32 || s.length !== 32)
    throw new Error("digest, r and s are 32 bytes each");
  try {
    return secp256k1.Signature.fromBytes(concat(r, s), "compact")
      .addRecoveryBit(recovery)
      .recoverPublicKey(digest)
      .toBytes(false);
  } catch {
    return undefined; // pure code over 32 bytes each: it throws only if r and s do not lead to a point
  }
};

const HALF_ORDER = (secp256k1.Point.Fn.ORDER - 1n) / 2n;

/** The address of an uncompressed public key. */
export function addressOf(publicKey: Uint8Array): string {
  return toHex(keccak256(publicKey.subarray(1)).subarray(12));
}

/**
 * The address of the key that signed `digest`. Accepts one form of signature only (65 bytes, v 27 or 28, low s), so that an
 * attacker cannot turn a valid signature into a second one.
 * @throws ProtocolError BAD_SIGNATURE
 */
export function recoverSigner(
  digest: string,
  signature: string,
  recover: RecoverPublicKey = recoverWithNoble,
): string {
  const refuse = (why: string) => new ProtocolError("BAD_SIGNATURE", why, { field: "signature" });
  if (!/^0x[0-9a-f]{130}$/.test(signature))
    throw refuse("a signature has 0x and 130 digits 0-9, a-f");
  const bytes = fromHex(signature);
  const v = bytes[64];
  if (v !== 27 && v !== 28) throw refuse("v must be 27 or 28");
  const s = BigInt(toHex(bytes.subarray(32, 64)));
  if (s === 0n || s > HALF_ORDER) throw refuse("s must be low, and not zero");
  const key = recover(
    fromHex(digest),
    bytes.subarray(0, 32),
    bytes.subarray(32, 64),
    v === 27 ? 0 : 1,
  );
  if (key === undefined) throw refuse("no key signed this");
  return addressOf(key);
}

/**
 * The address of the key that signed `digest`; undefined if the signature is missing or bad. Throws any other error: a
 * failed back end must not look like a bad signature.
 */
export function signerOrNone(
  digest: string,
  signature: string | null,
  recover: RecoverPublicKey,
): string | undefined {
  if (signature === null) return undefined;
  try {
    return recoverSigner(digest, signature, recover);
  } catch (error) {
    if (error instanceof ProtocolError && error.code === "BAD_SIGNATURE") return undefined;
    throw error;
  }
}

/** Signs a digest with a private key (32 bytes). Returns r, s, v (65 bytes) as lower-case hex: deterministic (RFC 6979), low s. */
export function signDigest(digest: string, privateKey: Uint8Array): string {
  const [recovery, ...rs] = secp256k1.sign(fromHex(digest), privateKey, {
    prehash: false,
    format: "recovered",
    lowS: true,
  });
  return toHex(Uint8Array.of(...rs, 27 + recovery!));
}

/** The address of a private key (32 bytes). */
export function addressOfPrivateKey(privateKey: Uint8Array): string {
  return addressOf(secp256k1.getPublicKey(privateKey, false));
}
