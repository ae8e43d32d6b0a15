// Tokens that open something to anyone who shows them: `<prefix>_<id>_<secret>`. The database keeps a hash of the secret
// only, so a copy of it lets nobody in.
import { createHash, timingSafeEqual } from "node:crypto";
import { toHex } from "../../protocol/base/bytes.ts";

/** API keys, and links of grants. */
type Prefix = "rp" | "rpg";

const hashOf = (secret: string) => createHash("sha256").update(secret).digest("hex");

/** Makes a token. Its text is shown once; what is stored are its id and its hash. */
export function makeToken(
  prefix: Prefix,
  random: (bytes: number) => Uint8Array,
): { id: string; hash: string; text: string } {
  const id = toHex(random(6)).slice(2);
  const secret = Buffer.from(random(32)).toString("base64url");
  return { id, hash: hashOf(secret), text: `${prefix}_${id}_${secret}` };
}

/** Reads a token that somebody shows; undefined where it does not have the form of one. */
export function readToken(
  prefix: Prefix,
  text: string,
): { id: string; matches(hash: string | null | undefined): boolean } | undefined {
  const [, shown, id, secret] = /^(rpg?)_([0-9a-f]{12})_([\w-]{43})$/.exec(text) ?? [];
  if (shown !== prefix || !id || !secret) return undefined;
  const hash = Buffer.from(hashOf(secret));
  return {
    id,
    // In constant time, and as long for an id that does not exist: how long it takes must not tell which exist.
    matches: (stored) => timingSafeEqual(hash, Buffer.from(stored ?? hashOf(""))),
  };
}
