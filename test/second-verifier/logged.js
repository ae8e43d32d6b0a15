// Decides where the first checkpoint with an event was anchored.
import { unhex } from "./bytes.js";
import { includes, leafHash } from "./merkle.js";

/**
 * Decides where an event counts as logged: the `place` of the checkpoint that it names, or the `code` of the fault.
 * `contract` is the trusted checkpoint contract, or null.
 */
export function placeInLog({ digest, logged }, contract, checkpoints) {
  if (logged === undefined) return { code: "NOT_RECORDED" };
  if (contract === null) return { code: "CHECKPOINTS_NOT_TRUSTED" };
  const { operator, index, size, proof } = logged;
  const place = checkpoints.get(`${operator} ${size}`);
  if (place === undefined) return { code: "CHECKPOINT_NOT_ANCHORED" };
  const leaf = leafHash(unhex(digest));
  if (!includes(leaf, index, size, proof.map(unhex), unhex(place.root)))
    return { code: "LOG_PROOF_WRONG" };
  return index < place.previousSize ? { code: "CHECKPOINT_NOT_FIRST" } : { place };
}
