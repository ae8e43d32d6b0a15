// Verifies the notices of a trail: who gave each, about which lot, whether it counts, and
// whether the trail leaves out any that the ledger recorded.
import { ZERO_HASH } from "./bytes.js";
import { issuerOf } from "./lots.js";
import { checkDetails, signerOrNull } from "./trail-item.js";
import { noticeDigest } from "./typed-data.js";

const [RECALL, SUSPICION, WITHDRAWAL] = [1, 2, 3];
/** The notices of a trail that are read. */
const MOST = 10_000;

/** The maker's lots that introduced lots claim. */
function claimedLots(items) {
  const open = items.flatMap(({ details }) => details?.open ?? []);
  return open.filter(({ path }) => path.at(-1) === "claimsLot").map(({ value }) => value);
}

/** The rule that a notice breaks, by the standing of its issuer and its key; null if it breaks none. */
function brokenRule({ now, parties, keys }, notice, signer) {
  if (notice.time > now + 900) return "TimeTooFarAhead";
  if (parties !== null) {
    const issuer = parties[notice.issuer];
    if (issuer === undefined) return "PartyNotAdmitted";
    if (issuer.suspended) return "PartyIsSuspended";
  }
  if (notice.kind === RECALL && issuerOf(notice.lot) !== notice.issuer) return "NotIssuer";
  if (signer === null) return "BadSignature";
  if (keys === null || signer === undefined) return null;
  const key = keys[signer];
  if (key?.party !== notice.issuer) return "KeyNotOfParty";
  return key.revoked ? "KeyIsRevoked" : null;
}

/** Verifies all notices of a trail. A withdrawal counts once the ledger has recorded it. */
export function verifyNotices(verification) {
  const { trail, domain, findings, ledger } = verification;
  const lots = new Set([...verification.lots, ...claimedLots(verification.items)]);
  const standing = new Map();
  const seen = new Set();
  const onLedger = [...(ledger?.notices.values() ?? [])].filter(({ notice }) =>
    lots.has(notice.lot),
  );
  const tooMany = Math.max(trail.notices.length, onLedger.length) > MOST;
  if (tooMany) findings.add("TOO_MANY_NOTICES", trail.lot);
  for (const item of trail.notices.slice(0, MOST)) {
    const { notice, signature, details } = item;
    const digest = noticeDigest(domain, notice);
    if (seen.has(digest)) findings.add("NOTICE_TWICE", digest);
    else if (!lots.has(notice.lot)) findings.add("NOTICE_EXTRA", digest);
    if (seen.has(digest) || !lots.has(notice.lot)) continue;
    seen.add(digest);
    if (signature === null) findings.add("SIGNATURE_MISSING", digest);
    checkDetails(notice.details, details, 0, digest, findings);
    const taken = ledger?.notices.get(digest);
    const broken = brokenRule(
      verification.contextFor(taken),
      notice,
      signerOrNull(digest, signature),
    );
    if (broken !== null) findings.add(broken, digest);
    const target = standing.get(notice.withdraws);
    const fits = target?.issuer === notice.issuer && target.lot === notice.lot;
    if (notice.kind === WITHDRAWAL ? !fits : notice.withdraws !== ZERO_HASH) {
      findings.add("NOTHING_TO_WITHDRAW", digest);
    } else if (notice.kind === WITHDRAWAL && taken && broken === null)
      standing.delete(notice.withdraws);
    if (notice.kind !== WITHDRAWAL) standing.set(digest, notice);
    if (ledger && !taken) findings.add("NOTICE_NOT_RECORDED", digest);
    if (taken) verification.checkPlace({ ...item, digest }, taken);
  }
  for (const { digest, block } of tooMany ? [] : onLedger)
    if (!seen.has(digest)) findings.add("NOTICE_MISSING", digest, verification.isFinal(block));
  for (const [digest, { kind }] of standing) {
    if (kind === RECALL) findings.add("RECALLED", digest);
    if (kind === SUSPICION) findings.add("SUSPECTED", digest);
  }
}
