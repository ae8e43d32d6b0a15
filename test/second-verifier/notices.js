// Verifies the notices of a trail: who gave each, about which lot, whether it counts, and
// whether the trail leaves out any that the ledger recorded.
import { ZERO_HASH } from "./bytes.js";
import { issuerOf } from "./lots.js";
import { brokenBySignature, hasRoot } from "./trail-item.js";
import { noticeDigest } from "./typed-data.js";

const [RECALL, SUSPICION, WITHDRAWAL, CORRECTION] = [1, 2, 3, 4];
const INTRODUCE = 2;
const MEMBERS = ["lot", "kind", "issuer", "time", "withdraws", "details"];
/** The notices of a trail that are read. */
const MOST = 10_000;

/** The maker's lots that the introduced lots of a trail claim. */
function claimedLots(origins) {
  return [...origins].flatMap(([lot, origin]) => {
    if (origin?.event.action !== INTRODUCE) return [];
    const index = origin.event.entries.findIndex((entry) => entry.lot === lot);
    const open = origin.details?.open ?? [];
    return open
      .filter(({ path }) => path[1] === index && path[2] === "claimsLot")
      .map(({ value }) => value);
  });
}

/** What is wrong with a notice's issuer and time, as of a context. */
function brokenRules({ now, parties }, notice) {
  const broken = [];
  if (notice.time > now + 900) broken.push("TimeTooFarAhead");
  const issuer = parties && Object.hasOwn(parties, notice.issuer) ? parties[notice.issuer] : null;
  if (parties && issuer === null) broken.push("PartyNotAdmitted");
  if (issuer?.suspended) broken.push("PartyIsSuspended");
  const isOfIssuer = notice.kind === RECALL || notice.kind === CORRECTION;
  if (isOfIssuer && issuerOf(notice.lot) !== notice.issuer) broken.push("NotIssuer");
  return broken;
}

/** The trail's notices that are judged, by digest. */
function readItems({ trail, domain, findings }, lots) {
  const items = new Map();
  for (const item of trail.notices.slice(0, MOST)) {
    const digest = noticeDigest(domain, item.notice);
    if (items.has(digest)) findings.add("NOTICE_TWICE", digest);
    else if (!lots.has(item.notice.lot)) findings.add("NOTICE_EXTRA", digest);
    else items.set(digest, item);
  }
  return items;
}

/** Reports what is wrong with a notice of the trail. Returns whether it may count without the ledger. */
function judge(verification, digest, item, taken) {
  const { notice, signature, details } = item;
  const { findings } = verification;
  const context = verification.contextOf(taken);
  const broken = brokenRules(context, notice);
  const unsigned = brokenBySignature(context, notice.issuer, digest, signature);
  if (unsigned) broken.push(unsigned);
  // What the ledger has not taken, anyone can add to a trail.
  for (const code of broken) findings.add(code, digest, taken !== undefined);
  if (details !== null && !hasRoot(notice.details, details, 0))
    findings.add("DETAILS_MISMATCH", digest, taken !== undefined);
  return broken.length === 0;
}

/** Reports withdrawals of nothing, and returns the notices that stand: each withdrawal counts that the ledger took finally. */
function standingOf(verification, all) {
  const standing = new Map();
  for (const { digest, notice, taken, counts } of all) {
    const { kind, withdraws, issuer, lot } = notice;
    const target = standing.get(withdraws)?.notice;
    const fits = target?.issuer === issuer && target.lot === lot;
    if (kind === WITHDRAWAL ? !fits : withdraws !== ZERO_HASH)
      verification.findings.add("NOTHING_TO_WITHDRAW", digest);
    else if (kind === WITHDRAWAL && taken && verification.isFinal(taken.block))
      standing.delete(withdraws);
    if (kind !== WITHDRAWAL) standing.set(digest, { notice, counts });
  }
  return standing;
}

/** Reports the notices that the ledger took and the trail lacks, or has otherwise. */
function compare({ findings, isFinalNotice }, taken, items, untaken) {
  for (const { digest, notice, block } of taken) {
    if (items.has(digest)) continue;
    const isAlike = (other) =>
      other.lot === notice.lot &&
      MEMBERS.filter((name) => other[name] === notice[name]).length >= 4;
    const code = untaken.some((item) => isAlike(item.notice)) ? "NOTICE_DIFFERS" : "NOTICE_MISSING";
    findings.add(code, digest, isFinalNotice(block));
  }
}

/** Verifies all notices of a trail. */
export function verifyNotices(verification) {
  const { trail, findings, ledger, origins } = verification;
  const lots = new Set([...origins.keys(), ...claimedLots(origins)]);
  const onLedger = [...(ledger?.notices.values() ?? [])].filter(({ notice }) =>
    lots.has(notice.lot),
  );
  const tooMany = Math.max(trail.notices.length, onLedger.length) > MOST;
  if (tooMany) findings.add("TOO_MANY_NOTICES", trail.lot);
  const items = readItems(verification, lots);
  const taken = new Map(onLedger.map((each) => [each.digest, each]));
  const all = onLedger.map(({ digest, notice, ...place }) => ({
    digest,
    notice,
    taken: place,
    counts: true,
  }));
  for (const [digest, item] of items) {
    const record = taken.get(digest);
    const mayCount = judge(verification, digest, item, record);
    if (record === undefined) {
      all.push({ digest, notice: item.notice, counts: mayCount });
      if (ledger) findings.add("NOTICE_NOT_RECORDED", digest);
    } else if (item.settled) {
      const { block, transaction } = item.settled;
      if (block !== record.block || transaction !== record.transaction)
        findings.add("HINT_WRONG", digest);
    }
  }
  const untaken = [...items].filter(([digest]) => !taken.has(digest)).map(([, item]) => item);
  const isFinalNotice = (block) => verification.isFinal(block);
  if (!tooMany) compare({ findings, isFinalNotice }, onLedger, items, untaken);
  for (const [digest, { notice, counts }] of standingOf(verification, all)) {
    if (counts && notice.kind === RECALL) findings.add("RECALLED", digest);
    if (counts && notice.kind === SUSPICION) findings.add("SUSPECTED", digest);
  }
}
