// Checks statements: their bytes hash to the digest, the content to the hash in the bytes, and their issuers signed them.
import { parseCanonical } from "../../protocol/base/canonical.ts";
import { signerOrNone } from "../../protocol/base/crypto.ts";
import { ProtocolError } from "../../protocol/base/errors.ts";
import {
  readContent,
  Statement,
  STATEMENT_KINDS,
  statementDigest,
} from "../../protocol/event/statement.ts";
import type { Statement as StatementRow } from "../../prisma/generated/client.ts";
import { searchColumns } from "../statements/statements.ts";
import type { ChainFacts } from "./chain.ts";
import { type Check, inBatches, ROWS_AT_ONCE } from "./check.ts";
import { AFTER_ALL } from "../../protocol/chain/place.ts";

/** Listed rows of a kind that should not exist: more would say nothing new. */
const FEW = 1_000;

/** Invariant 26. Here the key must have belonged to the issuer. Whether both are still valid is up to the verdict. */
export async function checkStatements(check: Check, facts: ChainFacts | undefined): Promise<void> {
  const { db } = check;
  const batches = inBatches(
    (after: string | undefined) =>
      db.statement.findMany({
        where: { digest: { gt: after ?? "" } },
        orderBy: { digest: "asc" },
        take: ROWS_AT_ONCE,
      }),
    ({ digest }) => digest,
  );
  for await (const rows of batches) {
    for (const row of rows) checkRow(check, row, facts);
    check.count("statements", rows.length);
    check.progress("statements", check.report.checked.statements);
  }
  await checkWithdrawals(check);
  await checkSequences(check);
}

function checkRow(check: Check, row: StatementRow, facts: ChainFacts | undefined): void {
  const key = { table: "statement", row: row.digest } as const;
  const signed = parsed(row.bytes, (value) => Statement.safeParse(value).data);
  if (typeof signed === "string")
    return check.fault("BYTES_MALFORMED", { ...key, column: "bytes", found: signed });
  const digest = statementDigest(check.ctx.domain, signed);
  if (digest !== row.digest)
    return check.fault("HASH_DIFFERS", {
      ...key,
      column: "bytes",
      expected: row.digest,
      found: digest,
    });
  const { content: _hash, ...copies } = signed;
  checkCopies(check, row, copies);
  checkContent(check, row, signed);
  checkSignature(check, row, signed, facts);
}

function checkCopies(check: Check, row: StatementRow, copies: Record<string, unknown>): void {
  for (const [column, expected] of Object.entries(copies)) {
    const found = row[column as keyof StatementRow];
    if ((typeof found === "bigint" ? Number(found) : found) !== expected)
      check.fault("COPY_DIFFERS", { table: "statement", row: row.digest, column, expected, found });
  }
}

function checkContent(check: Check, row: StatementRow, signed: Statement): void {
  const content = row.content === null ? null : parsed(row.content, (value) => value ?? undefined);
  const result = readContent(signed, typeof content === "string" ? undefined : content);
  if ("field" in result) {
    const field = result.field.replace(/^(content|statement)\.?/, "");
    const where = { table: "statement", row: row.digest, column: "content" } as const;
    check.fault("CONTENT_DIFFERS", {
      ...where,
      ...(field !== "" && { field }),
      expected: signed.content,
    });
  } else checkCopies(check, row, searchColumns(result));
}

function checkSignature(
  check: Check,
  row: StatementRow,
  { issuer }: Statement,
  facts: ChainFacts | undefined,
): void {
  const at = { table: "statement", row: row.digest, column: "signature" } as const;
  const signer = signerOrNone(row.digest, row.signature, check.ctx.recover);
  if (signer === undefined)
    return check.fault("SIGNATURE_MALFORMED", { ...at, found: row.signature });
  if (facts && !facts.registry.key(issuer, signer, AFTER_ALL))
    check.fault("SIGNATURE_NOT_OF_PARTY", { ...at, expected: issuer, found: signer });
}

/** Parses a canonical text. @returns the value, or the code of the error */
function parsed<T>(text: string, read: (value: unknown) => T | undefined): T | string {
  try {
    return read(parseCanonical(text)) ?? "BAD_FIELD";
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
}

/** Checks withdrawals: the statement that each names must exist and belong to the same issuer. */
async function checkWithdrawals(check: Check): Promise<void> {
  const rows = await check.db.$queryRaw<{ withdraws: string }[]>`
    SELECT withdraws FROM statement withdrawal
    WHERE kind = ${STATEMENT_KINDS.withdrawal} AND NOT EXISTS (
      SELECT 1 FROM statement named WHERE named.digest = withdrawal.withdraws AND named.issuer = withdrawal.issuer)
    ORDER BY withdraws LIMIT ${FEW}`;
  for (const { withdraws } of rows)
    check.fault("STATEMENT_MISSING", { table: "statement", row: withdraws });
}

async function checkSequences(check: Check): Promise<void> {
  const rows = await check.db.$queryRaw<{ digest: string; sequence: bigint }[]>`
    SELECT digest, sequence FROM statement, (SELECT last_value AS last FROM statement_sequence_seq) assigned
    WHERE sequence > last OR sequence < 1 LIMIT ${FEW}`;
  for (const { digest: row, sequence } of rows)
    check.fault("SEQUENCE_AHEAD", { table: "statement", row, column: "sequence", found: sequence });
}
