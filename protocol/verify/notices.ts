// Checks notices: none is left out or altered, and those that apply change the verdict.
import type { NoticeTaken } from "../chain/ledger-log.ts";
import { type RecoverPublicKey, signerOrNone } from "../base/crypto.ts";
import type { Domain } from "../event/event.ts";
import { MAX_TIME_AHEAD_SECONDS } from "../base/limits.ts";
import { issuerOf } from "../event/lot.ts";
import { isOfIssuer } from "../event/notice-rules.ts";
import { type Notice, NOTICE_KINDS, noticeDigest, noticeWord } from "../event/notice.ts";
import { type Trail, type TrailNotice, claimedLots, MAX_TRAIL_NOTICES } from "../trail/trail.ts";
import type { ObservationIn } from "../verdict/verdict.ts";
import type { Trust } from "../verdict/trust.ts";
import { AFTER_ALL, type ChainPlace } from "../chain/place.ts";
import type { Chain } from "./chain.ts";
import { isFinal } from "./places.ts";
import type { Replay } from "./replay.ts";
import { detailsFaults, signatureFaults } from "./signed.ts";
import { ZERO_HASH } from "../base/values.ts";

type Observed = ObservationIn<"notices" | "signed">;

/** A notice with its evidence: from the trail, from the ledger, or from both. */
export interface NoticeEvidence {
  digest: string;
  notice: Notice;
  /** The notice in the trail. */
  item: TrailNotice | undefined;
  /** The ledger's record of it. */
  taken: NoticeTaken | undefined;
  signer: string | undefined;
  withdrawn: boolean;
}

export interface Notices {
  /** The notices that the ledger recorded, in its order, then the others in the trail's order. */
  all: NoticeEvidence[];
  /** There are more than a trail need have: nobody can say whether one is left out. */
  areTooMany: boolean;
  observations: Observed[];
  /** What is wrong with withdrawals, which mark what they withdraw. */
  withdrawalFaults: Observed[];
}

/** The part of a case that these checks need. */
interface Subject {
  notices: Notices;
  chain: Chain | null;
  trust: Trust;
  now: number;
}

const FIELDS = ["lot", "kind", "issuer", "time", "withdraws", "details"] as const;

/** Merges the trail's and the ledger's notices. */
export function readNotices(
  {
    trail,
    replay,
    chain,
    trust,
  }: { trail: Trail; replay: Replay; chain: Chain | null; trust: Trust },
  domain: Domain,
  recover: RecoverPublicKey,
): Notices {
  const observations: Observed[] = [];
  const lots = new Set([...replay.ancestry.lots, ...claimedLots(replay.ancestry)]);
  const items = new Map<string, TrailNotice>();
  const found = Math.max(trail.notices.length, chain?.notices.length ?? 0);
  const areTooMany = found > MAX_TRAIL_NOTICES;
  if (areTooMany)
    observations.push({
      code: "TOO_MANY_NOTICES",
      lot: trail.lot,
      field: "notices",
      expected: MAX_TRAIL_NOTICES,
      found,
    });
  for (const item of trail.notices.slice(0, MAX_TRAIL_NOTICES)) {
    const digest = noticeDigest(domain, item.notice);
    if (items.has(digest)) observations.push({ code: "NOTICE_TWICE", notice: digest });
    else if (!lots.has(item.notice.lot))
      observations.push({ code: "NOTICE_EXTRA", notice: digest, lot: item.notice.lot });
    else items.set(digest, item);
  }
  const byDigest = new Map<string, NoticeEvidence>();
  for (const taken of chain?.notices ?? []) {
    const notice = noticeOf(taken);
    const { digest } = taken;
    if (!notice || noticeDigest(domain, notice) !== digest)
      observations.push({ code: "NODE_INCONSISTENT", notice: digest, lot: taken.lot });
    else
      byDigest.set(digest, {
        digest,
        notice,
        item: items.get(digest),
        taken,
        signer: undefined,
        withdrawn: false,
      });
  }
  for (const [digest, item] of items)
    if (!byDigest.has(digest))
      byDigest.set(digest, {
        digest,
        notice: item.notice,
        item,
        taken: undefined,
        signer: undefined,
        withdrawn: false,
      });
  for (const each of byDigest.values())
    if (each.item) each.signer = signerOrNone(each.digest, each.item.signature, recover);
  const all = [...byDigest.values()];
  return { all, areTooMany, observations, withdrawalFaults: [...withdrawals(all, chain, trust)] };
}

function noticeOf(taken: NoticeTaken): Notice | undefined {
  const { lot, issuer, time, withdraws, details } = taken;
  const kind = Object.values(NOTICE_KINDS).find((each) => each === taken.kind);
  return kind && { lot, kind, issuer, time, withdraws, details };
}

/** Checks that the node has shown all notices: they must lead to the ledger's second word of every lot. */
export function* noticeWords({ chain }: Pick<Subject, "chain">): Generator<Observed> {
  if (!chain) return;
  const folded = new Map<string, string>();
  for (const { lot, digest } of chain.notices)
    folded.set(lot, noticeWord(folded.get(lot) ?? ZERO_HASH, digest));
  for (const [lot, expected] of chain.noticeWords) {
    const word = folded.get(lot) ?? ZERO_HASH;
    if (word !== expected)
      yield { code: "NODE_INCONSISTENT", lot, field: "notices", expected, found: word };
  }
}

/** Checks that the trail and the ledger have the same notices. */
export function* noticeRecords({
  notices,
  chain,
  trust,
}: Pick<Subject, "notices" | "chain" | "trust">): Generator<Observed> {
  if (!chain) return;
  const untaken = notices.all.filter(({ taken }) => !taken);
  for (const { digest, notice, item, taken } of notices.all) {
    if (item || !taken || notices.areTooMany) continue;
    const altered = untaken.find(
      (other) => other.notice.lot === notice.lot && alike(other.notice, notice) >= 4,
    );
    const verdict = isFinal(chain, trust, taken.block) ? undefined : ("INCOMPLETE" as const);
    if (altered === undefined)
      yield { code: "NOTICE_MISSING", verdict, notice: digest, lot: notice.lot };
    else
      for (const name of FIELDS)
        if (altered.notice[name] !== notice[name])
          yield {
            code: "NOTICE_DIFFERS",
            verdict,
            notice: altered.digest,
            lot: notice.lot,
            field: name,
            expected: notice[name],
            found: altered.notice[name],
          };
  }
  for (const { digest, notice } of untaken)
    yield { code: "NOTICE_NOT_RECORDED", notice: digest, lot: notice.lot };
}

const alike = (a: Notice, b: Notice): number => FIELDS.filter((name) => a[name] === b[name]).length;

/** Checks every notice of the trail: its issuer, signature and details. */
export function* noticeFaults(subject: Subject): Generator<Observed> {
  for (const each of subject.notices.all) yield* faultsOf(each, subject);
}

function* faultsOf(
  { digest, notice, item, taken, signer }: NoticeEvidence,
  { chain, now }: Pick<Subject, "chain" | "now">,
): Generator<Observed> {
  // Anyone can add a notice that the ledger has not taken. It must not make an honest lot FAIL.
  const verdict = taken ? undefined : ("INCOMPLETE" as const);
  const where = { notice: digest, lot: notice.lot, verdict };
  const place = taken ?? AFTER_ALL;
  if (isOfIssuer(notice.kind) && issuerOf(notice.lot) !== notice.issuer)
    yield {
      code: "NotIssuer",
      ...where,
      field: "issuer",
      expected: issuerOf(notice.lot),
      found: notice.issuer,
    };
  if (!item) return;
  if (chain)
    yield* standingFaults(notice, chain, place, chain.times.get(place.block) ?? now, where);
  yield* detailsFaults(notice.details, item.details, 0, where);
  yield* signatureFaults(
    { signature: item.signature, signer, party: notice.issuer },
    chain?.registry,
    place,
    where,
  );
}

/** Checks the ledger's conditions on a notice's issuer and time. */
function* standingFaults(
  { issuer, time }: Notice,
  { registry }: Chain,
  place: ChainPlace,
  now: number,
  where: Pick<Observed, "notice" | "lot" | "verdict">,
): Generator<Observed> {
  const standing = registry.party(issuer, place);
  const latest = now + MAX_TIME_AHEAD_SECONDS;
  if (!standing) yield { code: "PartyNotAdmitted", ...where, field: "issuer", found: issuer };
  else if (standing.suspended)
    yield { code: "PartyIsSuspended", ...where, field: "issuer", found: issuer };
  if (time > latest)
    yield { code: "TimeTooFarAhead", ...where, field: "time", expected: latest, found: time };
}

/** Whether a notice may count: the ledger recorded it, or could record it as it is. */
function mayCount(candidate: NoticeEvidence, subject: Subject): boolean {
  if (candidate.taken) return true;
  if (candidate.item?.signature === null) return false;
  return ![...faultsOf(candidate, subject)].some(({ code }) => code !== "DETAILS_MISMATCH");
}

/**
 * Marks withdrawn notices. A recall counts as soon as it is signed, but its withdrawal only once its record is final, so
 * that doubt never frees a lot.
 */
function* withdrawals(
  all: readonly NoticeEvidence[],
  chain: Chain | null,
  trust: Trust,
): Generator<Observed> {
  const standing = new Map<string, NoticeEvidence>();
  for (const each of all) {
    const { digest, notice, taken } = each;
    if (notice.kind !== NOTICE_KINDS.withdrawal) {
      if (notice.withdraws !== ZERO_HASH)
        yield { code: "NOTHING_TO_WITHDRAW", notice: digest, lot: notice.lot, field: "withdraws" };
      standing.set(digest, each);
      continue;
    }
    const named = standing.get(notice.withdraws);
    if (named?.notice.issuer !== notice.issuer || named.notice.lot !== notice.lot)
      yield {
        code: "NOTHING_TO_WITHDRAW",
        notice: digest,
        lot: notice.lot,
        field: "withdraws",
        found: notice.withdraws,
      };
    else if (chain && taken && isFinal(chain, trust, taken.block)) {
      named.withdrawn = true;
      standing.delete(notice.withdraws);
    }
  }
}

/** Checks the trail's hints about where notices were settled. */
export function* noticeHints({ notices }: Pick<Subject, "notices">): Generator<Observed> {
  for (const { digest, notice, item, taken } of notices.all) {
    if (!item?.settled || !taken) continue;
    for (const name of ["transaction", "block"] as const)
      if (item.settled[name] !== taken[name])
        yield {
          code: "HINT_WRONG",
          notice: digest,
          lot: notice.lot,
          field: `settled.${name}`,
          expected: taken[name],
          found: item.settled[name],
        };
  }
}

/** What a standing notice says of a lot, by its kind. A correction has findings of its own. */
const STANDING: Partial<Record<Notice["kind"], "RECALLED" | "SUSPECTED">> = {
  [NOTICE_KINDS.recall]: "RECALLED",
  [NOTICE_KINDS.suspicion]: "SUSPECTED",
};

/** Reports the recalls and suspicions that apply. */
export function* standingNotices(subject: Subject): Generator<Observed> {
  for (const each of subject.notices.all) {
    const { digest, notice, withdrawn } = each;
    const code = STANDING[notice.kind];
    if (code && !withdrawn && mayCount(each, subject))
      yield { code, notice: digest, lot: notice.lot };
  }
}
