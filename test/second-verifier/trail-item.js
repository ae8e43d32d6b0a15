// Reads the part of an event or notice that its trail discloses: entries, signature and details.
import { ZERO_HASH } from "./bytes.js";
import { disclosureRoot } from "./details.js";
import { Refused } from "./refused.js";
import { signerOf } from "./signatures.js";

/** The entries of an event that are not withheld. */
export const openEntries = ({ event }) =>
  event.entries.filter((entry) => typeof entry !== "string");

/** Whether an event makes a lot. */
export const makes = (item, lot) =>
  openEntries(item).some((entry) => entry.lot === lot && entry.previous === ZERO_HASH);

/** The signer of a digest: null if the signature is not in the canonical form. */
export function signerOrNull(digest, signature) {
  try {
    return signerOf(digest, signature);
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

/** Whether a disclosure is the one that a root commits to. */
export function hasRoot(root, disclosure, entryCount) {
  try {
    return disclosureRoot(disclosure, entryCount) === root;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}

/** What is wrong with a signature, as of a context: undefined if nothing is. */
export function brokenBySignature({ keys }, party, digest, signature) {
  if (signature === null) return "SIGNATURE_MISSING";
  const signer = signerOrNull(digest, signature);
  if (signer === null) return "BadSignature";
  if (keys === null) return undefined;
  const key = Object.hasOwn(keys, signer) ? keys[signer] : undefined;
  if (key?.party !== party) return "KeyNotOfParty";
  return key.revoked ? "KeyIsRevoked" : undefined;
}
