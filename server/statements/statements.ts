// Accepts statements: signed ones, or plain fields that it signs with the kept key. A list is accepted whole or not at all.
import { canonicalize, parseWith } from "../../protocol/base/canonical.ts";
import { signerOrNone } from "../../protocol/base/crypto.ts";
import { MAX_TIME_AHEAD_SECONDS } from "../../protocol/base/limits.ts";
import {
  type Content,
  type Said,
  SignedStatement,
  type Statement,
  STATEMENT_KINDS,
  contentHash,
  readContent,
  statementDigest,
} from "../../protocol/event/statement.ts";
import { ZERO_HASH } from "../../protocol/base/values.ts";
import type { Prisma, Statement as StatementRow } from "../../prisma/generated/client.ts";
import type { Context } from "../context.ts";
import { type Db, isUniqueViolation } from "../storage/db.ts";
import { openSigner } from "../chain/keystore.ts";
import { Refusal, refuseViolation } from "../refusal.ts";
import { parsedBy } from "../../protocol/base/canonical.ts";
import { z } from "zod";

export interface Stated {
  /** The statement's digest. */
  statement: string;
  /** It was there before: this is the same answer again. */
  known: boolean;
}

/** Reads a signed statement as a caller sent it. @throws ProtocolError */
export function parseSignedStatement(value: unknown): SignedStatement {
  return parseWith(SignedStatement, value);
}

/**
 * Takes a signed statement, or answers again what was answered before.
 * @throws Refusal BAD_FIELD, and as the ledger would refuse a notice by this issuer and key; NOTHING_TO_WITHDRAW
 */
export async function acceptStatement(ctx: Context, signed: SignedStatement): Promise<Stated> {
  const said = readContent(signed.statement, signed.content);
  if ("field" in said) throw new Refusal("BAD_FIELD", 422, said.message, { field: said.field });
  return inOneTransaction(ctx, (tx) => accept(ctx, tx, signed, said));
}

/** Two requests may take the same in: the unique keys decide, and the one that was later looks again. */
async function inOneTransaction<T>(ctx: Context, run: (tx: Db) => Promise<T>): Promise<T> {
  try {
    return await ctx.prisma.$transaction(run);
  } catch (error) {
    if (isUniqueViolation(error)) return ctx.prisma.$transaction(run);
    throw error;
  }
}

async function accept(ctx: Context, tx: Db, signed: SignedStatement, said: Said): Promise<Stated> {
  const { statement, signature } = signed;
  const digest = statementDigest(ctx.domain, statement);
  const known = await tx.statement.findUnique({ where: { digest }, select: { digest: true } });
  if (known) return { statement: digest, known: true };
  await judge(ctx, tx, statement, signerOrNone(digest, signature, ctx.recover));
  await tx.statement.create({ data: rowOf(digest, signed, said) });
  return { statement: digest, known: false };
}

function rowOf(
  digest: string,
  { statement, signature }: SignedStatement,
  said: Said,
): Prisma.StatementCreateInput {
  const { kind, issuer, withdraws, time } = statement;
  return {
    ...{ digest, signature, kind, issuer, withdraws, time },
    bytes: canonicalize(statement),
    content: said.content && canonicalize(said.content),
    ...searchColumns(said),
  };
}

/** What statements are searched by: columns copied from the content. */
export function searchColumns(said: Said): Pick<StatementRow, "party" | "mpn"> {
  return {
    party: said.kind === "authorisation" ? said.content.party : null,
    mpn: said.kind === "alert" ? said.content.mpn.trim().toUpperCase() : null,
  };
}

/** Asks of a statement what the ledger asks of a notice, with parties and keys as the followed chain has them. */
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
  const again = await tx.statement.findFirst({ where: { kind, withdraws } });
  if (!named || named.issuer !== issuer || named.kind === kind || again) {
    const why = "The withdrawal does not name a standing statement by this issuer.";
    throw new Refusal("NOTHING_TO_WITHDRAW", 422, why, { field: "statement.withdraws" });
  }
}

/**
 * Makes statements for a party whose key the service keeps: all of them, or none. What the party has stated in the same
 * words before, and not withdrawn, is answered and not stated again: a list can be imported anew when it has grown.
 * @param time Unix seconds; now where it is missing
 * @throws Refusal NO_KEY, and as for signed ones
 */
export async function state(
  ctx: Context,
  party: string,
  kind: "authorisation" | "alert",
  contents: readonly Content[],
  time = ctx.clock(),
): Promise<Stated[]> {
  const sign = await openSigner(ctx.prisma, ctx.keystore, party);
  return inOneTransaction(ctx, async (tx) => {
    const standing = await standingOf(tx, party, STATEMENT_KINDS[kind], contents);
    const stated: Stated[] = [];
    for (const content of contents) {
      const text = canonicalize(content);
      const known = standing.get(text);
      if (known === undefined) {
        const made = await stateAnew(ctx, tx, sign, { kind, issuer: party, time, content });
        stated.push(made);
        standing.set(text, made.statement);
      } else stated.push({ statement: known, known: true });
    }
    return stated;
  });
}

/** What was withdrawn within the second in which it was stated is stated anew for the next: the same again is no news. */
async function stateAnew(ctx: Context, tx: Db, sign: Sign, plain: Plain): Promise<Stated> {
  const { kind, content, time } = plain;
  const stated = await accept(ctx, tx, signedBy(ctx, sign, plain), { kind, content } as Said);
  return stated.known ? stateAnew(ctx, tx, sign, { ...plain, time: time + 1 }) : stated;
}

type Sign = (digest: string) => string;

/** Statements of a party that stand, by the text of their content. */
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
    ...{ kind: STATEMENT_KINDS[kind], issuer, time, withdraws },
    content: contentHash(content),
  };
  return { statement, signature: sign(statementDigest(ctx.domain, statement)), content };
}

/**
 * Withdraws a statement for a party whose key the service keeps. Doing it again answers the same.
 * @throws Refusal NOT_FOUND where the party has stated no such thing, NOTHING_TO_WITHDRAW, NO_KEY
 */
export async function withdraw(
  ctx: Context,
  party: string,
  digest: string,
  time = ctx.clock(),
): Promise<Stated> {
  const sign = await openSigner(ctx.prisma, ctx.keystore, party);
  return inOneTransaction(ctx, async (tx) => {
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

/** A row as it was signed, as far as it can be read: what somebody altered so that it is none is left to fsck. */
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
