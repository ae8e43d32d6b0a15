// Makes vectors of notices and key enrolments: digests, signatures, a lot's second word, and objects that are not notices.
import { parseWith } from "../../protocol/base/canonical.ts";
import { signDigest } from "../../protocol/base/crypto.ts";
import { keyEnrolmentDigest } from "../../protocol/event/key-enrolment.ts";
import { Notice, noticeDigest, noticeWord } from "../../protocol/event/notice.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import { DOMAIN, KEY, NOW, PARTY, type PartyName, lotOf } from "../../test/support/model.ts";
import type { Vector, Vectors } from "./vector.ts";
import { faultOf } from "./fault.ts";

const recall: Notice = {
  lot: lotOf("maker", "R-1"),
  kind: 1,
  issuer: PARTY.maker,
  time: NOW,
  withdraws: ZERO_HASH,
  details: `0x${"d1".repeat(32)}`,
};
const suspicion: Notice = { ...recall, kind: 2, issuer: PARTY.distributor, details: ZERO_HASH };
const correction: Notice = { ...recall, kind: 4, time: NOW + 30, details: `0x${"d4".repeat(32)}` };
const withdrawal: Notice = {
  ...recall,
  kind: 3,
  time: NOW + 60,
  withdraws: noticeDigest(DOMAIN, recall),
};

function valid(about: string, notice: Notice, by: PartyName, wordBefore: string): Vector {
  const digest = noticeDigest(DOMAIN, parseWith(Notice, notice));
  return {
    about,
    domain: DOMAIN,
    notice,
    digest,
    signature: signDigest(digest, KEY[by].privateKey),
    signer: KEY[by].address,
    wordBefore,
    wordAfter: noticeWord(wordBefore, digest),
  };
}

const invalid = (about: string, notice: unknown): Vector => ({
  about,
  notice,
  error: faultOf(() => parseWith(Notice, notice)),
});

export function noticeVectors(): Vectors {
  const first = noticeWord(ZERO_HASH, noticeDigest(DOMAIN, recall));
  const second = noticeWord(first, noticeDigest(DOMAIN, suspicion));
  const third = noticeWord(second, noticeDigest(DOMAIN, withdrawal));
  return {
    "valid/recall": valid(
      "The first notice about a lot: the word before is zero.",
      recall,
      "maker",
      ZERO_HASH,
    ),
    "valid/suspicion": valid(
      "The second notice about the lot, by another party.",
      suspicion,
      "distributor",
      first,
    ),
    "valid/withdrawal": valid(
      "The recall is withdrawn: it stays in the chain of notices.",
      withdrawal,
      "maker",
      second,
    ),
    "valid/correction": valid(
      "The lot's issuer states anew what it had stated wrongly of the parts.",
      correction,
      "maker",
      third,
    ),
    "invalid/kind-0": invalid("There is no kind 0.", { ...recall, kind: 0 }),
    "invalid/kind-5": invalid("There is no kind 5.", { ...recall, kind: 5 }),
    "invalid/kind-as-text": invalid("A kind is a number.", { ...recall, kind: "recall" }),
    "invalid/member-unknown": invalid("A member that a notice does not have.", {
      ...recall,
      severity: "high",
    }),
    "invalid/withdraws-missing": invalid("A zero hash says that nothing is withdrawn.", {
      ...recall,
      withdraws: undefined,
    }),
  };
}

export function keyVectors(): Vectors {
  const party = PARTY.maker;
  const { address: key, privateKey } = KEY.maker;
  const digest = keyEnrolmentDigest(DOMAIN, party, key);
  return {
    "valid/enrolment": {
      about: "What a key signs to become one of a party's.",
      domain: DOMAIN,
      party,
      key,
      digest,
      signature: signDigest(digest, privateKey),
    },
    "invalid/enrolment-of-another-party": {
      about:
        "The signature of enrolment.json does not enrol the key for another party: somebody else seems to have signed.",
      domain: DOMAIN,
      party: PARTY.distributor,
      key,
      digest: keyEnrolmentDigest(DOMAIN, PARTY.distributor, key),
      signature: signDigest(digest, privateKey),
    },
  };
}
