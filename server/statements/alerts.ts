// Finds the standing alerts on parts: the newest of each issuer first, so that no issuer can crowd out another.
import { signerOrNone } from "../../protocol/base/crypto.ts";
import {
  readContent,
  type SignedStatement,
  STATEMENT_KINDS,
  statementDigest,
} from "../../protocol/event/statement.ts";
import type { Statement } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import type { Reader } from "../access/visibility.ts";
import { sharedWith } from "./audience.ts";
import { signedOf } from "./statements.ts";

/** An issuer, and a part number in upper case. */
export interface AlertsOn {
  issuer: string;
  mpn: string;
  /** Whether only alerts count that the issuer shares with the reader. */
  needsLeave: boolean;
}

/** Alerts of all issuers together that a result lists. Issuers take turns, each with its newest. */
const MAX_ALERTS = 250;
/** Newest alerts of one issuer on these parts that are read, withdrawn ones included. */
const MAX_OF_ISSUER = 1_000;
/** Alerts of all issuers together that are read: a person waits for the verdict. */
const MAX_READ = 5_000;

/**
 * Finds the alerts by these issuers on these part numbers. Others' alerts only where they share them with the reader: anyone
 * can make a lot with any part numbers.
 * @returns those without a valid withdrawal, and whether some were left out
 */
export async function alertsFor(
  ctx: Context,
  reader: Reader,
  pairs: readonly AlertsOn[],
): Promise<{ standing: Statement[]; leftOut: boolean }> {
  const ranked = await rankedFor(ctx, reader, pairs);
  const candidates = ranked.filter(({ rank }) => rank <= MAX_OF_ISSUER).slice(0, MAX_READ);
  const withdrawn = await withdrawnOf(
    ctx,
    candidates.map(({ digest }) => digest),
  );
  const left = candidates.filter(({ digest }) => !withdrawn.has(digest));
  const listed = left.slice(0, MAX_ALERTS).map(({ digest }) => digest);
  const standing = await ctx.prisma.statement.findMany({
    where: { digest: { in: listed } },
    orderBy: { sequence: "asc" },
  });
  return { standing, leftOut: candidates.length < ranked.length || listed.length < left.length };
}

/** Ranks alerts: the newest of each issuer comes before the second newest of any. */
function rankedFor(
  { prisma }: Context,
  reader: Reader,
  pairs: readonly AlertsOn[],
): Promise<{ digest: string; rank: number }[]> {
  return prisma.$queryRaw`
    SELECT digest, rank::int FROM (
      SELECT digest, sequence, row_number() OVER (PARTITION BY statement.issuer ORDER BY sequence DESC) AS rank
      FROM unnest(
        ${pairs.map(({ issuer }) => issuer)}::text[], ${pairs.map(({ mpn }) => mpn)}::text[],
        ${pairs.map(({ needsLeave }) => needsLeave)}::boolean[]) AS asked(issuer, mpn, needs_leave)
      JOIN statement ON statement.issuer = asked.issuer AND statement.mpn = asked.mpn
        AND statement.kind = ${STATEMENT_KINDS.alert} AND (NOT asked.needs_leave OR ${sharedWith(reader)})
    ) AS alert
    WHERE rank <= ${MAX_OF_ISSUER + 1}
    ORDER BY rank, sequence DESC LIMIT ${MAX_READ + 1}`;
}

/**
 * Which of these alerts their issuers have withdrawn. Each withdrawal must be signed by a valid key of the issuer: a forged
 * row withdraws nothing.
 */
async function withdrawnOf(ctx: Context, digests: readonly string[]): Promise<Set<string>> {
  const rows = await ctx.prisma.$queryRaw<
    (Pick<Statement, "bytes" | "signature" | "content"> & { of: string })[]
  >`
    SELECT withdrawal.bytes, withdrawal.signature, withdrawal.content, alert.issuer AS "of"
    FROM statement alert JOIN statement withdrawal ON withdrawal.withdraws = alert.digest
    WHERE alert.digest = ANY(${digests}) AND withdrawal.kind = ${STATEMENT_KINDS.withdrawal}`;
  const withdrawals = rows.flatMap(({ of, ...row }) => {
    const signed = signedOf(row);
    if (!signed || readKind(signed) !== "withdrawal" || signed.statement.issuer !== of) return [];
    const { statement, signature } = signed;
    const signer = signerOrNone(statementDigest(ctx.domain, statement), signature, ctx.recover);
    return signer === undefined ? [] : [{ ...statement, signer }];
  });
  const keys = await ctx.prisma.key.findMany({
    where: {
      address: { in: [...new Set(withdrawals.map(({ signer }) => signer))] },
      revokedAt: null,
      of: { suspended: false, roles: { gt: 0 } },
    },
    select: { address: true, party: true },
  });
  const partyOf = new Map(keys.map(({ address, party }) => [address, party]));
  return new Set(
    withdrawals.flatMap(({ signer, issuer, withdraws }) =>
      partyOf.get(signer) === issuer ? [withdraws] : [],
    ),
  );
}

function readKind({ statement, content }: SignedStatement): string | undefined {
  const reading = readContent(statement, content);
  return "field" in reading ? undefined : reading.kind;
}
