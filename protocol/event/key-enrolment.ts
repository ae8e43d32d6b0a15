// Computes what a new key signs to be enrolled. So no party can enrol a key that it does not have.
import { abiSlots } from "../base/bytes.ts";
import { keccak256 } from "../base/crypto.ts";
import { type Domain, domainSeparator, typeHash, typedDigest } from "./event.ts";

export const KEY_ENROLMENT_TYPE = "KeyEnrolment(address party,address key)";
const KEY_ENROLMENT_TYPE_HASH = typeHash(KEY_ENROLMENT_TYPE);

/** The EIP-712 digest that `key` signs to become one of `party`'s keys, as lower-case hex. */
export function keyEnrolmentDigest(domain: Domain, party: string, key: string): string {
  return typedDigest(
    domainSeparator(domain),
    keccak256(abiSlots([KEY_ENROLMENT_TYPE_HASH, party, key])),
  );
}
