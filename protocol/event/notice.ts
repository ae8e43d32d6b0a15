// Defines the notice: a signed recall of a lot, a suspicion about it, a correction of its facts, or the withdrawal of one of
// these, as EIP-712 typed data.
import { z } from "zod";
import { abiSlots } from "../base/bytes.ts";
import { keccak256, keccakHex } from "../base/crypto.ts";
import { type Domain, domainSeparator, typeHash, typedDigest } from "./event.ts";
import { Address, Hash, Time } from "../base/values.ts";

/** The kinds of notice, and the number that stands for each. */
export const NOTICE_KINDS = { recall: 1, suspicion: 2, withdrawal: 3, correction: 4 } as const;
export type NoticeKindName = keyof typeof NOTICE_KINDS;

/**
 * A notice as it is signed. A recall (1) counts only from the lot's issuer. A suspicion (2) may come from any party. A
 * withdrawal (3) names, in `withdraws`, the digest of an earlier notice of its issuer. A correction (4) counts only from the
 * lot's issuer: its details state anew what the issuer stated wrongly of the parts. `details` is as in an event.
 */
export const Notice = z.strictObject({
  lot: Hash,
  kind: z.literal([1, 2, 3, 4]),
  issuer: Address,
  time: Time,
  withdraws: Hash,
  details: Hash,
});
export type Notice = z.infer<typeof Notice>;

export const NOTICE_TYPE =
  "Notice(bytes32 lot,uint8 kind,address issuer,uint64 time,bytes32 withdraws,bytes32 details)";
const NOTICE_TYPE_HASH = typeHash(NOTICE_TYPE);

/** The notice's hash, as lower-case hex: its EIP-712 digest. */
export function noticeDigest(
  domain: Domain,
  { lot, kind, issuer, time, withdraws, details }: Notice,
): string {
  return typedDigest(
    domainSeparator(domain),
    keccak256(abiSlots([NOTICE_TYPE_HASH, lot, kind, issuer, time, withdraws, details])),
  );
}

/**
 * The ledger's second word for a lot, after one more notice about it.
 * @param word the word before; zero if there was no notice
 * @param digest the digest of the notice
 */
export function noticeWord(word: string, digest: string): string {
  return keccakHex(abiSlots([word, digest]));
}
