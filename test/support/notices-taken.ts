// Derives what stands from the notices that a ledger took.
import type { Domain } from "../../protocol/event/event.ts";
import { type Notice, NOTICE_KINDS, noticeDigest } from "../../protocol/event/notice.ts";
import type { NoticeContext } from "../../protocol/event/notice-rules.ts";

/** The part of a context that follows from the notices that the ledger took, in their order. */
export function noticesTaken(
  domain: Domain,
  taken: readonly Notice[],
): Pick<NoticeContext, "standing" | "suspicion" | "isTaken"> {
  const all = new Set<string>();
  const standing = new Map<string, Notice>();
  for (const notice of taken) {
    const digest = noticeDigest(domain, notice);
    all.add(digest);
    if (notice.kind === NOTICE_KINDS.withdrawal) standing.delete(notice.withdraws);
    else standing.set(digest, notice);
  }
  return {
    standing: (digest) => standing.get(digest),
    suspicion: (lot, issuer) =>
      [...standing].find(
        ([, each]) =>
          each.kind === NOTICE_KINDS.suspicion && each.lot === lot && each.issuer === issuer,
      )?.[0],
    isTaken: (digest) => all.has(digest),
  };
}
