// Judges the key that signed a logged event: whether it was its party's valid key at the time.
import type { PartyFact, Position } from "../chain/ledger-log.ts";
import { isBefore } from "../verify/chain.ts";

/**
 * Why an event that this key signed does not count. Undefined if it does.
 * @param facts the party's, in the order of the chain
 * @param anchored where the first checkpoint with the event was anchored. Without it, the party must have enrolled the key
 * by now, and a later call judges the rest
 */
export function keyFault(
  facts: readonly PartyFact[],
  key: string | undefined,
  anchored?: Position,
): "SIGNATURE_NOT_OF_PARTY" | "KEY_REVOKED" | undefined {
  const enrolled = facts.find((fact) => fact.name === "KeyEnrolled" && fact.key === key);
  const revoked = facts.find((fact) => fact.name === "KeyRevoked" && fact.key === key);
  if (!enrolled || (anchored && isBefore(anchored, enrolled))) return "SIGNATURE_NOT_OF_PARTY";
  return revoked && anchored && isBefore(revoked, anchored) ? "KEY_REVOKED" : undefined;
}
