// Makes vectors of the acceptance of notices: what the ledger took before, with the notice's second word or the rule that it breaks.
import { MAX_TIME_AHEAD_SECONDS } from "../../protocol/base/limits.ts";
import { type Notice, noticeDigest, noticeWord } from "../../protocol/event/notice.ts";
import { type NoticeViolation, noticeViolation } from "../../protocol/event/notice-rules.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import {
  DOMAIN,
  KEY,
  NOW,
  PARTY,
  type PartyName,
  REVOKED_KEY,
  UNKNOWN_KEY,
  contextOf,
  lotOf,
} from "../../test/support/model.ts";
import { noticesTaken } from "../../test/support/notices-taken.ts";
import type { Vector, Vectors } from "./vector.ts";

const LOT = lotOf("maker", "R-1");
const digestOf = (notice: Notice) => noticeDigest(DOMAIN, notice);
const recall: Notice = {
  lot: LOT,
  kind: 1,
  issuer: PARTY.maker,
  time: NOW,
  withdraws: ZERO_HASH,
  details: ZERO_HASH,
};
const suspicion: Notice = { ...recall, kind: 2, issuer: PARTY.distributor };
const second: Notice = { ...suspicion, time: NOW + 1 };
const withdrawalOf = (notice: Notice): Notice => ({
  ...notice,
  kind: 3,
  time: NOW + 60,
  withdraws: digestOf(notice),
});
const late = NOW + MAX_TIME_AHEAD_SECONDS + 1;

/** A notice, with what the ledger took before and the key that signed (by default the issuer's; null: nobody's). */
interface Case {
  about: string;
  taken?: Notice[];
  notice: Notice;
  signer?: string | null;
}

const valid: Record<string, Case> = {
  recall: { about: "The lot's issuer recalls it.", notice: recall },
  suspicion: { about: "Any party may suspect a lot.", notice: suspicion },
  "suspicion-by-another": {
    about: "One suspicion at a time stands of each issuer.",
    taken: [suspicion],
    notice: { ...suspicion, issuer: PARTY.broker },
  },
  "suspicion-of-another-lot": {
    about: "One suspicion at a time stands about each lot.",
    taken: [suspicion],
    notice: { ...suspicion, lot: lotOf("maker", "R-2") },
  },
  "suspicion-after-a-withdrawal": {
    about: "Once the first is withdrawn, its issuer may suspect the lot again.",
    taken: [suspicion, withdrawalOf(suspicion)],
    notice: second,
  },
  "recall-twice": {
    about: "Two recalls may stand.",
    taken: [recall],
    notice: { ...recall, time: NOW + 1 },
  },
  withdrawal: {
    about: "The issuer withdraws its recall.",
    taken: [recall],
    notice: withdrawalOf(recall),
  },
  "time-15-minutes-ahead": {
    about: "The most that a notice may be ahead of its block.",
    notice: { ...recall, time: late - 1 },
  },
};

type Name = NoticeViolation["name"];

const invalid: Record<string, Case & { name: Name }> = {
  "time-too-far-ahead": {
    about: "A second too far ahead.",
    notice: { ...recall, time: late },
    name: "TimeTooFarAhead",
  },
  "issuer-not-admitted": {
    about: "Who was never admitted gives no notice.",
    notice: { ...suspicion, issuer: PARTY.stranger },
    signer: KEY.stranger.address,
    name: "PartyNotAdmitted",
  },
  "issuer-suspended": {
    about: "Who is suspended gives no notice.",
    notice: { ...suspicion, issuer: PARTY.suspended },
    signer: KEY.suspended.address,
    name: "PartyIsSuspended",
  },
  "recall-by-another": {
    about: "Only the lot's issuer recalls it.",
    notice: { ...recall, issuer: PARTY.broker },
    name: "NotIssuer",
  },
  "withdrawal-of-nothing": {
    about: "The notice that it names was not taken.",
    notice: withdrawalOf(recall),
    name: "NothingToWithdraw",
  },
  "withdrawal-by-another": {
    about: "Only its issuer withdraws a notice.",
    taken: [suspicion],
    notice: { ...withdrawalOf(suspicion), issuer: PARTY.broker },
    name: "NothingToWithdraw",
  },
  "withdrawal-of-another-lot": {
    about: "A withdrawal is about the lot of the notice that it names.",
    taken: [suspicion],
    notice: { ...withdrawalOf(suspicion), lot: lotOf("maker", "R-2") },
    name: "NothingToWithdraw",
  },
  "withdrawal-of-a-withdrawal": {
    about: "A withdrawal cannot be withdrawn.",
    taken: [suspicion, withdrawalOf(suspicion)],
    notice: withdrawalOf(withdrawalOf(suspicion)),
    name: "NothingToWithdraw",
  },
  "withdrawal-of-zero": {
    about: "A withdrawal names a notice.",
    notice: { ...withdrawalOf(recall), withdraws: ZERO_HASH },
    name: "NothingToWithdraw",
  },
  "recall-that-withdraws": {
    about: "Only a withdrawal names a notice.",
    taken: [recall],
    notice: { ...recall, time: NOW + 1, withdraws: digestOf(recall) },
    name: "NothingToWithdraw",
  },
  "suspicion-twice": {
    about: "One suspicion of an issuer about a lot stands at a time.",
    taken: [suspicion],
    notice: second,
    name: "SuspicionStands",
  },
  "signature-bad": {
    about: "No key signed.",
    notice: recall,
    signer: null,
    name: "BadSignature",
  },
  "key-unknown": {
    about: "A key that nobody enrolled.",
    notice: recall,
    signer: UNKNOWN_KEY.address,
    name: "KeyNotOfParty",
  },
  "key-revoked": {
    about: "A revoked key signs no more.",
    notice: recall,
    signer: REVOKED_KEY.address,
    name: "KeyIsRevoked",
  },
  "recall-taken": {
    about: "A notice is taken once.",
    taken: [recall],
    notice: recall,
    name: "NoticeAlreadyTaken",
  },
  "suspicion-taken": {
    about: "A suspicion that stands is the same one, so it was taken before.",
    taken: [suspicion],
    notice: suspicion,
    name: "NoticeAlreadyTaken",
  },
  "recall-withdrawn": {
    about: "A notice that was withdrawn was taken all the same.",
    taken: [recall, withdrawalOf(recall)],
    notice: recall,
    name: "NoticeAlreadyTaken",
  },
};

/** Notices that break two rules, and how they break the second alone. The first is the violation. */
const pairs: Record<string, Case & { first: Name; second: Name; mended: Partial<Case> }> = {
  "time-not-admitted": {
    about: "Too far ahead, by a party that was not admitted.",
    notice: { ...suspicion, issuer: PARTY.stranger, time: late },
    signer: KEY.stranger.address,
    first: "TimeTooFarAhead",
    second: "PartyNotAdmitted",
    mended: { notice: { ...suspicion, issuer: PARTY.stranger } },
  },
  "time-suspended": {
    about: "Too far ahead, by a suspended party.",
    notice: { ...suspicion, issuer: PARTY.suspended, time: late },
    signer: KEY.suspended.address,
    first: "TimeTooFarAhead",
    second: "PartyIsSuspended",
    mended: { notice: { ...suspicion, issuer: PARTY.suspended } },
  },
  "not-admitted-not-issuer": {
    about: "A recall of another's lot, by a party that was not admitted.",
    notice: { ...recall, issuer: PARTY.stranger },
    signer: KEY.stranger.address,
    first: "PartyNotAdmitted",
    second: "NotIssuer",
    mended: { notice: { ...recall, issuer: PARTY.broker }, signer: KEY.broker.address },
  },
  "suspended-not-issuer": {
    about: "A recall of another's lot, by a suspended party.",
    notice: { ...recall, issuer: PARTY.suspended },
    signer: KEY.suspended.address,
    first: "PartyIsSuspended",
    second: "NotIssuer",
    mended: { notice: { ...recall, issuer: PARTY.broker }, signer: KEY.broker.address },
  },
  "not-issuer-nothing-to-withdraw": {
    about: "A recall of another's lot that names a notice.",
    taken: [recall],
    notice: { ...recall, issuer: PARTY.broker, withdraws: digestOf(recall) },
    first: "NotIssuer",
    second: "NothingToWithdraw",
    mended: { notice: { ...recall, time: NOW + 1, withdraws: digestOf(recall) } },
  },
  "nothing-to-withdraw-suspicion-stands": {
    about: "A second suspicion that names the first.",
    taken: [suspicion],
    notice: { ...second, withdraws: digestOf(suspicion) },
    first: "NothingToWithdraw",
    second: "SuspicionStands",
    mended: { notice: second },
  },
  "nothing-to-withdraw-taken": {
    about: "A withdrawal again: what it names stands no longer.",
    taken: [recall, withdrawalOf(recall)],
    notice: withdrawalOf(recall),
    first: "NothingToWithdraw",
    second: "NoticeAlreadyTaken",
    mended: { notice: recall },
  },
  "suspicion-stands-signature": {
    about: "A second suspicion, which no key signed.",
    taken: [suspicion],
    notice: second,
    signer: null,
    first: "SuspicionStands",
    second: "BadSignature",
    mended: { taken: [] },
  },
  "suspicion-stands-key": {
    about: "A second suspicion, signed with a key that nobody enrolled.",
    taken: [suspicion],
    notice: second,
    signer: UNKNOWN_KEY.address,
    first: "SuspicionStands",
    second: "KeyNotOfParty",
    mended: { taken: [] },
  },
  "suspicion-stands-taken": {
    about: "The first suspicion again, after it was withdrawn and another one was taken.",
    taken: [suspicion, withdrawalOf(suspicion), second],
    notice: suspicion,
    first: "SuspicionStands",
    second: "NoticeAlreadyTaken",
    mended: { taken: [suspicion, withdrawalOf(suspicion)] },
  },
  "key-of-another-revoked": {
    about: "A revoked key of another party.",
    notice: suspicion,
    signer: REVOKED_KEY.address,
    first: "KeyNotOfParty",
    second: "KeyIsRevoked",
    mended: { notice: recall },
  },
  "signature-taken": {
    about: "A recall that was taken, which no key signed.",
    taken: [recall],
    notice: recall,
    signer: null,
    first: "BadSignature",
    second: "NoticeAlreadyTaken",
    mended: { signer: KEY.maker.address },
  },
  "key-revoked-taken": {
    about: "A recall that was taken, signed with a revoked key.",
    taken: [recall],
    notice: recall,
    signer: REVOKED_KEY.address,
    first: "KeyIsRevoked",
    second: "NoticeAlreadyTaken",
    mended: { signer: KEY.maker.address },
  },
};

function judge({ about, taken = [], notice, signer }: Case): Vector {
  const { party, key } = contextOf(new Map());
  const digest = digestOf(notice);
  const name = (Object.keys(PARTY) as PartyName[]).find((each) => PARTY[each] === notice.issuer)!;
  const by = signer === null ? undefined : (signer ?? KEY[name].address);
  const context = { now: NOW, party, key, ...noticesTaken(DOMAIN, taken) };
  const violation = noticeViolation(context, { notice, digest, signer: by });
  const [standing, itsKey] = [party(notice.issuer), by === undefined ? undefined : key(by)];
  return {
    about,
    domain: DOMAIN,
    context: {
      now: NOW,
      parties: standing ? { [notice.issuer]: standing } : {},
      keys: itsKey ? { [by!]: itsKey } : {},
      taken,
    },
    notice,
    digest,
    signer: by ?? null,
    ...(violation ? { violation } : { word: wordAfter([...taken, notice], notice.lot) }),
  };
}

/** The second word of a lot after these notices. */
const wordAfter = (notices: readonly Notice[], lot: string): string =>
  notices
    .filter((notice) => notice.lot === lot)
    .reduce((word, notice) => noticeWord(word, digestOf(notice)), ZERO_HASH);

function expecting(vector: Vector, name: Name | undefined): Vector {
  const actual = (vector["violation"] as NoticeViolation | undefined)?.name;
  if (actual !== name) throw new Error(`${vector.about} It breaks ${actual}.`);
  return vector;
}

export function acceptanceVectors(): Vectors {
  const vectors: Vectors = {};
  for (const [name, each] of Object.entries(valid))
    vectors[`valid/${name}`] = expecting(judge(each), undefined);
  for (const [name, each] of Object.entries(invalid))
    vectors[`invalid/${name}`] = expecting(judge(each), each.name);
  for (const [name, pair] of Object.entries(pairs)) {
    expecting(judge({ ...pair, ...pair.mended }), pair.second);
    const about = `${pair.about} The first of the two rules is the violation.`;
    vectors[`invalid/rules-${name}`] = expecting(judge({ ...pair, about }), pair.first);
  }
  return vectors;
}

/** By the pairs: the names of the first and the second rule that each breaks. */
export const ACCEPTANCE_PAIRS: readonly (readonly [first: string, second: string])[] =
  Object.values(pairs).map(({ first, second: other }) => [first, other]);
