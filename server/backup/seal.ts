// Seals the secrets of a backup with a passphrase, and authenticates everything else in it: somebody who can write to the place
// where backups are kept could otherwise add an API key of their own to the one that is restored.
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from "node:crypto";
import { promisify } from "node:util";
import { BackupError } from "./error.ts";

/** How a passphrase becomes a key: scrypt (RFC 7914) with r = 8 and p = 1. */
export interface Derivation {
  /** 32 random bytes in hex, new for each backup. */
  salt: string;
  /** scrypt's N. */
  cost: number;
}

/** 128 MiB of memory, and about half a second. */
export const SEAL_COST = 2 ** 17;
/** A backup names its own cost. A crafted one must not take all memory. */
export const MAX_SEAL_COST = 2 ** 20;
const KEY_BYTES = 32;

/** Code points of a passphrase. An attacker who has the file tries guesses as fast as machines allow. */
const MIN_PASSPHRASE = 14;
/** A passphrase of fewer different characters is a pattern. */
const MIN_DISTINCT = 6;

/** A derivation for a new backup. */
export const newDerivation = (cost = SEAL_COST): Derivation => ({
  salt: randomBytes(KEY_BYTES).toString("hex"),
  cost,
});

/** @throws BackupError PASSPHRASE_TOO_SHORT */
export function checkPassphrase(passphrase: string): void {
  const letters = [...passphrase.normalize("NFC")];
  if (letters.length >= MIN_PASSPHRASE && new Set(letters).size >= MIN_DISTINCT) return;
  throw new BackupError(
    "PASSPHRASE_TOO_SHORT",
    `The passphrase must have ${MIN_PASSPHRASE} characters or more, of which ${MIN_DISTINCT} or more differ. Take several random words.`,
  );
}

const slowly = promisify<string, Uint8Array, number, object, Buffer>(scrypt);

/** Derives a backup's key from its passphrase: slow, so that guessing is. */
export function deriveKey(passphrase: string, { salt, cost }: Derivation): Promise<Uint8Array> {
  const options = { N: cost, r: 8, p: 1, maxmem: 2 ** 20 + 256 * 8 * cost };
  return slowly(passphrase.normalize("NFC"), Buffer.from(salt, "hex"), KEY_BYTES, options);
}

const keyFor = (key: Uint8Array, use: "secrets" | "manifest") =>
  new Uint8Array(hkdfSync("sha256", key, "", `reelproof backup ${use}`, KEY_BYTES));

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals bytes with AES-256-GCM. @param about bytes that must be the same when it is opened @returns nonce, ciphertext, tag */
export function seal(key: Uint8Array, bytes: Uint8Array, about: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", keyFor(key, "secrets"), nonce).setAAD(about);
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

/** Opens what `seal` sealed. @throws BackupError PASSPHRASE_WRONG */
export function unseal(key: Uint8Array, sealed: Uint8Array, about: Uint8Array): Uint8Array {
  try {
    const bytes = Buffer.from(sealed);
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv("aes-256-gcm", keyFor(key, "secrets"), nonce, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(about).setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([
      decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)),
      decipher.final(),
    ]);
  } catch (cause) {
    throw new BackupError(
      "PASSPHRASE_WRONG",
      "The passphrase does not open this backup. Give the one with which it was made.",
      cause,
    );
  }
}

/** Authenticates a manifest, which names the hash of every part: HMAC-SHA-256 in hex. */
export const macOf = (key: Uint8Array, manifest: Uint8Array): string =>
  createHmac("sha256", keyFor(key, "manifest")).update(manifest).digest("hex");

/** Whether a manifest has this authentication code. */
export function isMacOf(key: Uint8Array, manifest: Uint8Array, mac: string): boolean {
  const [ours, theirs] = [Buffer.from(macOf(key, manifest)), Buffer.from(mac)];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
}
