// Derives every key of this service from its secret: one slow derivation at each start, then a key of its own for each use.
// An attacker who sees what a key made (the log's public key, an account's address) has to guess 256 random bits, slowly,
// and without the salt.
import { hkdfSync, randomBytes, scrypt } from "node:crypto";
import { promisify } from "node:util";
import { fromHex, toHex } from "../../protocol/base/bytes.ts";
import { ConfigError } from "../config.ts";
import type { Db } from "../storage/db.ts";

/** What a derived key is for. The name is part of the derivation: renaming it makes another key. */
export type KeyUse =
  | "keystore"
  | "log notes"
  | "page cursors"
  | "owner account"
  | "relayer account"
  | "log account"
  | "check of the secret";

/** The key of a use, 32 bytes: the same at every start, and nobody can compute one use's key from another's. */
export type KeyOf = (use: KeyUse) => Uint8Array;

/** The cost of the slow derivation: scrypt's N. */
const SCRYPT_COST = 2 ** 15;
const KEY_BYTES = 32;
const SALT_BYTES = 32;

const slowly = promisify<Uint8Array, Uint8Array, number, object, Buffer>(scrypt);

/**
 * Derives the keys of the installation that a database belongs to. At the first start it makes the installation's salt,
 * which stays in the database.
 * @param secret 256 random bits
 * @param cost scrypt's N; tests take a low one
 * @throws ConfigError if the database belongs to another secret, or its salt is missing
 */
export async function openKeys(db: Db, secret: Uint8Array, cost = SCRYPT_COST): Promise<KeyOf> {
  const stored = await db.installation.findUnique({ where: { id: 1 } });
  if (!stored && (await db.storedKey.count()) > 0)
    throw new ConfigError(
      "KEYSTORE_SECRET",
      "opens no stored key, because the salt is missing (table installation). Restore it from the backup of this database",
    );
  const salt = stored ? fromHex(stored.salt) : randomBytes(SALT_BYTES);
  const keyOf = await deriveKeys(secret, salt, cost);
  const check = toHex(keyOf("check of the secret"));
  if (stored && stored.check !== check)
    throw new ConfigError(
      "KEYSTORE_SECRET",
      "is not the secret with which this database was begun, or its salt was altered (table installation). Set that secret, or restore the table",
    );
  if (stored) return keyOf;
  const row = { id: 1, salt: toHex(salt), check };
  const { count } = await db.installation.createMany({ data: row, skipDuplicates: true });
  return count === 1 ? keyOf : openKeys(db, secret, cost); // another service on this database was faster
}

/** Derives keys: one derivation by scrypt (RFC 7914), from which HKDF (RFC 5869) derives the key of each use. */
export async function deriveKeys(
  secret: Uint8Array,
  salt: Uint8Array,
  cost = SCRYPT_COST,
): Promise<KeyOf> {
  const master = await slowly(secret, salt, KEY_BYTES, { N: cost, r: 8, p: 1, maxmem: 2 ** 26 });
  return (use) => new Uint8Array(hkdfSync("sha256", master, "", `reelproof ${use}`, KEY_BYTES));
}
