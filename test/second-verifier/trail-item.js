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

/** The signer of a digest: null if the signature is not in the canonical form, undefined if there is none. */
export function signerOrNull(digest, signature) {
  if (signature === null) return undefined;
  try {
    return signerOf(digest, signature);
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

/** Reports faults in the details disclosed with an event or a notice. */
export function checkDetails(root, disclosure, entryCount, about, findings) {
  if (disclosure === null) {
    if (root !== ZERO_HASH) findings.add("DETAILS_MISSING", about);
    return;
  }
  try {
    if (disclosureRoot(disclosure, entryCount) !== root) findings.add("DETAILS_MISMATCH", about);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    findings.add("TRAIL_MALFORMED", about);
  }
}
