// Checks the identity of a trail's lots: their numbers, and whether origin and later events
// agree on maker, part, lot and date.
import { ZERO_HASH } from "./bytes.js";
import { fieldValue, indexOf, piecesOf } from "./stated.js";
import { issuerOf, lotId } from "./lots.js";
import { Refused } from "./refused.js";

const IDENTITY = ["manufacturer", "mpn", "makerLot", "dateCode"];
const [INTRODUCE, SPLIT, ASSEMBLE] = [2, 7, 8];

const isShown = ({ event, details }) => details !== null || event.details === ZERO_HASH;

/** Reports lot numbers and identities that do not match. */
export function compareIdentities({ items, origins, findings, corrections }) {
  for (const [lot, item] of origins) {
    if (item === undefined) continue;
    const index = indexOf(item, lot);
    checkNumber(lot, fieldValue(item, index, "lotNumber"), findings);
    if (item.event.action !== SPLIT) checkOrigin(item, index, corrections, findings);
    if (item.event.action === INTRODUCE && fieldValue(item, index, "claimsLot") === null)
      findings.add("CLAIM_WITHHELD", lot);
  }
  for (const item of items) {
    item.event.entries.forEach(({ lot }, index) => {
      if (origins.has(lot))
        compareLater(item, index, piecesOf(lot, origins), corrections, findings);
    });
    if (item.event.action === ASSEMBLE) checkProducts(item, origins, corrections, findings);
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

function checkOrigin(item, index, corrections, findings) {
  if (!isShown(item)) return;
  const { action } = item.event;
  for (const name of IDENTITY) {
    const value = corrections.valueOf(item, index, name);
    const isAsked = name === "mpn" || (name === "manufacturer" && action === INTRODUCE);
    if (value === null) findings.add("IDENTITY_WITHHELD", item.digest);
    if (value === undefined && isAsked) findings.add("IDENTITY_MISSING", item.digest);
  }
}

/** Compares what an event states of a lot with what its origin states. */
function compareLater(item, index, origin, corrections, findings) {
  if (origin === undefined || !isShown(origin.item)) return;
  if (origin.item === item && origin.index === index) return;
  for (const name of IDENTITY) {
    const value = corrections.valueOf(item, index, name);
    const first = corrections.valueOf(origin.item, origin.index, name);
    if (value === undefined) continue;
    if (value === null) findings.add("IDENTITY_WITHHELD", item.digest);
    else if (first === undefined) findings.add("IDENTITY_ADDED", item.digest);
    else if (first !== null && first !== value && !corrections.isOutdated(item, index, name))
      findings.add("IDENTITY_CONTRADICTED", item.digest);
  }
}

/** Checks that no product has the part number of an input, but for case. */
function checkProducts(item, origins, corrections, findings) {
  const folded = (value) => value?.toUpperCase();
  const used = item.event.entries
    .filter(({ lot, previous }) => origins.has(lot) && previous !== ZERO_HASH)
    .map(({ lot }) => piecesOf(lot, origins))
    .map((origin) => origin && folded(corrections.valueOf(origin.item, origin.index, "mpn")));
  item.event.entries.forEach(({ previous }, index) => {
    const mpn =
      previous === ZERO_HASH ? folded(corrections.valueOf(item, index, "mpn")) : undefined;
    if (mpn !== undefined && used.includes(mpn)) findings.add("PRODUCT_IS_INPUT", item.digest);
  });
}
