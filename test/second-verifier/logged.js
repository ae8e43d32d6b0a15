// Decides which trails are log-only, and where the first checkpoint with an event was anchored.
import { unhex } from "./bytes.js";
import { includes, leafHash } from "./merkle.js";
import { openEntries } from "./trail-item.js";

/**
 * Decides how a trail is judged: by logs (`byLogs`), or else by the ledger. `unrecorded` has the lots of events that the ledger
 * has not recorded and for whose words it is asked. Without a trusted checkpoint contract, that is the trail's own lot only.
 */
export function choosePath(lot, items, lots, { events, words }, contract) {
  const open = items.filter(({ digest }) => !events.has(digest));
  const about = open.flatMap(openEntries).map((entry) => entry.lot);
  const isAsked = (each) => each === lot || (contract !== null && lots.has(each));
  const unrecorded = new Set(about.filter(isAsked));
  const hasWord = [lot, ...unrecorded].some((each) => words[each] !== undefined);
  return { byLogs: open.length === items.length && !hasWord, unrecorded };
}

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
