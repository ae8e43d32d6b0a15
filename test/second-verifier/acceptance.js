// Decides whether the ledger takes a notice, by the notices that it took before.
import { ZERO_HASH } from "./bytes.js";
import { issuerOf, noticeWordAfter } from "./lots.js";
import { noticeDigest } from "./typed-data.js";

const [RECALL, SUSPICION, WITHDRAWAL] = [1, 2, 3];

/** The notices that stand, by digest, and the digests of all that were taken. */
function replay(domain, taken) {
  const [standing, all] = [new Map(), new Set()];
  for (const notice of taken) {
    const digest = noticeDigest(domain, notice);
    all.add(digest);
    if (notice.kind === WITHDRAWAL) standing.delete(notice.withdraws);
    else standing.set(digest, notice);
  }
  return { standing, all };
}

function broken(domain, { now, parties, keys, taken }, notice, digest, signer) {
  const { lot, kind, issuer, time, withdraws } = notice;
  const { standing, all } = replay(domain, taken);
  if (kind < RECALL || kind > WITHDRAWAL) return ["NoticeKindNotAllowed", kind];
  if (time > now + 900) return ["TimeTooFarAhead", time, now + 900];
  if (!Object.hasOwn(parties, issuer)) return ["PartyNotAdmitted", issuer];
  if (parties[issuer].suspended) return ["PartyIsSuspended", issuer];
  if (kind === RECALL && issuerOf(lot) !== issuer) return ["NotIssuer", lot, issuer];
  const named = standing.get(withdraws);
  const names = named !== undefined && named.lot === lot && named.issuer === issuer;
  if (kind === WITHDRAWAL ? !names : withdraws !== ZERO_HASH)
    return ["NothingToWithdraw", withdraws];
  if (kind === SUSPICION) {
    for (const [other, each] of standing) {
      const same = each.kind === SUSPICION && each.lot === lot && each.issuer === issuer;
      if (same && other !== digest) return ["SuspicionStands", other];
    }
  }
  if (signer === null) return ["BadSignature"];
  if (!Object.hasOwn(keys, signer) || keys[signer].party !== issuer)
    return ["KeyNotOfParty", signer, issuer];
  if (keys[signer].revoked) return ["KeyIsRevoked", signer];
  return all.has(digest) ? ["NoticeAlreadyTaken", digest] : null;
}

/** The lot's second word once the ledger has taken a notice, or the rule that the notice breaks. `signer` is null if nobody signed. */
export function accept(domain, context, notice, signer) {
  const digest = noticeDigest(domain, notice);
  const rule = broken(domain, context, notice, digest, signer);
  if (rule !== null) return { violation: { name: rule[0], args: rule.slice(1) } };
  const about = context.taken.filter(({ lot }) => lot === notice.lot);
  const before = about.reduce(
    (word, each) => noticeWordAfter(word, noticeDigest(domain, each)),
    ZERO_HASH,
  );
  return { word: noticeWordAfter(before, digest) };
}
