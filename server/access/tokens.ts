// Makes and reads bearer tokens, `<prefix>_<id>_<secret>`. The database keeps only a hash of the secret, so a copy of it
// gives no access.
import { createHash, timingSafeEqual } from "node:crypto";
import { toHex } from "../../protocol/base/bytes.ts";

/** API keys, links of grants, and sessions of browsers. */
type Prefix = "rp" | "rpg" | "rps";

const hashOf = (secret: string) => createHash("sha256").update(secret).digest("hex");

/** Makes a token. Its text is shown once; its id and its hash are stored. */
export function makeToken(
  prefix: Prefix,
  random: (bytes: number) => Uint8Array,
): { id: string; hash: string; text: string } {
  const id = toHex(random(6)).slice(2);
  const secret = Buffer.from(random(32)).toString("base64url");
  return { id, hash: hashOf(secret), text: `${prefix}_${id}_${secret}` };
}

/** Reads a token from a caller; undefined if it is malformed. */
export function readToken(
  prefix: Prefix,
  text: string,
): { id: string; matches(hash: string | null | undefined): boolean } | undefined {
  const [, kind, id, secret] = /^(rp[gs]?)_([0-9a-f]{12})_([\w-]{43})$/.exec(text) ?? [];
  if (kind !== prefix || !id || !secret) return undefined;
  const hash = Buffer.from(hashOf(secret));
  return {
    id,
    // In constant time, and equally long for an id that does not exist: the time must not reveal to an attacker which exist.
    matches: (stored) => timingSafeEqual(hash, Buffer.from(stored ?? hashOf(""))),
  };
}
