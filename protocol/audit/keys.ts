// Judges the key that signed a logged event: whether it was its party's valid key at the time.
import { type ChainPlace, isBefore } from "../chain/place.ts";
import type { RegisteredKey } from "../chain/registry.ts";

/**
 * Why an event that this key signed does not count. Undefined if it does.
 * @param key undefined if the party has not enrolled it
 * @param anchored where the first checkpoint with the event was anchored. Without it, the party must have enrolled the key
 * by now, and a later call judges the rest
 */
export function keyFault(
  key: RegisteredKey | undefined,
  anchored?: ChainPlace,
): "SIGNATURE_NOT_OF_PARTY" | "KEY_REVOKED" | undefined {
  if (!key || (anchored && isBefore(anchored, key.enrolledAt))) return "SIGNATURE_NOT_OF_PARTY";
  const { revokedAt } = key;
  return revokedAt && anchored && isBefore(revokedAt, anchored) ? "KEY_REVOKED" : undefined;
}
