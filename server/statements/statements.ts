// Accepts statements: signed ones, or plain fields that it signs with the kept key. A list is accepted whole or not at all.
import { z } from "zod";
import { canonicalize, parsedBy, parseWith } from "../../protocol/base/canonical.ts";
import { signerOrNone } from "../../protocol/base/crypto.ts";
import { MAX_TIME_AHEAD_SECONDS } from "../../protocol/base/limits.ts";
import {
  type Content,
  type StatementContent,
  SignedStatement,
  type Statement,
  STATEMENT_KINDS,
  contentHash,
  readContent,
  statementDigest,
} from "../../protocol/event/statement.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Prisma, Statement as StatementRow } from "../../prisma/generated/client.ts";
import { spendIn } from "../budgets/spend.ts";
import type { Context } from "../context.ts";
import { type Db, isUniqueViolation } from "../storage/db.ts";
import { lockIssuer } from "../storage/issuer-lock.ts";
import { openSigner } from "../chain/keystore.ts";
import { Refusal, refuseViolation } from "../refusal.ts";

/** The answer to a statement. */
export interface StatementResult {
  /** The statement's digest. */
  statement: string;
  /** It was accepted before. */
  known: boolean;
}

/** Reads a signed statement as a caller sent it. @throws ProtocolError */
export function parseSignedStatement(value: unknown): SignedStatement {
  return parseWith(SignedStatement, value);
}

/**
 * Accepts a signed statement. The same statement again gets the same answer.
 * @throws Refusal BAD_FIELD, NOTHING_TO_WITHDRAW, and the violation with which the ledger would refuse a notice by this
 * issuer and key
 */
export async function acceptStatement(
  ctx: Context,
  signed: SignedStatement,
): Promise<StatementResult> {
  const content = readContent(signed.statement, signed.content);
  if ("field" in content)
    throw new Refusal("BAD_FIELD", 422, content.message, { field: content.field });
  return inOneTransaction(ctx, signed.statement.issuer, (tx) => accept(ctx, tx, signed, content));
}

/**
 * Runs a transaction that makes statements, and spends the issuer's budget on the new ones. If another request stored the same
 * statement first, runs it again, and it finds that one.
 * @throws Refusal BUDGET_SPENT
 */
async function inOneTransaction<T extends StatementResult | StatementResult[]>(
  ctx: Context,
  issuer: string,
  run: (tx: Db) => Promise<T>,
): Promise<T> {
  const runAndSpend = async (tx: Db) => {
    const stated = await run(tx);
    const rows = [stated].flat().filter(({ known }) => !known).length;
    await spendIn(tx, ctx, issuer, "rows", rows);
    if (rows > 0) await ctx.record?.(tx, "statement.make", String(rows), issuer);
    return stated;
  };
  try {
    return await ctx.prisma.$transaction(runAndSpend);
  } catch (error) {
    if (isUniqueViolation(error)) return ctx.prisma.$transaction(runAndSpend);
    throw error;
  }
}

async function accept(
  ctx: Context,
  tx: Db,
  signed: SignedStatement,
  content: StatementContent,
): Promise<StatementResult> {
  const { statement, signature } = signed;
  const digest = statementDigest(ctx.domain, statement);
  await lockIssuer(tx, statement.issuer);
  const before = await tx.statement.findUnique({ where: { digest }, select: { digest: true } });
  if (before) return { statement: digest, known: true };
  await judge(ctx, tx, statement, signerOrNone(digest, signature, ctx.recover));
  await tx.statement.create({ data: rowOf(digest, signed, content) });
  return { statement: digest, known: false };
}

function rowOf(
  digest: string,
  { statement, signature }: SignedStatement,
  content: StatementContent,
): Prisma.StatementCreateInput {
  const { kind, issuer, withdraws, time } = statement;
  return {
    digest,
    signature,
    kind,
    issuer,
    withdraws,
    time,
    bytes: canonicalize(statement),
    content: content.content && canonicalize(content.content),
    ...searchColumns(content),
  };
}

/** The columns by which statements are searched, copied from the content. */
export function searchColumns({
  kind,
  content,
}: StatementContent): Pick<StatementRow, "party" | "mpn"> {
  return {
    party: kind === "authorisation" ? content.party : null,
    mpn: kind === "alert" ? content.mpn.trim().toUpperCase() : null,
  };
}

/** Checks a statement as the ledger checks a notice, against the parties and keys of the followed chain. */
async function judge(
  ctx: Context,
  tx: Db,
  statement: Statement,
  signer: string | undefined,
): Promise<void> {
  const { issuer, time } = statement;
  const latest = ctx.clock() + MAX_TIME_AHEAD_SECONDS;
  const party = await tx.party.findUnique({ where: { address: issuer } });
  const key = signer === undefined ? null : await tx.key.findUnique({ where: { address: signer } });
  if (time > latest) throw refuseViolation({ name: "TimeTooFarAhead", args: [time, latest] });
  if (!party || party.roles === 0)
    throw refuseViolation({ name: "PartyNotAdmitted", args: [issuer] });
  if (party.suspended) throw refuseViolation({ name: "PartyIsSuspended", args: [issuer] });
  await judgeWithdrawal(tx, statement);
  if (signer === undefined) throw refuseViolation({ name: "BadSignature", args: [] });
  if (key?.party !== issuer)
    throw refuseViolation({ name: "KeyNotOfParty", args: [signer, issuer] });
  if (key.revokedAt !== null) throw refuseViolation({ name: "KeyIsRevoked", args: [signer] });
}

async function judgeWithdrawal(tx: Db, { kind, issuer, withdraws }: Statement): Promise<void> {
  if (kind !== STATEMENT_KINDS.withdrawal) return;
  const named = await tx.statement.findUnique({ where: { digest: withdraws } });
  const before = await tx.statement.findFirst({ where: { kind, withdraws } });
  if (!named || named.issuer !== issuer || named.kind === kind || before) {
    const why = "The withdrawal does not name a standing statement by this issuer.";
    throw new Refusal("NOTHING_TO_WITHDRAW", 422, why, { field: "statement.withdraws" });
  }
}

/**
 * Makes statements for a party whose key the service keeps: all of them, or none. A statement that the party made before with
 * the same content, and did not withdraw, is not made again. So a party can import a list again when it has grown.
 * @param time Unix seconds (default: now)
 * @throws Refusal NO_KEY, and those of acceptStatement
 */
export async function state(
  ctx: Context,
  party: string,
  kind: "authorisation" | "alert",
  contents: readonly Content[],
  time = ctx.clock(),
): Promise<StatementResult[]> {
  const sign = await openSigner(ctx.prisma, ctx.keystore, party);
  return inOneTransaction(ctx, party, async (tx) => {
    await lockIssuer(tx, party);
    const standing = await standingOf(tx, party, STATEMENT_KINDS[kind], contents);
    const stated: StatementResult[] = [];
    for (const content of contents) {
      const text = canonicalize(content);
      const earlier = standing.get(text);
      if (earlier === undefined) {
        const result = await stateAnew(ctx, tx, sign, { kind, issuer: party, time, content });
        stated.push(result);
        standing.set(text, result.statement);
      } else stated.push({ statement: earlier, known: true });
    }
    return stated;
  });
}

/**
 * Makes a new statement. If one with the same content was made and withdrawn within this second, uses the next second: the
 * same bytes would be the withdrawn statement.
 */
async function stateAnew(ctx: Context, tx: Db, sign: Sign, plain: Plain): Promise<StatementResult> {
  const { kind, content, time } = plain;
  const stated = await accept(ctx, tx, signedBy(ctx, sign, plain), {
    kind,
    content,
  } as StatementContent);
  return stated.known ? stateAnew(ctx, tx, sign, { ...plain, time: time + 1 }) : stated;
}

type Sign = (digest: string) => string;

/** A party's statements that are not withdrawn, by the text of their content. */
async function standingOf(tx: Db, issuer: string, kind: number, contents: readonly Content[]) {
  const rows = await tx.$queryRaw<{ digest: string; content: string }[]>`
    SELECT digest, content FROM statement
    WHERE issuer = ${issuer} AND kind = ${kind} AND content = ANY(${contents.map((each) => canonicalize(each))})
      AND NOT EXISTS (
        SELECT 1 FROM statement later
        WHERE later.withdraws = statement.digest AND later.kind = ${STATEMENT_KINDS.withdrawal}
          AND later.issuer = statement.issuer)`;
  return new Map(rows.map(({ digest, content }) => [content, digest]));
}

interface Plain {
  kind: keyof typeof STATEMENT_KINDS;
  issuer: string;
  time: number;
  withdraws?: string;
  content: Content | null;
}

function signedBy(ctx: Context, sign: Sign, plain: Plain): SignedStatement {
  const { kind, issuer, time, withdraws = ZERO_HASH, content } = plain;
  const statement: Statement = {
    kind: STATEMENT_KINDS[kind],
    issuer,
    time,
    withdraws,
    content: contentHash(content),
  };
  return { statement, signature: sign(statementDigest(ctx.domain, statement)), content };
}

/**
 * Withdraws a statement for a party whose key the service keeps. A second withdrawal gets the same answer.
 * @throws Refusal NOT_FOUND where the party has not made the statement, NOTHING_TO_WITHDRAW, NO_KEY
 */
export async function withdraw(
  ctx: Context,
  party: string,
  digest: string,
  time = ctx.clock(),
): Promise<StatementResult> {
  const sign = await openSigner(ctx.prisma, ctx.keystore, party);
  return inOneTransaction(ctx, party, async (tx) => {
    await lockIssuer(tx, party);
    const own = await tx.statement.findFirst({ where: { digest, issuer: party } });
    if (!own)
      throw new Refusal("NOT_FOUND", 404, "The party has not made such a statement.", {
        field: "digest",
      });
    const kind = STATEMENT_KINDS.withdrawal;
    const before = await tx.statement.findFirst({
      where: { kind, withdraws: digest, issuer: party },
    });
    if (before) return { statement: before.digest, known: true };
    const plain = {
      kind: "withdrawal",
      issuer: party,
      time,
      withdraws: digest,
      content: null,
    } as const;
    return accept(ctx, tx, signedBy(ctx, sign, plain), { kind: "withdrawal", content: null });
  });
}

/** Reads a row as a signed statement. Undefined where it was altered so that it is not one: fsck names it. */
export function signedOf({
  bytes,
  signature,
  content,
}: Pick<StatementRow, "bytes" | "signature" | "content">) {
  const whole = {
    statement: parsedBy(z.unknown(), bytes),
    signature,
    content: content === null ? null : parsedBy(z.unknown(), content),
  };
  return SignedStatement.safeParse(whole).data;
}
