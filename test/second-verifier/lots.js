// Computes the ids of lots, and the words of their states and notices.
import { hex, join, keccak256, slot, unhex, utf8 } from "./bytes.js";
import { address, boolean, hash, identifier, integer, object } from "./values.js";

const checkNumber = identifier(1, 64);
const state = object({
  lastEvent: hash,
  holder: address,
  consignee: address,
  quantity: integer(),
  held: boolean,
});

/** The id of a lot, of its issuer and its lot number. */
export function lotId(issuer, lotNumber) {
  checkNumber(lotNumber, "");
  return hex(join(unhex(issuer), keccak256(utf8(lotNumber)).subarray(0, 12)));
}

/** The party in a lot's id that alone may make the lot. */
export const issuerOf = (lot) => lot.slice(0, 42);

/** The word of a lot's state. */
export function wordOf(value) {
  state(value, "");
  const { lastEvent, holder, consignee, quantity, held } = value;
  return hex(keccak256(join(...[lastEvent, holder, consignee, quantity, held].map(slot))));
}

/** A lot's second word, after one more notice about it. */
export const noticeWordAfter = (before, digest) => hex(keccak256(join(slot(before), slot(digest))));
