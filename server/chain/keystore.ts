// Keeps private keys for parties, sealed at rest with KEYSTORE_SECRET.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { addressOfPrivateKey, signDigest } from "../../protocol/base/crypto.ts";
import type { Db } from "../storage/db.ts";
import { Refusal } from "../refusal.ts";

/** Signing keys sign events. Account keys are the parties' own accounts, kept only if the chain is embedded. */
export type Purpose = "signing" | "account";

/** Seals and opens private keys with AES-256-GCM, bound to the key's address. */
export class Keystore {
  readonly #key: Uint8Array;

  /** @param key 32 bytes */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** Seals a key. @returns base64 of nonce, ciphertext and tag */
  seal(address: string, privateKey: Uint8Array): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce).setAAD(Buffer.from(address));
    return Buffer.concat([
      nonce,
      cipher.update(privateKey),
      cipher.final(),
      cipher.getAuthTag(),
    ]).toString("base64");
  }

  /** Opens a key. @throws Error if another KEYSTORE_SECRET sealed it, or the row was altered */
  open(address: string, sealed: string): Uint8Array {
    const bytes = Buffer.from(sealed, "base64");
    const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, 12)).setAAD(
      Buffer.from(address),
    );
    decipher.setAuthTag(bytes.subarray(-16));
    const privateKey = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
    if (addressOfPrivateKey(privateKey) !== address)
      throw new Error(`The key stored for ${address} belongs to another address.`);
    return privateKey;
  }
}

/** Stores a private key for a party. Storing it again changes nothing. */
export async function keepKey(
  db: Db,
  keystore: Keystore,
  party: string,
  purpose: Purpose,
  privateKey: Uint8Array,
): Promise<string> {
  const address = addressOfPrivateKey(privateKey);
  const sealed = keystore.seal(address, privateKey);
  await db.storedKey.upsert({
    where: { address },
    create: { address, party, purpose, sealed },
    update: {},
  });
  return address;
}

/**
 * Opens a signer with the newest key that the service keeps for a party and that the ledger still accepts.
 * @throws Refusal NO_KEY if there is none
 */
export async function openSigner(
  db: Db,
  keystore: Keystore,
  party: string,
): Promise<(digest: string) => string> {
  const enrolled = await db.key.findMany({
    where: { party, revokedAt: null },
    select: { address: true },
  });
  const stored = await db.storedKey.findFirst({
    where: { party, purpose: "signing", address: { in: enrolled.map(({ address }) => address) } },
    orderBy: { createdAt: "desc" },
  });
  if (!stored)
    throw new Refusal(
      "NO_KEY",
      409,
      "The service keeps no enrolled key of this party. Sign with the party's own key, or let the party make a key here.",
    );
  const privateKey = keystore.open(stored.address, stored.sealed);
  return (digest) => signDigest(digest, privateKey);
}

/** The private key of a party's own account, kept only on embedded chains; undefined if there is none. */
export async function accountKeyOf(
  db: Db,
  keystore: Keystore,
  party: string,
): Promise<Uint8Array | undefined> {
  const stored = await db.storedKey.findFirst({ where: { party, purpose: "account" } });
  return stored ? keystore.open(stored.address, stored.sealed) : undefined;
}
