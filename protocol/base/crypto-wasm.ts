// Loads the fast back ends: libsecp256k1 and keccak-256 as WebAssembly. A content security policy must allow
// 'wasm-unsafe-eval' for them. The back ends in crypto.ts run anywhere.
import {
  CompressionFlag,
  ContextFlag,
  instantiateSecp256k1Wasm,
} from "@bitauth/libauth/build/lib/bin/secp256k1/secp256k1-wasm.js";
import { createKeccak } from "hash-wasm";
import { fromHex, toHex } from "./bytes.ts";
import { type RecoverPublicKey, addressOf, keccak256 } from "./crypto.ts";

/** A signature made with another library (ethers), and the address of the key that made it. */
const KNOWN_ANSWER = {
  digest: fromHex("0x6cd62dbb1fe64b2da61ce46c6bb1f8adb6c2a8051a0b72f3a0c4ccc4797e2987"),
  r: fromHex("0x5d6a8a9c0edfbf00eefa822c3429e1d007ba98f611ab074b076962ec9ed1224a"),
  s: fromHex("0x2897db07a617f709abe0870ab637dab6ff2f2e4eed62e7fbf611ad83a67df84d"),
  recovery: 1,
  signer: "0x60895ec0b2517aef917f81d8d6c26f30ef1043b0",
} as const;

/**
 * Loads libsecp256k1. Pass the result as `recover` to recoverSigner, which checks s and v.
 * @throws Error if the module cannot be loaded, or gives a wrong result for a known signature
 */
export async function loadWasmRecover(): Promise<RecoverPublicKey> {
  const wasm = await instantiateSecp256k1Wasm();
  const context = wasm.contextCreate(ContextFlag.VERIFY);
  const at = {
    digest: wasm.malloc(32),
    compact: wasm.malloc(64),
    signature: wasm.malloc(65),
    point: wasm.malloc(64),
    publicKey: wasm.malloc(65),
    length: wasm.malloc(4),
  };

  const recover: RecoverPublicKey = (digest, r, s, recovery) => {
    // The module's memory has no bounds between values: a longer input would overwrite the next one.
    if (digest.length !== 32 || r.length !== 32 || s.length !== 32)
      throw new Error("digest, r and s must be 32 bytes each");
    wasm.heapU8.set(digest, at.digest);
    wasm.heapU8.set(r, at.compact);
    wasm.heapU8.set(s, at.compact + 32);
    const isRecovered =
      wasm.recoverableSignatureParse(context, at.signature, at.compact, recovery) === 1 &&
      wasm.recover(context, at.point, at.signature, at.digest) === 1;
    if (!isRecovered) return undefined;
    wasm.heapU32[at.length / 4] = 65;
    wasm.pubkeySerialize(context, at.publicKey, at.length, at.point, CompressionFlag.UNCOMPRESSED);
    return wasm.heapU8.slice(at.publicKey, at.publicKey + 65);
  };

  const { digest, r, s, recovery, signer } = KNOWN_ANSWER;
  const key = recover(digest, r, s, recovery);
  if (key === undefined || addressOf(key) !== signer)
    throw new Error("secp256k1 gives a wrong answer");
  return recover;
}

/** Loads a keccak-256 that is several times as fast, for `useKeccak`. @throws Error as loadWasmRecover does */
export async function loadWasmKeccak(): Promise<(bytes: Uint8Array) => Uint8Array> {
  const hasher = await createKeccak(256);
  const keccak = (bytes: Uint8Array) => hasher.init().update(bytes).digest("binary");
  for (const length of [0, 135, 136, 137, 8_032]) {
    const bytes = new Uint8Array(length).fill(length);
    if (toHex(keccak(bytes)) !== toHex(keccak256(bytes)))
      throw new Error("keccak-256 gives a wrong answer");
  }
  return keccak;
}
