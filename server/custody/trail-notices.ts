// Loads the notices of a trail: those that the ledger has taken, and those that it would take.
import { parsedBy } from "../../protocol/base/canonical.ts";
import { signerOrNone } from "../../protocol/base/crypto.ts";
import { Notice } from "../../protocol/event/notice.ts";
import { MAX_TRAIL_NOTICES } from "../../protocol/trail/trail.ts";
import type { Notice as NoticeRow, Settlement } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import type { Db } from "../storage/db.ts";

export type StoredNotice = NoticeRow & { settlement: Settlement | null };

/**
 * Loads the notices about some lots, in the order in which this service got them. Anyone may give a notice about any lot, so
 * what the ledger refused is left out, and what it would refuse now. If there are too many, those of the lots' issuers come
 * first, and one more than a verifier reads tells it that there are more.
 */
export async function noticesOf(
  db: Db,
  ctx: Pick<Context, "recover">,
  lots: readonly string[],
): Promise<StoredNotice[]> {
  const wanted = await db.$queryRaw<{ digest: string }[]>`
    SELECT digest FROM notice WHERE lot = ANY(${[...lots]}) AND live
    ORDER BY left(lot, 42) = issuer DESC, sequence LIMIT ${MAX_TRAIL_NOTICES + 1}`;
  const rows = await db.notice.findMany({
    where: { digest: { in: wanted.map(({ digest }) => digest) } },
    orderBy: { sequence: "asc" },
    include: { settlement: true },
  });
  const refused = await refusedNow(db, ctx, rows);
  return rows.filter(({ digest }) => !refused.has(digest));
}

/** The unrecorded notices that the ledger would refuse now: their issuer was suspended or their key revoked since. */
async function refusedNow(
  db: Db,
  { recover }: Pick<Context, "recover">,
  rows: readonly StoredNotice[],
): Promise<Set<string>> {
  const waiting = rows.filter(({ settlement }) =>
    ["queued", "signed", "held"].includes(settlement?.state ?? ""),
  );
  if (waiting.length === 0) return new Set();
  const signers = new Map(
    waiting.flatMap(({ digest, bytes, signature }) => {
      const signer = parsedBy(Notice, bytes) && signerOrNone(digest, signature, recover);
      return signer === undefined ? [] : [[digest, signer] as const]; // an altered row stays: the verifier names it
    }),
  );
  const revoked = await db.key.findMany({
    where: { address: { in: [...signers.values()] }, revokedAt: { not: null } },
  });
  const suspended = await db.party.findMany({
    where: { address: { in: waiting.map(({ issuer }) => issuer) }, suspended: true },
  });
  const keys = new Map(revoked.map(({ address, party }) => [address, party]));
  const parties = new Set(suspended.map(({ address }) => address));
  const isRefused = ({ digest, issuer }: StoredNotice) =>
    parties.has(issuer) || keys.get(signers.get(digest) ?? "") === issuer;
  return new Set(waiting.filter(isRefused).map(({ digest }) => digest));
}
