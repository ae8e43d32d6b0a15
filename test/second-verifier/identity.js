// Checks the identity of a trail's lots: their numbers, and whether origin and later events
// agree on maker, part, lot and date.
import { ZERO_HASH } from "./bytes.js";
import { canonical } from "./json.js";
import { issuerOf, lotId } from "./lots.js";
import { Refused } from "./refused.js";

const IDENTITY = ["manufacturer", "mpn", "makerLot", "dateCode"];
const [INTRODUCE, SPLIT, ASSEMBLE] = [2, 7, 8];

/** The value of a field of one of an event's entries: null if it is withheld, undefined if it is absent. */
function fieldValue({ event, details }, index, name) {
  if (event.details === ZERO_HASH) return undefined;
  if (details === null) return null;
  const consumed = event.action === ASSEMBLE && event.entries[index].previous !== ZERO_HASH;
  for (const path of consumed ? [["entries", index, name]] : [["entries", index, name], [name]]) {
    const at = canonical(path);
    const open = details.open.find((field) => canonical(field.path) === at);
    if (open) return open.value;
    if (details.withheld.some((field) => canonical(field.path) === at)) return null;
  }
  return undefined;
}

/** Reports lot numbers and identities that do not match. */
export function compareIdentities(items, lots, findings) {
  const known = new Map();
  for (const item of items) {
    const { event, digest } = item;
    const entries = event.entries.map((entry, index) => ({
      ...(typeof entry === "string" ? {} : entry),
      index,
    }));
    const ours = entries.filter(({ lot }) => lots.has(lot));
    const inputs = ours.filter(({ previous }) => previous !== ZERO_HASH);
    for (const { lot, previous, index } of ours) {
      const isNew = previous === ZERO_HASH;
      if (isNew) {
        checkNumber(lot, fieldValue(item, index, "lotNumber"), findings);
        const parent = event.action === SPLIT ? known.get(inputs[0]?.lot) : undefined;
        known.set(lot, { ...parent });
      }
      const identity = known.get(lot) ?? {};
      const isOrigin = isNew && event.action !== SPLIT;
      for (const name of IDENTITY) {
        const value = fieldValue(item, index, name);
        if (value === undefined) continue;
        if (isOrigin) identity[name] = value;
        else if (value === null || identity[name] === null || identity[name] === value) continue;
        else
          findings.add(
            identity[name] === undefined ? "IDENTITY_ADDED" : "IDENTITY_CONTRADICTED",
            digest,
          );
      }
      if (isOrigin)
        checkOrigin(event.action, identity, fieldValue(item, index, "claimsLot"), digest, findings);
      const again = isNew && event.action === ASSEMBLE && identity.mpn;
      if (again && inputs.some((input) => known.get(input.lot)?.mpn === identity.mpn)) {
        findings.add("PRODUCT_IS_INPUT", digest);
      }
    }
  }
}

function isNumberOf(lot, lotNumber) {
  try {
    return lotId(issuerOf(lot), lotNumber) === lot;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}

function checkNumber(lot, lotNumber, findings) {
  if (lotNumber === undefined || lotNumber === null) findings.add("LOT_NUMBER_MISSING", lot);
  else if (!isNumberOf(lot, lotNumber)) findings.add("LOT_NUMBER_MISMATCH", lot);
}

function checkOrigin(action, identity, claim, digest, findings) {
  if (IDENTITY.some((name) => identity[name] === null)) findings.add("IDENTITY_WITHHELD", digest);
  const asked = action === ASSEMBLE ? ["mpn"] : ["mpn", "manufacturer"];
  if (asked.some((name) => identity[name] === undefined)) findings.add("IDENTITY_MISSING", digest);
  if (action === INTRODUCE && claim === null) findings.add("CLAIM_WITHHELD", digest);
}
